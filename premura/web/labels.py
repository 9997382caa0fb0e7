"""The labels of a conversation."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from premura.access import Standing
from premura.interact import teamwork
from premura.web.conversation import deed


@login_required
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/labels/ name=Refund"""
    name = " ".join(request.POST.get("name", "").split())[:60]

    def do(_standing: Standing, conversation: Any) -> None:
        if name:
            teamwork.label(conversation, name, request.user)

    return deed(request, pk, do)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int, label: int) -> HttpResponse:
    """POST /conversations/7/labels/3/removal/"""

    def do(_standing: Standing, conversation: Any) -> None:
        if found := conversation.labels.filter(pk=label).first():
            teamwork.unlabel(conversation, found, request.user)

    return deed(request, pk, do)
