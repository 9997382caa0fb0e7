"""How much of a conversation somebody has on the screen, and what came in since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from premura.interact.refusals import SomethingCameIn
from premura.models import Agent, Conversation, Message, Reply

MOST_SHOWN = 50
MOST_DIGITS = 16
START = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
THEIRS = Q(identity__isnull=False)
NEWEST = {
    "newest": Max("pk"), "edited": Max("edited_at", filter=THEIRS), "gone": Max("removed_at", filter=THEIRS),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of a conversation its reader has on the screen: the newest message and reply, and when the customer's
    words were last edited and taken away, by the clocks that say so; where that is not said, it is not asked for."""

    message: int = 0
    reply: int = 0
    edited: int | None = None  # microseconds; 0: never
    gone: int | None = None

    @classmethod
    def of(cls, given: str) -> "Seen":
        """Read "12.7.0.0" as the screen gives it back; anything else means nothing was seen."""
        message, reply, edited, gone, *_rest = (*map(_number, given.split(".")), None, None, None, None)
        return cls(message or 0, reply or 0, edited, gone)

    def __str__(self) -> str:
        return ".".join(str(one) for one in (self.message, self.reply, self.edited, self.gone) if one is not None)

    def changed_since(self) -> Q:
        """Return which of the messages that were seen they have edited or taken away since."""
        if self.edited is None or self.gone is None:
            return Q(pk__in=())
        changed = Q(edited_at__gt=START + self.edited * TICK) | Q(removed_at__gt=START + self.gone * TICK)
        return THEIRS & Q(pk__lte=self.message) & changed

    def how_changed(self, message: Message) -> str:
        """Return how a message that was seen was changed since: "taken away", "edited", or ""."""
        if self.edited is None or self.gone is None or message.is_ours or message.pk > self.message:
            return ""
        if _ticks(message.removed_at) > self.gone:
            return "taken away"
        return "edited" if _ticks(message.edited_at) > self.edited else ""


def seen(conversation: Conversation) -> Seen:
    """Return how far somebody who looks now has seen."""
    newest = conversation.messages.aggregate(**NEWEST)
    reply = conversation.replies.order_by("-pk").values_list("pk", flat=True).first()
    return Seen(newest["newest"] or 0, reply or 0, _ticks(newest["edited"]), _ticks(newest["gone"]))


def seen_of(conversations: Sequence[int]) -> dict[int, Seen]:
    """Return how far somebody who looks at all of these now has seen, by the conversation's key."""
    within = {"conversation__in": conversations}
    messages: Any = Message.objects.filter(**within).values("conversation").annotate(**NEWEST).order_by()
    replies = dict(Reply.objects.filter(**within).values_list("conversation").annotate(Max("pk")).order_by())
    found = ((one, replies.get(one["conversation"], 0)) for one in messages)
    return {
        one["conversation"]: Seen(one["newest"], reply, _ticks(one["edited"]), _ticks(one["gone"]))
        for one, reply in found
    }


def look_first(conversation: Conversation, by: Agent, seen: Seen, *, twice: bool = False) -> None:
    """Raise SomethingCameIn where anybody but `by` wrote since `seen`, or the customer edited or took away what they
    had written; what is only a draft is no answer.  `twice`: also where `by` answered from another page since."""
    messages, replies = came_since(conversation, by, seen)
    came, said = list(messages.order_by("pk")[:MOST_SHOWN]), list(replies.order_by("pk")[:MOST_SHOWN])
    theirs = conversation.messages.filter(seen.changed_since()).select_related("identity")
    changed = list(theirs.order_by("pk")[:MOST_SHOWN])
    own = _own_since(conversation, by, seen) if twice else []
    if came or said or changed or own:
        raise SomethingCameIn(came, said, changed, own)


def came_since(conversation: Conversation, by: Agent, seen: Seen) -> tuple[QuerySet[Message], QuerySet[Reply]]:
    """Return what others wrote since `seen`.

    A reply of ours comes back from the network as a message: who has seen the one has seen the other.
    """
    ours = Reply.objects.filter(message=OuterRef("pk")).filter(Q(author=by) | Q(pk__lte=seen.reply))
    messages = conversation.messages.filter(~Exists(ours), pk__gt=seen.message)
    replies = conversation.replies.filter(pk__gt=seen.reply).exclude(author=by).exclude(state=Reply.State.DRAFT)
    return messages, replies


def _own_since(conversation: Conversation, by: Agent, seen: Seen) -> list[Reply]:
    """Return what `by` answered since `seen`: a page that shows it would not say it again unasked."""
    own = conversation.replies.filter(author=by, pk__gt=seen.reply, follows=None).select_related("brand")
    return list(own.exclude(state__in=(Reply.State.DRAFT, Reply.State.FAILED)).order_by("pk")[:MOST_SHOWN])


def _ticks(at: datetime | None) -> int:
    return (at - START) // TICK if at else 0


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS else None
