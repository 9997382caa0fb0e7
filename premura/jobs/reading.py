"""Reading more closely what came in: tier 2, when nothing waits to be taken in."""

import time

from procrastinate.contrib.django import app

from premura.decide import similar
from premura.listen import readings, receive
from premura.models import KnownIssue
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


@app.task(name="propose_affected", retry=PATIENT)
def propose_affected(issue_id: int) -> None:
    """Look for who tells the same problem as a known issue."""
    issue = KnownIssue.objects.filter(pk=issue_id).first()
    if issue is not None:
        similar.propose(issue)


@app.task(name="propose_for", retry=PATIENT)
def propose_for(brand_id: int, messages: list[int]) -> None:
    """Hold what came in against the known issues of its brand."""
    similar.propose_for(brand_id, messages)
