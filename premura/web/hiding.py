"""What can be said of an act before it is done: what deleting does, and the public line that quotes the clause."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from premura.interact import clauses, quoting, rules, snapshots
from premura.networks import NETWORKS
from premura.networks.contract import Can
from premura.prepare import netiquette


@dataclass(frozen=True, slots=True)
class Fold:
    """What is asked before one message is hidden: the clauses in its author's language, the likeliest first."""

    clauses: list[Any]
    likely: bool  # the first is meant
    criticism: bool
    seen: str  # a mark of what it says: only that is hidden


def folds(standing: Any, lines: Iterable[Any]) -> dict[int, Fold]:
    """Return for each message of the thread that can be hidden what is asked first, by id.  One query."""
    found = [line.thing for line in lines if line.sort == "message" and Can.HIDE in line.may]
    if not found:
        return {}
    spoken = {message.pk: language_of(message, standing.brand.language) for message in found}
    written = netiquette.clauses_by_language(standing.brand, set(spoken.values()))
    return {message.pk: _fold(message, written[spoken[message.pk]]) for message in found}


def _fold(message: Any, written: list[Any]) -> Fold:
    reading = getattr(message, "reading", None)
    ranked, likely = clauses.likeliest_first(written, message, reading)
    return Fold(ranked, likely, reading is not None and rules.is_called_criticism(reading), snapshots.stamp(message))


def deletes(network: str) -> str:
    """Return whether others' words can be deleted there, in words."""
    known = NETWORKS.get(network)
    name = known.name if known else network.capitalize()
    if known and Can.DELETE in known.can and known.removes_others:
        return _("It disappears from %(network)s for everybody. Whoever saw it may ask why.") % {"network": name}
    return _("%(network)s lets us delete only what we wrote.") % {"network": name}


def language_of(message: Any, usual: str) -> str:
    """Return the language of who wrote it; the brand's where that is not known, or is one we have no line in."""
    reading = getattr(message, "reading", None)
    for language in (reading and reading.language, message.language, usual):
        if language in quoting.LINES:
            return str(language)
    return "en"


def address(brand: Any, clause: Any = None) -> str:
    """Return the public page of a brand's netiquette; at one clause, of the version that it stands in for good."""
    if clause is None:
        return f"{settings.PUBLIC_URL}{reverse('rules', args=[brand.slug])}"
    page = reverse("rules_version", args=[brand.slug, clause.netiquette.version])
    return f"{settings.PUBLIC_URL}{page}?lang={clause.language}#c{clause.number}"


def line(brand: Any, clause: Any, language: str) -> str:
    """Return the public line that quotes a clause: number, title and address."""
    return quoting.line(language, clause.number, clause.title, address(brand, clause))
