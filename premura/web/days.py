"""The days that figures speak of: the last 7 or 28, by the brand's own midnight."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone

from premura.access import Standing

DAYS = (7, 28)


def chosen(request: HttpRequest, otherwise: int = DAYS[0]) -> int:
    """Return how many days are asked for; `otherwise` where that makes no sense."""
    asked = request.GET.get("days", "")
    return next((days for days in DAYS if str(days) == asked), otherwise)


def since(standing: Standing, days: int) -> datetime:
    """Return when the first of so many days began where the brand is; today is the last of them."""
    zone = ZoneInfo(standing.brand.time_zone)
    first = timezone.now().astimezone(zone).date() - timedelta(days=days - 1)
    return datetime.combine(first, time.min, tzinfo=zone)
