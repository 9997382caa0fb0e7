"""Outcome: why somebody was angry, and whether we proposed a solution; asked when their conversation is closed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from premura import access, journal
from premura.access import Standing
from premura.decide import trolls
from premura.interact import promise, teamwork
from premura.models import Agent, Conversation, Event, Message, Outcome, Promise, Reading, Reply
from premura.templatetags.readings import is_stretch

Deed = Event.Deed
MOST_WORDS = 300
MOST_LOOKED_AT = 10  # of their last messages
MOST_QUESTIONS = 10
WHYS = tuple(Outcome.Why.choices)
TROLLS = tuple(Outcome.Troll.choices)


class NoWhy(Exception):
    """Nobody was angry without a reason, or it is none of ours.  Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Said:
    """What its agent says of how it went out."""

    why: str
    words: str = ""
    solution_proposed: bool | None = None  # None: not said
    troll: str | None = None  # what became of who may be a troll: heeded only where that was hinted at; None: not asked


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is still open in a conversation that is to be closed."""

    questions: list[str]  # theirs, that nobody answered
    promises: list[Promise]  # ours, that nobody settled


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


def checklist(conversation: Conversation) -> Checklist:
    """Return what is still open: their questions without an answer, our promises that nobody settled.

    Cost     three statements, and no reading of texts: what was read when they wrote is what counts.
    """
    questions = dict.fromkeys([*_put_off(conversation), *_asked_since(conversation)])
    return Checklist(list(questions)[:MOST_QUESTIONS], promise.open_in(conversation))


def note(conversation: Conversation, by: Agent, said: Said) -> Outcome:
    """Note how it went out, or put right what was noted.  Raises NoWhy.

    Who may be a troll needs no why: there, what became of it is enough.
    """
    told = said.troll in Outcome.Troll.values
    told = told and asks_of_troll(access.standing(by, conversation.brand_id), conversation)
    if said.why not in Outcome.Why.values and (said.why or not told):
        raise NoWhy(said.why)
    words = " ".join(said.words.split())[:MOST_WORDS]
    given = {"why": said.why, "words": words, "solution_proposed": said.solution_proposed}
    if told or said.troll == "":
        given["troll"] = said.troll
    with transaction.atomic():
        made, _ = Outcome.objects.update_or_create(
            conversation=conversation,
            defaults=given | {"brand_id": conversation.brand_id, "by": by, "at": timezone.now()},
        )
        journal.write(Deed.OUTCOME_NOTED, conversation, by, **given)
    return made


def close(conversation: Conversation, by: Agent, said: Said) -> None:
    """Note how it went out, and resolve it: both or neither.  Raises NoWhy and WrongState."""
    with transaction.atomic():
        note(conversation, by, said)
        teamwork.resolve(conversation, by)


def _asked_since(conversation: Conversation) -> Iterator[str]:
    """Yield what they asked since we last answered, oldest first."""
    theirs = conversation.messages.filter(identity__isnull=False, removed_at=None).select_related("reading")
    if conversation.last_out_at:
        theirs = theirs.filter(received_at__gt=conversation.last_out_at)
    for message in reversed(theirs.order_by("-written_at", "-pk")[:MOST_LOOKED_AT]):
        yield from _questions(message)


def _questions(message: Message) -> Iterator[str]:
    reading: Reading | None = getattr(message, "reading", None)
    for stretch in reading.details.get("questions") or [] if reading else []:
        if is_stretch(stretch, message.text):
            yield message.text[stretch[0] : stretch[1]].strip()


def _put_off(conversation: Conversation) -> list[str]:
    """Return the questions that our last reply said would be answered later."""
    sent = conversation.replies.filter(state=Reply.State.SENT, follows=None).order_by("-sent_at", "-pk")
    found = sent.values_list("answered_later", flat=True).first() or []
    return [str(question).strip() for question in found]
