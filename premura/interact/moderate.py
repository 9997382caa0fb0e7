"""What we do to a message on its network: what can be done there, and what becomes of a deed that was noted.

A deed is noted first and done by a job; a network that refuses takes it back.  What is done to others' words is an
act with a snapshot: see `acts`.
"""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from premura import journal
from premura.models import Act, Agent, Channel, Event, Message, Reply, WrongState
from premura.networks import NETWORKS
from premura.networks.contract import Can, Network, Refused, Unclear, Unreachable
from premura.networks.failures import Gone

Deed = Event.Deed
REMOVED = "removed"  # why an act is over: its author took away what it is about


class NotPossible(Exception):
    """The network knows no such thing, or not for this message.  Nothing was done."""


def may(message: Message, can: Can) -> bool:
    """Whether `can` makes sense for this message now.  What others wrote is only deleted by `acts`."""
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


def can_hide(message: Message) -> bool:
    """Whether the network can hide such a message at all."""
    network = NETWORKS[message.conversation.channel.network]
    return Can.HIDE in network.can and not message.is_ours and not message.conversation.private


def bans(channel: Channel) -> bool:
    """Whether a ban can be told to the network; elsewhere it is a mark of ours alone."""
    return Can.BAN in NETWORKS[channel.network].can and bool(channel.sealed)


def like(message: Message, by: Agent) -> None:
    """Like what they wrote.  Raises NotPossible."""
    if not may(message, Can.LIKE):
        raise NotPossible(f"cannot like message {message.pk}")
    message.liked_at = timezone.now()
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(liked_at=message.liked_at)
        journal.write(Deed.LIKED, message.conversation, by, message=message.pk)


def unhide(message: Message, by: Agent) -> None:
    """Show again what was hidden at the network's own screens.  Raises NotPossible."""
    if not may(message, Can.UNHIDE):
        raise NotPossible(f"cannot unhide message {message.pk}")
    message.hidden_at = None
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(hidden_at=None)
        journal.write(Deed.UNHIDDEN, message.conversation, by, message=message.pk)


def carry_out(deed: str, message: Message, network: Network, act: Act | None = None) -> bool:
    """Do on the network what was noted.  What it refuses is taken back, and said so in the journal.

    Returns whether the message may still be there; else its author took it away, and nothing is left to do to it.
    Raises Unreachable when it is to be tried again: done twice, these deeds do no more than done once.
    """
    if act is not None and deed == Deed.UNHIDDEN and act.trouble:
        return True  # it never was hidden there
    try:
        if act is not None and act.deed == Act.Deed.BAN:
            _ban(act, message, network)
            return True
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
        of_message = deed != Deed.LIKED and (act is None or act.deed != Act.Deed.BAN)
        if isinstance(error, Gone) and of_message:
            _nothing_left(deed, message, act)
            return False
        take_back(deed, message, str(error), act)
    except Unclear as error:
        raise Unreachable(str(error)) from error
    return True


def _ban(act: Act, message: Message, network: Network) -> None:
    """Tell the network what holds of the author now: a ban and its end may come to us in either order."""
    if message.identity is None:
        return
    standing = Act.objects.filter(brand=act.brand_id, deed=Act.Deed.BAN, state=Act.State.DONE)
    if standing.filter(message__identity=message.identity).exists():
        network.ban(message.identity.key, timezone.now())
    else:
        network.unban(message.identity.key)


def _nothing_left(deed: str, message: Message, act: Act | None) -> None:
    """Close what was to be done to a message that is gone.  What is shown again, or deleted, is so without us."""
    if deed == Deed.DELETED:
        return
    with transaction.atomic():
        if deed == Deed.HIDDEN:
            Message.objects.filter(pk=message.pk).update(hidden_at=None)
            if act is not None:
                _fail(act, deed, REMOVED)
        journal.write(Deed.NOT_DONE, message.conversation, message=message.pk, undone=deed, why=REMOVED, how=REMOVED)


def take_back(deed: str, message: Message, why: str, act: Act | None = None) -> None:
    """Undo what was noted of a deed that the network did not do."""
    field = {Deed.LIKED: "liked_at", Deed.HIDDEN: "hidden_at", Deed.DELETED: "removed_at"}.get(Event.Deed(deed))
    with transaction.atomic():
        if act is not None and not _fail(act, deed, why):
            return
        if act is not None and act.deed == Act.Deed.BAN:
            pass  # the act says it all
        elif field:
            Message.objects.filter(pk=message.pk).update(**{field: None})
        else:
            Message.objects.filter(pk=message.pk).update(hidden_at=timezone.now())
        journal.write(Deed.NOT_DONE, message.conversation, message=message.pk, undone=deed, why=why)


def _fail(act: Act, deed: str, why: str) -> bool:
    """Note that the network did not do what an act says.  Return whether there is something to take back."""
    if deed == Deed.UNHIDDEN:
        act.stand(why)
        return True
    try:
        act.fail(why)
    except WrongState:  # undone meanwhile: it is as if it never was
        Act.objects.filter(pk=act.pk).update(trouble=why)
        return False
    untell(act)
    return True


def untell(act: Act) -> None:
    """Call back the public line of an act that holds no more; where it has left already, a person sees that."""
    now = Act.objects.filter(pk=act.pk).values("told")  # a line that was begun may have been sent since
    told = Reply.objects.select_related("conversation", "author").filter(pk__in=now).first()
    if told is not None:
        with suppress(WrongState):
            told.withdraw()
            journal.write(Deed.REPLY_WITHDRAWN, told.conversation, told.author, reply=told.pk)
