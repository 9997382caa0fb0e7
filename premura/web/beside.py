"""What stands beside the composer: loaded after the conversation, so that it never delays it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Act
from premura.interact.beside import beside
from premura.interact.selling import selling
from premura.prepare import allowances
from premura.web.asked import Asked
from premura.web.fragments import fragment


@login_required
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /conversations/7/beside/"""
    standing, conversation = access.conversation(request.user, pk)
    found = beside(conversation, request.user)
    given: dict[str, Any] = {"beside": found, "conversation": conversation, "asked": Asked.here(request)}
    given["selling"] = selling(conversation)
    if may_reply := standing.may(Act.REPLY):
        given["may_decide"] = allowances.of(standing.brand.pk, standing.role)
    return fragment(request, "beside/panel", standing=standing, may_reply=may_reply, **given)
