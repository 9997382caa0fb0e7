"""How fast we are, drawn by the server: two bars for each sort, to the median and to nine of ten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from premura.measure.speed import Pace, Span
from premura.templatetags.outcomes import lasted

ROOM = 52  # per cent; the rest is for its words


@dataclass(frozen=True, slots=True)
class Bar:
    """One clock.  Widths are text, written as SVG wants them whatever the language."""

    y: int
    median: str
    slow: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One sort of those who asked, with its place in the picture and in the table."""

    name: str
    href: str  # to the conversations behind it; '' where there is no list
    pace: Pace
    said: str
    wall: Bar | None
    work: Bar | None
    cells: list[str]  # their clock to the median and to nine of ten, and ours


def rows(named: Sequence[tuple[str, str, Pace]], *, both: bool) -> list[Row]:
    """Return a row for each (name, address, pace), all to one scale; `both` draws our clock too."""
    spans = [span for _name, _href, pace in named for span in (pace.wall, pace.work) if span]
    most = max((span.slow for span in spans), default=timedelta()) or timedelta(seconds=1)
    return [
        Row(
            name, href, pace, said(pace, both=both), _bar(pace.wall, 2, most),
            _bar(pace.work if both else None, 22, most), [*_cells(pace.wall), *_cells(pace.work)],
        )
        for name, href, pace in named
    ]  # fmt: skip


def said(pace: Pace, *, both: bool) -> str:
    """Return the same as a sentence, for whom the picture says nothing."""
    counted = ngettext("%(done)s of %(n)s", "%(done)s of %(n)s", pace.asked) % {"done": pace.done, "n": pace.asked}
    if pace.wall is None or pace.work is None:
        return counted
    given: dict[str, Any] = {
        "counted": counted, "wall": lasted(pace.wall.median), "slow": lasted(pace.wall.slow),
        "work": lasted(pace.work.median),
    }  # fmt: skip
    if both:
        return _("%(counted)s; half within %(wall)s, nine of ten within %(slow)s; %(work)s of our hours") % given
    return _("%(counted)s; half within %(wall)s, nine of ten within %(slow)s") % given


def _cells(span: Span | None) -> tuple[str, str]:
    return (lasted(span.median), lasted(span.slow)) if span else ("–", "–")


def _bar(span: Span | None, y: int, most: timedelta) -> Bar | None:
    if span is None:
        return None
    return Bar(
        y, f"{ROOM * (span.median / most):.1f}%", f"{ROOM * (span.slow / most):.1f}%",
        f"{lasted(span.median)} · {lasted(span.slow)}",
    )  # fmt: skip
