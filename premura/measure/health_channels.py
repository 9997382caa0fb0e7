"""Are the channels well?"""

from collections.abc import Iterator

from django.utils import timezone

from premura import vault
from premura.measure.complaint import Complaint
from premura.models import Channel

MOST = 1000


def channels() -> Iterator[Complaint]:
    """Every channel is connected"""
    for channel in Channel.objects.exclude(trouble="").order_by("pk")[:MOST]:
        since = f", since {channel.trouble_since:%Y-%m-%d %H:%M} UTC" if channel.trouble_since else ""
        yield Complaint(
            "channel lost",
            f"{_named(channel)}: {channel.trouble.rstrip('.')}{since}. Reconnect it under Channels",
            {"channel": channel.pk, "network": channel.network},
        )


def deaf() -> Iterator[Complaint]:
    """Every channel is heard"""
    now = timezone.now()
    quiet = Channel.objects.filter(trouble="").exclude(sealed=b"").order_by("asked_at")[:MOST]
    for channel in quiet:
        if channel.is_deaf(now):
            last = f"{channel.asked_at:%Y-%m-%d %H:%M} UTC" if channel.asked_at else "it was connected"
            yield Complaint(
                "channel deaf",
                f"{_named(channel)}: it has not answered since {last}. Nothing new from there is in the inbox. "
                "Test it under Channels; if others are deaf too, see that a worker runs and reaches the network",
                {"channel": channel.pk, "network": channel.network},
            )


def secrets() -> Iterator[Complaint]:
    """Every channel's secret can be opened with our keys"""
    for channel in Channel.objects.exclude(sealed=b"").order_by("pk")[:MOST]:
        try:
            vault.unseal(bytes(channel.sealed))
        except vault.Sealed:
            yield Complaint(
                "secret sealed",
                f"{_named(channel)}: sealed with a key that is not among PREMURA_KEYS. Nothing is read or sent there. "
                "Put the old key back behind the current one, or reconnect it under Channels",
                {"channel": channel.pk, "network": channel.network},
            )


def _named(channel: Channel) -> str:
    return f"{channel} ({channel.network})"
