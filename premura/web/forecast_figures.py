"""The forecast, drawn by the server: hours as lines, and a table of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from premura.measure.forecast import BACK, Forecast

HEIGHT = 80


@dataclass(frozen=True, slots=True)
class Day:
    """One row of the table behind a picture, and its tick where the day begins in it."""

    name: str
    came: int
    expected: float
    busiest: datetime
    most: float
    people: int | None  # in the busiest hour
    short: int  # hours that need more people than are on duty
    tick: str


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days of hours, as points in a box of (hours - 1) by HEIGHT."""

    across: int
    height: int
    expected: str
    actual: str
    people: str  # a staircase
    on_duty_at: str  # where the line of who is on duty stands; '' where nobody knows how many are needed
    highest: int  # what the top of the picture stands for
    most_people: int
    days: list[Day]


@dataclass(frozen=True, slots=True)
class Hour:
    """One of the next hours."""

    at: datetime
    expected: float
    people: int | None


def past(found: Forecast, zone: ZoneInfo) -> Week:
    """Return the last seven days: what came over what was to be expected."""
    return _week(found, found.began, found.actual, found.expected[:BACK], zone)


def ahead(found: Forecast, zone: ZoneInfo) -> Week:
    """Return the next seven days, with the people that they need."""
    return _week(found, found.this, [], found.ahead, zone)


def hours(found: Forecast, many: int = 24) -> list[Hour]:
    """Return the next hours one by one."""
    return [Hour(found.this + timedelta(hours=n), x, found.people(x)) for n, x in enumerate(found.ahead[:many])]


def _week(found: Forecast, began: datetime, actual: Sequence[int], expected: Sequence[float], zone: ZoneInfo) -> Week:
    top = max(5.0, *actual, *expected)
    people = [found.people(x) or 0 for x in expected] if found.per_hour else []
    most_people = max([1, found.on_duty, *people])
    stairs = [point for n, each in enumerate(people) for point in ((n, each), (n + 1, each))]
    return Week(
        len(expected) - 1, HEIGHT, _points(enumerate(expected), top), _points(enumerate(actual), top),
        _points([(0, 0), *stairs, (len(people), 0)], most_people) if people else "",
        f"{HEIGHT * (1 - found.on_duty / most_people):.1f}" if people else "", round(top), most_people,
        _days(found, began, actual, expected, zone),
    )  # fmt: skip


def _points(of: Sequence[tuple[int, float]] | enumerate, top: float) -> str:
    return " ".join(f"{x},{HEIGHT * (1 - y / top):.1f}" for x, y in of)


def _days(
    found: Forecast, began: datetime, actual: Sequence[int], expected: Sequence[float], zone: ZoneInfo
) -> list[Day]:
    by_day: dict[date, list[int]] = {}
    for n in range(len(expected)):
        by_day.setdefault((began + timedelta(hours=n)).astimezone(zone).date(), []).append(n)
    rows = []
    for day, of in by_day.items():
        most = max(of, key=expected.__getitem__)
        needed = [found.people(expected[n]) or 0 for n in of]
        rows.append(
            Day(
                date_format(day, "D j M"), sum(actual[n] for n in of) if actual else 0, sum(expected[n] for n in of),
                began + timedelta(hours=most), expected[most], found.people(expected[most]),
                sum(n > found.on_duty for n in needed), f"{100 * of[0] / (len(expected) - 1):.1f}%" if of[0] else "",
            )
        )  # fmt: skip
    return rows
