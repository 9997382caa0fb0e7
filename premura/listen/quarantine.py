"""Quarantine: trying again what could not be taken in, and giving it up."""

from collections.abc import Collection

from django.db import transaction

from premura.listen import receive
from premura.models import Quarantine, Waiting

AT_ONCE = 5000


def try_again() -> int:
    """Let everything in quarantine wait to be taken in once more; return how much that was.

    What still cannot be understood comes back, with its reason as of then.
    """
    last = Quarantine.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    tried = 0
    while rows := _some(last):
        tried += rows
    if tried:
        receive.wake()
    return tried


def forget(deliveries: Collection[int]) -> int:
    """Give up these deliveries; return how many were in quarantine.  What they said will be in no inbox."""
    return Quarantine.objects.filter(delivery__in=deliveries).delete()[0]


def _some(last: int) -> int:
    # Not beyond `last`: a worker may put the same ones back while we go on.
    with transaction.atomic():
        found = Quarantine.objects.select_for_update(skip_locked=True).filter(pk__lte=last).order_by("pk")[:AT_ONCE]
        rows = list(found.values_list("pk", "delivery", "received_at"))
        Waiting.objects.bulk_create(
            [Waiting(id=delivery, received_at=at) for _, delivery, at in rows], ignore_conflicts=True
        )
        Quarantine.objects.filter(pk__in=[pk for pk, _, _ in rows]).delete()
    return len(rows)
