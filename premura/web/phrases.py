"""The guard as its brand sees it: its own phrases, tried out before they are kept, and what was sent against it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.interact import guard_words
from premura.prepare import phrases
from premura.prepare.phrases import AlreadyThere
from premura.web.answer_forms import PhraseForm
from premura.web.pages import page

BAR = 28  # height of a row of the drawing
WIDTH = 420  # of the longest bar


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """GET /guard/: which rules are sent against most"""
    standing = access.need(access.standing(request.user), Act.APPROVE)
    found = phrases.overridden(standing)
    most = max((one.count for one in found), default=1)
    bars = [
        {"one": one, "name": guard_words.rule(one.rule), "y": n * BAR, "width": max(2, round(WIDTH * one.count / most))}
        for n, one in enumerate(found)
    ]
    given = {"bars": bars, "height": len(bars) * BAR, "here": "answers", "part": "guard"}
    return page(request, "phrases/board", standing, **given)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET /guard/phrases/; POST tries one out (try=1), or keeps it"""
    standing = access.standing(request.user)
    if request.method != "POST":
        return _index(request, standing, PhraseForm(_networks(standing)))
    access.need(standing, Act.APPROVE)
    form = PhraseForm(_networks(standing), request.POST)
    if not form.is_valid():
        return _index(request, standing, form, 422)
    if "try" in request.POST:
        our_mistake = form.cleaned_data["our_mistake"]
        trial = phrases.try_out(standing, form.own(), form.drafted(), our_mistake=our_mistake)
        return _index(request, standing, form, trial=trial)
    own = form.own()
    assert own is not None  # the form has words where nothing is tried
    try:
        phrases.add(standing, own)
    except AlreadyThere:
        form.add_error("text", _("The rule has these words already."))
        return _index(request, standing, form, 422)
    messages.success(request, _("Kept. From now on the guard knows them."))
    return redirect("phrases")


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /guard/phrases/7/removal/"""
    standing, found = phrases.phrase(request.user, pk, Act.APPROVE)
    phrases.remove(standing, found)
    messages.success(request, _("Taken away."))
    return redirect("phrases")


def _networks(standing: Standing) -> list[str]:
    return sorted({channel.network for channel in access.channels(standing)})


def _index(
    request: HttpRequest, standing: Standing, form: PhraseForm, status: int = 200, trial: Any = None
) -> HttpResponse:
    rows = [(row, guard_words.rule(row.rule)) for row in phrases.listed(standing)]
    given = {"rows": rows, "form": form, "may_change": standing.may(Act.APPROVE), "here": "answers", "part": "phrases"}
    if trial is not None:
        given |= {"trial": trial, "without": _said(trial.without), "given": _said(trial.given)}
    return page(request, "phrases/page", standing, status, **given)


def _said(findings: Any) -> list[tuple[str, str]]:
    return [(guard_words.rule(found.rule), guard_words.words(found)) for found in findings]
