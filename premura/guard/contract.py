"""What the guard is asked and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class Severity(StrEnum):
    """What a finding does to the draft."""

    BLOCK = "block"  # it cannot be sent
    WARN = "warn"  # it needs a deliberate second step, which is written down
    HINT = "hint"  # shown only
    DELAY = "delay"  # it leaves after a while, or when a second person says so


RULES: tuple[str, ...] = (
    "insult", "in_kind", "deflection", "only_social_team", "go_local", "private_first", "personal_data",
    "wrong_language", "question_unanswered", "answer_not_first", "canned", "no_personal_trace", "missing_apology",
    "vague_promise", "begging", "shaming", "internal_fact", "heat", "link_cost", "window_closed", "collision", "voice",
)  # fmt: skip
# Nobody can send against these, owners and admins included.
NEVER = frozenset({"insult", "personal_data", "begging", "shaming", "window_closed", "missing_apology"})


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody means to say, and to whom.  Only `text` is needed: the rest sharpens the look."""

    text: str
    lang: str = ""  # ISO 639-1; "": it is detected, as is the customer's
    customer_text: str = ""
    customer_lang: str = ""
    network: str = ""
    public: bool = True  # others can read it
    post: bool = False  # a post of ours, not a reply


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of a brand's own: they fire the rule, or (`allows`) keep it silent."""

    rule: str
    text: str
    lang: str = ""  # "": in every language
    allows: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What is known besides the words.  A plain `Context()` knows nothing."""

    public_answer_exists: bool = False  # we have answered in public in this thread
    our_mistake: bool = False  # the agent says so
    handover_attached: bool = False  # a receipt: who has it, by when
    promise_attached: bool = False  # with owner and due time
    customer_asked_for_phone: bool = False
    recent_replies: tuple[str, ...] = ()  # the team's last, newest first
    internal_facts: tuple[str, ...] = ()  # nobody outside may be told
    direct_facts: tuple[str, ...] = ()  # only in private
    translation_attached: bool = False
    private_reason: bool = False  # personal data or safety: the agent says so
    known_issue: bool = False  # many are told the same, on purpose
    answered_before: bool = False  # what they asked has our answer already: this one comes besides
    answered_later: tuple[str, ...] = ()  # questions that will be answered by a date that was given
    author: str = ""  # first name
    customer: str = ""  # name
    ours: tuple[str, ...] = ()  # our own addresses, mailboxes and numbers: nobody's personal data
    phrases: tuple[Phrase, ...] = ()
    avoid: tuple[str, ...] = ()  # words that the brand does not use
    address: str = ""  # tu, lei or voi
    hostility: float = 0.0  # of the thread, 0 to 1
    hour: int | None = None  # where the author sits, 0 to 23
    edits: int = 0
    written_in: timedelta | None = None  # from the first key to the last
    hostile_streak: int = 0  # hostile threads that the author answered one after another
    second_person: bool = False  # somebody else has agreed
    window_left: timedelta | None = None  # the network's own; negative: closed.  None: there is none
    used_up: bool = False  # the network takes one private reply to each comment, and this one has had it
    newer: int = 0  # messages that came in since the author looked
    other_replies: int = 0  # of colleagues, since the author looked


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that speaks against a draft, at `text[start:end]` (code points; never empty where there is text).

    `because` names one sentence in `interact.guard_words`, `facts` what stands in it.  `fix`, where there is one, is
    what may stand instead of the stretch ("": take it out).
    """

    rule: str
    severity: Severity
    start: int
    end: int
    because: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fix: str | None = None
    score: float = 1.0  # how sure, 0 to 1


def is_ok(findings: tuple[Finding, ...]) -> bool:
    """Whether nothing blocks or warns."""
    return not any(finding.severity in (Severity.BLOCK, Severity.WARN) for finding in findings)
