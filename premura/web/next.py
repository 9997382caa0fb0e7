"""What is next for an agent, and whether they are there to be given it."""

import re
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act
from premura.decide import assign

_OPEN = re.compile(r"/conversations/(\d{1,15})/")


@login_required
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """POST /next/: the best next conversation is theirs, and opens"""
    standing = access.need(access.standing(request.user), Act.REPLY)
    left = _left(request)
    try:
        found = assign.next_for(standing, timezone.now(), besides=left)
    except assign.Away:
        messages.warning(request, _("You are away. Say that you are on duty, and the next one is yours."))
    except assign.Full as full:
        messages.warning(request, _full(full.most))
    else:
        if found is not None:
            return redirect(reverse("conversation", args=[found.pk]) + "?view=mine")
        messages.success(request, _("Nothing else waits for you. What you have open stands under “Your turn”."))
    return redirect(reverse("conversation", args=[left]) + "?view=mine" if left else reverse("inbox", args=["mine"]))


@login_required
@require_POST
def duty(request: HttpRequest) -> HttpResponse:
    """POST /duty/ on=1, or on= for away"""
    standing = access.need(access.standing(request.user), Act.REPLY)
    on = request.POST.get("on") == "1"
    assign.be_on_duty(standing, on=on)
    messages.success(
        request,
        _("You are on duty: what comes next can be yours.") if on
        else _("You are away. What you have stays yours; colleagues see that you are away."),
    )  # fmt: skip
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "/")


def _full(most: int) -> str:
    said = ngettext(
        "You have %(n)s conversation open, as many as you take at once. First answer it, or put it aside.",
        "You have %(n)s conversations open, as many as you take at once. First answer one, or put it aside.",
        most,
    )
    return said % {"n": most}


def _left(request: HttpRequest) -> int | None:
    """Return the conversation that they look at while they ask for the next."""
    found = _OPEN.fullmatch(urlsplit(request.headers.get("Referer", "")).path)
    return int(found[1]) if found else None
