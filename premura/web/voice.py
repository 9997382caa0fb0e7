"""How the brand speaks.  Everybody reads it, admins write it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from premura import access
from premura.access import Act
from premura.prepare import voice
from premura.web.answer_forms import VoiceForm
from premura.web.pages import page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """GET /voice/; POST changes it"""
    standing = access.standing(request.user)
    if request.method == "POST":
        access.need(standing, Act.MANAGE)
    profile = voice.of(standing.brand)
    networks = sorted({channel.network for channel in access.channels(standing)} | set(profile.addresses) - {""})
    form = VoiceForm(profile, networks, request.POST or None)
    if request.method == "POST" and form.is_valid():
        voice.change(standing.brand, request.user, form.said())
        messages.success(request, _("Kept."))
        return redirect("voice")
    given = {"form": form, "profile": profile, "may_change": standing.may(Act.MANAGE), "here": "answers"}
    return page(request, "voice/page", standing, 422 if form.errors else 200, part="voice", **given)
