"""How fast we are, in the customer's time and in ours: until the first answer, and until it is solved.

P82, P133, P84, P101, P112.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection

from premura import access
from premura.access import Standing
from premura.clock import Seconds, midnights
from premura.measure.asked import Asked, Mask, asked, query, scope
from premura.models import Conversation
from premura.paging import Page

# What people want, as far as speed goes.
WANTS: dict[str, tuple[str, ...]] = {
    "information": ("question", "purchase"),
    "complaint": ("complaint",),
    "praise": ("praise", "suggestion"),
    "gesture": ("gesture",),
    "rest": ("", "abuse"),
}
SOLVABLE = ("information", "complaint")  # who wants a solution
PAGE = 50


@dataclass(frozen=True, slots=True)
class Span:
    """How long something took on one clock: half of all was quicker than `median`, nine of ten than `slow`."""

    median: timedelta
    slow: timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it went with some of those who asked."""

    asked: int
    done: int
    wall: Span | None  # None: nobody
    work: Span | None
    kept: int  # within the target
    due: int  # whose target is decided: answered, or its time is over

    @property
    def percent(self) -> int | None:
        """How many of a hundred were within their target; None where nothing was promised."""
        return round(100 * self.kept / self.due) if self.due else None


@dataclass(frozen=True, slots=True)
class Slice:
    """Some of those who asked: by what they have in common, as `slowest` asks for it."""

    of: dict[str, Any]  # private, want, channel, language or day
    pace: Pace


@dataclass(frozen=True, slots=True)
class Speed:
    """The speed of some days."""

    whole: Pace
    sides: list[Slice]
    wants: list[Slice]
    channels: list[Slice]
    languages: list[Slice]
    days: list[Slice]
    resolved: Pace  # until it was resolved
    solved: Pace  # of those: with a solution that we proposed
    solved_wants: list[Slice]  # the same, of those who asked and of those who complained
    has_hours: bool


def speed(standing: Standing, since: datetime, now: datetime) -> Speed:
    """Return how fast we were with all who asked since then; parts in which nobody asked are left out.

    Who asked less than a moment ago counts as asked and not answered.
    Cost     that of `asked`, and some milliseconds.
    """
    all_ = asked(standing, since, now)
    at = now.timestamp()
    everybody = np.ones(len(all_.begun), np.bool_)
    return Speed(
        _answers(all_, everybody, at),
        _slices(all_, at, [({"private": private}, {"private": private}) for private in (False, True)]),
        _slices(all_, at, [({"want": name}, {"intent": intents}) for name, intents in WANTS.items()]),
        _most(_slices(all_, at, [({"channel": pk}, {"channel": pk}) for pk in _each(all_, "channel")])),
        _most(_slices(all_, at, [({"language": code}, {"language": code}) for code in _each(all_, "language")])),
        _days(all_, since, now, ZoneInfo(standing.brand.time_zone)),
        _solutions(all_, everybody, at),
        _solutions(all_, all_.proposed, at),
        _solved(all_, at),
        all_.has_hours,
    )


def _each(all_: Asked, name: str) -> list[Any]:
    return list(dict.fromkeys(getattr(sort, name) for sort in all_.sorts))


def _most(slices: list[Slice]) -> list[Slice]:
    return sorted(slices, key=lambda one: -one.pace.asked)[:20]


def _slices(all_: Asked, now: float, wanted: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> list[Slice]:
    found = [Slice(of, _answers(all_, all_.where(**where), now)) for of, where in wanted]
    return [one for one in found if one.pace.asked]


def _days(all_: Asked, since: datetime, now: datetime, zone: ZoneInfo) -> list[Slice]:
    edges = midnights(since.timestamp(), now.timestamp(), zone)
    day = np.searchsorted(edges, all_.begun, side="right") - 1
    return [
        Slice({"day": datetime.fromtimestamp(float(edge), zone).date()}, _answers(all_, day == n, now.timestamp()))
        for n, edge in enumerate(edges[:-1])
    ]


def _answers(all_: Asked, of: Mask, now: float) -> Pace:
    return _pace(of, all_.begun, all_.answered, all_.worked, all_.due, now)


def _solutions(all_: Asked, of: Mask, now: float) -> Pace:
    return _pace(of, all_.begun, all_.settled, all_.worked_settled, all_.due_settled, now)


def _solved(all_: Asked, now: float) -> list[Slice]:
    found = {name: all_.proposed & all_.where(intent=WANTS[name]) for name in SOLVABLE}
    return [Slice({"want": name}, _solutions(all_, of, now)) for name, of in found.items() if of.any()]


def _pace(of: Mask, begun: Seconds, done: Seconds, worked: Seconds, due: Seconds, now: float) -> Pace:
    begun, done, worked, due = begun[of], done[of], worked[of], due[of]
    there = ~np.isnan(done)
    decided = ~np.isnan(due) & (there | (due <= now))
    return Pace(
        len(begun), int(there.sum()), _span((done - begun)[there]), _span(worked[there]),
        int((decided & (done <= due)).sum()), int(decided.sum()),
    )  # fmt: skip


def _span(took: Seconds) -> Span | None:
    if not len(took):
        return None
    median, slow = np.percentile(took, [50, 90])
    return Span(timedelta(seconds=float(median)), timedelta(seconds=float(slow)))


# -- which they are ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Of:
    """Which of those who asked are looked at; None: all."""

    private: bool | None = None
    want: str | None = None
    channel: int | None = None
    language: str | None = None
    day: date | None = None


def slowest(standing: Standing, since: datetime, of: Of, after: str = "") -> Page[Conversation]:
    """Return the answered ones, who waited longest first, each with `took`; `after` is the mark of the page before.

    Cost     as `asked`'s query: those of the days are put in order each time.
    """
    waited, pk = _mark(after)
    zone = ZoneInfo(standing.brand.time_zone)
    begins, ends = (
        datetime(at.year, at.month, at.day, tzinfo=zone) if at else None
        for at in (of.day, of.day and of.day + timedelta(days=1))
    )
    given = scope(standing, since) | {
        "private": of.private, "intents": list(WANTS[of.want]) if of.want else None, "channel": of.channel,
        "language": of.language, "day": begins, "next": ends, "waited": waited, "id": pk, "most": PAGE + 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(query("asked") + query("slowest"), given)
        found: list[tuple[int, int]] = cursor.fetchall()
    mark = f"{found[PAGE - 1][1]}_{found[PAGE - 1][0]}" if len(found) > PAGE else ""
    return Page(_rows(standing, found[:PAGE]), mark)


def _rows(standing: Standing, found: Sequence[tuple[int, int]]) -> list[Conversation]:
    known = access.conversations(standing).in_bulk([pk for pk, _ in found])
    rows = []
    for pk, waited in found:
        if row := known.get(pk):
            row.took = timedelta(microseconds=waited)  # type: ignore[attr-defined]
            rows.append(row)
    return rows


def _mark(after: str) -> tuple[int | None, int | None]:
    waited, _, pk = after.partition("_")
    if waited.isascii() and waited.isdigit() and pk.isascii() and pk.isdigit() and len(after) < 36:
        return int(waited), int(pk)
    return None, None
