"""Where a conversation stands: resolved, on hold, snoozed, open again."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from premura import access
from premura.access import Act, Standing
from premura.interact import teamwork
from premura.web import outcomes
from premura.web.conversation import answer, deed
from premura.web.later import moment

DEEDS = {"resolved": teamwork.resolve, "open": teamwork.reopen, "on_hold": teamwork.hold}


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/state/ state=resolved; where something is open or somebody was angry, it is asked first"""
    do = DEEDS.get(request.POST.get("state", ""))
    if do is None:
        standing, conversation = access.conversation(request.user, pk, Act.REPLY)
        return answer(request, standing, conversation, trouble=_("There is no such state. Nothing was changed."))
    if do is teamwork.resolve and (asked := outcomes.first(request, pk)):
        return asked
    return deed(request, pk, lambda _standing, conversation: do(conversation, request.user))


@login_required
@require_POST
def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /conversations/7/snooze/ until=tomorrow, or until=2026-10-12T09:00"""
    standing, conversation = access.conversation(request.user, pk, Act.REPLY)
    until = moment(request.POST.get("until", ""), timezone.now(), ZoneInfo(standing.brand.time_zone))
    if until is None:
        trouble = _("Choose a time that is still to come. It was not snoozed.")
        return answer(request, standing, conversation, trouble=trouble)

    def do(_standing: Standing, conversation: Any) -> None:
        teamwork.snooze(conversation, until, request.user)

    return deed(request, pk, do)
