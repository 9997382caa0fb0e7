"""Working time: how much of it passed between two moments, and when so much of it has passed.

A calendar says in local wall time when people work; all sums are done in seconds since 1970, so that an hour that a
change of the clocks skips or repeats counts as it was lived.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]  # minutes after local midnight: (540, 780) is nine to one; 1440 is the next midnight
Seconds = NDArray[np.float64]  # since 1970
DAY = 24 * 60


class WrongCalendar(ValueError):
    """Spans of a day overlap, stand in the wrong order or leave the day."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When people work."""

    zone: str  # IANA: Europe/Rome
    week: tuple[tuple[Span, ...], ...]  # Monday to Sunday, each with its spans
    holidays: frozenset[date] = frozenset()
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=lambda: MappingProxyType({}))  # () is closed

    def __post_init__(self) -> None:
        """Raise WrongCalendar where a span could not be worked, ZoneInfoNotFoundError where there is no such zone."""
        ZoneInfo(self.zone)
        if len(self.week) != 7:
            raise WrongCalendar("a week has seven days")
        for spans in (*self.week, *self.exceptions.values()):
            ends = [0, *(edge for span in spans for edge in span), DAY]
            if any(a > b for a, b in pairwise(ends)) or any(a == b for a, b in spans):
                raise WrongCalendar(f"{spans}: spans follow one another within a day")

    def spans(self, day: date) -> tuple[Span, ...]:
        """Return when people work on a day; an exception stands above a holiday, and that above the week."""
        if day in self.exceptions:
            return self.exceptions[day]
        return () if day in self.holidays else self.week[day.weekday()]


ALWAYS = Calendar("UTC", ((((0, DAY),)),) * 7)


@dataclass(frozen=True)
class Timeline:
    """A calendar laid out over some days: built once, asked many times.

    Cost     about 30 microseconds a day to lay out; then a million questions a second.
    """

    starts: Seconds  # of each stretch of work, in order
    ends: Seconds
    before: Seconds  # working seconds before each stretch; one more than there are stretches
    closes: Seconds  # when the last stretch of the same local day ends

    @classmethod
    def of(cls, calendar: Calendar, first: date, last: date) -> "Timeline":
        """Lay a calendar out from one local day to another, both included."""
        zone = ZoneInfo(calendar.zone)
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        worked = [_worked_on(calendar.spans(day), day, zone) for day in days]
        found = sorted((*stretch, max(end for _, end in of_a_day)) for of_a_day in worked for stretch in of_a_day)
        edges = np.array(found, np.float64).reshape(-1, 3)
        before = np.concatenate([[0.0], np.cumsum(edges[:, 1] - edges[:, 0])])
        return cls(edges[:, 0], edges[:, 1], before, edges[:, 2])

    def so_far(self, at: Seconds) -> Seconds:
        """Return the working seconds from the timeline's beginning until each moment."""
        n = np.searchsorted(self.starts, at, side="right")
        if not len(self.starts):
            return np.zeros_like(at)
        last = np.maximum(n - 1, 0)
        inside = np.clip(at - self.starts[last], 0, self.ends[last] - self.starts[last])
        return np.asarray(np.where(n > 0, self.before[last] + inside, 0.0))

    def worked(self, since: Seconds, until: Seconds) -> Seconds:
        """Return the working seconds between pairs of moments; negative where the second comes first."""
        return self.so_far(until) - self.so_far(since)

    def due(self, since: Seconds, within: Seconds) -> Seconds:
        """Return when so many working seconds have passed since each moment: nan where the timeline ends before.

        Nothing to wait for is due at once, out of hours too.
        """
        wanted = self.so_far(since) + within
        n = np.searchsorted(self.before, wanted, side="left") - 1
        known = (n >= 0) & (n < len(self.starts)) & (wanted <= self.before[-1])
        at = np.where(known, n, 0)
        found = self.starts[at] + wanted - self.before[at] if len(self.starts) else np.zeros_like(wanted)
        return np.asarray(np.where(within <= 0, since, np.where(known, found, np.nan)))

    def same_day(self, since: Seconds) -> Seconds:
        """Return when the working day closes in which each moment falls, or after closing time the next one.

        nan stays nan, and where the timeline ends before.
        """
        n = np.searchsorted(self.ends, since, side="right")
        known = ~np.isnan(since) & (n < len(self.ends))
        found = np.full(len(since), np.nan)
        found[known] = self.closes[n[known]]
        return found


def worked(calendar: Calendar, since: datetime, until: datetime) -> timedelta:
    """Return the working time between two moments; negative where the second comes first."""
    zone = ZoneInfo(calendar.zone)
    first, last = sorted([since.astimezone(zone).date(), until.astimezone(zone).date()])
    seconds = Timeline.of(calendar, first, last).worked(_seconds([since]), _seconds([until]))
    return timedelta(seconds=float(seconds[0]))


def due(calendar: Calendar, since: datetime, within: timedelta, ahead: int = 400) -> datetime | None:
    """Return when so much working time has passed, in UTC; None where it has not within `ahead` days."""
    first = since.astimezone(ZoneInfo(calendar.zone)).date()
    line = Timeline.of(calendar, first, first + timedelta(days=ahead))
    found = float(line.due(_seconds([since]), np.array([within.total_seconds()]))[0])
    return None if np.isnan(found) else datetime.fromtimestamp(found, UTC)


def midnights(first: float, last: float, zone: ZoneInfo) -> Seconds:
    """Return each beginning of a day from that of the first moment to the one after the last."""
    day, end = (datetime.fromtimestamp(at, zone).date() for at in (first, last))
    days = [day + timedelta(days=n) for n in range((end - day).days + 2)]
    return np.array([datetime(at.year, at.month, at.day, tzinfo=zone).timestamp() for at in days], np.float64)


def _seconds(moments: Sequence[datetime]) -> Seconds:
    return np.array([moment.timestamp() for moment in moments], np.float64)


def _worked_on(spans: Sequence[Span], day: date, zone: ZoneInfo) -> list[tuple[float, float]]:
    """Return a local day's stretches of work in seconds since 1970.

    A day on which the clocks change is two pieces, each with its own offset: a span that is skipped is not worked, and
    one that comes twice is worked twice.
    """
    if not spans:
        return []
    midnight, next_ = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
    found = []
    for begin, end in _pieces(midnight, next_, zone):
        offset = _offset(begin, zone)
        zero = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() - offset
        for a, b in spans:
            start, stop = max(begin, zero + a * 60), min(end, zero + b * 60)
            if start < stop:
                found.append((start, stop))
    return found


def _pieces(begin: float, end: float, zone: ZoneInfo) -> list[tuple[float, float]]:
    if _offset(begin, zone) == _offset(end - 1, zone):
        return [(begin, end)]
    low, high = int(begin), int(end) - 1  # the offset changes somewhere in between
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == _offset(begin, zone) else (low, middle)
    return [(begin, float(high)), (float(high), end)]


def _midnight(day: date, zone: ZoneInfo) -> float:
    """Return the first second of a local day, also where the clocks skip midnight."""
    wanted = datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
    if datetime.fromtimestamp(wanted, zone).date() == day:
        return wanted
    early, late = int(wanted) - 4 * 3600, int(wanted) + 4 * 3600
    while late - early > 1:
        middle = (early + late) // 2
        early, late = (middle, late) if datetime.fromtimestamp(middle, zone).date() < day else (early, middle)
    return float(late)


def _offset(at: float, zone: ZoneInfo) -> float:
    offset = datetime.fromtimestamp(at, zone).utcoffset()
    return offset.total_seconds() if offset else 0.0
