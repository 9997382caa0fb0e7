"""Freeze: in one tap nothing leaves an account any more, until a lead lets it.  What is written waits.  P86."""

from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from premura import bell, journal
from premura.interact.refusals import Frozen
from premura.models import Agent, Brand, Channel, Event, Reply

Deed = Event.Deed
State = Reply.State
MOST_CHANNELS = 500
MOST_RUNG = 500
TROUBLE = "frozen"  # of a reply that was on its way: it is looked at again before it goes on
# Replies whose account is frozen: that of another handle of ours where one says it, else the conversation's.
HELD_UP = Q(channel__frozen_at__isnull=False) | Q(channel=None, conversation__channel__frozen_at__isnull=False)


def freeze(brand: Brand, by: Agent, only: Channel | None = None) -> int:
    """Stop all that would leave the brand's accounts, or `only` one; return how many this stopped.

    What is frozen already stays so, under the name of who froze it first.  Hiding and deleting go on.
    """
    with transaction.atomic():
        going = _locked(brand, only).filter(frozen_at=None)
        names = {channel.pk: channel.name for channel in going[:MOST_CHANNELS]}
        Channel.objects.filter(pk__in=names).update(frozen_at=timezone.now(), frozen_by=by)
        _told(Deed.FROZEN, brand, by, only, names)
    return len(names)


def thaw(brand: Brand, by: Agent, only: Channel | None = None) -> int:
    """Let the brand's accounts, or `only` one, send again; return how many were frozen.

    What waited is looked at again, and leaves, by the timetable's next round (`leaving.due`, `deliver.stuck`).
    """
    with transaction.atomic():
        stopped = _locked(brand, only).filter(frozen_at__isnull=False)
        names = {channel.pk: channel.name for channel in stopped[:MOST_CHANNELS]}
        Channel.objects.filter(pk__in=names).update(frozen_at=None, frozen_by=None)
        _told(Deed.THAWED, brand, by, only, names)
    return len(names)


def frozen(brand: Brand) -> list[Channel]:
    """Return the brand's frozen accounts, each with who froze it, by name.  One query."""
    found = Channel.objects.filter(brand=brand, frozen_at__isnull=False).select_related("frozen_by")
    return list(found.order_by("name", "pk")[:MOST_CHANNELS])


def holds(reply: Reply) -> bool:
    """Whether the account that says a reply is frozen now, whatever was read of it before.  One query."""
    said_by = reply.channel_id or reply.conversation.channel_id
    return Channel.objects.filter(pk=said_by, frozen_at__isnull=False).exists()


def refuse(reply: Reply) -> None:
    """Raise Frozen where the account that says a reply is frozen."""
    if holds(reply):
        raise Frozen(str(reply.voice))


def keep(reply: Reply) -> None:
    """Note of a reply that was on its way that it waits for a thaw."""
    Reply.objects.filter(pk=reply.pk, state=State.READY).exclude(trouble=TROUBLE).update(trouble=TROUBLE)


def _locked(brand: Brand, only: Channel | None) -> QuerySet[Channel]:
    found = Channel.objects.select_for_update(no_key=True).filter(brand=brand).order_by("pk")
    return found.filter(pk=only.pk) if only else found


def _told(deed: Event.Deed, brand: Brand, by: Agent, only: Channel | None, names: dict[int, str]) -> None:
    """Write it down, once, and tell the screens on which something waits."""
    if not names:
        return
    journal.write(deed, only or brand, by, names=sorted(names.values()))
    waits = Reply.objects.filter(brand=brand, state__in=[State.SCHEDULED, State.READY])
    waits = waits.filter(Q(channel__in=names) | Q(channel=None, conversation__channel__in=names))
    rung = list(waits.values_list("conversation", flat=True).distinct()[:MOST_RUNG])
    if rung:
        transaction.on_commit(partial(bell.ring, brand.pk, rung))
