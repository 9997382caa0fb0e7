"""Why people were angry lately: how often, how often we proposed a solution, and how long both took."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.db import connection
from django.utils import timezone

from premura.access import Standing
from premura.models import Outcome

DAYS = 30


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for anger, of those that people noted."""

    why: str
    times: int
    proposed: int  # with a solution from us
    answered_s: float | None  # from their first word to our first answer, the middle one of all; None: nobody answered
    solved_s: float | None  # until it was resolved

    @property
    def name(self) -> str:
        return str(Outcome.Why(self.why).label)

    @property
    def percent(self) -> int:
        return round(100 * self.proposed / self.times)

    @property
    def answered(self) -> timedelta | None:
        return None if self.answered_s is None else timedelta(seconds=self.answered_s)

    @property
    def solved(self) -> timedelta | None:
        return None if self.solved_s is None else timedelta(seconds=self.solved_s)


def lately(standing: Standing, now: datetime | None = None) -> list[Reason]:
    """Return the reasons of the last thirty days, the most frequent first: those of what `standing` may see."""
    teams = None if standing.teams is None else sorted(standing.teams)
    since = (now or timezone.now()) - timedelta(days=DAYS)
    with connection.cursor() as cursor:
        cursor.execute(_query(), {"brand": standing.brand.pk, "teams": teams, "since": since})
        return [Reason(*row) for row in cursor.fetchall()]


@cache
def _query() -> str:
    return (Path(__file__).parent / "queries" / "outcomes.sql").read_text()
