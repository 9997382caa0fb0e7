"""One conversation: read, and told apart from those of other brands."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Act, Standing, WrongState
from premura.interact import teamwork
from premura.prepare import people
from premura.web import presence, story
from premura.web.asked import Asked
from premura.web.fragments import fragment, wants_fragment
from premura.web.inbox import listed


@login_required
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /conversations/7/?view=mine: the page, or its pane"""
    standing, conversation = access.conversation(request.user, pk)
    asked = Asked.of(request.GET)
    if standing.may(Act.REPLY) and teamwork.look(conversation, request.user):
        presence.tell(conversation, request.user)
    given = story.told(standing, conversation, _number(request.GET.get("to", "")))
    given |= {"asked": asked, "pane": request.GET.get("pane", "")}
    if not wants_fragment(request):
        # A link may lead to another brand of theirs: the list, the bell and the next page follow them there.
        if standing.brand.pk != request.user.brand_id:
            people.look_at(standing.agent, standing.brand)
        given |= listed(standing, asked, {})
    return fragment(request, "conversation/pane", standing=standing, **given)


@login_required
@require_safe
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /conversations/7/thread/: what the bell asks for again"""
    standing, conversation = access.conversation(request.user, pk)
    if not wants_fragment(request):
        return back(request, conversation)
    return changed(request, standing, conversation, rung=True)


def changed(
    request: HttpRequest, standing: Standing, conversation: Any, status: int = 200, **more: Any
) -> HttpResponse:
    """Return the parts of the pane that a deed or a bell may have changed; never the composer."""
    given = story.told(standing, conversation)
    asked = Asked.here(request)
    return fragment(request, "conversation/changed", status, standing=standing, asked=asked, **given | more)


def deed(request: HttpRequest, pk: int, do: Callable[[Standing, Any], None], act: Act = Act.REPLY) -> HttpResponse:
    """Do something to a conversation and show how it stands then, also when somebody was faster."""
    standing, conversation = access.conversation(request.user, pk, act)
    try:
        do(standing, conversation)
    except WrongState:
        _unused, conversation = access.conversation(request.user, pk)
        return answer(request, standing, conversation, trouble=_("Somebody was faster. This is how it stands now."))
    return answer(request, standing, conversation)


def answer(request: HttpRequest, standing: Standing, conversation: Any, trouble: str = "") -> HttpResponse:
    """Show the conversation after a deed; `trouble` is why it was not done."""
    if wants_fragment(request):
        return changed(request, standing, conversation, 409 if trouble else 200, trouble=trouble)
    if trouble:
        messages.error(request, trouble)
    return back(request, conversation)


def back(request: HttpRequest, conversation: Any) -> HttpResponse:
    """Show the conversation after a plain form, in the list where one was."""
    return redirect(reverse("conversation", args=[conversation.pk]) + Asked.here(request).place)


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None
