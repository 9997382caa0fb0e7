"""When a reply is to leave, as its author chose it."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone

from premura.web.times import time_of

NINE = time(9)


def chosen(request: HttpRequest, zone: ZoneInfo) -> datetime | None:
    """Return when the reply is to leave; None where it is to leave now.  Raises ValueError for a time that is none."""
    given = request.POST.get("later", "")
    if not given:
        return None
    now = timezone.now()
    if given == "tonight":
        at: datetime | None = tonight(now, zone)
    else:
        at = moment(request.POST.get("leaves_at", "") if given == "at" else given, now, zone)
    if at is None:
        raise ValueError(given)
    return at


def given_back(request: HttpRequest, zone: ZoneInfo) -> dict[str, Any]:
    """Return the time that was chosen, as a refused form gives it back: a second press must not send at once."""
    try:
        at = chosen(request, zone)
    except ValueError:
        return {"later_again": "at", "leaves_at": request.POST.get("leaves_at", "")}
    if at is None:
        return {}
    return {"later_again": at.isoformat(), "leaves_at": f"{at.astimezone(zone):%Y-%m-%dT%H:%M}", "leaves_then": at}


def tonight(now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return eight in the evening, where that is still to come."""
    at = now.astimezone(zone).replace(hour=20, minute=0, second=0, microsecond=0)
    return at if at > now else None


def moment(chosen: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the time that was chosen; None for one that is no time or has passed.

    >>> zone = ZoneInfo("Europe/Rome")
    >>> friday = datetime(2026, 10, 9, 15, 30, tzinfo=zone)
    >>> [f"{moment(c, friday, zone):%a %d %H:%M}" for c in ("hour", "hours", "tomorrow", "monday")]
    ['Fri 09 16:30', 'Fri 09 18:30', 'Sat 10 09:00', 'Mon 12 09:00']
    >>> moment("2026-10-08T09:00", friday, zone) is None
    True
    """
    local = now.astimezone(zone)
    match chosen:
        case "hour":
            return now + timedelta(hours=1)
        case "hours":
            return now + timedelta(hours=3)
        case "tomorrow":
            return datetime.combine(local.date() + timedelta(days=1), NINE, zone)
        case "monday":
            return datetime.combine(local.date() + timedelta(days=7 - local.weekday()), NINE, zone)
    until = time_of(chosen, zone)
    return until if until and until > now else None
