"""One template for htmx, or the page that it is part of for a plain request."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from premura.access import Standing
from premura.web.desk import Desk


def fragment(
    request: HttpRequest, name: str, status: int = 200, into: str = "", *, standing: Standing, **given: Any
) -> HttpResponse:
    """Render `folder/_leaf.html` for htmx, or `folder/page.html` for a plain request, in the brand's time.

    `into` is a CSS selector: where it goes, if not where the element asked for.
    """
    folder, leaf = name.rsplit("/")
    template = f"{folder}/_{leaf}.html" if wants_fragment(request) else f"{folder}/page.html"
    given = {"desk": Desk(request, standing), "standing": standing, **given}
    with timezone.override(ZoneInfo(standing.brand.time_zone)):
        response = render(request, template, given, status=status)
    if into and wants_fragment(request):
        response["HX-Retarget"] = into
        response["HX-Reswap"] = "outerHTML"
    patch_vary_headers(response, ["HX-Request"])
    response["Cache-Control"] = "no-store"
    return response


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece; what the browser's back button asks for is a page."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
