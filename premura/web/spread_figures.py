"""The spread of a pile-on as a picture: three lines that only rise, each with its name at its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from premura.listen.spread import Moment, Spread

ACROSS, HIGH = 480, 160  # of the box of the lines
ROOM = 16  # between two names
ROWS = 8  # of the table behind it


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its points in a box of ACROSS by HIGH, and where its name stands, moved apart from the others."""

    name: str
    points: str
    y: int
    n: int


@dataclass(frozen=True, slots=True)
class Figure:
    """Where everything stands; `answered` in the picture is where we first answered, '' where we did not."""

    lines: list[Line]
    answered: str  # per cent of the way across
    answered_after: timedelta | None
    ticks: list[tuple[str, datetime]]
    rows: list[Moment]
    top: int
    across: int = ACROSS
    high: int = HIGH


def figure(found: Spread) -> Figure:
    """Return the picture of a spread, with the rows of the table behind it."""
    moments = found.moments
    top = max(1, *(max(one.said, one.critics, one.support) for one in moments))
    given = [
        ("said", [one.said for one in moments]), ("critics", [one.critics for one in moments]),
        ("support", [one.support for one in moments]),
    ]  # fmt: skip
    places = _apart([_y(numbers[-1], top) for _name, numbers in given])
    lines = [
        Line(name, _points(numbers, top), y, numbers[-1]) for (name, numbers), y in zip(given, places, strict=True)
    ]
    began, until = moments[0].at, moments[-1].at
    answered = found.answered_at if found.answered_at and found.answered_at <= until else None
    step = max(1, (len(moments) - 1) // ROWS)
    return Figure(
        lines, _across(answered, began, until) if answered else "", answered - began if answered else None,
        [(_across(one.at, began, until), one.at) for one in moments[:: (len(moments) - 1) // 2]],
        moments[step::step], top,
    )  # fmt: skip


def _points(numbers: Sequence[int], top: int) -> str:
    return " ".join(f"{ACROSS * n / (len(numbers) - 1):.1f},{_y(one, top)}" for n, one in enumerate(numbers))


def _y(n: int, top: int) -> int:
    return round(HIGH * (1 - n / top))


def _apart(places: list[int]) -> list[int]:
    """Move names apart that would stand one on the other, the lowest first, upwards."""
    moved = dict.fromkeys(range(len(places)), 0)
    below = HIGH + ROOM
    for n in sorted(moved, key=lambda n: -places[n]):
        moved[n] = below = min(places[n], below - ROOM)
    return [moved[n] for n in range(len(places))]


def _across(at: datetime, began: datetime, until: datetime) -> str:
    return f"{100 * ((at - began) / (until - began)):.1f}%"
