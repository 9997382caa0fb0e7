"""The warm queue: whom to be kind to though nothing is broken, why, and how many kind words this week.  P35."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.decide import warm
from premura.web.composing import number
from premura.web.fragments import fragment, wants_fragment
from premura.web.pages import page


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /warm/: the first five of each list; ?why=praise&after=… one list from its mark on"""
    standing = access.need(access.standing(request.user), Act.READ)
    why, after = request.GET.get("why", ""), request.GET.get("after", "")
    if why not in warm.WHYS:
        lists = [_list(one, given, True) for one, given in warm.first(standing).items()]
        return _page(request, standing, lists=lists)
    one = _list(why, warm.page(standing, why, after), False)
    if wants_fragment(request) and after:
        return fragment(request, "warm/rows", standing=standing, one=one)
    return _page(request, standing, lists=[one], only=why)


@login_required
@require_POST
def aim(request: HttpRequest) -> HttpResponse:
    """POST /warm/weekly/ n=5: how many kind words each of us means to write a week"""
    standing = access.need(access.standing(request.user), Act.APPROVE)
    n = number(request.POST.get("n", ""))
    try:
        warm.aim(standing, -1 if n is None else n)
    except warm.NotANumber:
        trouble = _("Write a number from 0 to 200. Nothing was changed.")
        lists = [_list(one, given, True) for one, given in warm.first(standing).items()]
        return _page(request, standing, 422, lists=lists, trouble=trouble)
    messages.success(request, _("Saved."))
    return redirect("warm")


def _list(why: str, given: warm.Page, is_first: bool) -> dict[str, Any]:
    more = urlencode({"why": why} if is_first else {"why": why, "after": given.after}) if given.after else ""
    return {"why": why, "rows": given.rows, "more": more, "is_first": is_first}


def _page(request: HttpRequest, standing: Standing, status: int = 200, **given: Any) -> HttpResponse:
    people = warm.progress(standing)
    mine = next((one for one in people if one.agent == standing.agent.pk), None)
    given |= {
        "mine": mine, "people": people if standing.may(Act.APPROVE) else (), "aim": standing.brand.warm_weekly,
        "may_aim": standing.may(Act.APPROVE), "most": warm.MOST_WEEKLY, "here": "warm",
        "some": any(one["rows"] for one in given["lists"]),
    }  # fmt: skip
    return page(request, "warm/page", standing, status, **given)
