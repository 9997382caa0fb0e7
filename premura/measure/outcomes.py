"""Why people were angry lately: how often, how often we proposed a solution, and how long both took.

And what they needed and whether they got it; and what works with trolls: what became of them, by how often we answered.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from premura import access
from premura.access import Standing
from premura.models import Outcome, Reply

DAYS = 30
TROLL_DAYS = 365  # they are few
MOST_TROLLS = 2_000


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


@dataclass(frozen=True, slots=True)
class Needed:
    """One need that people noted on closing, and how often it was met, where that was said."""

    need: str
    times: int
    said: int
    met: int

    @property
    def name(self) -> str:
        return str(Outcome.Need(self.need).label)

    @property
    def percent(self) -> int | None:
        return round(100 * self.met / self.said) if self.said else None


def needs(standing: Standing, now: datetime | None = None) -> list[Needed]:
    """Return what people needed in the last thirty days, the most frequent first: of what `standing` may see.

    Cost     one query.
    """
    since = (now or timezone.now()) - timedelta(days=DAYS)
    seen = access.conversations(standing).order_by().values("pk")
    found = Outcome.objects.filter(brand=standing.brand, at__gte=since, conversation__in=seen).exclude(need="")
    met, said = Count("pk", filter=Q(need_met=True)), Count("pk", filter=Q(need_met__isnull=False))
    rows = found.values("need").annotate(times=Count("pk"), said=said, met=met).order_by("-times", "need")
    return [Needed(*row) for row in rows.values_list("need", "times", "said", "met")]


@dataclass(frozen=True, slots=True)
class Approach:
    """What became of trolls whom we answered so often: not at all (0), once (1), more than once (2)."""

    answers: int
    defused: int
    ignored: int
    escalated: int

    @property
    def times(self) -> int:
        return self.defused + self.ignored + self.escalated

    @property
    def percent(self) -> int:
        """How many of a hundred ended well: defused, or over without us."""
        return round(100 * (self.defused + self.ignored) / self.times)


def trolls(standing: Standing, now: datetime | None = None) -> list[Approach]:
    """Return what worked with trolls within a year, by how often we answered: those of what `standing` may see.

    Cost     one query, over the newest two thousand.
    """
    since = (now or timezone.now()) - timedelta(days=TROLL_DAYS)
    sent = Q(conversation__replies__state=Reply.State.SENT, conversation__replies__follows=None)
    seen = access.conversations(standing).order_by().values("pk")
    found = Outcome.objects.filter(brand=standing.brand, at__gte=since, conversation__in=seen).exclude(troll="")
    rows = found.annotate(answers=Count("conversation__replies", filter=sent)).order_by("-at", "-pk")
    counted: Counter[tuple[int, str]] = Counter()
    for answers, troll in rows.values_list("answers", "troll")[:MOST_TROLLS]:
        counted[min(answers, 2), troll] += 1
    ways = [Approach(n, *(counted[n, troll] for troll in Outcome.Troll.values)) for n in range(3)]
    return [way for way in ways if way.times]


@cache
def _query() -> str:
    return (Path(__file__).parent / "queries" / "outcomes.sql").read_text()
