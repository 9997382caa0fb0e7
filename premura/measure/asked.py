"""Who asked in the last days, when each was answered and resolved, and what had been promised: as columns."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from premura import access
from premura.access import Standing
from premura.clock import Seconds
from premura.decide import deadlines
from premura.decide.deadlines import MINUTE, Case
from premura.models import Calendar, SlaPolicy

Mask = NDArray[np.bool_]
FIELDS = 5  # numbers of each: begun, answered, settled, proposed, piled
NAN = float("nan")


class Sort(NamedTuple):
    """What those of one sort have in common: all that a policy asks, and where they wrote."""

    channel: int
    private: bool
    intent: str
    urgency: int
    language: str
    tier: str
    chosen: int | None  # the policy that was put above those that fit
    piled: bool  # a pile-on ran there while they waited
    known: bool  # we had answered there before


@dataclass(frozen=True, slots=True)
class Asked:
    """One row for each conversation in which they asked.  Moments are seconds since 1970, nan where it never was."""

    sorts: list[Sort]
    sort: NDArray[np.int64]  # of each, a place in `sorts`
    begun: Seconds
    answered: Seconds
    settled: Seconds
    proposed: Mask
    worked: Seconds  # of our hours, until the answer
    worked_settled: Seconds
    due: Seconds  # until when an answer was promised
    due_settled: Seconds
    has_hours: bool  # whether any calendar says when we work

    def where(self, **wanted: Any) -> Mask:
        """Return which are of a sort: private=True, channel=7, language="it" or intent=("question", …)."""
        found = np.ones(len(self.sorts), np.bool_)
        for name, value in wanted.items():
            values = value if isinstance(value, tuple) else (value,)
            found &= np.fromiter((getattr(sort, name) in values for sort in self.sorts), np.bool_, len(self.sorts))
        return np.asarray(found[self.sort])


def asked(standing: Standing, since: datetime, now: datetime) -> Asked:
    """Return who asked since then, of what `standing` may see.

    Two clocks: the customer's, and ours, by the calendar of the policy that fits, else by the brand's first.
    Cost     four queries, one of them over the brand's conversations of that time, and 2 microseconds for each.
    """
    with connection.cursor() as cursor:
        cursor.execute(query("asked") + query("speed"), scope(standing, since))
        rows = cursor.fetchall()
    sorts = [Sort(*row[:-1]) for row in rows]
    given = [np.frombuffer(row[-1], ">f8").reshape(-1, FIELDS).astype(np.float64) for row in rows]
    columns = np.concatenate([np.empty((0, FIELDS)), *given]).T
    sort = np.repeat(np.arange(len(rows)), [len(some) for some in given])
    hours = _Hours(standing, now, sorts, sort)
    begun, answered, settled, proposed, piled = columns
    return Asked(
        sorts, sort, begun, answered, settled, proposed > 0, hours.worked(begun, answered),
        hours.worked(begun, settled), hours.due(begun, piled), hours.due_settled(begun, piled), hours.any,
    )  # fmt: skip


def scope(standing: Standing, since: datetime) -> dict[str, Any]:
    """Return what each query is told: the brand, the teams that may be seen, and since when."""
    teams = None if standing.teams is None else sorted(standing.teams)
    return {"brand": standing.brand.pk, "teams": teams, "since": since}


@cache
def query(name: str) -> str:
    return (Path(__file__).parent / "queries" / f"{name}.sql").read_text()


class _Hours:
    """The policy and the calendar of each row."""

    def __init__(self, standing: Standing, now: datetime, sorts: list[Sort], sort: NDArray[np.int64]) -> None:
        self._today, self._zone = now.date(), ZoneInfo(standing.brand.time_zone)
        self._first = Calendar.objects.filter(brand=standing.brand).order_by("pk").first()
        book = deadlines.books([standing.brand.pk])[standing.brand.pk]
        networks = {channel.pk: channel.network for channel in access.channels(standing)}
        cases = [_case(standing.brand.pk, networks.get(one.channel, ""), one) for one in sorts]
        policies = [book.fits(case) for case in cases]
        self.any = self._first is not None
        # Rows are worked on together where policy and target are the same.
        places: dict[tuple[int, bool], list[int]] = {}
        self._of: dict[tuple[int, bool], SlaPolicy | None] = {}
        for n, (one, policy) in enumerate(zip(sorts, policies, strict=True)):
            key = (policy.pk if policy else 0, one.known)
            places.setdefault(key, []).append(n)
            self._of[key] = policy
        self._rows = {key: np.flatnonzero(np.isin(sort, of)) for key, of in places.items()}
        self._size = len(sort)

    def worked(self, since: Seconds, until: Seconds) -> Seconds:
        found = until - since
        for key, rows in self._rows.items():
            policy = self._of[key]
            line = deadlines.line_of((policy and policy.calendar) or self._first, self._today)
            if line is not None:
                at = rows[~np.isnan(until[rows])]
                found[at] = line.worked(since[at], until[at])
        return found

    def due(self, begun: Seconds, piled: Seconds) -> Seconds:
        found = np.full(self._size, NAN)
        for (_pk, known), rows in self._rows.items():
            policy = self._of[_pk, known]
            if policy is None:
                continue
            target, since = policy.next if known else policy.first, deadlines.since(policy, begun[rows], piled[rows])
            if policy.same_day:
                found[rows] = deadlines.same_day(deadlines.line_of(policy.calendar, self._today), since, self._zone)
            else:
                found[rows] = self._after(policy, since, target)
        return found

    def due_settled(self, begun: Seconds, piled: Seconds) -> Seconds:
        found = np.full(self._size, NAN)
        for key, rows in self._rows.items():
            if (policy := self._of[key]) is not None:
                since = deadlines.since(policy, begun[rows], piled[rows])
                found[rows] = self._after(policy, since, policy.resolution)
        return found

    def _after(self, policy: SlaPolicy, begun: Seconds, target: int | None) -> Seconds:
        if not target:
            return np.full(len(begun), NAN)
        line = deadlines.line_of(policy.calendar, self._today)
        within = np.full(len(begun), target * MINUTE)
        return begun + within if line is None else line.due(begun, within)


def _case(brand: int, network: str, one: Sort) -> Case:
    return Case(
        brand, network, one.private, one.intent, one.urgency, one.language, one.tier, float(one.piled), NAN, NAN,
        one.known, one.chosen,
    )  # fmt: skip
