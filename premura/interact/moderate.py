"""What we do to a message other than answering it: like, hide, show again, delete.

The deed is noted first and done by a job; a network that refuses takes it back.
"""

from django.db import transaction
from django.utils import timezone

from premura import journal
from premura.models import Agent, Event, Message
from premura.networks import NETWORKS
from premura.networks.contract import Can, Network, Refused

Deed = Event.Deed


class NotPossible(Exception):
    """The network knows no such thing, or not for this message.  Nothing was done."""


def may(message: Message, can: Can) -> bool:
    """Whether `can` makes sense for this message now."""
    channel = message.conversation.channel
    if can not in NETWORKS[channel.network].can or not channel.sealed or message.removed_at:
        return False
    match can:
        case Can.LIKE:
            return not message.is_ours and message.liked_at is None
        case Can.HIDE:
            return not message.is_ours and message.hidden_at is None and not message.conversation.private
        case Can.UNHIDE:
            return message.hidden_at is not None
        case Can.DELETE:
            return message.is_ours
    return False


def like(message: Message, by: Agent) -> None:
    """Like what they wrote.  Raises NotPossible."""
    _note(message, by, Can.LIKE, Deed.LIKED, liked_at=timezone.now())


def hide(message: Message, by: Agent) -> None:
    """Hide a comment from others: the default, before deleting.  Raises NotPossible."""
    _note(message, by, Can.HIDE, Deed.HIDDEN, hidden_at=timezone.now())


def unhide(message: Message, by: Agent) -> None:
    """Show a hidden comment again.  Raises NotPossible."""
    _note(message, by, Can.UNHIDE, Deed.UNHIDDEN, hidden_at=None)


def delete(message: Message, by: Agent) -> None:
    """Delete what we wrote.  Raises NotPossible."""
    _note(message, by, Can.DELETE, Deed.DELETED, removed_at=timezone.now())


def carry_out(deed: str, message: Message, network: Network) -> None:
    """Do on the network what was noted.  What it refuses is taken back, and said so in the journal."""
    try:
        match deed:
            case Deed.LIKED:
                network.like(message.ref, timezone.now())
            case Deed.HIDDEN:
                network.hide(message.ref)
            case Deed.UNHIDDEN:
                network.unhide(message.ref)
            case Deed.DELETED:
                network.delete(message.ref)
    except Refused as error:
        take_back(deed, message, str(error))


def _note(message: Message, by: Agent, can: Can, deed: Event.Deed, **changes: object) -> None:
    if not may(message, can):
        raise NotPossible(f"cannot {can} message {message.pk}")
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**changes)
        for name, value in changes.items():
            setattr(message, name, value)
        journal.write(deed, message.conversation, by, message=message.pk)


def take_back(deed: str, message: Message, why: str) -> None:
    """Undo what was noted of a deed that the network did not do."""
    field = {Deed.LIKED: "liked_at", Deed.HIDDEN: "hidden_at", Deed.DELETED: "removed_at"}.get(Event.Deed(deed))
    with transaction.atomic():
        if field:
            Message.objects.filter(pk=message.pk).update(**{field: None})
        else:
            Message.objects.filter(pk=message.pk).update(hidden_at=timezone.now())
        journal.write(Deed.NOT_DONE, message.conversation, message=message.pk, undone=deed, why=why)
