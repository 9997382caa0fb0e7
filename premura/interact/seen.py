"""How much of a conversation somebody has on the screen, and what came in since."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from premura.interact.refusals import SomethingCameIn
from premura.models import Agent, Conversation, Message, Reply

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of a conversation its reader has on the screen: the newest message and reply."""

    message: int = 0
    reply: int = 0

    @classmethod
    def of(cls, given: str) -> "Seen":
        """Read "12.7" as the screen gives it back; anything else means nothing was seen."""
        message, _, reply = given.partition(".")
        return cls(*(int(n) if n.isascii() and n.isdigit() and len(n) < 16 else 0 for n in (message, reply)))

    def __str__(self) -> str:
        return f"{self.message}.{self.reply}"


def seen(conversation: Conversation) -> Seen:
    """Return how far somebody who looks now has seen."""
    message = conversation.messages.order_by("-pk").values_list("pk", flat=True).first()
    reply = conversation.replies.order_by("-pk").values_list("pk", flat=True).first()
    return Seen(message or 0, reply or 0)


def seen_of(conversations: Sequence[int]) -> dict[int, Seen]:
    """Return how far somebody who looks at all of these now has seen, by the conversation's key."""
    newest = {"conversation__in": conversations}
    messages = Message.objects.filter(**newest).values_list("conversation").annotate(Max("pk")).order_by()
    replies = dict(Reply.objects.filter(**newest).values_list("conversation").annotate(Max("pk")).order_by())
    return {pk: Seen(message, replies.get(pk, 0)) for pk, message in messages}


def look_first(conversation: Conversation, by: Agent, seen: Seen) -> None:
    """Raise SomethingCameIn where anybody but `by` wrote since `seen`; what is only a draft is no answer."""
    messages, replies = came_since(conversation, by, seen)
    came, said = list(messages.order_by("pk")[:MOST_SHOWN]), list(replies.order_by("pk")[:MOST_SHOWN])
    if came or said:
        raise SomethingCameIn(came, said)


def came_since(conversation: Conversation, by: Agent, seen: Seen) -> tuple[QuerySet[Message], QuerySet[Reply]]:
    """Return what others wrote since `seen`.

    A reply of ours comes back from the network as a message: who has seen the one has seen the other.
    """
    ours = Reply.objects.filter(message=OuterRef("pk")).filter(Q(author=by) | Q(pk__lte=seen.reply))
    messages = conversation.messages.filter(~Exists(ours), pk__gt=seen.message)
    replies = conversation.replies.filter(pk__gt=seen.reply).exclude(author=by).exclude(state=Reply.State.DRAFT)
    return messages, replies
