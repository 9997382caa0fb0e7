"""Surges: the pile-ons that run, what came in much more than usual, and a week of each channel."""

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from premura import access
from premura.access import Act, Standing
from premura.decide import one_for_many
from premura.listen import surges
from premura.listen.patterns import pile_on_words
from premura.listen.patterns.pile_on import Alarm
from premura.templatetags.readings import read_as
from premura.templatetags.surges import about
from premura.web import surge_figures as figures
from premura.web.desk import Desk
from premura.web.fragments import fragment, wants_fragment

LISTS = ("past", "spikes", "weeks")


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """GET /surges/?past=…&spikes=…&weeks=7: each list from its mark on; htmx asks for one, ?notice=1 or ?badge=7."""
    standing = access.need(access.standing(request.user), Act.READ)
    if wants_fragment(request):
        if "notice" in request.GET:
            return fragment(request, "surges/notice", standing=standing, surge=notice(standing))
        if "badge" in request.GET:
            return _badge(request, standing)
        for name in LISTS:
            if name in request.GET:
                return fragment(request, f"surges/{name}", standing=standing, **_list(name, standing, request))
    given: dict[str, Any] = {"here": "deciding", "part": "surges", "may_end": standing.may(Act.APPROVE)}
    given["alarms"] = surges.alarms(standing, timezone.now())
    given["running"] = _told(surges.running(standing))
    for name in LISTS:
        given |= _list(name, standing, request)
    return fragment(request, "surges/page", standing=standing, **given)


@login_required
@require_POST
def over(request: HttpRequest, pk: int) -> HttpResponse:
    """POST /surges/7/end/: a person says that a pile-on is over"""
    if surges.over(request.user, pk):
        messages.success(request, _("It is over. Its conversations are back in their place."))
    else:
        messages.error(request, _("Somebody was faster. This is how it stands now."))
    return redirect("surges")


def notice(standing: Standing) -> str:
    """Return the line on top of the inbox of who is on duty, while something surges; '' while nothing does."""
    piles, alarmed, spiked = surges.news(standing, timezone.now())
    if piles:
        return _("Many people turn against one item just now.")
    if alarmed:
        return _("Under one post more people now complain about how we answer than about the matter.")
    return _("Much more comes in than is usual at this hour.") if spiked else ""


def _badge(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Return the badge of the rail; nothing where it stands as it was, so that it is not read out again."""
    desk = Desk(request, standing)
    if request.GET["badge"] == "".join(f"{pk}." for pk in desk.piles):
        return HttpResponse(status=204)
    return fragment(request, "surges/badge", standing=standing)


def _told(piles: list[Any]) -> list[tuple[Any, str]]:
    """Return pile-ons with the reason of each, and the known issue that one has become."""
    one_for_many.note_issues(piles)
    return [(pile, why(pile)) for pile in piles]


def _list(name: str, standing: Standing, request: HttpRequest) -> dict[str, Any]:
    after, now = request.GET.get(name, ""), timezone.now()
    if name == "past":
        past = surges.past(standing, after)
        may = {"may_reply": standing.may(Act.REPLY)}
        return {"past": _told(past.rows), "more_past": _more(name, past.after), **may}
    if name == "spikes":
        found = surges.spikes(standing, now, after)
        rows = [(spike, _what(spike), _said(spike), figures.bars(spike.n, spike.usual)) for spike in found.rows]
        return {"spikes": rows, "more_spikes": _more(name, found.after)}
    start = int(after) if after.isascii() and after.isdigit() and len(after) < 16 else 0
    weeks, last = surges.weeks(standing, now, start)
    zone = ZoneInfo(standing.brand.time_zone)
    rows = [(week, figures.line(week, zone), _ahead(week)) for week in weeks]
    return {"weeks": rows, "more_weeks": _more(name, str(last or ""))}


def _more(name: str, after: str) -> str:
    return urlencode({name: after}) if after else ""


def why(pile: Any) -> str:
    """Return in words why the alarm was raised; where its numbers are not known, how many people there are."""
    known = {name: pile.reason[name] for name in Alarm.__slots__ if name in pile.reason} | {"t": 0.0}
    language = (get_language() or "")[:2]
    if len(known) == len(Alarm.__slots__):
        return pile_on_words.reason(Alarm(**known), language if language in pile_on_words.LANGUAGES else "en")
    return ngettext("%(n)s critical voice", "%(n)s critical voices", pile.voices) % {"n": pile.voices}


def _what(spike: Any) -> str:
    """Return of what there is more."""
    if spike.what.startswith("intent "):
        return read_as(spike.what[7:], "intent").capitalize()
    if spike.what.startswith("label "):
        name = str(spike.label) if spike.label else _("a label that is gone")
        return _("Label “%(name)s”") % {"name": name}
    if spike.what.startswith("query "):
        name = str(spike.query) if spike.query else _("a listening query that is gone")
        return _("Listening query “%(name)s”") % {"name": name}
    return _("All messages")


def _said(spike: Any) -> str:
    said = ngettext("%(n)s message where %(usual)s are usual", "%(n)s messages where %(usual)s are usual", spike.n)
    return said % {"n": spike.n, "usual": about(spike.usual)}


def _ahead(week: surges.Week) -> dict[str, Any]:
    """Return what is usual in the next hours: in all, and in the busiest."""
    at, most = max(week.ahead, key=lambda hour: hour[1])
    whole = sum(n for _at, n in week.ahead)
    return {"hours": len(week.ahead), "n": about(whole), "at": at, "most": about(most), "any": most >= 0.5}
