"""What stands beside the composer: loaded after the conversation, so that it never delays it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Act
from premura.interact.beside import beside
from premura.web.asked import Asked
from premura.web.fragments import fragment


@login_required
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /conversations/7/beside/"""
    standing, conversation = access.conversation(request.user, pk)
    found = beside(conversation, request.user)
    given = {"beside": found, "conversation": conversation, "asked": Asked.here(request)}
    return fragment(request, "beside/panel", standing=standing, may_reply=standing.may(Act.REPLY), **given)
