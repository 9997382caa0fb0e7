"""Reply: written by a person, checked, and on its way or held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils import timezone

from premura import access, journal
from premura.guard.contract import NEVER, Finding, Severity
from premura.interact import approvals, drafts, fill, freeze, parts, tongue, windows
from premura.interact import guard as guarding
from premura.interact.refusals import (
    BeyondYou,
    CannotReply,
    Disengaged,
    Frozen,
    HasGaps,
    NotConnected,
    NothingToSay,
    NotPossibleHere,
    Objected,
    PrivateOnce,
    PublicFirst,
    SomethingCameIn,
    TooLong,
    TooManyPictures,
    WindowClosed,
    WrittenInPrivate,
    WrongPicture,
    WrongTime,
)
from premura.interact.seen import Seen, look_first, seen, seen_of
from premura.models import Agent, Channel, Conversation, Event, KnownIssue, Message, Reply, Voice
from premura.networks import NETWORKS
from premura.networks.contract import Can, Length, Upload
from premura.networks.length import Counting
from premura.queue import later

__all__ = [
    "Besides", "BeyondYou", "CannotReply", "Disengaged", "Frozen", "HasGaps", "NotConnected", "NotPossibleHere",
    "NothingToSay", "Objected", "PrivateOnce", "PublicFirst", "Seen", "SomethingCameIn", "TooLong", "TooManyPictures",
    "WindowClosed", "WrittenInPrivate", "WrongPicture", "WrongTime", "fits", "length", "seen", "seen_of", "send",
    "submit", "voices", "ways",
]  # fmt: skip

Deed = Event.Deed
COOLING = timedelta(minutes=10)  # what was written in heat leaves after this, or when a second person says so
UNDO_S = 10
MOST_AHEAD = timedelta(days=366)


def ways(conversation: Conversation) -> list[Can]:
    """Return how this conversation can be answered: in public, in private, or not at all."""
    if not conversation.channel.sealed:
        return []
    network = NETWORKS[conversation.channel.network]
    wanted = [Can.WRITE] if conversation.private else [Can.REPLY, Can.REPLY_PRIVATELY]
    return [can for can in wanted if can in network.can]


def voices(conversation: Conversation) -> list[Channel]:
    """Return the channels that can answer here, the conversation's own first, then other handles of the brand.

    In public only, and only such as the network gives the same keys: they must speak of the same message.
    """
    own = conversation.channel
    known_to = NETWORKS[own.network].known_to
    if conversation.private or known_to == "account":
        return [own]
    others = Channel.objects.filter(brand_id=own.brand_id, network=own.network, trouble="").exclude(pk=own.pk)
    others = others.exclude(sealed=b"").exclude(key__startswith="demo:").order_by("name", "pk")[:50]
    return [own, *(other for other in others if known_to == "network" or (own.server and other.server == own.server))]


def fits(channel: Channel, private: bool) -> Length:
    """Return how long a reply may be: what the server says, else what the network says."""
    limits = NETWORKS[channel.network].limits
    length = (limits.direct if private else None) or limits.reply
    most = channel.limits.get("direct" if private else "reply") or channel.limits.get("reply")
    return Length(int(most), length.unit) if most else length


def length(channel: Channel, text: str) -> int:
    """Return how long `text` is, as the channel's network counts."""
    return NETWORKS[channel.network]({}, None).length(text)  # type: ignore[arg-type]


def counting(channel: Channel) -> Counting:
    """Return how the channel's network counts, for who counts while somebody types."""
    return NETWORKS[channel.network].counting


def as_shown(channel: Channel, text: str) -> list[str]:
    """Return a public text as the network would show it: whole, or as the thread that it must be cut into."""
    text, most = text.strip(), fits(channel, private=False).most
    return [text] if length(channel, text) <= most else _thread(channel, text, most) or [text]


@dataclass(frozen=True, slots=True)
class Besides:
    """What its author says of a reply besides its words."""

    our_mistake: bool = False
    promised_for: datetime | None = None
    private_reason: bool = False  # personal data or safety: it may begin in private
    overrides: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # rule -> why all the same
    answered_later: tuple[str, ...] = ()
    begun_at: datetime | None = None
    edits: int = 0
    leaves_at: datetime | None = None  # send it then
    known_issue: bool = False  # a line of the run in which many are told the same, on purpose
    issue: KnownIssue | None = None  # whose run that is
    in_parts: bool = False  # as a thread, where it is too long for one message
    draft: int | None = None  # what it was written in: its pictures go along
    kept: tuple[int, ...] = ()  # those of the draft's pictures that go along
    alts: Mapping[int, str] = field(default_factory=dict)  # how these are described, where that changed


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What became of the guard's findings: what is kept of them, and why a second person must say yes."""

    kept: list[dict[str, object]]
    overridden: dict[str, str]
    wants: list[dict[str, str]]
    cools: bool


