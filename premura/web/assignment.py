"""Who has a conversation."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Standing
from premura.interact import teamwork
from premura.web.conversation import deed


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/assignment/ to=me, to=12, or to= for nobody"""

    def do(standing: Standing, conversation: Any) -> None:
        teamwork.assign(conversation, _colleague(standing, request.POST.get("to", "")), request.user)

    return deed(request, pk, do)


def _colleague(standing: Standing, to: str) -> Any:
    if to == "me":
        return standing.agent
    if not to:
        return None
    for colleague in access.colleagues(standing):
        if str(colleague.pk) == to:
            return colleague
    raise Http404(f"no colleague {to}")
