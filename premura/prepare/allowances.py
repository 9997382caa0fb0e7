"""What each role may decide by itself, and up to where; beyond it somebody whose role may says yes.  P69.

An admin has no limit: who may change this table need not ask anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from premura import journal
from premura.access import Act, Standing, need
from premura.models import Allowance, Brand, Event, Role
from premura.prepare import grants

ROLES = (Role.AGENT, Role.LEAD)  # who can have a limit; readers decide nothing
WHAT = tuple(Allowance.What)
MEASURED = frozenset({Allowance.What.REFUND, Allowance.What.DISCOUNT, Allowance.What.DATE})  # by an amount, or by days


@dataclass(frozen=True, slots=True)
class Limit:
    """How far a role may go: not at all, up to so many euros (or days), or as far as it likes."""

    may: bool = True
    up_to: Decimal | None = None


NO_LIMIT = Limit()
Table = Mapping[tuple[str, str], Limit]


def table(brand_id: int) -> dict[tuple[str, str], Limit]:
    """Return the limits of a brand by role and what; what is not there has none.  One query."""
    rows = Allowance.objects.filter(brand=brand_id, role__in=ROLES).values_list("role", "what", "may", "up_to")
    return {(role, what): Limit(may, up_to) for role, what, may, up_to in rows}


def of(brand_id: int, role: str) -> list[tuple[str, Limit]]:
    """Return what a role has limits for, in the order of the table.  One query."""
    limits = table(brand_id)
    return [(str(what), limits[role, what]) for what in WHAT if (role, what) in limits]


def settle(standing: Standing, given: Table) -> bool:
    """Set the whole table; a thing without a limit loses its row.  False where it said so already.

    Raises PermissionDenied for all but admins.
    """
    need(standing, Act.MANAGE)
    keys = [(str(role), str(what)) for role in ROLES for what in WHAT]
    asked = {key: _plain(key[1], given.get(key, NO_LIMIT)) for key in keys}
    wanted = {key: limit for key, limit in asked.items() if limit != NO_LIMIT}
    with transaction.atomic():
        Brand.objects.select_for_update().get(pk=standing.brand.pk)  # of two admins one comes after the other
        kept = Allowance.objects.filter(brand=standing.brand)
        before = {(row.role, row.what): Limit(row.may, row.up_to) for row in kept}
        if before == wanted:
            return False
        kept.delete()
        Allowance.objects.bulk_create(
            Allowance(brand=standing.brand, role=role, what=what, may=limit.may, up_to=limit.up_to)
            for (role, what), limit in wanted.items()
        )
        changed = [key for key in sorted({*before, *wanted}) if before.get(key) != wanted.get(key)]
        facts = {f"{role} {what}": _said(wanted.get((role, what), NO_LIMIT)) for role, what in changed}
        journal.write(Event.Deed.ALLOWANCES_CHANGED, standing.brand, standing.agent, now=facts)
    return True


def beyond(
    limits: Table, role: str, text: str, promised_for: datetime | None = None, *, our_mistake: bool = False
) -> list[dict[str, str]]:
    """Return what in a reply goes beyond what a role may decide: {"why", "what", "amount", "limit", "role"} each.

    Takes    limits: of `table`; without any nothing is looked at.
    Returns  amount "" where none is named, with its currency behind it where that is not euros ("250 CHF");
             limit "" where the role may not at all.
    """
    of_role = {what: limit for (whose, what), limit in limits.items() if whose == role}
    if not of_role:
        return []
    due = timezone.localdate(promised_for) if promised_for else None
    found = grants.granted(text, timezone.localdate(), due, our_mistake=our_mistake)
    return [_too_much(one, of_role[one.what], role) for one in found if _exceeds(one, of_role.get(one.what))]


def _exceeds(grant: grants.Grant, limit: Limit | None) -> bool:
    if limit is None or (limit.may and limit.up_to is None):
        return False
    return not limit.may or grant.amount is None or grant.amount > (limit.up_to or 0)


def _too_much(grant: grants.Grant, limit: Limit, role: str) -> dict[str, str]:
    amount = "" if grant.amount is None else grants.with_currency(_number(grant.amount), grant.currency)
    most = _number(limit.up_to) if limit.may and limit.up_to is not None else ""
    return {"why": "allowance", "what": str(grant.what), "amount": amount, "limit": most, "role": str(role)}


def _plain(what: str, limit: Limit) -> Limit:
    """A limit as it is kept: where one may not, up to where says nothing; some things have no amount."""
    return Limit(limit.may, limit.up_to if limit.may and what in MEASURED else None)


def _said(limit: Limit) -> str:
    return "never" if not limit.may else "no limit" if limit.up_to is None else _number(limit.up_to)


def _number(amount: Decimal) -> str:
    """Write an amount without cents that are none: 80, 12.50."""
    return f"{amount:.2f}".removesuffix(".00")
