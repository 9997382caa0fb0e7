"""Whether we still hear a channel."""

from datetime import timedelta

from django.utils import timezone

from premura.models import Channel


def told_to_wait(channel: Channel, seconds: int) -> None:
    """Note that the network asked us to slow down."""
    until = timezone.now() + timedelta(seconds=seconds)
    Channel.objects.filter(pk=channel.pk).update(wait_until=until, asked_at=timezone.now())
