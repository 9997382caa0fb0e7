"""Saved replies: texts to begin with.  Their fields are filled from the message, by `interact.fill`."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import Http404

from premura import access, journal
from premura.access import Act, Standing
from premura.models import Agent, Event, SavedReply

FIELDS = ("name", "product", "place", "date", "agent")
PAGE = 50
MOST_OFFERED = 100


class NameTaken(ValueError):
    """There is a saved reply of this name and language already.  Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[SavedReply]
    after: str


def listed(standing: Standing, words: str = "", after: str = "") -> Page:
    """Return the brand's saved replies by name; with `words` those in which they stand."""
    found = SavedReply.objects.filter(brand=standing.brand).select_related("owner")
    for word in words.split()[:8]:
        found = found.filter(name__icontains=word) | found.filter(text__icontains=word)
    pk, _, name = after.partition("-")
    if name and pk.isascii() and pk.isdigit() and len(pk) < 16:
        found = found.filter(name__gte=name).exclude(name=name, pk__lte=int(pk))
    rows = list(found.order_by("name", "pk")[: PAGE + 1])
    return Page(rows[:PAGE], f"{rows[PAGE - 1].pk}-{rows[PAGE - 1].name}" if len(rows) > PAGE else "")


def offered(brand_id: int, language: str) -> list[SavedReply]:
    """Return the saved replies of one language ('': of all), what is used most first; at most a hundred."""
    found = SavedReply.objects.filter(brand=brand_id)
    if language:
        found = found.filter(language=language)
    return list(found.order_by("-used", "name")[:MOST_OFFERED])


def saved(agent: Agent, pk: int, act: Act = Act.READ, *, change: bool = False) -> tuple[Standing, SavedReply]:
    """Return one saved reply.  Raises Http404, PermissionDenied; to `change` it one owns it, or is a lead or admin."""
    found = SavedReply.objects.filter(pk=pk).select_related("owner").first()
    if found is None:
        raise Http404(f"no saved reply {pk}")
    standing = access.need(access.standing(agent, found.brand_id), act)
    if change and not may_change(standing, found):
        raise PermissionDenied("An agent changes their own saved replies; a lead changes all.")
    return standing, found


def may_change(standing: Standing, found: SavedReply) -> bool:
    return standing.may(Act.APPROVE) or (standing.may(Act.REPLY) and found.owner_id == standing.agent.pk)


def make(standing: Standing, name: str, language: str, text: str) -> SavedReply:
    """Keep a text to begin with.  Raises NameTaken."""
    try:
        with transaction.atomic():
            made = SavedReply.objects.create(
                brand=standing.brand, name=name, language=language, text=text, owner=standing.agent
            )
            _write(standing, made, "made")
    except IntegrityError as error:
        raise NameTaken(name) from error
    return made


def change(standing: Standing, found: SavedReply, name: str, language: str, text: str) -> None:
    """Say it otherwise.  Raises NameTaken."""
    try:
        with transaction.atomic():
            found.name, found.language, found.text = name, language, text
            found.save(update_fields=["name", "language", "text"])
            _write(standing, found, "changed")
    except IntegrityError as error:
        raise NameTaken(name) from error


def remove(standing: Standing, found: SavedReply) -> bool:
    """Take a saved reply away.  False where somebody was faster."""
    with transaction.atomic():
        if not SavedReply.objects.filter(pk=found.pk).delete()[0]:
            return False
        _write(standing, found, "removed")
    return True


def use(found: SavedReply) -> None:
    """Count that somebody began with it.  Not a deed: nothing has been said yet."""
    SavedReply.objects.filter(pk=found.pk).update(used=F("used") + 1)


def _write(standing: Standing, found: SavedReply, how: str) -> None:
    journal.write(
        Event.Deed.ENTRY_MADE, standing.brand, standing.agent, of="saved reply", how=how, what=found.name,
        language=found.language,
    )  # fmt: skip
