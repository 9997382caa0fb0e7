"""Whose hook is it?"""

from dataclasses import dataclass

from premura import vault
from premura.models import Channel
from premura.networks.contract import Can, Disconnected, Network


@dataclass(frozen=True, slots=True)
class Hook:
    """The channel that a network calls about, and the adapter that can tell whether it is really the network."""

    channel: int
    adapter: Network


def find(network: str, key: str) -> Hook | None:
    """Return the hook of this key; None when there is none, or the network knows no webhooks."""
    channel = Channel.objects.filter(network=network, hook_key=key).first()
    if channel is None:
        return None
    try:
        with vault.opened(channel) as adapter:
            return Hook(channel.pk, adapter) if Can.VOUCH in adapter.can else None
    except Disconnected:
        return None
