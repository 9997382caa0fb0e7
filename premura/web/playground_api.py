"""Piazza's API for adapters: /playground/api/<page>/…, with the page's token as the bearer."""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from premura.networks.contract import Upload
from premura.prepare import playground_api as api
from premura.prepare.playground import NotTaken

View = Callable[..., HttpResponse]


class Picture(msgspec.Struct):
    mime: str
    data: str  # base64
    alt: str = ""


class Writing(msgspec.Struct):
    deed: str
    to: str
    text: str
    media: list[Picture] = []


def token_needed(view: View) -> View:
    """Give the view the page that the bearer token speaks for; 401 without, 404 where there is no playground."""

    @wraps(view)
    def checked(request: HttpRequest, key: str, **more: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404("no playground")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        page = api.signed_in(key, token.strip()) if scheme.lower() == "bearer" else None
        if page is None:
            return _json({"error": "Piazza does not know this token."}, 401)
        return view(request, page, **more)

    return csrf_exempt(checked)


@token_needed
@require_GET
def page(request: HttpRequest, page: Any) -> HttpResponse:
    """GET /playground/api/bellosguardo"""
    return _json(api.about(page))


@token_needed
@require_GET
def changes(request: HttpRequest, page: Any) -> HttpResponse:
    """GET /playground/api/bellosguardo/changes?after=7"""
    after = request.GET.get("after", "")
    if after and not after.isdecimal():
        return _json({"error": "The cursor is not one of ours."}, 400)
    return _json(api.changes(page, after))


@token_needed
def items(request: HttpRequest, page: Any) -> HttpResponse:
    """GET /playground/api/bellosguardo/items?since=…&before=…, or POST what the page says"""
    if request.method == "POST":
        return _write(request, page)
    try:
        since = datetime.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        return _json({"error": "since is not a time."}, 400)
    before = request.GET.get("before", "")
    return _json(api.items(page, since, before if before.isdecimal() else ""))


@token_needed
@require_GET
def look_up(request: HttpRequest, page: Any) -> HttpResponse:
    """GET /playground/api/bellosguardo/look-up?key=…&key=…"""
    return _json(api.look_up(page, request.GET.getlist("key")))


@token_needed
@require_GET
def find(request: HttpRequest, page: Any) -> HttpResponse:
    """GET /playground/api/bellosguardo/find?idempotency=…"""
    return _json(api.find(page, request.GET.get("idempotency", "")))


@token_needed
@require_POST
def do(request: HttpRequest, page: Any, item: str, deed: str) -> HttpResponse:
    """POST /playground/api/bellosguardo/items/4f…/hide"""
    status, answer = _done(lambda: api.do(page, deed, item))
    api.note(page, deed, status, target=item)
    return _json(answer, status)


@token_needed
@require_POST
def treat(request: HttpRequest, page: Any, person: str, deed: str) -> HttpResponse:
    """POST /playground/api/bellosguardo/people/4f…/ban"""
    status, answer = _done(lambda: api.treat(page, deed, person))
    api.note(page, deed, status, target=person)
    return _json(answer, status)


def _write(request: HttpRequest, page: Any) -> HttpResponse:
    key = request.headers.get("idempotency-key", "")[:64]
    try:
        said = msgspec.json.decode(request.body, type=Writing)
        pictures = [Upload("", m.mime, base64.b64decode(m.data, validate=True), m.alt) for m in said.media]
    except (msgspec.DecodeError, binascii.Error) as error:
        return _json({"error": f"Piazza does not understand this: {error}"}, 400)
    made: list[Any] = []
    status, answer = _done(lambda: made.append(api.write(page, said.deed, said.to, said.text, key, pictures)))
    api.note(
        page, said.deed, status, target=said.to[:64], idempotency=key, text=said.text,
        made=made[0].key if made else "",
    )  # fmt: skip
    return _json(api.receipt(made[0]) if made else answer, status)


def _done(deed: Callable[[], object]) -> tuple[int, dict[str, str]]:
    try:
        with translation.override("en"):  # machines are spoken to in one language
            deed()
    except api.Gone:
        return 404, {"error": "It is not there, or not any more."}
    except NotTaken as why:
        return 422, {"error": str(why)}
    return 200, {}


def _json(answer: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(answer), status=status, content_type="application/json")
