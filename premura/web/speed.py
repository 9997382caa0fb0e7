"""How fast we are, on two clocks, and who waited longest."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from premura import access
from premura.access import Standing
from premura.measure import speed
from premura.measure.speed import Of, Slice, Speed
from premura.templatetags.premura import named, network
from premura.templatetags.readings import read_as
from premura.web import days as days_
from premura.web.bars import bars
from premura.web.pace_figures import Row, rows, said
from premura.web.pages import page

SIDES = {False: pgettext_lazy("conversations", "In public"), True: pgettext_lazy("conversations", "In private")}
WANTS = {
    "information": gettext_lazy("Want to know or to buy something"),
    "complaint": gettext_lazy("Complain"),
    "praise": gettext_lazy("Praise, or have an idea"),
    "gesture": gettext_lazy("A small gesture"),
    "rest": gettext_lazy("All the rest"),
}


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """GET /figures/speed/?days=28"""
    standing, days, now = access.standing(request.user), days_.chosen(request), timezone.now()
    since = days_.since(standing, days)
    found = speed.speed(standing, since, now)
    given = {
        "speed": found, "said": said(found.whole, both=found.has_hours), "sections": _sections(standing, found, days),
        "solutions": _solutions(found, days), "trend": _trend(found), "by_day": _by_day(found, days),
        "days": days, "choices": days_.DAYS, "since": since, "here": "cycle",
    }  # fmt: skip
    return page(request, "figures/speed", standing, **given)


@login_required
@require_safe
def slowest(request: HttpRequest) -> HttpResponse:
    """GET /figures/speed/slowest/?days=28&private=1&want=complaint&channel=7&language=it&day=2026-11-20&after=…"""
    standing, days = access.standing(request.user), days_.chosen(request)
    since, asked = days_.since(standing, days), request.GET
    of = _of(asked)
    found = speed.slowest(standing, since, of, asked.get("after", ""))
    kept = {name: asked[name] for name in ("private", "want", "channel", "language", "day") if asked.get(name)}
    given = {
        "rows": found.rows, "more": urlencode({"days": days, **kept, "after": found.after}) if found.after else "",
        "narrowed": _narrowed(standing, of), "days": days, "since": since, "here": "cycle",
    }  # fmt: skip
    return page(request, "figures/slowest", standing, **given)


def _of(asked: Any) -> Of:
    """Return which are asked for.  Raises Http404 for what cannot be."""
    want, channel = asked.get("want") or None, asked.get("channel") or None
    try:
        day = date.fromisoformat(asked["day"]) if asked.get("day") else None
        if day and not 2000 < day.year < 3000:
            raise ValueError(day)
        pk = int(channel) if channel else None
    except ValueError:
        raise Http404("no such day or channel") from None
    if (want and want not in speed.WANTS) or (pk and not 0 < pk < 2**63):
        raise Http404(f"nobody wants {want}")
    language = asked.get("language") or None
    if language and not (language.isascii() and language.isalpha()):
        raise Http404("no such language")
    private = {"1": True, "0": False}.get(asked.get("private", ""))
    return Of(private, want, pk, language, day)


def _narrowed(standing: Standing, of: Of) -> list[str]:
    """Return in words which are shown."""
    given: dict[str, Any] = {"private": of.private, "want": of.want, "channel": of.channel, "language": of.language}
    found = [name_of(_channels(standing), {key: value}) for key, value in given.items() if value is not None]
    return found + ([date_name(of.day)] if of.day else [])


# -- what is drawn -------------------------------------------------------------------------------------


def _sections(standing: Standing, found: Speed, days: int) -> list[tuple[str, list[Row]]]:
    channels, both = _channels(standing), found.has_hours
    told: list[tuple[str, list[Slice]]] = [
        (_("In public and in private"), [Slice({}, found.whole), *found.sides]),
        (_("By what they want"), found.wants),
        (_("By channel"), found.channels),
        (_("By language"), found.languages),
    ]
    return [
        (title, rows([(name_of(channels, one.of), _href(days, one.of), one.pace) for one in some], both=both))
        for title, some in told
    ]


def _solutions(found: Speed, days: int) -> list[Row]:
    named = [
        (_("Until our answer"), _href(days, {}), found.whole),
        (_("Until it was resolved"), "", found.resolved),
        (_("Until it was resolved, with a solution that we proposed"), "", found.solved),
    ]
    of = {"information": _("of those, who asked or wanted to buy"), "complaint": _("of those, who complained")}
    named += [(of[one.of["want"]], "", one.pace) for one in found.solved_wants]
    return rows([one for one in named if one[2].done], both=found.has_hours)


def _trend(found: Speed) -> Any:
    return bars([(one.of["day"], _minutes(one)) for one in found.days])


def _minutes(one: Slice) -> int:
    return max(1, round(one.pace.wall.median.total_seconds() / 60)) if one.pace.wall else 0


def _by_day(found: Speed, days: int) -> list[Row]:
    asked = [one for one in found.days if one.pace.asked]
    return rows([(date_name(one.of["day"]), _href(days, one.of), one.pace) for one in asked], both=found.has_hours)


def _href(days: int, of: dict[str, Any]) -> str:
    told = {name: int(value) if isinstance(value, bool) else value for name, value in of.items()}
    return f"{reverse('speed_slowest')}?{urlencode({'days': days, **told})}"


def _channels(standing: Standing) -> dict[int, str]:
    return {one.pk: f"{one.name} · {network(one.network)}" for one in access.channels(standing)}


def name_of(channels: dict[int, str], of: dict[str, Any]) -> str:
    """Return what some of those who asked have in common, in words."""
    if not of:
        return pgettext("who asked", "All")
    ((name, value),) = of.items()
    if name == "private":
        return str(SIDES[value])
    if name == "want":
        return str(WANTS[value])
    if name == "channel":
        return channels.get(value, _("A channel that is gone"))
    return read_as(value, "language").capitalize()


def date_name(at: date) -> str:
    """Return a day as one writes it."""
    return named(at, "D j M")
