"""Small bars, one a day, drawn by the server: where everything is, so that a template only writes it down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from premura.templatetags.premura import day

WIDE, GAP, HIGH, FOOT = 8, 3, 72, 22  # a month is as wide as a phone
LEAST = 2  # a day with one is seen


@dataclass(frozen=True, slots=True)
class Bar:
    """One day."""

    x: int
    y: int
    height: int
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Figure:
    width: int
    height: int
    base: int  # where the line of the days stands
    wide: int  # of a bar
    bars: list[Bar]
    ticks: list[tuple[int, str]]


def bars(days: Sequence[tuple[date, int]]) -> Figure:
    """Return a bar for each day, the oldest on the left; a day with nothing has none."""
    step = WIDE + GAP
    most = max([1, *(number for _, number in days)])
    found = []
    for column, (at, number) in enumerate(days):
        height = max(LEAST, round(HIGH * number / most)) if number else 0
        found.append(Bar(column * step, HIGH - height, height, _day(at), number))
    last = len(days) - 1
    ticks = [((n + (n == last)) * step, bar.name) for n, bar in enumerate(found) if (last - n) % 10 == 0]
    return Figure(len(days) * step, HIGH + FOOT, HIGH, WIDE, found, ticks)


def _day(at: date) -> str:
    return day(timezone.make_aware(datetime.combine(at, time(12))))
