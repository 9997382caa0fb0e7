"""Is everything well?  Each check yields its complaints; its docstring is what is true when it has none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, OperationalError

from premura.measure.complaint import Complaint
from premura.measure.health_channels import channels, deaf, secrets
from premura.measure.health_database import clock, database, disk, migrated, partitions
from premura.measure.health_work import jobs, quarantine, replies, waiting, worker

Check = Callable[[], Iterator[Complaint]]

FIRST: tuple[Check, ...] = (database, migrated)
CHECKS: tuple[Check, ...] = (
    *FIRST, clock, partitions, disk, worker, waiting, quarantine, jobs, replies, channels, deaf, secrets,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What one check found."""

    promise: str
    complaints: list[Complaint]


def look() -> Iterator[Look]:
    """Do one check after the other; where the database is not there or not ready, the rest would only repeat it."""
    for check in CHECKS:
        try:
            found = list(check())
        except (OperationalError, InterfaceError) as error:
            found = [_no_answer(error)]
        yield Look(_promise(check), found)
        if found and check in FIRST:
            return


def complaints() -> list[Complaint]:
    return [complaint for looked in look() for complaint in looked.complaints]


def _promise(check: Check) -> str:
    return (check.__doc__ or "").splitlines()[0]


def _no_answer(error: DatabaseError | InterfaceError) -> Complaint:
    why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return Complaint(
        "database does not answer",
        f"It does not answer: {why}. Nothing comes in or goes out. Start it, and see that DATABASE_URL is right",
    )
