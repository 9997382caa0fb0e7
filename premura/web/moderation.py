"""What we do to one message besides answering it: like, hide, show again, delete ours."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act
from premura.interact import moderate
from premura.web.conversation import answer


@login_required
@require_POST
def like(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /messages/7/like/"""
    return _do(request, pk, moderate.like, Act.REPLY)


@login_required
@require_POST
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /messages/7/hidden/ with hidden=1, or hidden=0 to show it again"""
    return _do(request, pk, moderate.unhide if request.POST.get("hidden") == "0" else moderate.hide, Act.MODERATE)


@login_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /messages/7/deletion/"""
    return _do(request, pk, moderate.delete, Act.MODERATE)


def _do(request: HttpRequest, pk: int, do: Callable[[Any, Any], None], act: Act) -> HttpResponse:
    standing, message = access.message(request.user, pk, act)
    try:
        do(message, request.user)
    except moderate.NotPossible:
        trouble = _("The network does not allow that for this message, or it was done already. Nothing was changed.")
        return answer(request, standing, message.conversation, trouble=trouble)
    return answer(request, standing, message.conversation)
