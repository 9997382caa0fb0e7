"""What was answered where it was asked, whether each of many like posts has its own answer, and who came back.

P26, P59, P70, P72.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from premura import access
from premura.access import Standing
from premura.measure.asked import query, scope
from premura.models import ConversationQuerySet

ELSEWHERE = ["deflection", "go_local", "only_social_team"]  # rules of the guard that see somebody sent away
MOST = 5_000  # conversations of a list, the newest

# Whom a list can show: the query, and whether those are meant whose place was closed.
PARTS = {"moved": ("moved", False), "closed": ("moved", True), "repeats": ("repeats", False), "again": ("again", False)}


@dataclass(frozen=True, slots=True)
class Kept:
    """Of what was resolved after an answer of ours, how much was resolved where it was asked."""

    resolved: int
    moved: int  # we sent them elsewhere, and said nothing more where they had asked
    closed: int  # we sent them elsewhere, and closed it where they had asked

    @property
    def here(self) -> int:
        return self.resolved - self.moved

    @property
    def percent(self) -> int:
        return round(100 * self.here / self.resolved) if self.resolved else 0


@dataclass(frozen=True, slots=True)
class Repeats:
    """Posts that say almost the same as another of the same person, and how many have an answer of their own."""

    posts: int
    answered: int
    people: int  # groups of like posts
    whole: int  # of these, how many have every post answered


@dataclass(frozen=True, slots=True)
class Again:
    """Of what we resolved, how much had to be taken up again: they wrote within seven days, and not to thank us."""

    resolved: int
    again: int

    @property
    def percent(self) -> int:
        return round(100 * self.again / self.resolved) if self.resolved else 0


def in_channel(standing: Standing, since: datetime) -> Kept:
    """Return how much was resolved where it was asked, since then.  Cost: one query, see moved.sql."""
    return Kept(*_asked("moved", "counts", _given(standing, since))[0])


def repeats(standing: Standing, since: datetime) -> Repeats:
    """Return how many like posts since then have their answer.  Cost: one query, see repeats.sql."""
    return Repeats(*_asked("repeats", "counts", _given(standing, since))[0])


def again(standing: Standing, since: datetime) -> Again:
    """Return how much of what was resolved since then they came back for.  Cost: one query, see again.sql."""
    return Again(*_asked("again", "counts", _given(standing, since))[0])


def conversations(standing: Standing, part: str, since: datetime) -> ConversationQuerySet:
    """Return the newest conversations behind a figure, for `access.page`.  Raises KeyError for a part that is none."""
    name, closed = PARTS[part]
    rows = _asked(name, "listed", _given(standing, since) | {"closed": closed, "most": MOST})
    return access.conversations(standing).filter(pk__in=[pk for (pk,) in rows]).in_order()


def _asked(name: str, what: str, given: dict[str, Any]) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query(name) + query(f"{name}_{what}"), given)
        rows: list[tuple[int, ...]] = cursor.fetchall()
    return rows


def _given(standing: Standing, since: datetime) -> dict[str, Any]:
    return scope(standing, since) | {"elsewhere": ELSEWHERE}
