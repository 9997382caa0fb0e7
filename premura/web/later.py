"""When a reply is to leave, as its author chose it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone

from premura.web.state import moment


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


def tonight(now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return eight in the evening, where that is still to come."""
    at = now.astimezone(zone).replace(hour=20, minute=0, second=0, microsecond=0)
    return at if at > now else None
