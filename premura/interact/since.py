"""What came in while replies wait for a second person, who is to read it before they say yes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from premura.interact.seen import Seen
from premura.models import Message, Reply

MOST_NEW = 6  # of one reply
MOST_CHARACTERS = 2000  # of one message
MOST_ROWS = 500  # of all that are shown together


class New(NamedTuple):
    """One thing that the author of a reply had not seen; `how` is new, edited, taken away or answered."""

    how: str
    said: Message | Reply
    at: datetime


@dataclass(frozen=True, slots=True)
class Since:
    """What came in since the author of a reply looked, in order; not `whole` where that is not all, or not in full."""

    new: Sequence[New] = ()
    whole: bool = True


def since(waiting: Sequence[Reply]) -> dict[int, Since]:
    """Return by its key what others wrote, and what the customer changed, since the author of each reply looked.

    Cost: two queries, however many wait.
    """
    if not waiting:
        return {}
    theirs = reduce(or_, (Q(conversation=reply.conversation_id) & _unseen(reply) for reply in waiting))
    said = Message.objects.filter(theirs).select_related("identity", "reply__author").order_by("-pk")[:MOST_ROWS]
    ours = reduce(or_, (Q(conversation=reply.conversation_id, pk__gt=_seen(reply).reply) for reply in waiting))
    answers = Reply.objects.filter(ours, message=None).exclude(state=Reply.State.DRAFT).select_related("author")
    messages, replies = list(said), list(answers.order_by("-pk")[:MOST_ROWS])
    fits = max(len(messages), len(replies)) < MOST_ROWS
    return {reply.pk: _of(reply, messages, replies, fits=fits) for reply in waiting}


def _seen(reply: Reply) -> Seen:
    return Seen.of(reply.seen) if reply.seen else Seen(reply=reply.pk)


def _unseen(reply: Reply) -> Q:
    if not reply.seen:
        return Q(received_at__gt=reply.written_at)
    return Q(pk__gt=_seen(reply).message) | _seen(reply).changed_since()


def _of(reply: Reply, messages: Sequence[Message], replies: Sequence[Reply], *, fits: bool) -> Since:
    here = [message for message in messages if message.conversation_id == reply.conversation_id]
    new = [New(how, message, _at(how, message)) for message in here if (how := _how(reply, message))]
    new += [
        New("answered", other, other.written_at) for other in replies
        if other.conversation_id == reply.conversation_id and _is_anothers(reply, other)
    ]  # fmt: skip
    whole = fits and len(new) <= MOST_NEW and all(len(one.said.text) <= MOST_CHARACTERS for one in new)
    return Since(sorted(new, key=lambda one: one.at)[:MOST_NEW], whole)


def _how(reply: Reply, message: Message) -> str:
    """Return how a message is news to the author of a reply; "" where they had seen it, or it is their own."""
    seen = _seen(reply)
    is_new = message.pk > seen.message if reply.seen else message.received_at > reply.written_at
    if is_new:
        own = getattr(message, "reply", None)
        return "" if own and not _is_anothers(reply, own) else "taken away" if message.removed_at else "new"
    return seen.how_changed(message)


def _at(how: str, message: Message) -> datetime:
    changed = {"edited": message.edited_at, "taken away": message.removed_at}.get(how)
    return changed or message.received_at


def _is_anothers(reply: Reply, other: Reply) -> bool:
    return other.author_id != reply.author_id and other.pk > _seen(reply).reply
