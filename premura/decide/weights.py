"""Weights: how many points each part of the priority is worth to a brand, and what a change would move."""

from collections.abc import Iterable, Mapping

from premura.decide.order import POINTS
from premura.models import Weights


def points_of(brands: Iterable[int]) -> dict[int, Mapping[str, int]]:
    """Return the points of some brands: the installed ones, and above them their own.  One query."""
    asked = list(brands)
    own = dict(Weights.objects.filter(brand__in=asked).values_list("brand", "points"))
    return {brand: POINTS | own.get(brand, {}) for brand in asked}
