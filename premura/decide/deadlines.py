"""Deadlines: which SLA policy fits a conversation, and when its targets fall due; for many at once.

A brand without policies gets the installed ones (`policies.toml`).  A policy without a calendar counts day and night.
"""

import json
import logging
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import holidays
import numpy as np

from premura import clock
from premura.clock import Seconds, Timeline, midnights
from premura.models import Brand, Calendar, SlaPolicy

log = logging.getLogger("premura.deadlines")
BACK, AHEAD = 60, 120  # days that a calendar is laid out; who has waited for longer is late by any calendar
MINUTE = 60.0


class Case(NamedTuple):
    """What policies ask of a conversation.  Moments are seconds since 1970."""

    brand: int
    network: str
    private: bool
    intent: str
    urgency: int
    language: str
    tier: str
    piled_since: float  # when the pile-on was seen that runs there; nan: none runs
    waits_since: float  # nan: nobody waits
    opened: float
    answered: bool  # at least once
    chosen: int | None = None  # the policy that a rule or a person put above those that fit


@dataclass(frozen=True, slots=True)
class Due:
    """When the targets of some cases fall due, in their order; nan where there is no such target."""

    policies: list[SlaPolicy | None]
    answer: Seconds  # the first answer, or the next one
    resolution: Seconds


@dataclass
class Book:
    """A brand's policies, in order."""

    brand: int
    zone: ZoneInfo
    policies: list[SlaPolicy]
    _known: dict[tuple[Any, ...], SlaPolicy | None] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> dict[int, SlaPolicy]:
        return {policy.pk: policy for policy in self.policies}

    def fits(self, case: Case) -> SlaPolicy | None:
        """Return the policy that was chosen, or the first that fits."""
        if case.chosen is not None and (found := self.by_key.get(case.chosen)):
            return found
        key = (*case[1:7], case.piled_since > 0)
        if key not in self._known:
            self._known[key] = next((policy for policy in self.policies if fits(policy, case)), None)
        return self._known[key]


def fits(policy: SlaPolicy, case: Case) -> bool:
    return (
        (not policy.networks or case.network in policy.networks)
        and (policy.private is None or case.private == policy.private)
        and (not policy.intents or case.intent in policy.intents)
        and case.urgency >= policy.urgency
        and (not policy.languages or case.language in policy.languages)
        and (not policy.tiers or case.tier in policy.tiers)
        and (not policy.pile_on or case.piled_since > 0)
    )


def books(brands: Iterable[int]) -> dict[int, Book]:
    """Return the policies of some brands; who has none is given the installed ones.  Two queries."""
    wanted = Brand.objects.in_bulk(set(brands))
    found: dict[int, list[SlaPolicy]] = {pk: [] for pk in wanted}
    for policy in _policies(found):
        found[policy.brand_id].append(policy)
    if new := [brand for pk, brand in wanted.items() if not found[pk]]:
        install(new)
        for policy in _policies([brand.pk for brand in new]):
            found[policy.brand_id].append(policy)
    return {
        pk: Book(pk, ZoneInfo(wanted[pk].time_zone), [one for one in of_it if one.is_on]) for pk, of_it in found.items()
    }


def _policies(brands: Iterable[int]) -> Iterable[SlaPolicy]:
    return SlaPolicy.objects.filter(brand__in=list(brands)).select_related("calendar").order_by("place", "pk")[:5000]


def install(brands: Sequence[Brand]) -> None:
    """Give brands the policies with which one begins, in their language."""
    SlaPolicy.objects.bulk_create(
        [
            SlaPolicy(
                brand=brand, place=place, name=one["name"].get(brand.language, one["name"]["en"]),
                **{key: value for key, value in one.items() if key != "name"},
            )
            for brand in brands
            for place, one in enumerate(_installed())
        ],
        ignore_conflicts=True,
    )  # fmt: skip


@cache
def _installed() -> list[dict[str, Any]]:
    text = (files("premura.decide") / "policies.toml").read_text("utf-8")
    policies: list[dict[str, Any]] = tomllib.loads(text)["policy"]
    return policies


# -- when ------------------------------------------------------------------------------------------


