"""Hear: turn kept bodies into items, and set aside those that nobody understands."""

from collections.abc import Iterable, Sequence

from django.db.models.functions import Now

from premura.listen.receive import Claimed
from premura.listen.store import Heard, Place
from premura.models import Channel, Quarantine
from premura.networks import NETWORKS

MOST_REASON = 500


def places(ids: Iterable[int]) -> dict[int, Place]:
    """Return what the stages must know of these channels."""
    rows = Channel.objects.filter(pk__in=set(ids)).values_list("pk", "brand_id", "team_id", "network", "key")
    return {row[0]: Place(*row) for row in rows}


def hear(claimed: Sequence[Claimed]) -> list[Heard]:
    """Return all that the bodies say.  One that cannot be understood goes to quarantine with its reason.

    Bodies of a channel that is gone are dropped: its brand asked for that.
    """
    known = places(c.channel_id for c in claimed)
    heard: list[Heard] = []
    poison: list[tuple[Claimed, str]] = []
    for delivery in claimed:
        place = known.get(delivery.channel_id)
        if place is None:
            continue
        try:
            items = list(NETWORKS[place.network].hear(delivery.body, place.key))
        except Exception as error:  # whatever is wrong with one body, the others go on
            poison.append((delivery, f"{type(error).__name__}: {error}"))
        else:
            heard.extend(Heard(place, item, delivery.received_at) for item in items)
    set_aside(poison)
    return heard


def set_aside(poison: Sequence[tuple[Claimed, str]]) -> None:
    """Put deliveries into quarantine, each with its reason.  Call it inside the transaction that claimed them."""
    Quarantine.objects.bulk_create(
        [
            Quarantine(
                delivery=delivery.id,
                received_at=delivery.received_at,
                channel_id=delivery.channel_id,
                reason=reason.replace("\x00", "")[:MOST_REASON],
            )
            for delivery, reason in poison
        ],
        update_conflicts=True,
        unique_fields=["delivery"],
        update_fields=["reason", "at"],
    )


def heard_from(claimed: Sequence[Claimed]) -> None:
    """Note on each channel that it is not deaf."""
    ids = sorted({c.channel_id for c in claimed})
    Channel.objects.filter(pk__in=ids).update(heard_at=Now(), asked_at=Now())
