"""Lists in pages: each ends in a mark, and the next begins below it (keyset; no page is ever counted off)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

Row = TypeVar("Row")
Stored = TypeVar("Stored", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list, and the mark to ask for the next with; '' at the end."""

    rows: list[Row]
    after: str


def mark(at: datetime, pk: int) -> str:
    """Return the mark of a row: what stands in an address to ask for what comes after it."""
    return f"{at.timestamp():.6f}-{pk}"


def mark_of(after: str) -> tuple[datetime, int] | None:
    """Return the row that a mark stands for; None when it makes no sense."""
    at, _, pk = after.partition("-")
    try:
        return datetime.fromtimestamp(float(at), tz=timezone.get_default_timezone()), int(pk)
    except (ValueError, OverflowError, OSError):
        return None


def by_time(found: QuerySet[Stored], at: str, after: str, size: int, *, newest: bool = True) -> Page[Stored]:
    """Return the next `size` rows of a list, newest first or oldest first, below the mark `after`.

    Takes    at: the field that holds the moment.  A mark that makes no sense means the first page.
    Cost     one query, which an index over that field and the key bounds.
    """
    sign, reached, passed = ("-", "lte", "gte") if newest else ("", "gte", "lte")
    if place := mark_of(after):
        found = found.filter(**{f"{at}__{reached}": place[0]}).exclude(**{at: place[0], f"pk__{passed}": place[1]})
    return cut(list(found.order_by(f"{sign}{at}", f"{sign}pk")[: size + 1]), at, size)


def cut(rows: list[Any], at: str, size: int) -> Page[Any]:
    """Return a page of the rows that were asked for, one more than it holds: that one says that there is a next."""
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], mark(getattr(last, at), last.pk) if last else "")
