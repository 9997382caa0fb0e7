"""Where a conversation stands: resolved, on hold, snoozed, open again."""

from datetime import datetime, time, timedelta
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

DEEDS = {"resolved": teamwork.resolve, "open": teamwork.reopen, "on_hold": teamwork.hold}
NINE = time(9)


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


def moment(chosen: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when a snooze ends; None for a time that is no time or has passed.

    >>> zone = ZoneInfo("Europe/Rome")
    >>> friday = datetime(2026, 10, 9, 15, 30, tzinfo=zone)
    >>> [f"{moment(c, friday, zone):%a %d %H:%M}" for c in ("hour", "hours", "tomorrow", "monday")]
    ['Fri 09 16:30', 'Fri 09 18:30', 'Sat 10 09:00', 'Mon 12 09:00']
    >>> moment("2026-10-08T09:00", friday, zone) is None
    True
    """
    local = now.astimezone(zone)
    match chosen:
        case "hour":
            return now + timedelta(hours=1)
        case "hours":
            return now + timedelta(hours=3)
        case "tomorrow":
            return datetime.combine(local.date() + timedelta(days=1), NINE, zone)
        case "monday":
            return datetime.combine(local.date() + timedelta(days=7 - local.weekday()), NINE, zone)
    try:
        until = datetime.fromisoformat(chosen)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=zone)
    return until if until > now else None
