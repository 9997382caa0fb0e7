"""The handles of who works for the brand: their comments are flagged, and are no customer's.  P18."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.http import Http404

from premura import access, journal
from premura.access import Act, Standing
from premura.models import Agent, Employee, Event, Identity, Message
from premura.networks import NETWORKS

MOST = 2_000
MOST_LINES = 1_000
MOST_HANDLE = 300
MOST_NAME = 100


class AlreadyThere(ValueError):
    """This handle is in the registry already.  Nothing was changed."""


class NoHandle(ValueError):
    """There is no such network, or no handle that could be one.  Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One line that was not kept: which, what it says, and why: network, handle, or many."""

    number: int
    line: str
    why: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """What became of a pasted list."""

    kept: int
    there: int  # were in the registry already
    wrong: tuple[Wrong, ...]


def listed(standing: Standing) -> list[Employee]:
    """Return the registry, by network and handle; at most two thousand."""
    return list(Employee.objects.filter(brand=standing.brand).order_by("network", "handle")[:MOST])


def employee(agent: Agent, pk: int, act: Act = Act.READ) -> tuple[Standing, Employee]:
    """Return one handle to do `act` on.  Raises Http404, PermissionDenied."""
    found = Employee.objects.filter(pk=pk).first()
    if found is None:
        raise Http404(f"no employee {pk}")
    return access.need(access.standing(agent, found.brand_id), act), found


def add(standing: Standing, network: str, handle: str, name: str = "") -> Employee:
    """Keep one handle.  Raises NoHandle and AlreadyThere."""
    handle = plain(handle)
    if network not in NETWORKS or not _could_be(handle):
        raise NoHandle(handle)
    try:
        with transaction.atomic():
            made = Employee.objects.create(
                brand=standing.brand, network=network, handle=handle, name=" ".join(name.split())[:MOST_NAME]
            )
            _write(standing, "made", handle)
    except IntegrityError as error:
        raise AlreadyThere(handle) from error
    return made


def paste(standing: Standing, text: str) -> Pasted:
    """Keep the handles of a list with one "network handle name" a line; what is wrong with a line is told."""
    given, wrong = _read(text)
    with transaction.atomic():
        known = set(Employee.objects.filter(brand=standing.brand).values_list("network", "handle"))
        fresh = [one for key, one in given.items() if key not in known]
        for one in fresh:
            one.brand = standing.brand
        # Of two who paste at once the second finds the rows there.
        Employee.objects.bulk_create(fresh, ignore_conflicts=True)
        if fresh:
            _write(standing, "made", ", ".join(one.handle for one in fresh[:20]))
    return Pasted(len(fresh), len(given) - len(fresh), tuple(wrong))


def remove(standing: Standing, found: Employee) -> bool:
    """Take a handle away.  False where somebody was faster."""
    with transaction.atomic():
        if not Employee.objects.filter(pk=found.pk).delete()[0]:
            return False
        _write(standing, "removed", found.handle)
    return True


def plain(handle: str) -> str:
    """Return a handle as the registry has it.

    >>> plain(" @Anna.Rossi "), plain("anna@Social.example")
    ('anna.rossi', 'anna@social.example')
    """
    return handle.strip().lstrip("@").lower()


# -- who is one -----------------------------------------------------------------------------------


def works_for_us(identity: str = "") -> Q:
    """Return the condition that an identity is in its brand's registry.

    Takes    identity: the way to it from what is filtered, as "identity__"; "" where identities are.
    Cost     one look into the registry's index a row: for lists, `exclude(works_for_us("identity__"))`.
    """
    same = {"brand": OuterRef(f"{identity}brand"), "network": OuterRef(f"{identity}network")}
    return Q(Exists(Employee.objects.filter(**same, handle=_plain(OuterRef(f"{identity}handle")))))


def identities(brand_id: int) -> QuerySet[Identity]:
    """Return the brand's identities that work for it, for `exclude(identity__in=…)`.  Reads all of the brand's."""
    return Identity.objects.filter(works_for_us(), brand=brand_id)


def among(messages: Iterable[Message]) -> frozenset[int]:
    """Return which of the people who wrote these work for the brand.  One query."""
    people = {message.identity_id for message in messages if message.identity_id}
    found = Identity.objects.filter(works_for_us(), pk__in=people) if people else Identity.objects.none()
    return frozenset(found.values_list("pk", flat=True))


def _plain(handle: F | OuterRef) -> Lower:
    return Lower(Func(handle, Value("@"), function="ltrim"))


def _read(text: str) -> tuple[dict[tuple[str, str], Employee], list[Wrong]]:
    given: dict[tuple[str, str], Employee] = {}
    wrong = []
    lines = [line for line in enumerate(text.splitlines(), 1) if line[1].strip()]
    for number, line in lines[:MOST_LINES]:
        network, handle, name = (*line.split(maxsplit=2), "", "", "")[:3]
        network, handle = network.lower(), plain(handle)
        if network not in NETWORKS or not _could_be(handle):
            wrong.append(Wrong(number, line.strip()[:120], "handle" if network in NETWORKS else "network"))
            continue
        given[network, handle] = Employee(network=network, handle=handle, name=" ".join(name.split())[:MOST_NAME])
    wrong += [Wrong(number, line.strip()[:120], "many") for number, line in lines[MOST_LINES : MOST_LINES + 1]]
    return given, wrong


def _could_be(handle: str) -> bool:
    return 0 < len(handle) <= MOST_HANDLE and any(c.isalnum() for c in handle) and not set(handle) & set(" \t\0<>,;")


def _write(standing: Standing, how: str, what: str) -> None:
    journal.write(Event.Deed.ENTRY_MADE, standing.brand, standing.agent, of="employee", how=how, what=what[:500])
