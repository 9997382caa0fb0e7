"""What our public answers do: whether they ask something back, who likes them, and what comes of them.

P38, P49, P76.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from premura import access
from premura.access import Standing
from premura.measure.asked import query, scope
from premura.models import ConversationQuerySet, Message

OUTCOMES = ("thanked", "resolved", "silent", "back", "reopened")  # what came of an answer, the best first
FEW = 20  # answers below which a share says nothing
MOST = 5_000  # conversations of a list, the newest
BEST = 10


@dataclass(frozen=True, slots=True)
class Week:
    """The answers of one week; `begins` is its Monday."""

    begins: date
    answers: int
    asking: int


@dataclass(frozen=True, slots=True)
class Style:
    """What came of the answers of one style."""

    canned: bool
    outcomes: dict[str, int]  # each of OUTCOMES

    @property
    def answers(self) -> int:
        return sum(self.outcomes.values())

    @property
    def few(self) -> bool:
        """Whether there are too few to tell anything."""
        return self.answers < FEW

    @property
    def well(self) -> int:
        """How many of a hundred ended with thanks or a solution."""
        return round(100 * (self.outcomes["thanked"] + self.outcomes["resolved"]) / max(1, self.answers))

    @property
    def again(self) -> int:
        """How many of a hundred brought them back with the same matter."""
        return round(100 * (self.outcomes["back"] + self.outcomes["reopened"]) / max(1, self.answers))


@dataclass(frozen=True, slots=True)
class Answers:
    """What the answers of some days did."""

    weeks: list[Week]
    own: Style  # in words of their own
    canned: Style
    liked: int  # answers that somebody else liked
    likes: int
    best: list[Message]  # the best liked of them, each with `liked_by` so many

    @property
    def answers(self) -> int:
        return self.own.answers + self.canned.answers

    @property
    def asking(self) -> int:
        return sum(week.asking for week in self.weeks)

    @property
    def percent(self) -> int:
        """How many of a hundred ask something back."""
        return round(100 * self.asking / max(1, self.answers))


@dataclass(frozen=True, slots=True)
class Of:
    """Which answers are looked at; None: all."""

    week: date | None = None
    asks: bool | None = None
    liked: bool | None = None
    canned: bool | None = None
    outcome: str | None = None


def answers(standing: Standing, since: datetime) -> Answers:
    """Return what our public answers since then did, of what `standing` may see.

    Cost     two queries over these answers, see answers.sql: a second each for 20,000.
    """
    given = _given(standing, since)
    rows = asked("answers", "counts", given)
    weeks: dict[date, list[int]] = {}
    ended = {canned: dict.fromkeys(OUTCOMES, 0) for canned in (False, True)}
    liked = likes = 0
    for week, asks, canned, outcome, is_liked, n, by in rows:
        counted = weeks.setdefault(week, [0, 0])
        counted[0] += n
        counted[1] += n * asks
        ended[canned][outcome] += n
        liked, likes = liked + n * is_liked, likes + by
    own, canned_ones = Style(False, ended[False]), Style(True, ended[True])
    best = _best(standing, given) if liked else []
    return Answers(_weeks(weeks), own, canned_ones, liked, likes, best)


def conversations(standing: Standing, of: Of, since: datetime) -> ConversationQuerySet:
    """Return the newest conversations in which answers of a sort stand, for `access.page`.  Cost: as `answers`."""
    which = {"week": of.week, "asks": of.asks, "liked": of.liked, "canned": of.canned, "outcome": of.outcome}
    rows = asked("answers", "listed", _given(standing, since) | which | {"most": MOST})
    return access.conversations(standing).filter(pk__in=[pk for (pk,) in rows]).in_order()


def asked(name: str, what: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of one query that goes on from another."""
    with connection.cursor() as cursor:
        cursor.execute(query(name) + query(f"{name}_{what}"), given)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _given(standing: Standing, since: datetime) -> dict[str, Any]:
    return scope(standing, since) | {"zone": standing.brand.time_zone}


def _weeks(counted: dict[date, list[int]]) -> list[Week]:
    """Return the weeks in order; one without an answer is there too."""
    if not counted:
        return []
    first, last = min(counted), max(counted)
    days = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    return [Week(day, *counted.get(day, (0, 0))) for day in days]


def _best(standing: Standing, given: dict[str, Any]) -> list[Message]:
    likes = dict(asked("answers", "best", given | {"most": BEST}))
    found = Message.objects.filter(brand=standing.brand, pk__in=likes).select_related("channel", "reply__author")
    rows = found.in_bulk()
    for pk, row in rows.items():
        row.liked_by = likes[pk]  # type: ignore[attr-defined]
    return [rows[pk] for pk in likes if pk in rows]
