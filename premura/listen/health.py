"""Whether we still hear a channel."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from premura import journal
from premura.models import Channel, Event

Deed = Event.Deed


def lost(channel: Channel, why: str) -> None:
    """Note, once, that a channel no longer accepts our credentials."""
    with transaction.atomic():
        rows = Channel.objects.filter(pk=channel.pk, trouble="")
        if rows.update(trouble=why, trouble_since=timezone.now()):
            journal.write(Deed.CHANNEL_LOST, channel, why=why)


def told_to_wait(channel: Channel, seconds: int) -> None:
    """Note that the network asked us to slow down."""
    until = timezone.now() + timedelta(seconds=seconds)
    Channel.objects.filter(pk=channel.pk).update(wait_until=until, asked_at=timezone.now())
