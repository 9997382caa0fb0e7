"""The house rules of a brand: drafted, published as a version that never changes, and read by everybody."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.db import transaction
from django.db.models import Max, Subquery
from django.utils import timezone

from premura import journal
from premura.access import Standing
from premura.models import Agent, Brand, Clause, Event, Netiquette

LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
MOST_CLAUSES = 40
MOST_TITLE = 100
MOST_TEXT = 2_000


class NotReady(Exception):
    """It cannot be published as it is: there are no clauses, or some lack words in a language.  Nothing was done."""

    def __init__(self, missing: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(", ".join(f"{number} in {language}" for number, language in missing) or "no clauses")
        self.missing = missing


class ChangedMeanwhile(Exception):
    """Somebody else saved the draft since it was opened here.  Nothing was changed."""


class Published(Exception):
    """What is published is never changed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One numbered rule with its words: language -> (title, text)."""

    words: dict[str, tuple[str, str]]

    def text_in(self, language: str) -> tuple[str, str]:
        return self.words.get(language, ("", ""))


@cache
def starter() -> tuple[Rule, ...]:
    """Return the eight rules that are offered to a brand without any, in Italian and English."""
    found = tomllib.loads((files("premura.prepare") / "netiquette.toml").read_text("utf-8"))
    return tuple(Rule({lang: (words[0], words[1]) for lang, words in one.items()}) for one in found["clause"])


def current(brand_id: int) -> Netiquette | None:
    """Return what is in force: the newest published version."""
    published = Netiquette.objects.filter(brand=brand_id, published_at__isnull=False)
    return published.select_related("brand").order_by("-version").first()


def draft(standing: Standing) -> Netiquette | None:
    return Netiquette.objects.filter(brand=standing.brand, published_at=None).order_by("-version").first()


def versions(standing: Standing) -> list[Netiquette]:
    """Return what was published, newest first; at most a hundred."""
    published = Netiquette.objects.filter(brand=standing.brand, published_at__isnull=False)
    return list(published.select_related("by").order_by("-version")[:100])


def public(slug: str, version: int | None = None) -> Netiquette | None:
    """Return the published version of a brand for everybody; without `version` the one in force."""
    found = Netiquette.objects.filter(brand__slug=slug, published_at__isnull=False).select_related("brand")
    if version is not None:
        found = found.filter(version=version)
    return found.order_by("-version").first()


def rules(netiquette: Netiquette) -> list[Rule]:
    """Return the rules of one version, by number."""
    by_number: dict[int, dict[str, tuple[str, str]]] = {}
    for clause in netiquette.clauses.order_by("number"):
        by_number.setdefault(clause.number, {})[clause.language] = (clause.title, clause.text)
    return [Rule(words) for _, words in sorted(by_number.items())]


def languages(found: Iterable[Rule], first: str) -> list[str]:
    """Return the languages that rules are written in, the brand's own first."""
    there = {language for rule in found for language in rule.words} | {first}
    return sorted(there, key=lambda language: (language != first, LANGUAGES.index(language)
                                               if language in LANGUAGES else len(LANGUAGES)))  # fmt: skip


def clauses(brand: Brand, language: str) -> list[Clause]:
    """Return the clauses in force, each in `language` or else in the brand's own, by number: what a picker shows."""
    return clauses_by_language(brand, [language])[language]


def clauses_by_language(brand: Brand, languages: Iterable[str]) -> dict[str, list[Clause]]:
    """Return for each language the clauses in force, as `clauses` does.  One query."""
    newest = Netiquette.objects.filter(brand=brand, published_at__isnull=False).order_by("-version").values("pk")[:1]
    rows = Clause.objects.filter(netiquette=Subquery(newest)).select_related("netiquette")
    found = list(rows.order_by("number", "language"))
    return {language: _best(found, language, brand.language) for language in languages}


