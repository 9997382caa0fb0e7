"""What is to be expected in the next days, hour by hour, and how many people that needs.  P6.

Usual is what `listen.patterns.usual` says of the hour of the week.  In the day after a post of ours more comes in: by
how much is learnt from the posts of the weeks before the last seven days, so that what is drawn beside the last seven
days was not learnt from them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Coalesce

from premura import access
from premura.access import Standing
from premura.listen.corrections import INTENTS
from premura.listen.patterns import usual
from premura.listen.patterns.usual import Hours, Numbers
from premura.measure.asked import query
from premura.models import Channel, Hourly, Post

BACK = AHEAD = 7 * 24  # hours that are drawn
ENOUGH = 14 * 24  # hours that must be known before it is more than a guess
MOST_CHANNELS = 10  # told apart, the busiest
AFTER = 24  # hours for which a post draws more
MOST_POSTS = 40  # from which it is learnt by how much, the latest
LEAST_POSTS = 5
POSTS_OF = timedelta(days=35)
HIGHEST = 5.0  # times the usual: no post is thought to draw more
HANDLED_DAYS = 28
LEAST_HOURS = 10  # in which somebody answered, before a speed is told


@dataclass(frozen=True, slots=True)
class Part:
    """What one channel or one intent is to bring in the next days."""

    channel: Channel | None
    intent: str
    hours: list[float]

    @property
    def all(self) -> float:
        return sum(self.hours)

    @property
    def busiest(self) -> int:
        """The place of the hour that brings most."""
        return max(range(len(self.hours)), key=self.hours.__getitem__)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The last days as they came beside what was to be expected, and what is to be expected in the next."""

    began: datetime  # the first hour that is drawn
    this: datetime  # the first hour that is forecast, the running one
    actual: list[int]
    expected: list[float]  # of the last days and of the next, in one row
    known: int  # hours since it is counted
    channels: list[Part]
    intents: list[Part]
    uplift: float | None  # how many times the usual comes in the day after a post; None: not known
    planned: int  # posts that raise what is expected
    per_hour: float | None  # answers that one of us sends in an hour; None: not known
    on_duty: int

    @property
    def ahead(self) -> list[float]:
        return self.expected[BACK:]

    def people(self, messages: float) -> int | None:
        """Return how many people so many messages in an hour need, if each gets an answer; None: nobody knows."""
        return ceil(round(messages / self.per_hour, 6)) if self.per_hour else None


def forecast(standing: Standing, now: datetime) -> Forecast | None:
    """Return what is to be expected in the channels whose conversations `standing` sees; None before three days.

    Cost     five queries, and 30 microseconds for each hour of each of at most ten channels and eight intents, and of
             each of the last forty posts' days: a tenth of a second.
    """
    this, zone = usual.number(now), ZoneInfo(standing.brand.time_zone)
    channels = {channel.pk: channel for channel in _channels(standing)}
    counts = _counts(list(channels), this)
    whole = _sum(by for (_, what), by in counts.items() if not what)
    began = min(whole, default=this)
    if this - began < usual.YOUNG_HOURS:
        return None
    hours = np.arange(this - BACK, this + AHEAD)
    book = _Book(counts, zone, this)
    posts = _posts(list(channels), now)
    uplift = _uplift(book, [(pk, at) for pk, at in posts if at < this - BACK - AFTER])
    raised = _raised(posts, hours, uplift)
    expected = book.usual(whole, hours)
    lifted = [(pk, book.usual(counts[pk, ""], hours) * raised[pk]) for pk in raised if (pk, "") in counts]
    expected = expected + sum((more for _, more in lifted), np.zeros(len(hours)))
    per_hour = _handled(standing, now)
    return Forecast(
        usual.instant(this - BACK), usual.instant(this), [whole.get(hour, 0) for hour in range(this - BACK, this)],
        expected.tolist(), this - began, _by_channel(book, channels, raised, hours[BACK:]),
        _by_intent(book, began, hours[BACK:]), uplift, sum(at >= this - AFTER for _, at in posts) if uplift else 0,
        per_hour, sum(bool(one.on_duty) for one in access.colleagues(standing)),  # type: ignore[attr-defined]
    )  # fmt: skip


Counts = dict[tuple[int, str], dict[int, int]]  # channel and what -> hour -> n


@dataclass(frozen=True, slots=True)
class _Book:
    """What came in, and how to ask what is usual."""

    counts: Counts
    zone: ZoneInfo
    this: int

    def usual(self, of: dict[int, int], hours: Hours, began: int | None = None) -> Numbers:
        """Return what is usual in some hours, by what is over now; `began` is since when it is counted."""
        began = min(of, default=self.this) if began is None else began
        wanted = usual.around(usual.pasts(hours.tolist(), self.zone))
        first = int(wanted.min())
        line = np.zeros(int(wanted.max()) - first + 1)
        for hour, n in of.items():
            if 0 <= hour - first < len(line):
                line[hour - first] = n
        known = (wanted >= began) & (wanted < self.this)
        level, _ = usual.levels(line[wanted - first], known)
        return np.where(known[:, :, usual.AROUND].any(1), level, 0.0)


