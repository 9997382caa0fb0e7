"""Freeze: a lead stops all sending in one tap, on one account or on all, and lets it go on."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.interact import freeze
from premura.web import composing, story
from premura.web.conversation import answer, back
from premura.web.fragments import fragment, wants_fragment

BACK = ("channels", "surges")


@login_required
@require_POST
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /channels/7/freeze/ frozen=1, or frozen=0 to let it send again; conversation=31 where the button was"""
    standing, channel = access.channel(request.user, pk, Act.APPROVE)
    return _done(request, standing, _do(request, standing, channel))


@login_required
@require_POST
def every(request: HttpRequest) -> HttpResponse:
    """POST /channels/freeze/ frozen=1: every account of the brand; frozen=0 lets all of them send again"""
    standing = access.need(access.standing(request.user), Act.APPROVE)
    return _done(request, standing, _do(request, standing, None))


@login_required
@require_safe
def left(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /conversations/7/left/: may it be answered just now, and for how long?  Asked again each minute"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    if not wants_fragment(request):
        return back(request, conversation)
    given = {"conversation": conversation, **story.ways(conversation)}
    return fragment(request, "freeze/left", standing=standing, **given)


def _do(request: HttpRequest, standing: Standing, only: Any) -> str:
    """Stop it or let it go on; return what to say, "" where somebody was faster."""
    if request.POST.get("frozen") == "1":
        done = freeze.freeze(standing.brand, standing.agent, only)
        said = _("Nothing leaves there any more. What is written is kept.")
    else:
        done = freeze.thaw(standing.brand, standing.agent, only)
        said = _("It sends again. What waited is looked at once more, and leaves within a few minutes.")
    return said if done else ""


def _done(request: HttpRequest, standing: Standing, said: str) -> HttpResponse:
    """Show the place where the button was."""
    faster = _("Somebody was faster. This is how it stands now.")
    if pk := composing.number(request.POST.get("conversation", "")):
        _standing, conversation = access.conversation(request.user, pk)
        return answer(request, standing, conversation, trouble="" if said else faster)
    (messages.success if said else messages.error)(request, said or faster)
    place = request.POST.get("from", "")
    return redirect("inbox", "mine") if place == "inbox" else redirect(place if place in BACK else "channels")
