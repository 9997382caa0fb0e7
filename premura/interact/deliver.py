"""Deliver: a released reply leaves this house, once."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from premura import journal
from premura.interact import freeze, leaving, promise
from premura.listen import echoes
from premura.models import Agent, Conversation, Event, Message, Reply, WrongState
from premura.networks.contract import (
    Can,
    Disconnected,
    Kind,
    Network,
    NetworkError,
    Outgoing,
    Receipt,
    Unclear,
    Unreachable,
    Upload,
)
from premura.prepare import channels

Deed = Event.Deed
MOST_TRIES = 6
STUCK_AFTER = timedelta(minutes=2)
FORGOTTEN_AFTER = timedelta(minutes=30)  # later than its own job asks again
LOOKED_AGAIN_AFTER = timedelta(minutes=2)  # what was let go no longer ago leaves as it was then
STOPPED = "stopped: "  # trouble of a reply that we stopped, not the network; then why
WITH_IT = ("conversation__channel", "channel", "to", "follows__message")  # what sending needs


def deliver(reply: Reply, network: Network) -> None:
    """Hand a released reply to its network.

    Never sends twice: a late reply is forgiven, a double one is screenshotted.  The
    reply is marked as on its way before the call, and an outcome that cannot be
    known is looked up on the network, or left for a person to look at.  On a frozen account
    it waits; what was tried before, or waited, is looked at again first.

    Raises Unreachable when it is to be tried again later; WrongState when it is not ready.
    """
    now = timezone.now()
    if freeze.holds(reply):
        freeze.keep(reply)
        return
    if reply.may("take") and _waited(reply, now) and (why := leaving.against(reply, now)):
        _stop(reply, **why)
        return
    reply.take()
    try:
        receipt = _say(reply, network)
    except Unreachable as error:
        _put_back(reply, str(error))
        raise
    except Unclear as error:
        _lose(reply, str(error))
    except NetworkError as error:
        give_up(reply, error)
    else:
        arrived(reply, receipt)


def look_for(reply: Reply, network: Network) -> None:
    """Find out what became of a reply whose sending broke off, and act on it.

    Raises Unreachable when the network cannot be asked now.
    """
    if Can.FIND not in network.can:
        if reply.state == Reply.State.SENDING:
            _lose(reply, f"{network.name} cannot be asked whether it took it")
        return
    try:
        receipt = network.find(_answers(reply), _outgoing(reply))
    except Unclear as error:
        if reply.state == Reply.State.SENDING:
            _lose(reply, str(error))
        return
    if receipt is not None:
        arrived(reply, receipt)
    elif reply.state == Reply.State.SENDING:
        _put_back(reply, "it was not there")
    else:
        reply.try_again()


def stuck(now: datetime) -> list[Reply]:
    """Return replies whose sending broke off, and released ones that no job cares for any more.  At most a hundred."""
    before = now - STUCK_AFTER  # what had to wait counts from when it could leave
    came_late = Q(leaves_at__gte=before) | Q(changed_at__gte=before) | Q(follows__sent_at__gte=before)
    never_tried = Q(state=Reply.State.READY, taken_at=None, written_at__lt=before) & ~came_late
    given_up = Q(state=Reply.State.READY, taken_at__lt=now - FORGOTTEN_AFTER)
    thawed = Q(state=Reply.State.READY, trouble=freeze.TROUBLE)
    broke_off = Q(state=Reply.State.SENDING, taken_at__lt=now - STUCK_AFTER)
    found = Reply.objects.filter(broke_off | ((never_tried | given_up | thawed) & ~freeze.HELD_UP))
    return list(found.select_related(*WITH_IT).order_by("pk")[:100])


def settle(reply: Reply, by: Agent, *, stands: bool, seen: str = "") -> None:
    """Say of an unclear reply, after looking, that it stands there, or that it is to be sent again.

    Raises WrongState; CannotReply where it is not sent again: see `try_again`.
    """
    with transaction.atomic():
        if stands:
            reply.arrive(reply.url, reply.message, timezone.now())
            _answered(reply)
            let_follow(reply)
        else:
            _look_again(reply, seen)
            reply.try_again()
        deed = Deed.REPLY_SETTLED if stands else Deed.REPLY_RELEASED
        journal.write(deed, reply.conversation, by, reply=reply.pk, stands=stands)


def try_again(reply: Reply, by: Agent, seen: str = "") -> None:
    """Send a reply again that certainly failed.  Takes `seen`: how far `by` has read.

    Raises WrongState for any other; CannotReply where its account is frozen, somebody wrote since, the network's time
    is over, or the guard is against it: it stays as it is.
    """
    if reply.state != Reply.State.FAILED:
        raise WrongState(reply, "try_again")
    with transaction.atomic():
        _look_again(reply, seen)
        reply.try_again()
        journal.write(Deed.REPLY_RELEASED, reply.conversation, by, reply=reply.pk)


def _look_again(reply: Reply, seen: str) -> None:
    # Two agents who send at once come here one after the other.
    Conversation.objects.select_for_update().get(pk=reply.conversation_id)
    freeze.refuse(reply)
    leaving.look_again(reply, timezone.now(), seen=seen)
    Reply.objects.filter(pk=reply.pk).update(seen=seen or reply.seen)


def _waited(reply: Reply, now: datetime) -> bool:
    """Whether something may have changed since a reply was let go: it was tried before, or waited."""
    let_go = max(filter(None, (reply.leaves_at, reply.changed_at, reply.written_at)))
    return bool(reply.tries or reply.trouble) or now - let_go > LOOKED_AGAIN_AFTER


def _stop(reply: Reply, *, why: str, rules: Sequence[str] = ()) -> None:
    """Note that we did not send it after all: it stays in its thread, with the reason, for its author."""
    with transaction.atomic():
        reply.fail(" ".join([STOPPED + why, *rules]))
        journal.write(Deed.REPLY_FAILED, reply.conversation, reply=reply.pk, why=why, rules=list(rules))


def arrived(reply: Reply, receipt: Receipt) -> None:
    """Note that a reply stands on its network.  Its echo may have come before us."""
    conversation, now = reply.conversation, timezone.now()
    alone = reply.private and not conversation.private  # it opens a conversation of its own: which, its echo tells
    with transaction.atomic():
        message, _ = Message.objects.get_or_create(
            channel_id=conversation.channel_id,
            key=receipt.key,
            defaults={
                "brand_id": reply.brand_id,
                "conversation": conversation,
                "parent": (_before(reply) or reply.to).key,
                "root": receipt.key if alone else conversation.root,
                "kind": Kind.DIRECT if alone else reply.to.kind,
                "text": reply.text,
                "language": reply.written_in,
                "url": receipt.url,
                "ref": dict(receipt.ref),
                "written_at": now,
                "received_at": now,
            },
        )
        if alone and message.conversation_id != conversation.pk:
            echoes.hand_over({message.conversation_id: (conversation.pk, reply.written_at)})
        reply.arrive(receipt.url, message, now)
        _answered(reply)
        let_follow(reply)
        journal.write(Deed.REPLY_SENT, conversation, reply=reply.pk, url=receipt.url)


def let_follow(reply: Reply) -> None:
    """Release the next part of a thread, in the transaction that saw the part before arrive."""
    # Locked: what is called back meanwhile is a draft, and a draft could be released.
    following = Reply.objects.select_for_update().filter(follows=reply, state=Reply.State.SCHEDULED).first()
    if following is None or freeze.holds(following):
        return  # after the thaw the timetable lets it go
    with suppress(WrongState):  # called back meanwhile
        following.release(following.approver)
        journal.write(
            Deed.REPLY_RELEASED, reply.conversation, following.approver or following.author, reply=following.pk
        )


def _before(reply: Reply) -> Message | None:
    """Return the part of a thread before this one, where it stands."""
    return reply.follows.message if reply.follows else None


def _answers(reply: Reply) -> dict[str, str]:
    """Return what the network needs to find what is answered: their message, or the part of ours before this one."""
    before = _before(reply)
    return dict(reply.to.ref) | dict(before.ref if before else {})


def _answered(reply: Reply) -> None:
    # Who wrote again while our reply was on its way is still waiting.
    conversation = reply.conversation
    later = conversation.messages.filter(identity__isnull=False, removed_at=None, received_at__gt=reply.written_at)
    first = later.order_by("written_at").values_list("written_at", flat=True).first()
    now = timezone.now()
    if first is None:
        with suppress(WrongState):  # closed meanwhile: it stays closed
            conversation.wait(now)
    Conversation.objects.filter(pk=conversation.pk).update(
        waiting_since=first, last_out_at=now, last_at=max(now, conversation.last_at)
    )
    promise.said(reply)


def _say(reply: Reply, network: Network) -> Receipt:
    out, to = _outgoing(reply), _answers(reply)
    if reply.conversation.private:
        return network.write(to, out)
    if reply.private:
        return network.reply_privately(to, out)
    return network.reply(to, out)


def _outgoing(reply: Reply) -> Outgoing:
    uploads = tuple(Upload(a.name, a.mime, bytes(a.data), a.alt) for a in reply.attachments.order_by("pk")[:20])
    return Outgoing(reply.key, reply.text, reply.written_at, reply.written_in, uploads)


def _put_back(reply: Reply, why: str) -> None:
    if reply.tries >= MOST_TRIES:
        give_up(reply, NetworkError(why))
    else:
        reply.put_back(why)


def _lose(reply: Reply, why: str) -> None:
    with transaction.atomic():
        reply.lose(why)
        journal.write(Deed.REPLY_UNCLEAR, reply.conversation, reply=reply.pk)


def give_up(reply: Reply, error: NetworkError) -> None:
    """Note that a reply certainly was not sent; a channel that lost our credentials is marked."""
    channel = reply.voice
    with transaction.atomic():
        reply.fail(str(error))
        if isinstance(error, Disconnected):
            channels.lost(channel, str(error))
        journal.write(Deed.REPLY_FAILED, reply.conversation, reply=reply.pk, why=str(error))
