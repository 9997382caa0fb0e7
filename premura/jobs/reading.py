"""Reading more closely what came in: tier 2, when nothing waits to be taken in."""

import time

from procrastinate.contrib.django import app

from premura.listen import readings, receive
from premura.queue import PATIENT

AT_ONCE = 256
FOR_S = 20.0


@app.periodic(cron="* * * * * */2", periodic_id="refine")
@app.task(name="refine", queueing_lock="refine", lock="refine", retry=PATIENT)
def refine(timestamp: int) -> None:
    """Refine the newest messages, batch by batch, until none waits, something comes in, or the time is up."""
    until = time.monotonic() + FOR_S
    while time.monotonic() < until and not receive.waits():
        if readings.refine(AT_ONCE) < AT_ONCE:
            return