def submit(
    conversation: Conversation,
    text: str,
    by: Agent,
    *,
    private: bool = False,
    seen: Seen | None = None,
    to: Message | None = None,
    language: str = "",
    uploads: Sequence[Upload] = (),
    voice: Channel | None = None,
    besides: Besides = Besides(),
) -> Reply:
    """Say `text` as the reply to their latest message, or to `to`; `voice` says it, else the conversation's channel.

    `language` is what it is in, where that is known: else it is read from its words.
    It leaves when it can no longer be called back, or when it is to; it is held where a second person must say yes.
    Raises CannotReply, as SomethingCameIn when it went on since `seen`, and Objected when the guard is against it.
    """
    private = private or conversation.private
    besides = _still_of_a_run(conversation, by, besides)
    voice = _other_voice(conversation, voice, private)
    uploads = [*drafts.pictures(conversation, by, besides.draft, besides.kept, besides.alts), *uploads]
    texts = _check(conversation, voice or conversation.channel, text.strip(), private, uploads, besides, to)
    weighed = _weigh(conversation, text, by, private, seen, besides, to)
    wants = approvals.why(conversation, text, by, besides.promised_for, our_mistake=besides.our_mistake) + weighed.wants
    with transaction.atomic():
        _one_after_the_other(conversation, by, seen)
        written = _written(besides) | {
            "brand_id": conversation.brand_id, "conversation": conversation, "to": to or _latest(conversation),
            "channel": voice, "author": by, "private": private, "language": language or tongue.of(text),
            "seen": str(seen or ""),
        }  # fmt: skip
        judged = {"objections": weighed.kept, "overrides": weighed.overridden, "wants_approval": wants}
        reply = Reply.objects.create(text=texts[0], **written, **judged)
        drafts.sent(reply, besides.draft)
        drafts.attach(reply, uploads)
        _follow(reply, texts[1:], written)
        _let_go(reply, by, besides.leaves_at, cools=weighed.cools)
    return reply


def _one_after_the_other(conversation: Conversation, by: Agent, seen: Seen | None) -> None:
    """Let who sends at once, or in two tabs, come one after the other: the second looks at what was said first."""
    Conversation.objects.select_for_update().get(pk=conversation.pk)
    if seen is not None:
        look_first(conversation, by, seen, twice=True)


def check_fits(reply: Reply, text: str) -> None:
    """Check that what a second person made of a reply that waits can be said there.  Raises CannotReply."""
    _in_parts(reply.voice, text, reply.private, wanted=False)


def send(reply: Reply, by: Agent, at: datetime | None = None, approver: Agent | None = None) -> None:
    """Let a reply leave at `at`, or when the time in which it can be called back is over.

    On a frozen account it waits for the thaw.  Call it inside a transaction.  Raises WrongState where it is neither a
    draft nor held.
    """
    now = timezone.now()
    undo_s = Voice.objects.filter(brand_id=reply.brand_id).values_list("undo_s", flat=True).first()
    at = max(at or now, now + timedelta(seconds=UNDO_S if undo_s is None else undo_s))
    if at <= now and not freeze.holds(reply):
        reply.release(approver)
        journal.write(Deed.REPLY_RELEASED, reply.conversation, by, reply=reply.pk, **_moves(reply))
        return
    reply.schedule(at, approver)
    facts = {"reply": reply.pk, "at": at.isoformat(), **_moves(reply)}
    journal.write(Deed.REPLY_SCHEDULED, reply.conversation, by, **facts)
    # No lock: a job that waits for its time would hold up those of the same name behind it.
    later("leave", in_s=int((at - now).total_seconds()) + 1, reply_id=reply.pk)


def _moves(reply: Reply) -> dict[str, str]:
    """Return, for the journal, why a reply to public words is private: nothing for any other."""
    if not reply.private or reply.conversation.private:
        return {}
    return {"moves": reply.overrides.get(windows.SAID_WHY) or "after a public answer"}


def _let_go(reply: Reply, by: Agent, leaves_at: datetime | None, *, cools: bool) -> None:
    for rule, reason in reply.overrides.items():
        journal.write(Deed.GUARD_OVERRIDDEN, reply.conversation, by, reply=reply.pk, rule=rule, reason=reason)
    if reply.wants_approval:
        reply.hold(reply.objections)
        if leaves_at:
            Reply.objects.filter(pk=reply.pk).update(leaves_at=leaves_at)
        why = [reason["why"] for reason in reply.wants_approval]
        journal.write(Deed.REPLY_HELD, reply.conversation, by, reply=reply.pk, why=why)
        return
    if cools:
        leaves_at = max(leaves_at or timezone.now(), timezone.now() + COOLING)
    send(reply, by, leaves_at)


def _still_of_a_run(conversation: Conversation, by: Agent, besides: Besides) -> Besides:
    """Return what is said besides; what was a line of a run and came back as a draft goes out as one again."""
    line = None if besides.known_issue else drafts.line_of_a_run(conversation, by, besides.draft)
    return replace(besides, known_issue=True, issue=line.issue) if line else besides


def _written(besides: Besides) -> dict[str, Any]:
    return {
        "our_mistake": besides.our_mistake, "promised_for": besides.promised_for, "edits": besides.edits,
        "begun_at": besides.begun_at, "answered_later": list(besides.answered_later),
        "known_issue": besides.known_issue, "issue": besides.issue,
    }  # fmt: skip


