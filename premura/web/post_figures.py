"""Figures of a post, drawn by the server: a bar for each tone, and the curve of its comments by the hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from premura.decide.asked_alike import Group
from premura.measure.reactions import TONES
from premura.templatetags.readings import read_as

HEIGHT = 64
SHORT = 48  # hours, of which every sixth is named; of more, every day


@dataclass(frozen=True, slots=True)
class Tone:
    """One row.  The width is text, written as SVG wants it whatever the language."""

    name: str
    word: str
    n: int
    percent: int
    width: str


@dataclass(frozen=True, slots=True)
class Day:
    """One row of the table behind the curve."""

    n: int  # 0 is the first
    at: datetime
    comments: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The line as points in a box of (hours - 1) by HEIGHT, and its ticks: where, and what they say."""

    across: int
    height: int
    line: str
    ticks: list[tuple[str, str]]
    days: list[Day]
    total: int
    most: int
    most_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """People who ask the same, and how far the bar of those who were answered goes."""

    group: Group
    width: str


def alike(groups: Sequence[Group]) -> list[Asked]:
    """Return each group with its bar."""
    return [Asked(one, f"{100 * (one.direct + one.reference) / one.people:.1f}%") for one in groups]


def tones(counted: dict[str, int]) -> list[Tone]:
    """Return a row for each tone; the longest bar takes all the room."""
    most, whole = max(1, *counted.values()), max(1, sum(counted.values()))
    return [
        Tone(name, read_as(name, "sentiment"), n, round(100 * n / whole), f"{100 * n / most:.1f}%")
        for name, n in ((name, counted[name]) for name in TONES)
    ]


def curve(hours: Sequence[int], began: datetime) -> Curve:
    """Return where everything stands."""
    most, last = max(hours), max(1, len(hours) - 1)
    points = [f"{x},{HEIGHT * (1 - n / max(1, most)):.1f}" for x, n in enumerate(hours)]
    days = [
        Day(n, began + timedelta(days=n), sum(hours[24 * n : 24 * (n + 1)])) for n in range((len(hours) + 23) // 24)
    ]
    return Curve(
        last, HEIGHT, " ".join(points), _ticks(len(hours), last), days, sum(hours), most,
        began + timedelta(hours=list(hours).index(most)),
    )  # fmt: skip


def _ticks(hours: int, last: int) -> list[tuple[str, str]]:
    every = 6 if hours <= SHORT else 24
    names = [
        _("%(n)s h") % {"n": hour} if every == 6 else _("day %(n)s") % {"n": hour // 24 + 1}
        for hour in range(0, hours, every)
    ]
    return [(f"{100 * n * every / last:.1f}%", name) for n, name in enumerate(names)]
