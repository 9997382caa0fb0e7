"""Closing: what is still open in a conversation, and what it takes to resolve it all the same.  P26, P59."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from premura.access import Standing
from premura.convert import outcome
from premura.convert.outcome import Said
from premura.decide.twins import unanswered_twins
from premura.interact import promise, teamwork, windows
from premura.models import Agent, Conversation, Message, Promise, Reading, Reply
from premura.templatetags.readings import is_stretch

MOST_LOOKED_AT = 10  # of their last messages
MOST_QUESTIONS = 10
MOST_REASON = 200


class NoReason(Exception):
    """Something is still open, and nobody said why it is closed all the same.  Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Question:
    """What they asked, and the message in which it stands, or in which we put it off; None where that is not there."""

    words: str
    message: int | None


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is still open in a conversation that is to be closed.  False where nothing is."""

    questions: list[Question]  # theirs, that nobody answered
    promises: list[Promise]  # ours, that nobody settled
    line_is_missing: bool = False  # we went on in private, and have not said so where they had asked
    twins: Sequence[Message] = ()  # posts of theirs with almost the same words, without an answer of their own

    def __bool__(self) -> bool:
        return bool(self.sorts)

    @property
    def sorts(self) -> list[str]:
        """What is open in words of the journal."""
        found = {
            "questions": self.questions, "promises": self.promises, "closing line": self.line_is_missing,
            "posts": self.twins,
        }  # fmt: skip
        return [name for name, open_ in found.items() if open_]


def checklist(conversation: Conversation) -> Checklist:
    """Return what is still open: their questions without an answer, our promises that nobody settled, and so on.

    Cost     seven statements, and no reading of texts: what was read when they wrote is what counts.
    """
    found: dict[str, Question] = {}
    for question in (*_put_off(conversation), *_asked_since(conversation)):
        found.setdefault(question.words, question)
    return Checklist(
        list(found.values())[:MOST_QUESTIONS], promise.open_in(conversation),
        windows.closing_line_is_missing(conversation), unanswered_twins(conversation),
    )  # fmt: skip


def asks_first(standing: Standing, conversation: Conversation, left: Checklist) -> bool:
    """Whether something is asked before it is resolved: something is open, somebody was angry or may be a troll."""
    return bool(left) or outcome.asks(conversation) or outcome.asks_first_of_troll(standing, conversation)


def close(conversation: Conversation, by: Agent, said: Said, *, kept: Collection[int] = (), reason: str = "") -> None:
    """Note how it went out, and resolve it: all or nothing.

    Takes    kept: promises of which is said that they are kept; reason: why it is closed although something is open.
    Raises   NoWhy, NoReason, and WrongState where somebody was faster.
    """
    reason = " ".join(reason.split())[:MOST_REASON]
    with transaction.atomic():
        for standing in promise.open_in(conversation):
            if standing.pk in kept:
                promise.keep(standing, by)
        if outcome.is_something(said) or outcome.needs_why(conversation, by, said):
            outcome.note(conversation, by, said)
        left = checklist(conversation)
        if left and not reason:
            raise NoReason
        teamwork.resolve(conversation, by, **({"open": left.sorts, "reason": reason} if left else {}))


def _asked_since(conversation: Conversation) -> Iterator[Question]:
    """Yield what they asked since we last answered, oldest first."""
    theirs = conversation.messages.filter(identity__isnull=False, removed_at=None).select_related("reading")
    if conversation.last_out_at:
        theirs = theirs.filter(received_at__gt=conversation.last_out_at)
    for message in reversed(theirs.order_by("-written_at", "-pk")[:MOST_LOOKED_AT]):
        for words in _questions(message):
            yield Question(words, message.pk)


def _questions(message: Message) -> Iterator[str]:
    reading: Reading | None = getattr(message, "reading", None)
    for stretch in reading.details.get("questions") or [] if reading else []:
        if is_stretch(stretch, message.text):
            yield message.text[stretch[0] : stretch[1]].strip()


def _put_off(conversation: Conversation) -> list[Question]:
    """Return the questions that our last reply said would be answered later."""
    sent = conversation.replies.filter(state=Reply.State.SENT, follows=None).order_by("-sent_at", "-pk")
    found, message = sent.values_list("answered_later", "message").first() or ([], None)
    return [Question(str(question).strip(), message) for question in found]
