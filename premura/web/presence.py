"""Who else is looking, and typing."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from premura import access, bell
from premura.access import Act
from premura.interact import teamwork
from premura.web.fragments import fragment, wants_fragment


@login_required
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/looking/ with typing=1; answers who else is there"""
    standing, conversation = access.conversation(request.user, pk)
    if standing.may(Act.REPLY) and teamwork.look(conversation, request.user, typing="typing" in request.POST):
        tell(conversation, request.user)
    if not wants_fragment(request):
        return redirect("conversation", pk)
    present = teamwork.present(conversation, request.user)
    return fragment(request, "conversation/presence", standing=standing, conversation=conversation, present=present)


@login_required
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/leaving/: sent by a page that is being closed"""
    _standing, conversation = access.conversation(request.user, pk)
    teamwork.leave(conversation, request.user)
    tell(conversation, request.user)
    return HttpResponse(status=204)


def tell(conversation: Any, agent: Any) -> None:
    """Ring for those who look at it too.  Most conversations have one reader, and a bell wakes every open list."""
    if teamwork.present(conversation, agent):
        bell.ring(conversation.brand_id, [conversation.pk])
