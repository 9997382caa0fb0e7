"""A second person's yes or no to a reply that they did not write."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from premura import journal
from premura.interact import approvals, freeze, leaving, tongue
from premura.interact import reply as replying
from premura.interact.refusals import BeyondYou, OwnReply
from premura.models import Agent, Conversation, Event, Reply, WrongState
from premura.prepare import allowances

Deed = Event.Deed
State = Reply.State


def cools(reply: Reply) -> bool:
    """Whether it waits because of the heat that it was written in."""
    hot = any(line.get("severity") == "delay" for line in reply.objections)
    return reply.state == State.SCHEDULED and reply.approver_id is None and hot


def approve(reply: Reply, by: Agent, seen: str = "", text: str = "") -> None:
    """Say yes: it leaves now, or at its time, with `text` where `by` changed it.  What cools leaves at once.

    It is looked at again, as things are now.  On a frozen account a yes is kept, and it leaves after the thaw.
    Raises OwnReply, WrongState when it no longer waits, SomethingCameIn when they wrote since `by` looked, BeyondYou
    where it grants more than `by` may decide, Frozen for what cools on a frozen account, CannotReply where the changed
    text does not fit, the network's time is over, or the guard is against it.
    """
    if reply.author_id == by.pk:
        raise OwnReply(reply)
    if not cools(reply) and reply.state != State.HELD:
        raise WrongState(reply, "release")
    changed = text.strip() if text.strip() and _differs(text, reply.text) else ""
    if changed:
        replying.check_fits(reply, changed)
    rest = [] if changed else leaving.rest_of([reply.pk]).get(reply.pk, [])
    limits = allowances.table(reply.brand_id)
    if too_much := beyond(reply, rest, limits, approvals.role(reply.conversation, by), changed):
        raise BeyondYou(too_much)
    with transaction.atomic():
        Conversation.objects.select_for_update().get(pk=reply.conversation_id)
        leaving.still_waits(reply, reply.state)
        at = _later(reply) if reply.state == State.HELD else None
        leaving.look_again(reply, timezone.now(), seen=seen, text=changed, at=at)
        words = {"text": changed, "language": tongue.of(changed)} if changed else {}
        changes = {"seen": seen or reply.seen, "changed_at": timezone.now()} | words
        Reply.objects.filter(pk=reply.pk).update(**changes)
        if reply.state == State.HELD:
            replying.send(reply, by, at, approver=by)
        else:
            freeze.refuse(reply)
            reply.release(by)
            journal.write(Deed.REPLY_RELEASED, reply.conversation, by, reply=reply.pk)


def beyond(
    reply: Reply, rest: Sequence[Reply], limits: allowances.Table, role: str, text: str = ""
) -> list[dict[str, str]]:
    """Return what in a reply, with the `rest` of its thread, goes beyond what a role may decide; or in its new `text`.

    What cools went out by its author's own word: only a changed text is looked at.
    """
    if cools(reply) and not text:
        return []
    said = text or leaving.whole(reply, rest)
    return allowances.beyond(limits, role, said, reply.promised_for, our_mistake=reply.our_mistake)


def send_back(reply: Reply, by: Agent, words: str) -> None:
    """Give back what is held or cools to its author, with a word.  Raises OwnReply and WrongState."""
    if reply.author_id == by.pk:
        raise OwnReply(reply)
    if not cools(reply) and reply.state != State.HELD:
        raise WrongState(reply, "hold")
    with transaction.atomic():
        leaving.still_waits(reply, reply.state)
        leaving.to_draft(reply)
        journal.write(Deed.REPLY_REFUSED, reply.conversation, by, reply=reply.pk, why=words.strip()[:500])


def _differs(text: str, from_text: str) -> bool:
    # A form gives line ends back in its own way.
    return text.replace("\r\n", "\n").strip() != from_text.replace("\r\n", "\n").strip()


def _later(reply: Reply) -> datetime | None:
    return reply.leaves_at if reply.leaves_at and reply.leaves_at > timezone.now() else None