def _follow(first: Reply, texts: Sequence[str], written: Mapping[str, Any]) -> None:
    """Keep the further parts of a thread: each waits, without a time, until the one before it stands."""
    before = first
    for text in texts:
        after = Reply.objects.create(text=text, follows=before, **written)
        after._move("schedule", leaves_at=None)
        before = after


def _weigh(
    conversation: Conversation,
    text: str,
    by: Agent,
    private: bool,
    seen: Seen | None,
    besides: Besides,
    to: Message | None,
) -> _Weighed:
    """Ask the guard, and set its findings against the reasons that were given.

    What is kept is counted in the text as it leaves.  Raises Objected, which counts in the text as it was given.
    """
    findings = guarding.check(
        conversation, text.strip(), by,
        to=to, private=private, way_reason=besides.private_reason, our_mistake=besides.our_mistake,
        promised_for=besides.promised_for, answered_later=besides.answered_later, seen=seen,
        begun_at=besides.begun_at, edits=besides.edits, known_issue=besides.known_issue,
    )  # fmt: skip
    findings = tuple(f for f in findings if f.rule != "collision")  # `look_first` says it, and what came in
    overridden = {rule: reason.strip()[:500] for rule, reason in besides.overrides.items() if reason.strip()}
    against = [f for f in findings if f.severity in (Severity.BLOCK, Severity.WARN)]
    if any(f.rule in NEVER or f.rule not in overridden for f in against):
        before = len(text) - len(text.lstrip())
        raise Objected([replace(f, start=f.start + before, end=f.end + before) for f in findings])
    used = {f.rule: overridden[f.rule] for f in against}
    if besides.private_reason and private and not conversation.private:
        used.setdefault(windows.SAID_WHY, windows.WHY_PRIVATE)
    blocks = sorted({f.rule for f in against if f.severity == Severity.BLOCK})
    a_lead = access.Act.APPROVE in access.ALLOWED[approvals.role(conversation, by)]
    wants = [{"why": "rule", "what": rule} for rule in blocks if approvals.second_agrees(rule, a_lead=a_lead)]
    return _Weighed([_line(f) for f in findings], used, wants, any(f.severity == Severity.DELAY for f in findings))


def _line(found: Finding) -> dict[str, object]:
    return {
        "rule": found.rule, "severity": str(found.severity), "start": found.start, "end": found.end,
        "because": found.because,
    }  # fmt: skip


def _other_voice(conversation: Conversation, voice: Channel | None, private: bool) -> Channel | None:
    if voice is None or voice == conversation.channel:
        return None
    if private or voice not in voices(conversation):
        raise NotPossibleHere(f"{voice} cannot answer here")
    return voice


def _check(
    conversation: Conversation,
    voice: Channel,
    text: str,
    private: bool,
    uploads: Sequence[Upload],
    besides: Besides,
    to: Message | None,
) -> list[str]:
    """Return the text in the parts that it goes out in.  Raises CannotReply."""
    can = Can.WRITE if conversation.private else Can.REPLY_PRIVATELY if private else Can.REPLY
    network = NETWORKS[voice.network]
    if not voice.sealed:
        raise NotConnected(f"{voice} is not connected")
    if can not in network.can:
        raise NotPossibleHere(f"{network.name} cannot {can}")
    if not text:
        raise NothingToSay("no text")
    if left := fill.gaps(text):
        raise HasGaps(left)
    drafts.check_pictures(voice, uploads, private=private)
    _check_way(conversation, private, besides, to)
    return _in_parts(voice, text, private, besides.in_parts)


def _check_way(conversation: Conversation, private: bool, besides: Besides, to: Message | None) -> None:
    now = timezone.now()
    at = besides.leaves_at or now
    if not now - timedelta(minutes=1) <= at <= now + MOST_AHEAD:
        raise WrongTime(at.isoformat())
    if closed := windows.closed(conversation, private, now, at, to=to):
        raise closed
    opens = private and not conversation.private and not besides.private_reason
    if opens and not windows.answered_in_public(conversation):
        raise PublicFirst("nobody answered in public yet")


def _in_parts(voice: Channel, text: str, private: bool, wanted: bool) -> list[str]:
    most = fits(voice, private).most
    if (given := length(voice, text)) <= most:
        return [text]
    texts = [] if private else _thread(voice, text, most)
    if not (wanted and texts):
        raise TooLong(given - most, most, texts)
    return texts


def _thread(voice: Channel, text: str, most: int) -> list[str]:
    """Return a public text cut into a thread; [] where the network knows none, or it would be too long for one."""
    return parts.split(text, partial(length, voice), most) if voice.network in parts.THREADED else []


def _latest(conversation: Conversation) -> Message:
    theirs = conversation.messages.filter(identity__isnull=False)
    latest = theirs.filter(removed_at=None).order_by("-written_at", "-pk").first()
    latest = latest or theirs.order_by("-written_at", "-pk").first()
    if latest is None:
        raise NotPossibleHere("there is nothing to answer")
    return latest
