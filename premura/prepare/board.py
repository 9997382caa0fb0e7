"""The presence board: for each channel, is anybody there?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, Max, Min, Q

from premura.models import Channel, Conversation

State = Conversation.State
NO_EYE_AFTER = timedelta(minutes=30)


class Health(StrEnum):
    WELL = "well"
    DISCONNECTED = "disconnected"  # by one of us
    LOST = "lost"  # the network no longer lets us in
    DEAF = "deaf"  # connected, and nothing is heard
    WAITING = "waiting"  # it asked us to slow down


@dataclass(frozen=True, slots=True)
class Row:
    """One channel, and how it is."""

    channel: Channel
    health: Health
    waiting: int  # conversations that are our turn and have no answer
    oldest: datetime | None  # since when the oldest of them waits
    answered: datetime | None  # when we last answered here
    looked: datetime | None  # when one of us last looked
    unseen: bool  # somebody waits, and nobody has looked for long


def health(channel: Channel, now: datetime) -> Health:
    """Return how the connection is, the worst first."""
    if channel.trouble:
        return Health.LOST
    if not channel.sealed:
        return Health.DISCONNECTED
    if channel.wait_until and channel.wait_until > now:
        return Health.WAITING
    return Health.DEAF if channel.is_deaf(now) else Health.WELL


def board(channels: Sequence[Channel], now: datetime) -> list[Row]:
    """Return a row for each channel, in the order given.  Costs one look over the channels' conversations."""
    ours = Q(state=State.OPEN, waiting_since__isnull=False)
    found = Conversation.objects.filter(channel__in=channels).values("channel").order_by()
    figures = {
        row["channel"]: row
        for row in found.annotate(
            waiting=Count("pk", filter=ours),
            oldest=Min("waiting_since", filter=ours),
            answered=Max("last_out_at"),
            looked=Max("read_at"),
        )
    }
    nothing = {"waiting": 0, "oldest": None, "answered": None, "looked": None}
    return [_row(channel, dict(figures.get(channel.pk) or nothing), now) for channel in channels]


def _row(channel: Channel, figures: dict[str, Any], now: datetime) -> Row:
    waiting, oldest, looked = figures["waiting"], figures["oldest"], figures["looked"]
    since = max((at for at in (oldest, looked) if at), default=now)
    unseen = channel.answers and waiting > 0 and since < now - NO_EYE_AFTER
    return Row(channel, health(channel, now), waiting, oldest, figures["answered"], looked, unseen)
