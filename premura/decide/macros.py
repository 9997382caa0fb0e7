"""Macros: several deeds in one click, by the engine of the rules.  The click is a person's, and so are the deeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from premura import access, journal
from premura.access import Act, Standing
from premura.decide import actions, conditions
from premura.decide.actions import Did
from premura.decide.conditions import Known, NotARule
from premura.decide.facts import stands
from premura.decide.rulebook import MOST_NAME, NameTaken
from premura.models import Agent, Conversation, Event, Macro, SavedReply

MOST = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A macro with its deeds in words."""

    macro: Macro
    actions: Did


def listed(standing: Standing, known: Known) -> list[Told]:
    """Return the brand's macros by name."""
    return [told(row, known) for row in offered(standing)]


def told(macro: Macro, known: Known) -> Told:
    return Told(macro, actions.told(macro.actions, known))


def offered(standing: Standing) -> list[Macro]:
    """Return what the menu over a conversation offers."""
    return list(Macro.objects.filter(brand=standing.brand).order_by("name")[:MOST])


def macro(agent: Agent, pk: int) -> tuple[Standing, Macro]:
    """Return one macro to change it.  Raises as `access.conversation` does."""
    found = Macro.objects.select_related("brand").filter(pk=pk).first()
    if found is None:
        raise Http404(f"no macro {pk}")
    return access.need(access.standing(agent, found.brand_id), Act.APPROVE), found


def make(standing: Standing, name: str, deeds: Sequence[Any]) -> Macro:
    """Make a macro.  Raises NotARule and NameTaken."""
    if Macro.objects.filter(brand=standing.brand).count() >= MOST:
        raise NotARule("too many", "macros", str(MOST))
    values = _checked(standing, name, deeds)
    try:
        with transaction.atomic():
            made = Macro.objects.create(brand=standing.brand, by=standing.agent, **values)
            _write(standing, made, "made")
    except IntegrityError as error:
        raise NameTaken(values["name"]) from error
    return made


def change(standing: Standing, macro: Macro, name: str, deeds: Sequence[Any]) -> None:
    """Change a macro.  Raises NotARule and NameTaken."""
    values = _checked(standing, name, deeds)
    try:
        with transaction.atomic():
            Macro.objects.filter(pk=macro.pk).update(**values)
            macro.name, macro.actions = values["name"], values["actions"]
            _write(standing, macro, "changed")
    except IntegrityError as error:
        raise NameTaken(values["name"]) from error


def remove(standing: Standing, macro: Macro) -> bool:
    """Take a macro away.  False where somebody was faster."""
    with transaction.atomic():
        if not Macro.objects.filter(pk=macro.pk).delete()[0]:
            return False
        _write(standing, macro, "removed")
    return True


def resolves(conversation: Conversation, pk: int) -> bool:
    """Whether a macro of the conversation's brand resolves it.  Raises Http404 where the brand has no such macro."""
    return any(deed == "resolve" for deed, _value in _of(conversation, pk).actions)


def use(
    standing: Standing, conversation: Conversation, pk: int, *, stays: bool = False
) -> tuple[Did, SavedReply | None]:
    """Do what a macro says to one conversation; return what was done, and the saved reply that it begins with.

    Takes    stays: it is not resolved by this, as the screen asks something first.
    The reply is not touched here: the screen puts it into that person's own composer.
    Raises Http404 where the brand has no such macro.
    """
    found = _of(conversation, pk)
    known = conditions.known(standing.brand)
    doing = actions.Doing(standing.brand, standing.agent, found.name, known, timezone.now())
    with transaction.atomic():
        Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
        stand = stands(standing.brand.pk, [conversation.pk])[conversation.pk]
        was = stand.team
        asked = [one for one in found.actions if not (stays and one[0] == "resolve")]
        did = actions.apply(asked, [stand], doing).get(conversation.pk, [])
        facts = {"macro": found.pk, "name": found.name, "did": did, **actions.moved(stand, was)}
        journal.write(Event.Deed.MACRO_USED, conversation, standing.agent, **facts)
    reply = next((value for deed, value in found.actions if deed == "reply"), None)
    return did, SavedReply.objects.filter(brand=conversation.brand_id, pk=reply).first() if reply else None


def _of(conversation: Conversation, pk: int) -> Macro:
    found = Macro.objects.filter(pk=pk, brand=conversation.brand_id).first()
    if found is None:
        raise Http404(f"no macro {pk}")
    return found


def _checked(standing: Standing, name: str, deeds: Sequence[Any]) -> dict[str, Any]:
    name = " ".join(name.split())[:MOST_NAME]
    if not name:
        raise NotARule("name", "name")
    return {"name": name, "actions": actions.checked(deeds, conditions.known(standing.brand), macro=True)}


def _write(standing: Standing, macro: Macro, how: str) -> None:
    facts = {"macro": macro.pk, "name": macro.name, "how": how}
    journal.write(Event.Deed.RULE_CHANGED, standing.brand, standing.agent, **facts)
