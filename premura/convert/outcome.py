"""Outcome: why they were angry, what they needed, whether we proposed a solution; asked on closing.  P32, P37, P84."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from premura import access, journal
from premura.access import Standing
from premura.decide import trolls
from premura.models import Agent, Conversation, Event, Outcome, Reading

Deed = Event.Deed
MOST_WORDS = 300
WHYS = tuple(Outcome.Why.choices)
TROLLS = tuple(Outcome.Troll.choices)
NEEDS = tuple(Outcome.Need.choices)
ASK = frozenset({"question", "purchase", "complaint"})  # intents that want a solution
# What somebody needs whose words are of this intent.  Who wants to buy may need several things: none is proposed.
OBVIOUS = {
    "question": Outcome.Need.INFO, "complaint": Outcome.Need.FIX, "suggestion": Outcome.Need.HEARD,
    "praise": Outcome.Need.THANKS, "gesture": Outcome.Need.THANKS,
}  # fmt: skip


class NoWhy(Exception):
    """Nobody was angry without a reason, or it is none of ours.  Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Said:
    """What its agent says of how it went out."""

    why: str = ""
    words: str = ""
    solution_proposed: bool | None = None  # None: not said
    troll: str | None = None  # what became of who may be a troll: heeded only where that was hinted at; None: not asked
    need: str | None = None  # what they needed; None: not asked
    need_met: bool | None = None  # None: not said


def of(conversation: Conversation) -> Outcome | None:
    """Return what was noted; None where nothing was.  What was never closed is not asked of the database."""
    if conversation.settled_at is None:
        return None
    return Outcome.objects.select_related("by").filter(conversation=conversation).first()


def is_missing(conversation: Conversation) -> bool:
    """Whether somebody angry was put aside, and nobody said why they were angry."""
    return conversation.state == Conversation.State.RESOLVED and asks(conversation)


def asks(conversation: Conversation) -> bool:
    """Whether somebody is to say why they were angry: they complained or wrote in anger, since it was last noted.

    Cost     two statements; spam is nobody's anger.
    """
    noted_at = Outcome.objects.filter(conversation=conversation).values_list("at", flat=True).first()
    at_first_sight = conversation.sentiment == "negative" or conversation.intent == "complaint"
    if noted_at is None and at_first_sight and conversation.intent != "spam":
        return True
    angry = Reading.objects.filter(Q(sentiment="negative") | Q(intent="complaint")).exclude(intent="spam")
    angry = angry.filter(message__conversation=conversation, message__identity__isnull=False)
    if noted_at is not None:
        angry = angry.filter(message__received_at__gt=noted_at)
    return angry.exists()


def asks_of_troll(standing: Standing, conversation: Conversation) -> bool:
    """Whether what became of a troll is to be said: only where it was hinted at, or was noted before."""
    if Outcome.objects.filter(conversation=conversation).exclude(troll="").exists():
        return True
    return bool(trolls.hint(standing, conversation))


def asks_first_of_troll(standing: Standing, conversation: Conversation) -> bool:
    """Whether it was hinted at a troll, and nothing was noted yet."""
    noted = Outcome.objects.filter(conversation=conversation).exists()
    return not noted and asks_of_troll(standing, conversation)


def wants_solution(conversation: Conversation) -> bool:
    """Whether their latest words want one: where it is resolved, how it went out can be said of it too."""
    return conversation.state == Conversation.State.RESOLVED and conversation.intent in ASK


def proposed_need(conversation: Conversation) -> str:
    """Return what they seem to have needed, where their first words or their anger make it plain; '' elsewhere.

    Cost     one statement.
    """
    first = Reading.objects.filter(message__conversation=conversation, message__identity__isnull=False)
    intents = list(first.order_by("message__written_at", "message_id").values_list("intent", flat=True)[:10])
    found = "complaint" if "complaint" in intents else next(iter(intents), conversation.intent)
    return str(OBVIOUS.get(found, ""))


def is_something(said: Said) -> bool:
    """Whether anything was said at all."""
    return bool(said.why or said.words.strip() or said.troll or said.need or said.solution_proposed is not None)


def needs_why(conversation: Conversation, by: Agent, said: Said) -> bool:
    """Whether it cannot be noted without a why: they were angry, or it had one, or what became of a troll is asked."""
    if asks(conversation) or Outcome.objects.filter(conversation=conversation).exclude(why="").exists():
        return True
    standing = access.standing(by, conversation.brand_id)
    return said.troll is not None and asks_first_of_troll(standing, conversation)


def note(conversation: Conversation, by: Agent, said: Said) -> Outcome:
    """Note how it went out, or put right what was noted.  Raises NoWhy.

    Who may be a troll needs no why: there, what became of it is enough.  Who was not angry needs none either.
    """
    told = said.troll in Outcome.Troll.values
    told = told and asks_of_troll(access.standing(by, conversation.brand_id), conversation)
    if said.why not in Outcome.Why.values and (said.why or (not told and needs_why(conversation, by, said))):
        raise NoWhy(said.why)
    given = _given(said)
    if told or said.troll == "":
        given["troll"] = said.troll
    with transaction.atomic():
        made, _ = Outcome.objects.update_or_create(
            conversation=conversation,
            defaults=given | {"brand_id": conversation.brand_id, "by": by, "at": timezone.now()},
        )
        journal.write(Deed.OUTCOME_NOTED, conversation, by, **given)
    return made


def _given(said: Said) -> dict[str, Any]:
    words = " ".join(said.words.split())[:MOST_WORDS]
    given = {"why": said.why, "words": words, "solution_proposed": said.solution_proposed}
    if said.need is None:
        return given
    need = said.need if said.need in Outcome.Need.values else ""
    return given | {"need": need, "need_met": said.need_met if need else None}