def _best(found: Iterable[Clause], language: str, usual: str) -> list[Clause]:
    """Return of each number the clause in `language`, or else in the usual one, or else in any; by number."""
    chosen: dict[int, Clause] = {}
    best = {usual: 1} | {language: 0}
    for clause in found:
        before = chosen.get(clause.number)
        if before is None or best.get(clause.language, 2) < best.get(before.language, 2):
            chosen[clause.number] = clause
    return [chosen[number] for number in sorted(chosen)]


def clause(brand: Brand, given: str) -> Clause | None:
    """Return the clause in force that a form names; None where it names none.  Raises LookupError for any other."""
    if not given:
        return None
    house = current(brand.pk)
    if house is None or not (given.isascii() and given.isdigit() and len(given) < 16):
        raise LookupError(given)
    if (found := house.clauses.filter(pk=given).first()) is None:
        raise LookupError(given)
    found.netiquette = house
    return found


def begin(standing: Standing) -> Netiquette:
    """Begin a new version: a copy of the one in force, or the starter.  Where a draft is there already, return it."""
    with transaction.atomic():
        Brand.objects.select_for_update().get(pk=standing.brand.pk)
        if (there := draft(standing)) is not None:
            return there
        before = current(standing.brand.pk)
        newest = Netiquette.objects.filter(brand=standing.brand).aggregate(Max("version"))["version__max"]
        made = Netiquette.objects.create(brand=standing.brand, version=(newest or 0) + 1, by=standing.agent)
        _write(made, rules(before) if before else starter())
    return made


def stamp(netiquette: Netiquette, found: Sequence[Rule]) -> str:
    """Return a mark of what a draft says: another one as soon as anybody saves something else."""
    told = json.dumps([netiquette.pk, *(sorted(rule.words.items()) for rule in found)])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def save(netiquette: Netiquette, kept: Sequence[Rule], opened: str = "") -> None:
    """Keep the draft as given, numbered in this order; `opened` is the stamp of what it was written over.

    Raises Published and ChangedMeanwhile.
    """
    with transaction.atomic():
        _unpublished(netiquette, opened)
        netiquette.clauses.all().delete()
        _write(netiquette, kept[:MOST_CLAUSES])


def publish(netiquette: Netiquette, by: Agent) -> None:
    """Make the draft what is in force; from now on nobody changes it.  Raises NotReady and Published."""
    brand = netiquette.brand
    with transaction.atomic():
        if not Netiquette.objects.select_for_update().filter(pk=netiquette.pk, published_at=None).exists():
            raise Published(netiquette.pk)
        found = rules(netiquette)
        missing = [
            (number, language)
            for number, rule in enumerate(found, 1) for language in languages(found, brand.language)
            if not all(rule.text_in(language))
        ]  # fmt: skip
        if not found or missing:
            raise NotReady(missing)
        netiquette.published_at, netiquette.by = timezone.now(), by
        netiquette.save(update_fields=["published_at", "by"])
        facts = {"version": netiquette.version, "clauses": len(found)}
        journal.write(Event.Deed.NETIQUETTE_PUBLISHED, brand, by, **facts)


def drop(netiquette: Netiquette, opened: str = "") -> None:
    """Throw a draft away; `opened` is the stamp of what was read before.  Raises Published and ChangedMeanwhile."""
    with transaction.atomic():
        _unpublished(netiquette, opened)
        Netiquette.objects.filter(pk=netiquette.pk).delete()


def _unpublished(netiquette: Netiquette, opened: str) -> None:
    """Hold on to a draft that says what was opened.  Raises Published and ChangedMeanwhile."""
    if not Netiquette.objects.select_for_update().filter(pk=netiquette.pk, published_at=None).exists():
        raise Published(netiquette.pk)
    if opened and opened != stamp(netiquette, rules(netiquette)):
        raise ChangedMeanwhile(netiquette.pk)


def _write(netiquette: Netiquette, kept: Sequence[Rule]) -> None:
    Clause.objects.bulk_create(
        Clause(netiquette=netiquette, number=number, language=language, title=title[:MOST_TITLE],
               text=text[:MOST_TEXT])
        for number, rule in enumerate(kept, 1) for language, (title, text) in rule.words.items() if title or text
    )  # fmt: skip