def _channels(standing: Standing) -> list[Channel]:
    found = Channel.objects.filter(brand=standing.brand)
    if standing.teams is not None:
        found = found.filter(Q(team__in=standing.teams) | Q(team=None))
    return list(found.order_by("pk")[:500])


def _counts(channels: Sequence[int], this: int) -> Counts:
    since = usual.instant(this - BACK - 24 * 7 * usual.WEEKS - usual.AROUND - 1)
    whats = ["", *(f"intent {name}" for name in INTENTS)]
    rows = Hourly.objects.filter(channel__in=channels, what__in=whats, hour__gte=since, hour__lt=usual.instant(this))
    found: Counts = {}
    for channel, what, hour, n in rows.values_list("channel", "what", "hour", "n"):
        found.setdefault((channel, what), {})[usual.number(hour)] = n
    return found


def _sum(of: Iterable[dict[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for by in of:
        for hour, n in by.items():
            found[hour] = found.get(hour, 0) + n
    return found


# -- posts ---------------------------------------------------------------------------------------------


def _posts(channels: Sequence[int], now: datetime) -> list[tuple[int, int]]:
    """Return channel and hour of what we published lately and of what is planned for next week, the latest first."""
    at = Coalesce("written_at", "planned_at", "plan__planned_at")
    stood = Q(state=Post.State.PUBLISHED, at__gte=now - POSTS_OF, at__lte=now, removed_at=None)
    planned = Q(state__in=[Post.State.DRAFT, Post.State.APPROVED], at__gte=now, at__lt=now + timedelta(hours=AHEAD))
    rows = Post.objects.filter(channel__in=channels).annotate(at=at).filter(stood | planned)
    return [(pk, usual.number(when)) for pk, when in rows.order_by("-at", "-pk").values_list("channel", "at")[:1000]]


def _uplift(book: _Book, posts: Sequence[tuple[int, int]]) -> float | None:
    """Return how many times the usual came in the day after these posts; None where they are too few."""
    came = expected = 0.0
    posts = posts[:MOST_POSTS]
    for channel in {pk for pk, _ in posts}:
        counts = book.counts.get((channel, ""), {})
        hours = np.unique([at + n for pk, at in posts if pk == channel for n in range(AFTER)])
        came += sum(counts.get(int(hour), 0) for hour in hours)
        expected += float(book.usual(counts, hours).sum())
    if len(posts) < LEAST_POSTS or expected < AFTER:
        return None
    return min(max(came / expected, 1.0), HIGHEST)


def _raised(posts: Sequence[tuple[int, int]], hours: Hours, uplift: float | None) -> dict[int, Numbers]:
    """Return by channel how much more than usual, as a share of it, each hour is to bring; one post does as many."""
    found: dict[int, Numbers] = {}
    for channel, at in posts if uplift else ():
        inside = (hours >= at) & (hours < at + AFTER)
        if inside.any():
            found.setdefault(channel, np.zeros(len(hours)))[inside] = (uplift or 1.0) - 1.0
    return found


# -- parts, people -------------------------------------------------------------------------------------


def _by_channel(book: _Book, channels: dict[int, Channel], raised: dict[int, Numbers], hours: Hours) -> list[Part]:
    busy = sorted((pk for pk in channels if (pk, "") in book.counts), key=lambda pk: -sum(book.counts[pk, ""].values()))
    found = []
    for pk in busy[:MOST_CHANNELS]:
        level = book.usual(book.counts[pk, ""], hours)
        found.append(Part(channels[pk], "", (level * (1 + raised.get(pk, np.zeros(BACK + AHEAD))[BACK:])).tolist()))
    return found


def _by_intent(book: _Book, began: int, hours: Hours) -> list[Part]:
    of = {name: _sum(by for (_, what), by in book.counts.items() if what == f"intent {name}") for name in INTENTS}
    found = [Part(None, name, book.usual(by, hours, began).tolist()) for name, by in of.items() if by]
    return sorted(found, key=lambda part: -part.all)


def _handled(standing: Standing, now: datetime) -> float | None:
    """Return how many answers one of the brand sends in an hour, the middle one; None where too few are known."""
    given: dict[str, Any] = {"brand": standing.brand.pk, "since": now - timedelta(days=HANDLED_DAYS)}
    with connection.cursor() as cursor:
        cursor.execute(query("handled"), given)
        median, hours = cursor.fetchone()
    return float(median) if hours >= LEAST_HOURS else None
