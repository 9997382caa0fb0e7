"""Piazza, as its visitors see it: choose who you are, look at a brand's page, write to it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from premura.networks.contract import Upload
from premura.networks.playground import Playground
from premura.prepare import playground as piazza
from premura.prepare import playground_feed as feed

ME = "piazza"  # where the session keeps who the visitor is
HUES = ("#5f7470", "#8a6a5c", "#746a86", "#5d7086", "#857347", "#84606e", "#66724f", "#6b6f76")  # quiet ones
View = Callable[..., HttpResponse]


def while_open(view: View) -> View:
    """404 where the playground is closed, and else the view with who the visitor is."""

    @wraps(view)
    def opened(request: HttpRequest, **given: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404("no playground")
        return view(request, feed.person(request.session.get(ME, "")), **given)

    return opened


@require_GET
@while_open
def index(request: HttpRequest, me: Any) -> HttpResponse:
    """GET /playground/"""
    given = {"me": me, "people": feed.people(), "pages": feed.pages(), "cast": piazza.CAST}
    return render(request, "playground/index.html", given)


@require_POST
@while_open
def persona(request: HttpRequest, me: Any) -> HttpResponse:
    """POST /playground/persona/"""
    try:
        chosen = piazza.be(request.POST.get("name", ""))
    except piazza.NotTaken:
        messages.error(request, _("A name needs letters."))
        return redirect("playground")
    request.session[ME] = chosen.key
    back = request.POST.get("page", "")
    return redirect("playground_page", key=back) if feed.page(back) else redirect("playground")


@require_GET
@while_open
def page(request: HttpRequest, me: Any, key: str, place: str) -> HttpResponse:
    """GET /playground/bellosguardo/ · reviews/ · messages/"""
    return _page(request, me, _found(feed.page(key)), place)


@require_POST
@while_open
def say(request: HttpRequest, me: Any, key: str) -> HttpResponse:
    """POST /playground/bellosguardo/say/"""
    page, asked = _found(feed.page(key)), request.POST
    if me is None:
        return redirect("playground")
    kind, parent = asked.get("kind", ""), asked.get("parent", "")
    place = {"review": "reviews", "direct": "messages"}.get(kind, asked.get("place", "wall"))
    try:
        item = _say(page, me, kind, parent, request)
    except piazza.NotTaken as why:
        return _page(request, me, page, place, 422, refused={"why": why, "text": asked.get("text", "")})
    return _back(item, place)


@while_open
def item(request: HttpRequest, me: Any, key: str) -> HttpResponse:
    """GET /playground/items/4f…/: where it stands"""
    found = _found(feed.item(key, me))
    return _back(found, _place(found))


@require_POST
@while_open
def edit(request: HttpRequest, me: Any, key: str) -> HttpResponse:
    """POST /playground/items/4f…/edit/"""
    found = _mine(key, me)
    try:
        piazza.edit(found, request.POST.get("text", ""))
    except piazza.NotTaken as why:
        refused = {"why": why, "text": request.POST.get("text", "")}
        return _page(request, me, found.page, _place(found), 422, refused=refused)
    return _back(found, _place(found))


@require_POST
@while_open
def delete(request: HttpRequest, me: Any, key: str) -> HttpResponse:
    """POST /playground/items/4f…/delete/"""
    found = _mine(key, me)
    piazza.remove(found)
    return _back(found.parent or found, _place(found))


@require_POST
@while_open
def like(request: HttpRequest, me: Any, key: str) -> HttpResponse:
    """POST /playground/items/4f…/like/: like it, or take that back"""
    found = _found(feed.item(key, me))
    if me is None:
        return redirect("playground")
    (piazza.unlike if request.POST.get("undo") else piazza.like)(found, me)
    return _back(found, _place(found))


@require_GET
@while_open
def stand(request: HttpRequest, me: Any, key: str) -> HttpResponse:
    """GET /playground/bellosguardo/stand/: a number that changes when the page does"""
    return HttpResponse(str(feed.stand(_found(feed.page(key)))), content_type="text/plain")


@require_GET
@while_open
def picture(request: HttpRequest, me: Any, key: str) -> HttpResponse:
    """GET /playground/pictures/4f…"""
    # Its address is long enough not to be guessed, as on the real networks: the inbox shows it too.
    found = _found(feed.picture(key))
    return HttpResponse(bytes(found.data), content_type=found.mime)


@require_GET
@while_open
def face(request: HttpRequest, me: Any, handle: str) -> HttpResponse:
    """GET /playground/faces/giulia-ferri.svg"""
    words = feed.name_of(handle).split()
    letters = "".join(word[0] for word in words if word[0].isalnum())[:2].upper()
    given = {"letters": letters, "hue": HUES[sum(map(ord, handle)) % len(HUES)]}
    return render(request, "playground/face.svg", given, content_type="image/svg+xml")


def _say(page: Any, me: Any, kind: str, parent: str, request: HttpRequest) -> Any:
    text, pictures = request.POST.get("text", ""), _pictures(request)
    if parent:
        return piazza.answer(_found(feed.item(parent, me)), me, text, pictures=pictures)
    if kind not in ("visitor_post", "mention", "review", "direct"):
        raise Http404(f"nobody says a {kind}")
    stars = request.POST.get("stars", "")
    return piazza.say(
        page, me, kind, text, pictures=pictures,
        chat=me if kind == "direct" else None,
        stars=int(stars) if kind == "review" and stars.isdecimal() else None,
    )  # fmt: skip


def _pictures(request: HttpRequest) -> list[Upload]:
    alt = request.POST.get("alt", "")[:1000]
    given = request.FILES.getlist("picture")[: Playground.limits.media + 1]
    return [Upload(file.name or "", file.content_type or "", file.read(), alt) for file in given]


def _page(request: HttpRequest, me: Any, page: Any, place: str, status: int = 200, **more: Any) -> HttpResponse:
    given = {
        "me": me, "page": page, "place": place, "shown": feed.shown(page, place, me), "stand": feed.stand(page),
        "fits": Playground.limits.reply.most, "star_choices": (5, 4, 3, 2, 1), **more,
    }  # fmt: skip
    return render(request, "playground/page.html", given, status=status)


def _mine(key: str, me: Any) -> Any:
    found = _found(feed.item(key, me))
    if me is None or found.author_id != me.pk:
        raise Http404("not theirs")
    return found


def _found(thing: Any) -> Any:
    if thing is None:
        raise Http404("not on Piazza")
    return thing


def _place(item: Any) -> str:
    if item.chat_id:
        return "messages"
    top = item
    while top.parent is not None:
        top = top.parent
    return "reviews" if top.kind == "review" else "wall"


def _back(item: Any, place: str) -> HttpResponse:
    response = redirect("playground_page" if place == "wall" else f"playground_{place}", key=item.page.key)
    response["Location"] += f"#item-{item.key}"
    return response
