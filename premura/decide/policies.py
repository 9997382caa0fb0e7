"""Policies: a brand says how soon it answers whom, and when it works."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from django.db import transaction
from django.http import Http404

from premura import journal
from premura.access import Act, Standing, need
from premura.clock import WrongCalendar
from premura.decide import deadlines
from premura.models import Calendar, Event, SlaPolicy
from premura.queue import later

MOST = 200


class WrongHours(ValueError):
    """No such place, time zone or week."""


class NameTaken(ValueError):
    """The brand has one of this name already."""


def policies(standing: Standing) -> list[SlaPolicy]:
    """Return the brand's policies in the order in which they are tried."""
    deadlines.books([standing.brand.pk])  # who has none is given the installed ones
    found = SlaPolicy.objects.filter(brand=standing.brand).select_related("calendar")
    return list(found.order_by("place", "pk")[:MOST])


def calendars(standing: Standing) -> list[Calendar]:
    return list(Calendar.objects.filter(brand=standing.brand).order_by("name")[:MOST])


def policy(standing: Standing, pk: int) -> SlaPolicy:
    """Return one policy.  Raises Http404 where the brand has no such."""
    found = SlaPolicy.objects.filter(brand=standing.brand, pk=pk).select_related("calendar").first()
    if found is None:
        raise Http404(f"no policy {pk}")
    return found


def calendar(standing: Standing, pk: int) -> Calendar:
    """Return one calendar.  Raises Http404 where the brand has no such."""
    found = Calendar.objects.filter(brand=standing.brand, pk=pk).first()
    if found is None:
        raise Http404(f"no calendar {pk}")
    return found


def save_policy(standing: Standing, kept: SlaPolicy | None, said: Mapping[str, Any]) -> SlaPolicy:
    """Keep a policy, new ones before all others; everything that is open is given its targets anew, in a moment."""
    need(standing, Act.MANAGE)
    _is_free(SlaPolicy, standing, kept, said["name"])
    with transaction.atomic():
        if kept is None:
            first = SlaPolicy.objects.filter(brand=standing.brand).order_by("place").first()
            kept = SlaPolicy.objects.create(brand=standing.brand, place=first.place - 1 if first else 0, **said)
        else:
            SlaPolicy.objects.filter(pk=kept.pk).update(**said)
        _changed(standing, policy=said["name"])
    return kept


def move(standing: Standing, kept: SlaPolicy, up: bool) -> None:
    """Try a policy earlier, or later."""
    need(standing, Act.MANAGE)
    with transaction.atomic():
        found = list(SlaPolicy.objects.select_for_update().filter(brand=standing.brand).order_by("place", "pk"))
        at = next(n for n, one in enumerate(found) if one.pk == kept.pk)
        to = min(max(at + (-1 if up else 1), 0), len(found) - 1)
        found.insert(to, found.pop(at))
        for place, one in enumerate(found):
            one.place = place
        SlaPolicy.objects.bulk_update(found, ["place"])
        _changed(standing, policy=kept.name)


def save_calendar(standing: Standing, kept: Calendar | None, said: Mapping[str, Any]) -> Calendar:
    """Keep a calendar.  Raises WrongHours where the place or the zone is unknown, or the hours make no day."""
    need(standing, Act.MANAGE)
    _is_free(Calendar, standing, kept, said["name"])
    try:
        deadlines.clock_of(Calendar(brand=standing.brand, **said), datetime.now(UTC).date())
    except (NotImplementedError, WrongCalendar, ZoneInfoNotFoundError) as error:
        raise WrongHours(str(error)) from error
    with transaction.atomic():
        if kept is None:
            kept = Calendar.objects.create(brand=standing.brand, **said)
        else:
            Calendar.objects.filter(pk=kept.pk).update(**said)
        _changed(standing, calendar=said["name"])
    return kept


def _is_free(of: Any, standing: Standing, kept: Any, name: str) -> None:
    if of.objects.filter(brand=standing.brand, name=name).exclude(pk=kept.pk if kept else None).exists():
        raise NameTaken(name)


def _changed(standing: Standing, **facts: Any) -> None:
    journal.write(Event.Deed.SLA_CHANGED, standing.brand, standing.agent, **facts)
    later("order_all", brand_id=standing.brand.pk)
