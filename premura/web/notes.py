"""Internal notes.  They have a form of their own, so that none is ever sent to a customer by a wrong tab."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act, Standing
from premura.interact import teamwork
from premura.web.conversation import answer, deed

MOST = 10_000


@login_required
@require_POST
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/notes/ text=…"""
    text = request.POST.get("text", "").strip()
    if not text or len(text) > MOST:
        standing, conversation = access.conversation(request.user, pk, Act.NOTE)
        empty, long = _("The note is empty. Write something first."), _("The note is too long: 10,000 characters fit.")
        return answer(request, standing, conversation, trouble=long if text else empty)

    def do(_standing: Standing, conversation: Any) -> None:
        teamwork.note(conversation, text, request.user)

    return deed(request, pk, do, Act.NOTE)
