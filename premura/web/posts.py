"""What our posts set off: their list, the sheet of each, and questions that many ask there."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.decide import asked_alike, problems
from premura.measure import reactions
from premura.web import post_figures as figures
from premura.web.fragments import fragment, wants_fragment
from premura.web.pages import page
from premura.web.problems import wanted


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /posts/?after=…"""
    standing = access.need(access.standing(request.user), Act.READ)
    found = reactions.listed(standing, request.GET.get("after", ""))
    more = urlencode({"after": found.after}) if found.after else ""
    given: dict[str, Any] = {"rows": found.rows, "more": more, "here": "cycle"}
    leaf = "rows" if wants_fragment(request) else "page"
    return fragment(request, f"posts/{leaf}", standing=standing, **given)


@login_required
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /posts/7/?tone=negative&day=0&after=…: htmx asks for its comments alone"""
    standing, post = reactions.post(request.user, pk)
    given: dict[str, Any] = {"post": post, "here": "cycle", **_comments(request, standing, post)}
    if wants_fragment(request):
        return fragment(request, "posts/comments", standing=standing, **given)
    numbers = reactions.of(standing, [post])[0]
    whole = reactions.sheet(standing, numbers, timezone.now())
    given |= {
        "alike": figures.alike(asked_alike.under(standing, post)), "may_reply": standing.may(Act.REPLY),
        "row": numbers, "sheet": whole, "tones": figures.tones(numbers.tones), "days": reactions.DAYS,
        "curve": figures.curve(whole.hours, reactions.began(post)),
    }  # fmt: skip
    return page(request, "posts/sheet", standing, **given)


@login_required
@require_POST
def known(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /posts/7/known/ title=…&conversation=31&conversation=32: they ask the same, which is made known"""
    standing, post = reactions.post(request.user, pk)
    access.need(standing, Act.REPLY)
    try:
        issue, n = asked_alike.make_known(standing, post, request.POST.get("title", ""), wanted(request))
    except problems.NoTitle:
        return _trouble(
            request, pk, _("The question is missing: say in a few words what they ask. Nothing was changed.")
        )
    except asked_alike.NobodyAsked:
        return _trouble(request, pk, _("Choose at least one conversation. Nothing was changed."))
    messages.success(request, _known(n))
    return redirect("issue", issue.pk)


def _known(n: int) -> str:
    if not n:
        return _("It was known already.")
    said = ngettext(
        "It is known now, with %(n)s person who asks. Write the public answer first, then a line for each.",
        "It is known now, with %(n)s people who ask. Write the public answer first, then a line for each.",
        n,
    )
    return said % {"n": n}


def _trouble(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    messages.error(request, words)
    return redirect(f"{reverse('post', args=[pk])}#post-alike")


def _comments(request: HttpRequest, standing: Standing, post: Any) -> dict[str, Any]:
    """Return what was said, as it is asked for: of one tone, or of one day since it was published."""
    tone, day = request.GET.get("tone", ""), request.GET.get("day", "")
    tone = tone if tone in reactions.TONES else ""
    n = int(day) if day.isascii() and day.isdigit() and len(day) < 5 else None
    found = reactions.comments(standing, post, tone=tone, day=n, after=request.GET.get("after", ""))
    asked = {name: value for name, value in (("tone", tone), ("day", n)) if value not in ("", None)}
    more = urlencode(asked | {"after": found.after}) if found.after else ""
    return {"comments": found.rows, "more": more, "tone": tone, "day": None if n is None else n + 1}
