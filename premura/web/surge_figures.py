"""Figures of surges, drawn by the server: an hour beside what is usual, and a week of hours over the usual band."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from premura.listen.surges import Week

BAR_ROOM = 70  # per cent; the rest is for its words
HEIGHT = 64
WIDE = 2.0  # standard deviations: where nearly every hour lies


@dataclass(frozen=True, slots=True)
class Bars:
    """Widths are text, written as SVG wants them whatever the language."""

    n: str
    usual: str


@dataclass(frozen=True, slots=True)
class Day:
    """One row of the table behind the picture, and its tick where the day is whole."""

    day: date
    name: str
    n: int
    usual: float
    tick: str


@dataclass(frozen=True, slots=True)
class Line:
    """The line of a week and the band of the usual, as points in a box of (hours - 1) by HEIGHT."""

    across: int
    height: int
    line: str
    band: str
    days: list[Day]
    total: int
    most: int
    most_at: datetime
    highest: int  # what the top of the picture stands for


def bars(n: int, usual: float) -> Bars:
    """Return how long the bars are."""
    most = max(n, usual, 1)
    return Bars(f"{BAR_ROOM * n / most:.1f}%", f"{BAR_ROOM * usual / most:.1f}%")


def line(week: Week, zone: ZoneInfo) -> Line:
    """Return where everything stands."""
    low = [max(0.0, level - WIDE * spread) for level, spread in zip(week.usual, week.spread, strict=True)]
    high = [level + WIDE * spread for level, spread in zip(week.usual, week.spread, strict=True)]
    top = max(5.0, *week.counts, *high)
    most = max(week.counts)
    return Line(
        across=len(week.counts) - 1, height=HEIGHT, line=_points(enumerate(week.counts), top),
        band=_points([*enumerate(high), *reversed(list(enumerate(low)))], top), days=_days(week, zone),
        total=sum(week.counts), most=most, most_at=week.began + timedelta(hours=week.counts.index(most)),
        highest=round(top),
    )  # fmt: skip


def _points(of: Sequence[tuple[int, float]] | enumerate, top: float) -> str:
    return " ".join(f"{x},{HEIGHT * (1 - y / top):.1f}" for x, y in of)


def _days(week: Week, zone: ZoneInfo) -> list[Day]:
    found: dict[date, list[int]] = {}
    for i in range(len(week.counts)):
        found.setdefault((week.began + timedelta(hours=i)).astimezone(zone).date(), []).append(i)
    return [
        Day(
            day, date_format(day, "D"), sum(week.counts[i] for i in hours), sum(week.usual[i] for i in hours),
            f"{100 * hours[0] / (len(week.counts) - 1):.1f}%" if hours[0] else "",
        )
        for day, hours in found.items()
    ]  # fmt: skip
