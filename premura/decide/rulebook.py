"""A brand's rules: made, changed, put in order, tried, and only then switched on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, transaction
from django.db.models import Max, OuterRef, Subquery
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Act, Standing
from premura.decide import actions, conditions
from premura.decide.conditions import Known, NotARule
from premura.decide.rules import MOST_RULES
from premura.models import Agent, Event, Rule, RuleRun

Deed = Event.Deed
Trigger = Rule.Trigger
DAYS = timedelta(days=30)
MOST_COUNTED = 1000  # of what a rule did; above that it is "more than"
MOST_NAME = 100


class NameTaken(ValueError):
    """There is one of this name already.  Nothing was changed."""


class NotTried(Exception):
    """It was not tried since it was last changed.  It stays off."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a person wrote down as a rule."""

    name: str
    trigger: str
    conditions: Sequence[Any]
    actions: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A rule with what there is to say of it: its parts in words, and what it did in the last thirty days."""

    rule: Rule
    conditions: list[list[Any]]
    actions: list[list[str]]
    last_at: datetime | None
    times: int


def listed(standing: Standing, known: Known, now: datetime | None = None) -> list[Told]:
    """Return the brand's rules in their order, each with when it last acted and how often.  Cost: one query."""
    since = (now or timezone.now()) - DAYS
    runs = RuleRun.objects.filter(rule=OuterRef("pk")).exclude(did=[]).order_by("-at")
    rows = Rule.objects.filter(brand=standing.brand).select_related("by").order_by("place", "pk").annotate(
        last_at=Subquery(runs.values("at")[:1]),
        lately=ArraySubquery(runs.filter(at__gte=since).values("pk")[: MOST_COUNTED + 1]),
    )  # fmt: skip
    return [told(row, known, row.last_at, len(row.lately)) for row in rows[:MOST_RULES]]


def told(rule: Rule, known: Known, last_at: datetime | None = None, times: int = 0) -> Told:
    """Return a rule in words."""
    return Told(rule, conditions.told(rule.conditions, known), actions.told(rule.actions, known), last_at, times)


def rule(agent: Agent, pk: int) -> tuple[Standing, Rule]:
    """Return one rule to change it.  Raises as `access.conversation` does."""
    found = Rule.objects.select_related("brand", "by").filter(pk=pk).first()
    if found is None:
        raise Http404(f"no rule {pk}")
    return access.need(access.standing(agent, found.brand_id), Act.MANAGE), found


def make(standing: Standing, written: Written) -> Rule:
    """Make a rule, the last in the order, and off.  Raises NotARule and NameTaken."""
    mine = Rule.objects.filter(brand=standing.brand)
    if mine.count() >= MOST_RULES:
        raise NotARule("too many", "rules", str(MOST_RULES))
    values = _checked(standing, written)
    place = (mine.aggregate(last=Max("place"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            made = Rule.objects.create(brand=standing.brand, by=standing.agent, place=place, **values)
            _write(standing, made, "made")
    except IntegrityError as error:
        raise NameTaken(values["name"]) from error
    return made


def change(standing: Standing, rule: Rule, written: Written) -> bool:
    """Change a rule; one that does something else now is off until it is tried.  Return whether it was switched off.

    Raises NotARule and NameTaken.
    """
    values = _checked(standing, written)
    other = any(getattr(rule, name) != values[name] for name in ("trigger", "conditions", "actions"))
    off = rule.is_on and other
    if other:
        values |= {"is_on": False, "changed_at": timezone.now(), "by": standing.agent}
    try:
        with transaction.atomic():
            Rule.objects.filter(pk=rule.pk).update(**values)
            for name, value in values.items():
                setattr(rule, name, value)
            _write(standing, rule, "changed")
    except IntegrityError as error:
        raise NameTaken(values["name"]) from error
    return off


def mark(rule: Rule) -> str:
    """Return the mark of a rule as it is now: who brings it back has seen what exactly this would have done."""
    return rule.changed_at.isoformat()


def switch(standing: Standing, rule: Rule, *, on: bool, tried: str = "") -> None:
    """Switch a rule on or off; on only with the mark of its trial.  Raises NotTried."""
    found = Rule.objects.filter(pk=rule.pk, is_on=not on)
    if on:
        if tried != mark(rule):
            raise NotTried(rule.name)
        found = found.filter(changed_at=rule.changed_at)
    with transaction.atomic():
        if found.update(is_on=on):
            rule.is_on = on
            _write(standing, rule, "switched on" if on else "switched off")


def move(standing: Standing, rule: Rule, *, up: bool) -> None:
    """Put a rule before the one above it, or behind the one below."""
    with transaction.atomic():
        rows = list(Rule.objects.select_for_update().filter(brand=standing.brand).order_by("place", "pk"))
        at = next((n for n, row in enumerate(rows) if row.pk == rule.pk), None)
        to = -1 if at is None else at - 1 if up else at + 1
        if at is None or not 0 <= to < len(rows):
            return
        rows[at], rows[to] = rows[to], rows[at]
        for place, row in enumerate(rows, 1):
            row.place = place
        Rule.objects.bulk_update(rows, ["place"])
        _write(standing, rule, "moved up" if up else "moved down")


def remove(standing: Standing, rule: Rule) -> bool:
    """Take a rule away; what it did stays.  False where somebody was faster."""
    with transaction.atomic():
        if not Rule.objects.filter(pk=rule.pk).delete()[0]:
            return False
        _write(standing, rule, "removed")
    return True


def _checked(standing: Standing, written: Written) -> dict[str, Any]:
    known = conditions.known(standing.brand)
    name = " ".join(written.name.split())[:MOST_NAME]
    if not name:
        raise NotARule("name", "name")
    if written.trigger not in Trigger.values:
        raise NotARule("unknown", "trigger")
    asked = conditions.checked(written.conditions, known)
    if written.trigger == Trigger.WAITS and not any(field == "waits" for field, _how, _value in asked):
        raise NotARule("how long", "waits")
    done = actions.checked(written.actions, known)
    return {"name": name, "trigger": written.trigger, "conditions": asked, "actions": done}


def _write(standing: Standing, rule: Rule, how: str) -> None:
    journal.write(Deed.RULE_CHANGED, standing.brand, standing.agent, rule=rule.pk, name=rule.name, how=how)
