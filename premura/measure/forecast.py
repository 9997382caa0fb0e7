"""What is to be expected in the next days, hour by hour, and how many people that needs.  P6.

Usual is what `listen.patterns.usual` says of the hour of the week.  In the day after a post of ours more comes in: by
how much is learnt from the posts of the weeks before the last seven days, so that what is drawn beside the last seven
days was not learnt from them.
"""

from collections.abc import Sequence
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
from premura.models import Channel, Post

BACK = AHEAD = 7 * 24  # hours that are drawn
KEPT = 70 * 24  # hours that are looked back, as long as they are kept
ENOUGH = 14 * 24  # hours that must be known before it is more than a guess
MOST_CHANNELS = 8  # told apart, the busiest
AFTER = 24  # hours for which a post draws more
MOST_POSTS = 30  # from which it is learnt by how much, the latest
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

    Cost     six queries, and 30 microseconds for each hour of all, of each of at most eight channels and eight intents,
             and of the days after the posts from which it is learnt what they bring.
    """
    this = usual.number(now)
    channels = {channel.pk: channel for channel in _channels(standing)}
    posts = _posts(list(channels), now)
    learnt = [(pk, at) for pk, at in posts if at < this - BACK - AFTER][:MOST_POSTS]
    book = _read(list(channels), this, learnt, ZoneInfo(standing.brand.time_zone))
    if this - book.began < usual.YOUNG_HOURS:
        return None
    whole = np.sum(list(book.channels.values()), axis=0)
    uplift = _uplift(book, learnt)
    hours = np.arange(this - BACK, this + AHEAD)
    raised = _raised(book, posts, hours, uplift)
    expected = book.usual(whole, hours) + sum(raised.values(), np.zeros(len(hours)))
    return Forecast(
        usual.instant(this - BACK), usual.instant(this), book.came(whole, hours[:BACK]).astype(int).tolist(),
        expected.tolist(), this - book.began, _by_channel(book, channels, raised, hours[BACK:]),
        _by_intent(book, hours[BACK:]), uplift, sum(at >= this - AFTER for _, at in posts) if uplift else 0,
        _handled(standing, now), sum(bool(one.on_duty) for one in access.colleagues(standing)),  # type: ignore[attr-defined]
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Book:
    """What came in, one number an hour from `first` to before `this`, and the hours that are asked about."""

    first: int
    this: int
    began: int  # since when it is counted
    channels: dict[int, Numbers]
    intents: dict[str, Numbers]
    hours: Hours
    pasts: Hours  # of each of these hours, see `usual`

    def came(self, line: Numbers, hours: Hours) -> Numbers:
        """Return what came in these hours; nothing where nobody counted."""
        inside = (hours >= self.first) & (hours < self.this)
        return np.where(inside, line[np.clip(hours - self.first, 0, len(line) - 1)], 0)

    def usual(self, line: Numbers, hours: Hours) -> Numbers:
        """Return what is usual in some of the hours, by what is over now; nothing where nothing is known."""
        wanted = self.pasts[np.searchsorted(self.hours, hours)]
        begins = max(self.began, self.first + int(np.argmax(line > 0)))
        known = (wanted >= begins) & (wanted < self.this)
        level, _ = usual.levels(self.came(line, wanted), known)
        return np.where(known[:, :, usual.AROUND].any(1), level, 0.0)


def _read(channels: Sequence[int], this: int, learnt: Sequence[tuple[int, int]], zone: ZoneInfo) -> _Book:
    first = this - KEPT
    given: dict[str, Any] = {
        "channels": list(channels), "whats": ["", *(f"intent {name}" for name in INTENTS)],
        "since": usual.instant(first), "until": usual.instant(this),
    }  # fmt: skip
    of_channels: dict[int, Numbers] = {}
    of_intents: dict[str, Numbers] = {}
    began = this
    with connection.cursor() as cursor:
        cursor.execute(query("hourly"), given)
        for channel, what, told in cursor.fetchall():
            pairs = np.frombuffer(told, ">i4").reshape(-1, 2)
            line = np.zeros(KEPT)
            line[pairs[:, 0] - first] = pairs[:, 1]
            if channel is None:
                of_intents[what.removeprefix("intent ")] = line
            else:
                of_channels[channel] = line
                began = min(began, int(pairs[:, 0].min()))
    after = [np.arange(at, at + AFTER) for _, at in learnt]
    hours = np.unique(np.concatenate([np.arange(this - BACK, this + AHEAD), *after]))
    return _Book(first, this, began, of_channels, of_intents, hours, usual.around(usual.pasts(hours.tolist(), zone)))


def _channels(standing: Standing) -> list[Channel]:
    found = Channel.objects.filter(brand=standing.brand)
    if standing.teams is not None:
        found = found.filter(Q(team__in=standing.teams) | Q(team=None))
    return list(found.order_by("pk")[:500])


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
    for channel in {pk for pk, _ in posts} & book.channels.keys():
        hours = np.unique([at + n for pk, at in posts if pk == channel for n in range(AFTER)])
        came += float(book.came(book.channels[channel], hours).sum())
        expected += float(book.usual(book.channels[channel], hours).sum())
    if len(posts) < LEAST_POSTS or expected < AFTER:
        return None
    return min(max(came / expected, 1.0), HIGHEST)


def _raised(book: _Book, posts: Sequence[tuple[int, int]], hours: Hours, uplift: float | None) -> dict[int, Numbers]:
    """Return by channel how many more than usual each hour is to bring; several posts raise an hour once."""
    found: dict[int, Numbers] = {}
    if uplift is None:
        return found
    for channel in {pk for pk, _ in posts} & book.channels.keys():
        begun = np.array([at for pk, at in posts if pk == channel])[:, None]
        inside = ((hours >= begun) & (hours < begun + AFTER)).any(0)
        if inside.any():
            found[channel] = np.zeros(len(hours))
            found[channel][inside] = (uplift - 1) * book.usual(book.channels[channel], hours[inside])
    return found


# -- parts, people -------------------------------------------------------------------------------------


def _by_channel(book: _Book, channels: dict[int, Channel], raised: dict[int, Numbers], hours: Hours) -> list[Part]:
    busy = sorted(book.channels, key=lambda pk: -float(book.channels[pk].sum()))[:MOST_CHANNELS]
    more = {pk: each[BACK:] for pk, each in raised.items()}
    return [Part(channels[pk], "", (book.usual(book.channels[pk], hours) + more.get(pk, 0.0)).tolist()) for pk in busy]


def _by_intent(book: _Book, hours: Hours) -> list[Part]:
    found = [Part(None, name, book.usual(line, hours).tolist()) for name, line in book.intents.items() if line.any()]
    return sorted(found, key=lambda part: -part.all)


def _handled(standing: Standing, now: datetime) -> float | None:
    """Return how many answers one of the brand sends in an hour, the middle one; None where too few are known."""
    given: dict[str, Any] = {"brand": standing.brand.pk, "since": now - timedelta(days=HANDLED_DAYS)}
    with connection.cursor() as cursor:
        cursor.execute(query("handled"), given)
        median, hours = cursor.fetchone()
    return float(median) if hours >= LEAST_HOURS else None
