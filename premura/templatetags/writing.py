"""How a reply on its way is told: when it leaves, why it waits, how long one may still answer."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from premura.templatetags.allowances import beyond_words, measure
from premura.templatetags.premura import day, soon_at
from premura.templatetags.readings import read_as

register = template.Library()
A_MOMENT = timedelta(seconds=30)


@register.filter
def leaves(at: datetime | None) -> str:
    """Return when it leaves: never in seconds, and by the clock unless it is at once."""
    if at is None:
        return _("Leaves after the part before")
    if at - timezone.now() < A_MOMENT:
        return _("Leaves in a few seconds")
    return _("Leaves: %(when)s") % {"when": soon_at(at)}


@register.filter
def cools(reply: Any) -> bool:
    """Whether it waits because of the heat that it was written in."""
    hot = any(line.get("severity") == "delay" for line in reply.objections)
    return reply.state == "scheduled" and reply.approver_id is None and hot


@register.filter
def since_when(at: datetime) -> str:
    """Return when something began as one says it: 14:03 where that was today, else with its day."""
    local = timezone.localtime(at)
    clock = f"{local:%H:%M}"
    return clock if local.date() == timezone.localdate() else f"{clock} ({day(at)})"


@register.filter
def wants(reply: Any) -> str:
    """Return why a second person must say yes, as one line."""
    return ", ".join(want_words(reason) for reason in reply.wants_approval)


@register.filter
def still(rest: timedelta) -> str:
    """Return how long one may still answer, in days, hours or minutes.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     still(timedelta(hours=3, minutes=20)), still(timedelta(minutes=5)), still(timedelta(days=6, hours=2))
    ('You can answer for 3 hours more', 'You can answer for 5 minutes more', 'You can answer for 6 days more')
    """
    minutes = max(1, int(rest.total_seconds() // 60))
    if minutes >= 48 * 60:
        n = minutes // 1440
        return ngettext("You can answer for %(n)s day more", "You can answer for %(n)s days more", n) % {"n": n}
    if minutes >= 60:
        n = minutes // 60
        return ngettext("You can answer for %(n)s hour more", "You can answer for %(n)s hours more", n) % {"n": n}
    n = minutes
    return ngettext("You can answer for %(n)s minute more", "You can answer for %(n)s minutes more", n) % {"n": n}


@register.filter
def is_soon(rest: timedelta) -> bool:
    return rest < timedelta(hours=4)


def want_words(reason: Mapping[str, str]) -> str:
    what = reason.get("what", "")
    match reason.get("why"):
        case "newcomer":
            return _("its author is new")
        case "word":
            return _("it is about “%(word)s”") % {"word": what}
        case "intent":
            return _("it was read as: %(intent)s") % {"intent": read_as(what, "intent")}
        case "amount":
            return _("it names %(amount)s") % {"amount": measure("amount", what)}
        case "rule":
            return _("the guard would stop it")
        case "allowance":
            return beyond_words(reason)
    return _("a second person is wanted")
