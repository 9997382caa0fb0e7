"""Promises: the list of those that stand; made by hand, kept, taken back."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from premura import access
from premura.access import Act, Standing, WrongState
from premura.interact import promise
from premura.measure import coverage, leads, outcomes
from premura.web import days
from premura.web.conversation import answer
from premura.web.fragments import fragment, wants_fragment
from premura.web.times import time_of

AGAIN_DAYS = days.DAYS[-1]  # as the list behind the figure has them
WHOSE = ("mine", "team")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /promises/?whose=team&after=…"""
    standing = access.need(access.standing(request.user), Act.READ)
    whose = request.GET.get("whose", "")
    whose = whose if whose in WHOSE else "mine" if standing.may(Act.REPLY) else "team"
    after = request.GET.get("after", "")
    page = promise.listed(standing, after, mine=whose == "mine")
    given: dict[str, Any] = {
        "rows": page.rows, "more": urlencode({"whose": whose, "after": page.after}) if page.after else "",
        "whose": whose, "may_reply": standing.may(Act.REPLY), "here": "deciding", "part": "promises",
    }  # fmt: skip
    if wants_fragment(request) and after:
        return fragment(request, "promises/rows", standing=standing, **given)
    given |= {"outcomes": outcomes.lately(standing), "days": outcomes.DAYS}
    again = coverage.again(standing, days.since(standing, AGAIN_DAYS))
    given |= {"needs": outcomes.needs(standing), "again": again, "again_days": AGAIN_DAYS}
    given |= {"approaches": outcomes.trolls(standing), "leads": leads.leads(standing)}
    return fragment(request, "promises/page", standing=standing, **given)


@login_required
@require_POST
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/promises/ what=… due=2026-12-01T12:00 owner=3 technical=1"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    post, trouble = request.POST, ""
    due = time_of(post.get("due", ""), ZoneInfo(standing.brand.time_zone))
    try:
        promise.make(
            conversation, post.get("what", ""), due, standing.agent,
            owner=_owner(post.get("owner", ""), standing), technical=post.get("technical") == "1",
        )  # fmt: skip
    except promise.NotAPromise:
        trouble = _("Say what is promised, and choose a time that is still to come. Nothing was noted.")
    return answer(request, standing, conversation, trouble=trouble)


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /promises/7/settlement/ as=kept, or as=withdrawn reason=…; from=list shows the list again"""
    standing, one = promise.one(request.user, pk)
    trouble = ""
    try:
        if request.POST.get("as") == "kept":
            promise.keep(one, standing.agent)
        else:
            promise.withdraw(one, standing.agent, request.POST.get("reason", ""))
    except promise.NoReason:
        trouble = _("Say why it is taken back. Nothing was changed.")
    except WrongState:
        trouble = _("Somebody was faster. This is how it stands now.")
    if request.POST.get("from") == "list":
        return _listed_again(request, trouble)
    _unused, conversation = access.conversation(request.user, one.conversation_id)
    return answer(request, standing, conversation, trouble=trouble)


def _listed_again(request: HttpRequest, trouble: str) -> HttpResponse:
    if trouble:
        messages.error(request, trouble)
    whose = request.POST.get("whose", "")
    return redirect(reverse("promises") + (f"?whose={whose}" if whose in WHOSE else ""))


def _owner(given: str, standing: Standing) -> Any:
    """Return who sees to it; None, which is who writes, where nobody of ours was chosen."""
    return next((colleague for colleague in access.colleagues(standing) if given == str(colleague.pk)), None)
