"""A whole page, for screens of which nobody asks a fragment."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from premura.access import Standing
from premura.web.desk import Desk


def page(request: HttpRequest, template: str, standing: Standing, status: int = 200, **given: Any) -> HttpResponse:
    """Render `folder/leaf` in the brand's time, with the desk around it."""
    given = {"desk": Desk(request, standing), "standing": standing, **given}
    with timezone.override(ZoneInfo(standing.brand.time_zone)):
        response = render(request, f"{template}.html", given, status=status)
    response["Cache-Control"] = "no-store"
    return response
