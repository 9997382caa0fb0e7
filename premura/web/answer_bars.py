"""What our answers do, drawn by the server: where each bar ends, and the same in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from premura.measure.answers import Answers, Style
from premura.measure.answers_held import Held
from premura.measure.answers_slope import Slope
from premura.templatetags.outcomes import lasted
from premura.templatetags.premura import named

ROOM = 60  # per cent of a bar; the rest is for its words
HIGH = 20
STYLES = {False: gettext_lazy("In words of their own"), True: gettext_lazy("Ready-made")}
OUTCOMES = {
    "thanked": gettext_lazy("they thanked us"),
    "resolved": gettext_lazy("resolved, and nothing more came"),
    "silent": gettext_lazy("open still, and nothing more came"),
    "back": gettext_lazy("they wrote again"),
    "reopened": gettext_lazy("it was resolved, and had to be opened again"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.  Widths are text, written as SVG wants them whatever the language."""

    y: int
    width: str
    tone: str  # wall, work or slow: which ink
    words: str  # at its end; '' where another bar says it


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was counted, with the way down to its conversations ('' where there is no list)."""

    name: str
    href: str
    bars: list[Bar]
    cells: list[tuple[str, str]]  # numbers for the table, each with the way down

    @property
    def height(self) -> int:
        return HIGH * len({bar.y for bar in self.bars})

    @property
    def said(self) -> str:
        return ", ".join(bar.words for bar in self.bars if bar.words)


def weeks(found: Answers, days: int) -> list[Row]:
    """Return a row for each week: how many of its answers ask something back."""
    most = max([1, *(week.answers for week in found.weeks)])
    return [
        Row(
            week_of(week.begins), href("asking", days, week=week.begins.isoformat()),
            [
                Bar(2, _width(week.answers, most), "slow", _share(week.asking, week.answers)),
                Bar(2, _width(week.asking, most), "wall", ""),
            ],
            [
                (str(week.asking), href("asking", days, week=week.begins.isoformat())),
                (str(week.answers), href("all", days, week=week.begins.isoformat())),
            ],
        )
        for week in found.weeks
    ]  # fmt: skip


def styles(found: Answers, days: int) -> list[Row]:
    """Return a row for each outcome: how often it came of answers in words of their own, and of ready-made ones."""
    return [
        Row(
            str(words), "",
            [_of_style(2, found.own, name, "wall"), _of_style(2 + HIGH, found.canned, name, "work")],
            [
                (str(found.own.outcomes[name]), href(f"own-{name}", days)),
                (str(found.canned.outcomes[name]), href(f"canned-{name}", days)),
            ],
        )
        for name, words in OUTCOMES.items()
    ]  # fmt: skip


def _of_style(y: int, style: Style, name: str, tone: str) -> Bar:
    n = style.outcomes[name]
    return Bar(y, _width(n, max(1, style.answers)), tone, _share(n, style.answers))


def pair(calm: Slope) -> list[Row]:
    """Return two rows, before and after our answer: negative comments an hour.  None where there is no item."""
    if calm.before is None or calm.after is None:
        return []
    most = max(calm.before, calm.after) or 1
    told = ((_("Before our first answer"), calm.before, "slow"), (_("After it"), calm.after, "wall"))
    return [
        Row(name, "", [Bar(2, f"{ROOM * rate / most:.1f}%", tone, _("%(n)s an hour") % {"n": _figure(rate)})], [])
        for name, rate, tone in told
    ]


def ways(calm: Slope, words: Mapping[str, Any], days: int) -> list[Row]:
    """Return a row for each way it went: in how many items."""
    most = max([1, *calm.ways.values()])
    return [
        Row(
            str(words[way]), href(way, days),
            [Bar(2, _width(n, most), "wall", ngettext("%(n)s item", "%(n)s items", n) % {"n": n})], [],
        )
        for way, n in calm.ways.items() if n
    ]  # fmt: skip


def teams(held: Held, days: int) -> list[Row]:
    """Return a row for each team: how long its replies waited for a yes, altogether and half of them."""
    most = max([1.0, *(one.total.total_seconds() for one in held.teams)])
    rows = []
    for one in held.teams:
        where = href("held", days, team=one.team or 0)
        told = {"total": lasted(one.total), "median": lasted(one.median)}
        words = _("%(total)s in all, half within %(median)s") % told if one.released else _("nobody said yes")
        bar = Bar(2, f"{ROOM * one.total.total_seconds() / most:.1f}%", "wall", words)
        rows.append(Row(one.name or _("Of no team"), where, [bar], [(str(one.held), where), (str(one.waiting), "")]))
    return rows


def week_of(begins: date) -> str:
    """Return a week by its Monday."""
    return _("week of %(day)s") % {"day": named(begins, "j M")}


def href(part: str, days: int, **asked: Any) -> str:
    """Return the way down to the conversations of a part."""
    return f"{reverse('answers_part', args=[part])}?{urlencode({'days': days, **asked})}"


def _figure(rate: float) -> str:
    return number_format(rate, 2 if rate < 1 else 1)


def _share(n: int, of: int) -> str:
    return _("%(n)s of %(of)s") % {"n": n, "of": of}


def _width(n: int, most: int) -> str:
    return f"{ROOM * n / most:.1f}%"
