"""What is to be expected, beside what came, and how many people it needs."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Standing
from premura.measure import forecast
from premura.measure.forecast import Forecast, Part
from premura.templatetags.premura import network
from premura.templatetags.readings import read_as
from premura.web import forecast_figures as figures
from premura.web.pages import page


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """GET /figures/forecast/"""
    standing = access.standing(request.user)
    found = forecast.forecast(standing, timezone.now())
    given = _told(standing, found) if found else {}
    return page(request, "figures/forecast", standing, forecast=found, here="cycle", **given)


def _told(standing: Standing, found: Forecast) -> dict[str, Any]:
    zone = ZoneInfo(standing.brand.time_zone)
    past, ahead = figures.past(found, zone), figures.ahead(found, zone)
    came, awaited = sum(found.actual), sum(found.expected[: forecast.BACK])
    return {
        "past": past, "ahead": ahead, "hours": figures.hours(found), "came": came, "awaited": awaited,
        "next": sum(found.ahead), "busiest": max(ahead.days, key=lambda day: day.most),
        "short": sum(day.short for day in ahead.days), "is_guess": found.known < forecast.ENOUGH,
        "known_days": found.known // 24, "channels": [_part(found, one) for one in found.channels],
        "intents": [_part(found, one) for one in found.intents],
    }  # fmt: skip


def _part(found: Forecast, one: Part) -> dict[str, Any]:
    busiest = one.busiest
    where = one.channel and f"{one.channel} · {network(one.channel.network)}"
    name = where or read_as(one.intent, "intent").capitalize()
    at = found.this + timedelta(hours=busiest)
    return {"name": name, "n": one.all, "most": one.hours[busiest], "at": at}
