"""From a kind word to a purchase: how many may become customers, how many did, and how long it took.  P40."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from premura import access
from premura.access import Standing
from premura.models import Contact, Message

DAYS = 365
MOST = 2_000
KIND = ("praise", "gesture")


@dataclass(frozen=True, slots=True)
class Leads:
    """The leads of a year."""

    marked: int
    bought: int
    days: float | None  # from their first kind word to the purchase, the middle one of all; None: nobody bought

    @property
    def percent(self) -> int:
        return round(100 * self.bought / self.marked) if self.marked else 0


def leads(standing: Standing, now: datetime | None = None) -> Leads:
    """Return the figures of whom `standing` may see.

    Where nobody read a kind word of theirs, the time runs from when they were marked.
    Cost     two queries; the time is of the two thousand who bought last.
    """
    found = _seen(standing).filter(lead_at__gte=(now or timezone.now()) - timedelta(days=DAYS))
    counted = found.aggregate(marked=Count("pk"), bought=Count("pk", filter=Q(bought_at__isnull=False)))
    return Leads(counted["marked"], counted["bought"], _days(found) if counted["bought"] else None)


def _seen(standing: Standing) -> QuerySet[Contact]:
    theirs = access.conversations(standing).filter(identity__contact=OuterRef("pk")).order_by()
    return Contact.objects.filter(Exists(theirs), brand=standing.brand)


def _days(found: QuerySet[Contact]) -> float:
    said = Message.objects.filter(identity__contact=OuterRef("pk"), reading__intent__in=KIND)
    first = Subquery(said.order_by("written_at").values("written_at")[:1])
    rows = found.filter(bought_at__isnull=False).annotate(since=Coalesce(first, "lead_at")).order_by("-bought_at")
    pairs = rows.values_list("since", "bought_at")[:MOST]
    return float(median(max(0.0, (until - since) / timedelta(days=1)) for since, until in pairs))
