"""Who never had an answer, by age: in public and in private, open or closed.  P113."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count

from premura import access
from premura.access import Standing
from premura.measure.asked import query, scope
from premura.models import Conversation, Reading
from premura.paging import Page, mark, mark_of

DAYS = 90  # who has said nothing for longer is not looked for
EDGES = (timedelta(days=1), timedelta(days=7), timedelta(days=28))  # of the ages
PAGE = 50
CHASER = "chaser"


@dataclass(frozen=True, slots=True)
class Ages:
    """How many never had an answer, by how long ago they first wrote: up to each of EDGES, and longer."""

    public: list[int]
    private: list[int]

    @property
    def all(self) -> int:
        return sum(self.public) + sum(self.private)


def ages(standing: Standing, now: datetime) -> Ages:
    """Return how many there are, of what `standing` may see.  Cost: one query, see unanswered.sql."""
    found = Ages([0] * (len(EDGES) + 1), [0] * (len(EDGES) + 1))
    given = scope(standing, now - timedelta(days=DAYS)) | {"edges": [now - edge for edge in EDGES]}
    with connection.cursor() as cursor:
        cursor.execute(query("unanswered") + query("unanswered_ages"), given)
        for private, age, n in cursor.fetchall():
            (found.private if private else found.public)[age] = n
    return found


def listed(standing: Standing, now: datetime, private: bool | None = None, after: str = "") -> Page[Conversation]:
    """Return them, who wrote first on top, each with `begun`, its `age` and `chased`, how often they asked again.

    Takes    private: only these, None for all; after: the mark of the page before.
    Cost     three queries.
    """
    at, pk = mark_of(after) or (None, None)
    given = scope(standing, now - timedelta(days=DAYS))
    given |= {"private": private, "at": at, "id": pk, "most": PAGE + 1}
    with connection.cursor() as cursor:
        cursor.execute(query("unanswered") + query("unanswered_rows"), given)
        found: list[tuple[int, datetime]] = cursor.fetchall()
    last = mark(found[PAGE - 1][1], found[PAGE - 1][0]) if len(found) > PAGE else ""
    return Page(_rows(standing, found[:PAGE], now), last)


def _rows(standing: Standing, found: Sequence[tuple[int, datetime]], now: datetime) -> list[Conversation]:
    ids = [pk for pk, _ in found]
    known = access.conversations(standing).in_bulk(ids)
    again = Reading.objects.filter(brand=standing.brand, message__conversation__in=ids, flags__contains=[CHASER])
    again = again.filter(message__removed_at=None, message__identity__isnull=False)
    chased = dict(again.values_list("message__conversation").annotate(n=Count("pk")).order_by())
    rows = []
    for pk, begun in found:
        if row := known.get(pk):
            row.begun, row.age, row.chased = begun, now - begun, chased.get(pk, 0)  # type: ignore[attr-defined]
            rows.append(row)
    return rows
