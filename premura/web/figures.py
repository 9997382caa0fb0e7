"""Figures of moderation, drawn by the server: where everything is, so that a template only writes it down."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from premura.interact.disengage import Share
from premura.templatetags.premura import day

CELL, GAP, FOOT, LEAST = 8, 3, 22, 3  # thirty days are as wide as a phone


@dataclass(frozen=True, slots=True)
class Square:
    """One conversation that was left without an answer."""

    x: int
    y: int
    row: Any


@dataclass(frozen=True, slots=True)
class Figure:
    width: int
    height: int
    base: int  # where the line of the days stands
    cell: int  # side of a square
    squares: list[Square]
    ticks: list[tuple[int, str]]


def squares(share: Share) -> Figure:
    """Return a column for each day, a square in it for each conversation; the oldest day on the left."""
    step = CELL + GAP
    highest = max([LEAST, *(len(rows) for _, rows in share.days)])
    base = highest * step
    found = [
        Square(column * step, base - (n + 1) * step, row)
        for column, (_, rows) in enumerate(share.days) for n, row in enumerate(rows)
    ]  # fmt: skip
    last = len(share.days) - 1
    ticks = [
        ((column + (column == last)) * step, _day(at))
        for column, (at, _) in enumerate(share.days) if (last - column) % 10 == 0
    ]  # fmt: skip
    return Figure(len(share.days) * step, base + FOOT, base, CELL, found, ticks)


def _day(at: date) -> str:
    return day(timezone.make_aware(datetime.combine(at, time(12))))
