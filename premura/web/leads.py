"""Who may become a customer: marked by a person beside the conversation, and what showed that they bought."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act
from premura.convert import leads
from premura.web import context
from premura.web.fragments import wants_fragment

DEEDS = {"mark": leads.mark, "take_back": leads.take_back, "not_bought": leads.not_bought}


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/lead/ do=mark, take_back, not_bought, or do=bought with=A-1023"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    do = request.POST.get("do", "")
    trouble = ""
    try:
        if do == "bought":
            leads.bought(conversation, request.user, request.POST.get("with", ""))
        elif do not in DEEDS:
            trouble = _("Choose what to note. Nothing was changed.")
        elif not DEEDS[do](conversation, request.user):
            trouble = _("Somebody was faster. This is how it stands now.")
    except leads.NoProof:
        trouble = _("Write the number of the order or the coupon, at most 100 letters. Nothing was noted.")
    except leads.NotALead:
        trouble = _("Somebody was faster. This is how it stands now.")
    _unused, conversation = access.conversation(request.user, pk)
    if wants_fragment(request):
        return context.shown(request, standing, conversation, 409 if trouble else 200, trouble)
    if trouble:
        messages.error(request, trouble)
    return redirect("context", pk)
