"""Poll: ask a network for what is new, for what was before, and how things stand now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from premura import vault
from premura.listen import health, receive
from premura.models import Channel, Message
from premura.networks import NETWORKS
from premura.networks.contract import Busy, Can, Disconnected, Network, NetworkError, Page, Refused
from premura.prepare import channels

MOST_PAGES = 20
LOOK_UP_BACK = timedelta(days=3)
LOOK_UP_AT_ONCE = 100
MOST_LOOKED_UP = 500
WATCH_EVERY = timedelta(seconds=30)
WATCH_REFUSED = timedelta(minutes=5)


def due(now: datetime) -> list[Channel]:
    """Return the channels that are to be asked now."""
    polled = [name for name, network in NETWORKS.items() if Can.POLL in network.can]
    found = Channel.objects.filter(Q(wait_until=None) | Q(wait_until__lte=now), network__in=polled, trouble="")
    found = found.exclude(sealed=b"").order_by("asked_at")[:1000]
    return [c for c in found if c.asked_at is None or c.asked_at <= now - _every(c)]


def poll(channel: Channel) -> int:
    """Ask for what is new and keep it; return how many bodies came.

    A network that cannot be reached is asked again in its turn; one that lost trust in us is marked.
    """
    kept = 0
    try:
        with vault.opened(channel) as network:
            for _ in range(MOST_PAGES):
                page = network.poll(channel.cursor)
                kept += _keep(channel, page)
                if not page.more or page.wait_s:
                    break
            kept += _watch(channel, network)
    except NetworkError as error:
        note_failure(channel, error)
    return kept


def _watch(channel: Channel, network: Network) -> int:
    """Ask what others said with the channel's hashtags, every 30 seconds at most, and keep it.

    A network that refuses just this is asked for its hashtags later; who names us is heard all the same.
    """
    if not channel.hashtags or Can.WATCH not in network.can or not _may_watch(channel):
        return 0
    kept = 0
    try:
        for _ in range(MOST_PAGES):
            page = network.watch(channel.hashtags, channel.watch_cursor)
            kept += _keep_watched(channel, page)
            if not page.more or page.wait_s:
                break
    except Disconnected:
        raise
    except Refused:
        later = timezone.now() + WATCH_REFUSED
        Channel.objects.filter(pk=channel.pk).update(watched_at=later)
    return kept


def _may_watch(channel: Channel) -> bool:
    """Take this turn, unless the network asked us to wait or another asked a moment ago."""
    now = timezone.now()
    may = Channel.objects.filter(Q(wait_until=None) | Q(wait_until__lte=now), pk=channel.pk)
    return bool(may.filter(Q(watched_at=None) | Q(watched_at__lte=now - WATCH_EVERY)).update(watched_at=now))


def _keep_watched(channel: Channel, page: Page) -> int:
    with transaction.atomic():
        Channel.objects.filter(pk=channel.pk, watch_cursor=channel.watch_cursor).update(watch_cursor=page.cursor)
        if page.wait_s:
            health.told_to_wait(channel, page.wait_s)
        kept = _keep_all(channel, page.bodies, "watch")
    channel.watch_cursor = page.cursor
    return kept


def backfill(channel: Channel, since: datetime) -> int:
    """Fetch and keep all that was said since; return how many bodies came.  Raises NetworkError."""
    kept = 0
    with vault.opened(channel) as network:
        for bodies in network.backfill(since):
            receive.keep([(channel.pk, "backfill", body) for body in bodies])
            kept += len(bodies)
    return kept


def look_up(channel: Channel) -> int:
    """Ask how the messages of the last days stand now; return how many bodies came."""
    now = timezone.now()
    recent = Message.objects.filter(channel=channel, received_at__gt=now - LOOK_UP_BACK, removed_at=None)
    refs = list(recent.order_by("-received_at").values_list("ref", flat=True)[:MOST_LOOKED_UP])
    kept = 0
    try:
        with vault.opened(channel) as network:
            for start in range(0, len(refs), LOOK_UP_AT_ONCE):
                kept += _keep_all(channel, network.look_up(refs[start : start + LOOK_UP_AT_ONCE], now))
    except NetworkError as error:
        note_failure(channel, error)
    return kept


def refresh(channel: Channel) -> None:
    """Trade the credentials for fresh ones; a network that refuses for good is marked as lost."""
    try:
        with vault.opened(channel) as network:
            network.keep(network.refresh())
    except NetworkError as error:
        note_failure(channel, error)


def note_failure(channel: Channel, error: NetworkError) -> None:
    """Note what a failure to read means for the channel."""
    if isinstance(error, Busy):
        health.told_to_wait(channel, error.retry_after_s)
    elif isinstance(error, Disconnected):
        channels.lost(channel, str(error))
    elif isinstance(error, Refused):
        # It answers, and will say the same the next time: leave it alone for a while.
        health.told_to_wait(channel, 300)


def can(channel: Channel, what: Can) -> bool:
    return what in NETWORKS[channel.network].can


def _every(channel: Channel) -> timedelta:
    network: type[Network] = NETWORKS[channel.network]
    # Half a beat less, so that a clock that ticks as often does not miss every other turn.
    return timedelta(seconds=network.poll_every_s * 0.9)


def _keep(channel: Channel, page: Page) -> int:
    now = timezone.now()
    with transaction.atomic():
        # Of two that asked at once, the second changes nothing; what it keeps is stored once all the same.
        Channel.objects.filter(pk=channel.pk, cursor=channel.cursor).update(
            cursor=page.cursor,
            asked_at=now,
            wait_until=now + timedelta(seconds=page.wait_s) if page.wait_s else None,
        )
        kept = _keep_all(channel, page.bodies, "poll")
    channel.cursor = page.cursor
    return kept


def _keep_all(channel: Channel, bodies: Sequence[bytes], way: str = "look up") -> int:
    receive.keep([(channel.pk, way, body) for body in bodies])
    return len(bodies)
