"""What we know, for everybody: questions and answers of a brand that search engines understand.  P63."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from premura.prepare import faq
from premura.web.netiquette import KEPT_S, NAMES


@require_safe
def public(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /faq/rossi/?lang=en&after=…; for everybody"""
    brand = _brand(slug)
    offered = faq.languages(brand)
    if not offered:
        raise Http404(f"nothing is public of {slug}")
    language = _language(request, offered)
    found = faq.listed(brand, language, request.GET.get("after", "")[:400])
    return _page(request, brand, language, offered, rows=found.rows, after=found.after)


@require_safe
def one(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """GET /faq/rossi/7/: one of them, to point to"""
    brand = _brand(slug)
    offered = faq.languages(brand)
    found = faq.one(brand, pk, _language(request, offered)) if offered else None
    if found is None:
        raise Http404(f"no public entry {pk} of {slug}")
    return _page(request, brand, found.language, offered, rows=[found], single=True)


public.for_everybody = True  # type: ignore[attr-defined]
one.for_everybody = True  # type: ignore[attr-defined]


def _brand(slug: str) -> Any:
    if (brand := faq.brand(slug)) is None:
        raise Http404(f"no public answers of {slug}")
    return brand


def _language(request: HttpRequest, offered: list[str]) -> str:
    # Not by cookie: what is kept for everybody must not depend on who asks.
    asked = [code[:2] for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())]
    return next((code for code in (request.GET.get("lang"), *asked) if code in offered), offered[0])


def _page(request: HttpRequest, brand: Any, language: str, offered: list[str], **given: Any) -> HttpResponse:
    helped = faq.helped(brand)
    given["rows"] = [(row, n if (n := helped.get(row.pk, 0)) >= faq.SHOWN_FROM else 0) for row in given["rows"]]
    given |= {"brand": brand, "language": language, "languages": [(code, NAMES.get(code, code)) for code in offered]}
    with translation.override(language):
        response = render(request, "faq/public.html", given)
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
    return response
