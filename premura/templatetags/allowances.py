"""What a role may decide, in words."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def beyond_words(reason: Mapping[str, str]) -> str:
    """Return why a reply goes beyond what its author may decide, as the rest of "It waits because …".

    >>> from django.utils import translation
    >>> asked = {"what": "refund", "amount": "80", "limit": "50", "role": "agent"}
    >>> with translation.override("en"):
    ...     beyond_words(asked), beyond_words(asked | {"limit": ""})
    ('a refund of 80 € is beyond what an agent may decide (50 €)', 'a refund of 80 € is not for an agent to decide')
    """
    what, limit = reason.get("what", ""), reason.get("limit", "")
    given = {"what": _granted(what, reason.get("amount", "")), "who": _who(reason.get("role", ""))}
    if not limit:
        return _("%(what)s is not for %(who)s to decide") % given
    given["limit"] = measure(what, limit)
    return _("%(what)s is beyond what %(who)s may decide (%(limit)s)") % given


@register.filter
def limit_words(limit: Any, what: str) -> str:
    """Return how far somebody may go: "up to 50 €", "no", "yes"."""
    if not limit.may:
        return _("no")
    if limit.up_to is None:
        return _("yes")
    return _("up to %(most)s") % {"most": measure(what, f"{limit.up_to:.2f}".removesuffix(".00"))}


@register.filter
def what_words(what: str) -> str:
    """Return what may be decided, as a line of few words names it."""
    named = {
        "refund": _("refunds"), "replacement": _("replacements"), "discount": _("discounts"),
        "apology": _("apologies for our mistakes"), "date": _("dates"),
    }  # fmt: skip
    return named.get(what, what)


def measure(what: str, number: str) -> str:
    """Return an amount in its currency, which is euros where none stands behind it; or as days for a date.

    >>> measure("refund", "12.50"), measure("refund", "250 CHF")
    ('12,50 €', '250 CHF')
    """
    if what == "date":
        n = int(float(number))
        return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}
    much, _space, currency = number.partition(" ")
    return f"{much.replace('.', ',')} {currency or '€'}"


def _granted(what: str, amount: str) -> str:
    match what:
        case "refund":
            return _("a refund of %(much)s") % {"much": measure(what, amount)} if amount else _("a refund")
        case "discount":
            return _("a discount of %(much)s") % {"much": measure(what, amount)} if amount else _("a discount")
        case "replacement":
            return _("a replacement")
        case "apology":
            return _("an apology for a mistake of ours")
    return _("a date %(much)s away") % {"much": measure(what, amount or "0")}


def _who(role: str) -> str:
    return {"agent": _("an agent"), "lead": _("a lead")}.get(role, _("this role"))
