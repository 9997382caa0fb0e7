"""Words for what comes first and for how soon: parts of the priority, and the time that is left."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

register = template.Library()

QUIET = ("negative", "urgency", "breached", "breach_near", "gesture", "spam")  # the row tells these another way
MOST_IN_ROW = 3

# What each part of the priority is called, with how many there are of it.
PARTS: dict[str, Callable[[int], str]] = {
    "urgency": lambda n: _("very urgent") if n > 1 else _("pressing"),
    "breached": lambda n: _("long past its time") if n > 1 else _("past its time"),
    "breach_near": lambda n: _("its time is nearly over"),
    "window_near": lambda n: _("the network soon takes no answer any more"),
    "pile_on": lambda n: _("a pile-on is running"),
    "spill": lambda n: _("had no solution in private"),
    "last_resort": lambda n: _("has tried elsewhere in vain"),
    "chaser": lambda n: ngettext("asked again", "asked again %(n)s times", n) % {"n": n},
    "service_complaint": lambda n: _("complains about our care"),
    "churn_threat": lambda n: _("may leave us"),
    "repeats": lambda n: ngettext("%(n)s other post says the same", "%(n)s other posts say the same", n) % {"n": n},
    "agree": lambda n: ngettext("%(n)s person agrees", "%(n)s people agree", n) % {"n": n},
    "reach": lambda n: _("many have seen it"),
    "negative": lambda n: _("unhappy"),
    "promise": lambda n: _("a promise of ours is due"),
    "exposed": lambda n: (
        _("found by search, unanswered for three days") if n > 1 else _("found by search, unanswered for a day")
    ),
    "gesture": lambda n: _("a small gesture"),
    "spam": lambda n: _("spam"),
    "employee": lambda n: _("works for us"),
    "extra": lambda n: _("somebody put it higher or lower"),
}


@register.filter
def part_words(part: list[Any]) -> str:
    """Return a part of the priority in words."""
    name, _points, n, *_rest = part
    return PARTS[name](round(n)) if name in PARTS else str(name)


@register.filter
def reasons(conversation: Any) -> list[str]:
    """Return in words what speaks most for a conversation in a list: three at most, [] where nothing does."""
    parts = getattr(getattr(conversation, "triage", None), "parts", None) or []
    told = [part for part in parts if part[1] and part[0] not in QUIET and part[0] in PARTS]
    return [part_words(part) for part in told[:MOST_IN_ROW]]


@register.filter
def timer(due: datetime | None) -> str:
    """Return how much time is left, or how late it is: "20 min left", "2 h late"."""
    if due is None:
        return ""
    left = due - timezone.now()
    return (_("%(time)s left") if left >= timedelta() else _("%(time)s late")) % {"time": lasted(abs(left))}


@register.filter
def lasted(length: timedelta | None) -> str:
    """Return a length of time: 40 min, 1 h 40, 3 d."""
    if length is None:
        return ""
    hours, minutes = divmod(max(0, int(length.total_seconds() // 60)), 60)
    if hours >= 48:
        return pgettext("days", "%(n)s d") % {"n": hours // 24}
    if not hours:
        return pgettext("minutes", "%(n)s min") % {"n": minutes}
    return _("%(h)s h %(min)02d") % {"h": hours, "min": minutes} if minutes else _("%(h)s h") % {"h": hours}


@register.simple_tag
def part_label(name: str) -> str:
    """Return what a part of the priority is called where its points are set."""
    return PARTS[name](1)


@register.filter
def minutes(n: int) -> str:
    """Return a number of minutes as one says it."""
    return lasted(timedelta(minutes=n))


@register.filter
def drawn(week: list[list[list[int]]]) -> list[dict[str, Any]]:
    """Return a week of work as bars: a name, a height, and (x, width) of each span; 256 units are a day."""
    return [
        {
            "name": WEEKDAYS_ABBR[n], "y": 14 * n,
            "spans": [(round(32 + a / 1440 * 256), max(1, round((b - a) / 1440 * 256))) for a, b in spans],
        }
        for n, spans in enumerate(week)
    ]  # fmt: skip


@register.filter
def week_words(week: list[list[list[int]]]) -> str:
    """Return a week of work in words: Mon–Fri 9:00–13:00; Sat, Sun closed."""
    told: list[tuple[list[str], str]] = []
    for n, spans in enumerate(week):
        hours = ", ".join(f"{a // 60}:{a % 60:02}–{b // 60}:{b % 60:02}" for a, b in spans) or _("closed")
        if told and told[-1][1] == hours:
            told[-1][0].append(str(WEEKDAYS_ABBR[n]))
        else:
            told.append(([str(WEEKDAYS_ABBR[n])], hours))
    return "; ".join(f"{days[0]}–{days[-1]} {hours}" if len(days) > 1 else f"{days[0]} {hours}" for days, hours in told)
