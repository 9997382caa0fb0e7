"""How long conversations hang between teams before somebody touches them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from premura.access import Standing

DAYS = 30
MOST = 20_000  # moves that are looked at, the latest


@dataclass(frozen=True, slots=True)
class Stay:
    """How long what was moved lay with one team until a person there did something."""

    team: int
    name: str
    times: int
    median: timedelta
    longest: timedelta
    still: int  # of them lie there now


def by_team(standing: Standing, now: datetime) -> list[Stay]:
    """Return the stays of the last thirty days by team, the longest wait first.

    Costs one look over the brand's journal of that time, and a probe for each of at most 20,000 moves.
    """
    given: dict[str, Any] = {"brand": standing.brand.pk, "since": now - timedelta(days=DAYS), "now": now, "most": MOST}
    with connection.cursor() as cursor:
        cursor.execute(_query(), given)
        return [
            Stay(team, name, times, timedelta(seconds=float(median)), timedelta(seconds=float(longest)), still)
            for team, name, times, median, longest, still in cursor.fetchall()
        ]


@cache
def _query() -> str:
    return (Path(__file__).parent / "queries" / "limbo.sql").read_text()
