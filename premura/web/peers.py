"""An answer that another customer gave: a person says whether it is right."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from premura.access import Act
from premura.decide import peers
from premura.web.conversation import answer

SAY = {"right": True, "wrong": False}


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /messages/7/peer/ say=right|wrong"""
    standing, found = peers.peer_answer(request.user, pk, Act.REPLY)
    trouble, is_right = "", SAY.get(request.POST.get("say", ""))
    if is_right is None:
        trouble = _("Say whether it is right or not. Nothing was changed.")
    else:
        try:
            peers.decide(found, request.user, is_right=is_right)
        except peers.Decided:
            trouble = _("Somebody was faster. This is how it stands now.")
    return answer(request, standing, found.conversation, trouble=trouble)
