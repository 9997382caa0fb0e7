"""One person behind two handles: taken for one, and parted again; and what kind of person they are."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act, Standing
from premura.listen import contacts, tiers
from premura.web import context
from premura.web.conversation import answer, deed
from premura.web.fragments import wants_fragment


@login_required
@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/person/ handle=giulia.example: the other handle is the same person's"""
    standing, conversation = access.conversation(request.user, pk, Act.MERGE)
    given = request.POST.get("handle", "").strip().lstrip("@")
    found = [i for i in access.identities(standing, given) if i.contact_id != conversation.identity.contact_id]
    if len(found) != 1:
        words = _(
            "Nobody else here is called %(handle)s. Nothing was changed: write it as it stands in a conversation."
        )
        if found:
            words = _("More than one person is called %(handle)s. Nothing was changed: write the whole handle.")
        return answer(request, standing, conversation, trouble=words % {"handle": given or "…"})
    contacts.merge(found[0].contact, conversation.identity.contact, request.user)
    return answer(request, standing, access.conversation(request.user, pk)[1])


@login_required
@require_POST
def part(request: HttpRequest, pk: int, identity: int) -> HttpResponse:
    """POST /conversations/7/person/3/parting/: this handle is somebody else's after all"""

    def do(_standing: Standing, conversation: Any) -> None:
        if found := conversation.identity.contact.identities.filter(pk=identity).first():
            contacts.unmerge(found, request.user)

    return deed(request, pk, do, Act.MERGE)


@login_required
@require_POST
def tier(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/tier/ tier=vip; empty takes it away"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    trouble = ""
    try:
        tiers.give(conversation, request.POST.get("tier", ""), request.user)
    except tiers.NoTier:
        trouble = _("Write at most 20 letters, without commas. Nothing was changed.")
    if wants_fragment(request):
        return context.shown(request, standing, conversation, 422 if trouble else 200, trouble)
    if trouble:
        messages.error(request, trouble)
    return redirect("context", pk)
