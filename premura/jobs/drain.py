"""Taking in what waits."""

import time

from django.conf import settings
from django.db import OperationalError
from procrastinate.contrib.django import app

from premura import flow
from premura.listen import receive

BATCH = 500
FOR_S = 20.0


@app.task(name="drain", queue="drain")
def drain(slot: int = 0) -> None:
    """Take in batches until nothing waits or the time is up; a full batch calls for help."""
    until = time.monotonic() + FOR_S
    while time.monotonic() < until:
        try:
            found = flow.drain(BATCH)
        except OperationalError as error:
            if not _met(error):
                raise
            continue  # two batches met; ours was put back, and is tried again
        if found < BATCH:
            return
        if slot + 1 < settings.DRAINS:
            receive.wake(slot + 1)
    receive.wake(slot)


def _met(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") in ("40P01", "40001")
