"""A funnel as the server draws it: bars from the left, as wide as their number, and what flows between them.

Widths are per cent and heights pixels, so that it fills any screen and its words keep their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WORDS = 30  # above a bar
BAR = 28
APART = 44  # below a bar, when something of it is told apart; a finger must hit it
GAP = 20


@dataclass(frozen=True, slots=True)
class Apart:
    """A part of a bar that is told apart."""

    name: str
    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What one bar says."""

    name: str
    title: str
    meaning: str
    number: int
    words: str
    share: str
    apart: Apart | None


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage with its place.  Widths are text, written as SVG wants them whatever the language."""

    stage: Stage
    words_at: int
    top: int
    height: int
    reach: int  # how far down a click still means it, seen from words_at
    width: str
    plain: str  # the width of what is not told apart
    apart: str
    apart_at: int
    flow_at: int
    flow_height: int
    flow: str  # points of what flows on to the next bar; '' below the last


@dataclass(frozen=True, slots=True)
class Funnel:
    bars: list[Bar]
    height: int


def drawn(stages: Sequence[Stage]) -> Funnel:
    """Return where everything stands."""
    most = max((stage.number for stage in stages), default=0) or 1
    tops, at = [], 0
    for stage in stages:
        tops.append(at + WORDS)
        at += WORDS + BAR + (APART if stage.apart else GAP)
    bars = [
        _bar(stage, stages[i + 1] if i + 1 < len(stages) else None, tops[i], (tops[i + 1 : i + 2] or [0])[0], most)
        for i, stage in enumerate(stages)
    ]
    return Funnel(bars, at)


def _bar(stage: Stage, following: Stage | None, top: int, next_top: int, most: int) -> Bar:
    width = 100 * stage.number / most
    apart = 100 * stage.apart.number / most if stage.apart else 0.0
    points = f"0,0 {width:.2f},0 {100 * following.number / most:.2f},100 0,100" if following else ""
    return Bar(
        stage=stage, words_at=top - WORDS, top=top, height=BAR, reach=WORDS + BAR, width=f"{width:.2f}%",
        plain=f"{width - apart:.2f}%", apart=f"{apart:.2f}%", apart_at=top + BAR,
        flow_at=top + BAR, flow_height=max(0, next_top - top - BAR), flow=points,
    )  # fmt: skip
