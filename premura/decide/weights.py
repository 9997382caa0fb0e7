"""Weights: how many points each part of the priority is worth to a brand, and what a change would move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from premura import access, journal
from premura.access import Act, Standing, need
from premura.decide.order import MOST, POINTS
from premura.models import Conversation, Event, Weights
from premura.queue import later

LOOKED_AT = 2000  # open conversations that a preview orders anew
SHOWN = 15


@dataclass(frozen=True, slots=True)
class Moved:
    """One conversation in the order that a change would bring."""

    conversation: Conversation
    points: int
    was: int  # its place now, from 1


def points_of(brands: Iterable[int]) -> dict[int, Mapping[str, int]]:
    """Return the points of some brands: the installed ones, and above them their own.  One query."""
    asked = list(brands)
    own = dict(Weights.objects.filter(brand__in=asked).values_list("brand", "points"))
    return {brand: POINTS | own.get(brand, {}) for brand in asked}


def change(standing: Standing, points: Mapping[str, int]) -> None:
    """Weigh so from now on; everything that is open is ordered anew, in a moment."""
    need(standing, Act.MANAGE)
    own = {name: n for name, n in points.items() if name in POINTS and n != POINTS[name]}
    with transaction.atomic():
        Weights.objects.update_or_create(brand=standing.brand, defaults={"points": own})
        journal.write(Event.Deed.WEIGHTS_CHANGED, standing.brand, standing.agent, points=own)
        later("order_all", brand_id=standing.brand.pk)


def preview(standing: Standing, points: Mapping[str, int]) -> list[Moved]:
    """Return what would stand on top with these points, and where it stands now.  One query, two thousand rows."""
    open_ = access.conversations(standing).filter(state=Conversation.State.OPEN).select_related("triage")
    rows = list(open_.in_order("first")[:LOOKED_AT])
    weighed = [(weigh(one, points), -n, one) for n, one in enumerate(rows)]
    weighed.sort(key=lambda row: row[:2], reverse=True)
    return [Moved(one, worth, 1 - n) for worth, n, one in weighed[:SHOWN]]


def weigh(conversation: Conversation, points: Mapping[str, int]) -> int:
    """Return the priority that a conversation would have with these points."""
    triage = getattr(conversation, "triage", None)
    parts = triage.parts if triage else []
    total: int = sum(worth for name, worth, *_ in parts if name not in POINTS)
    for name, _, n, _ in parts:
        total += round(points.get(name, POINTS.get(name, 0)) * min(n, MOST.get(name, n)))
    return total
