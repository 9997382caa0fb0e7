"""Words for how it went out with those who were angry."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from premura.templatetags.premura import waited

register = template.Library()
LONG = timedelta(days=14)


@register.filter
def lasted(span: timedelta | None) -> str:
    """Return how long something took: 25 min, 2 h 10, 3 d; a dash where it never was."""
    if span is None:
        return "–"
    if span >= LONG:
        return ngettext("%(n)s day", "%(n)s days", span.days) % {"n": span.days}
    now = timezone.now()
    return waited(now - span, now)


@register.filter
def said_first(reasons: Sequence[Any], days: int) -> str:
    """Return what to see in the reasons, as one sentence."""
    times, proposed = sum(one.times for one in reasons), sum(one.proposed for one in reasons)
    told = {"days": days, "n": times, "why": reasons[0].name, "percent": round(100 * proposed / times)}
    said = ngettext(
        "%(n)s conversation with somebody angry in %(days)s days, mostly about %(why)s; to %(percent)s %% a solution.",
        "%(n)s conversations with somebody angry in %(days)s days, mostly about %(why)s; to %(percent)s %% a solution.",
        times,
    )
    return said % told


@register.filter
def went_out(outcome: Any) -> str:
    """Return whether a solution was proposed, as a sentence."""
    said = {True: _("We proposed a solution"), False: _("We proposed no solution")}
    return said.get(outcome.solution_proposed, _("Whether we proposed a solution was not said"))
