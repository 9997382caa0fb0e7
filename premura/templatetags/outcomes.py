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
def quiet(conversation: Any) -> str:
    """Return what they have done since our last word, where it waits for them or is resolved: '' where that is unclear.

    >>> from types import SimpleNamespace
    >>> quiet(SimpleNamespace(state="open", last_out_at=None, last_in_at=None))
    ''
    """
    ours, theirs = conversation.last_out_at, conversation.last_in_at
    if conversation.state not in ("pending", "resolved") or ours is None:
        return ""
    if theirs is not None and theirs > ours:
        return _("They thanked us") if conversation.intent == "praise" else ""
    days = (timezone.now() - ours).days
    if days < 1:
        return ""
    said = ngettext("They have been silent for %(n)s day", "They have been silent for %(n)s days", days)
    return said % {"n": days}


@register.filter
def needed(outcome: Any) -> str:
    """Return what they needed and whether it was met, as a sentence."""
    said = {True: _("They needed %(need)s, and got it"), False: _("They needed %(need)s, and did not get it")}
    return said.get(outcome.need_met, _("They needed %(need)s")) % {"need": outcome.get_need_display()}


@register.filter
def went_out(outcome: Any) -> str:
    """Return whether a solution was proposed, as a sentence."""
    said = {True: _("We proposed a solution"), False: _("We proposed no solution")}
    return said.get(outcome.solution_proposed, _("Whether we proposed a solution was not said"))


@register.filter
def needed_most(needs: Sequence[Any], days: int) -> str:
    """Return what to see in the needs, as one sentence."""
    times, said, met = (sum(getattr(one, name) for one in needs) for name in ("times", "said", "met"))
    told = {"days": days, "n": times, "need": needs[0].name, "percent": round(100 * met / said) if said else 0}
    if not said:
        words = _("Noted %(n)s times in %(days)s days, mostly %(need)s; nobody said whether it was met.")
        return words % told
    return _("Noted %(n)s times in %(days)s days, mostly %(need)s; met in %(percent)s of a hundred.") % told
