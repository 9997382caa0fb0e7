"""The cycle board: how far the conversations of the last days have come, and which they are."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Standing
from premura.measure import cycle
from premura.web import days as days_
from premura.web.desk import Desk
from premura.web.funnel import Apart, Stage, drawn

TITLES = {
    "listen": pgettext_lazy("stage", "Listen"),
    "monitor": pgettext_lazy("stage", "Monitor"),
    "decide": pgettext_lazy("stage", "Decide"),
    "interact": pgettext_lazy("stage", "Interact"),
    "convert": pgettext_lazy("stage", "Convert"),
    "untaken": gettext_lazy("Open, and nobody has them"),
    "waiting": gettext_lazy("They wait for us"),
    "again": gettext_lazy("Answered, and they wrote again"),
    "silent": gettext_lazy("Resolved without an answer"),
}
MEANINGS = {
    "listen": gettext_lazy("The messages that came in."),
    "monitor": gettext_lazy("The conversations they belong to. Apart: the open ones that are assigned to nobody."),
    "decide": gettext_lazy("The conversations that somebody has: assigned, answered, on hold, snoozed or resolved."),
    "interact": gettext_lazy("The conversations that we answered. Apart: those where they wrote again and wait."),
    "convert": gettext_lazy("The conversations that are resolved. Apart: those resolved without an answer."),
}
# What a list says above itself.
LISTED = {
    "listen": gettext_lazy("The conversations in which messages came in."),
    "monitor": gettext_lazy("The conversations in which messages came in."),
    "decide": MEANINGS["decide"],
    "interact": gettext_lazy("The conversations that we answered."),
    "convert": gettext_lazy("The conversations that are resolved."),
    "untaken": gettext_lazy("Open conversations that are assigned to nobody."),
    "waiting": gettext_lazy("Open conversations where it is our turn."),
    "again": gettext_lazy("Conversations that we answered, and where it is our turn again."),
    "silent": gettext_lazy("Conversations that were resolved, and that we did not answer in this time."),
}
MESSAGES = ngettext_lazy("%(n)s message", "%(n)s messages", "n")
CONVERSATIONS = ngettext_lazy("%(n)s conversation", "%(n)s conversations", "n")
APART = {
    "untaken": ngettext_lazy("%(n)s open that nobody has", "%(n)s open that nobody has", "n"),
    "again": ngettext_lazy("%(n)s wrote again and waits", "%(n)s wrote again and wait", "n"),
    "silent": ngettext_lazy("%(n)s without an answer", "%(n)s without an answer", "n"),
}


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """GET /cycle/?days=28"""
    standing, days = access.standing(request.user), days_.chosen(request)
    since = days_.since(standing, days)
    figures = cycle.cycle(standing, since)
    given = {"figures": figures, "said": _said(figures), "funnel": drawn(_stages(figures))}
    return _render(request, standing, "cycle/board.html", days, since, given)


@login_required
@require_safe
def part(request: HttpRequest, part: str) -> HttpResponse:
    """GET /cycle/interact/?days=28&after=…: the conversations behind one figure"""
    if part not in cycle.PARTS:
        raise Http404(f"no part {part}")
    standing, days = access.standing(request.user), days_.chosen(request)
    since = days_.since(standing, days)
    page = access.page(cycle.conversations(standing, part, since), request.GET.get("after", ""))
    given = {"part": part, "title": TITLES[part], "meaning": LISTED[part], "rows": page.rows, "after": page.after}
    return _render(request, standing, "cycle/part.html", days, since, given)


def _stages(figures: cycle.Cycle) -> list[Stage]:
    numbers = {
        "listen": (figures.messages, MESSAGES, None),
        "monitor": (figures.conversations, CONVERSATIONS, ("untaken", figures.untaken)),
        "decide": (figures.decided, CONVERSATIONS, None),
        "interact": (figures.answered, CONVERSATIONS, ("again", figures.again)),
        "convert": (figures.resolved, CONVERSATIONS, ("silent", figures.silent)),
    }
    return [_stage(name, *numbers[name], whole=figures.conversations) for name in cycle.STAGES]


def _stage(name: str, number: int, unit: Any, apart: tuple[str, int] | None, whole: int) -> Stage:
    share = f"{round(100 * number / whole)} %" if whole and name not in ("listen", "monitor") else ""
    given = Apart(apart[0], apart[1], APART[apart[0]] % {"n": apart[1]}) if apart and apart[1] else None
    return Stage(name, str(TITLES[name]), str(MEANINGS[name]), number, unit % {"n": number}, share, given)


def _said(figures: cycle.Cycle) -> dict[str, str]:
    """Return the parts of the sentence on top."""
    whole, answered, waiting = figures.conversations, figures.answered, figures.waiting
    return {
        "whole": ngettext("Of %(n)s conversation", "Of %(n)s conversations", whole) % {"n": whole},
        "answered": ngettext("%(n)s has an answer", "%(n)s have an answer", answered) % {"n": answered}
        if answered else _("none has an answer"),
        "waiting": ngettext("%(n)s is waiting", "%(n)s are waiting", waiting) % {"n": waiting}
        if waiting else _("none is waiting"),
        "again": ngettext("%(n)s of them again", "%(n)s of them again", figures.again) % {"n": figures.again}
        if figures.again else "",
    }  # fmt: skip


def _render(
    request: HttpRequest, standing: Standing, name: str, days: int, since: datetime, given: dict[str, Any]
) -> HttpResponse:
    around = {"desk": Desk(request, standing), "standing": standing, "here": "cycle"}
    with timezone.override(ZoneInfo(standing.brand.time_zone)):
        response = render(request, name, {**around, "days": days, "choices": days_.DAYS, "since": since, **given})
    patch_cache_control(response, no_store=True)
    return response