def due(cases: Sequence[Case], known: Mapping[int, Book], today: date | None = None) -> Due:
    """Return when the targets of some cases fall due.

    Cost     about 2 microseconds a case, and some milliseconds for each calendar that was not laid out today.
    """
    policies = [known[case.brand].fits(case) for case in cases]
    answer, resolution = np.full(len(cases), np.nan), np.full(len(cases), np.nan)
    by_policy: dict[int, list[int]] = {}
    for n, policy in enumerate(policies):
        if policy is not None:
            by_policy.setdefault(policy.pk, []).append(n)
    for rows in by_policy.values():
        policy = policies[rows[0]]
        assert policy is not None
        some = [cases[n] for n in rows]
        waits, opened, answered, piled = np.array(
            [(one.waits_since, one.opened, one.answered, one.piled_since) for one in some], np.float64
        ).T
        zone = known[policy.brand_id].zone
        answer[rows], resolution[rows] = targets(policy, zone, waits, opened, answered, piled, today)
    return Due(policies, answer, resolution)


def targets(
    policy: SlaPolicy,
    zone: ZoneInfo,
    waits: Seconds,
    opened: Seconds,
    answered: Seconds,
    piled: Seconds | float,
    today: date | None = None,
) -> tuple[Seconds, Seconds]:
    """Return when answers and resolutions of one policy's conversations fall due, all of them columns.

    Takes    since when they wait (nan: nobody waits), when they were opened, whether they were answered (0 or 1), since
             when a pile-on runs there (nan: none does).
    """
    waits, opened = since(policy, waits, piled), since(policy, opened, piled)
    line = line_of(policy.calendar, today or datetime.now(UTC).date())
    within = np.where(answered > 0, policy.next or np.nan, policy.first or np.nan)
    answer = same_day(line, waits, zone) if policy.same_day else _due(line, waits, within)
    if not policy.resolution:
        return answer, np.full(len(waits), np.nan)
    return answer, _due(line, opened, np.full(len(waits), float(policy.resolution)))


def since(policy: SlaPolicy, began: Seconds, piled: Seconds | float) -> Seconds:
    """Return from when a policy counts: one for pile-ons never from before the pile-on was seen.

    So nobody is late at once because others came after them.
    """
    return np.where(piled > began, piled, began) if policy.pile_on else began


def _due(line: Timeline | None, since: Seconds, minutes: Seconds) -> Seconds:
    if line is None:
        return since + minutes * MINUTE
    asked = ~np.isnan(since) & ~np.isnan(minutes)
    found = np.full(len(since), np.nan)
    found[asked] = line.due(since[asked], minutes[asked] * MINUTE)
    return found


def same_day(line: Timeline | None, since: Seconds, zone: ZoneInfo) -> Seconds:
    """Return when the day ends in which each moment falls: the working day of a calendar, else the day of `zone`."""
    if line is not None:
        return line.same_day(since)
    asked = ~np.isnan(since)
    found = np.full(len(since), np.nan)
    if asked.any():
        edges = midnights(float(since[asked].min()), float(since[asked].max()), zone)
        found[asked] = edges[np.searchsorted(edges, since[asked], side="right")]
    return found


# -- calendars -------------------------------------------------------------------------------------


def line_of(calendar: Calendar | None, today: date) -> Timeline | None:
    """Return a calendar laid out around today; None for day and night."""
    if calendar is None:
        return None
    told = json.dumps([calendar.zone, calendar.week, calendar.country, calendar.region, calendar.days], sort_keys=True)
    return _laid_out(told, today)


@lru_cache(maxsize=256)
def _laid_out(told: str, today: date) -> Timeline:
    zone, week, country, region, days = json.loads(told)
    given = Calendar(zone=zone, week=week, country=country, region=region, days=days)
    try:
        hours = clock_of(given, today)
    except NotImplementedError:  # a newer list of holidays no longer knows the place
        log.warning("no public holidays for %s %s", country, region)
        given.country = ""
        hours = clock_of(given, today)
    return Timeline.of(hours, today - timedelta(days=BACK), today + timedelta(days=AHEAD))


def clock_of(calendar: Calendar, today: date) -> clock.Calendar:
    """Return a calendar as `clock` counts with it, with the public holidays of last, this and next year.

    Raises WrongCalendar, ZoneInfoNotFoundError or NotImplementedError (no such country) where it makes no sense.
    """
    return clock.Calendar(
        calendar.zone,
        tuple(_spans(spans) for spans in calendar.week),
        public_holidays(calendar.country, calendar.region, today),
        {date.fromisoformat(day): _spans(spans) for day, spans in calendar.days.items()},
    )


def public_holidays(country: str, region: str, today: date) -> frozenset[date]:
    """Return the public holidays around a day; none without a country.  Raises NotImplementedError: unknown place."""
    if not country:
        return frozenset()
    years = range(today.year - 1, today.year + 2)
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=years))


def _spans(given: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((int(begin), int(end)) for begin, end in given)
