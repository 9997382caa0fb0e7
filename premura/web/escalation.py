"""When it takes somebody else: a lead, or another team."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act, Standing
from premura.decide import assign
from premura.web.conversation import answer


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/escalation/ reason=…, or over=1 when no lead is needed any more"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    trouble = ""
    try:
        if request.POST.get("over") == "1":
            if not assign.calm(conversation, request.user):
                trouble = _("Somebody was faster. This is how it stands now.")
        else:
            assign.escalate(conversation, request.user, request.POST.get("reason", ""))
    except assign.NoReason:
        trouble = _("Say in a few words what a lead should know. Nobody was asked.")
    _unused, conversation = access.conversation(request.user, pk)
    return answer(request, standing, conversation, trouble=trouble)


@login_required
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/takeover/: a lead answers in person"""
    standing, conversation = access.conversation(request.user, pk, Act.APPROVE)
    assign.take_over(conversation, request.user)
    _unused, conversation = access.conversation(request.user, pk)
    return answer(request, standing, conversation)


@login_required
@require_POST
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/dispute/ reason=… to=3: it is not our team's"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    try:
        team = assign.dispute(conversation, request.user, request.POST.get("reason", ""), _team(standing, request))
    except assign.NoReason:
        trouble = _("Say why it is not yours. It stays where it is.")
    except assign.TooLate:
        trouble = _("It has been with your team for more than a day. Ask a lead whose it is.")
    except assign.Disputed:
        trouble = _("The other team said the same. Ask a lead whose it is.")
    except assign.NowhereElse:
        trouble = _("Choose the team whose it is: nothing else says it. It stays where it is.")
    else:
        messages.success(request, _("It is with %(team)s now, who see your reason.") % {"team": team})
        return redirect("inbox", "mine")  # it may no longer be theirs to see
    return answer(request, standing, conversation, trouble=trouble)


def _team(standing: Standing, request: HttpRequest) -> Any:
    wanted = request.POST.get("to", "")
    if not wanted:
        return None
    for team in access.teams(standing):
        if str(team.pk) == wanted:
            return team
    raise Http404(f"no team {wanted}")
