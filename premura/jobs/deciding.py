"""Deciding about what came in, in the wake of its batch."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from premura.decide import owners, triage
from premura.queue import PATIENT, later

AGAIN_IN_S = 5
TRIES = 5


@app.task(name="route", retry=PATIENT)
def route(brand_id: int, conversations: list[int], tries: int = TRIES) -> None:
    """Give new conversations to the teams that own them; what is in other hands just now, in a moment."""
    left = owners.route(brand_id, conversations).busy
    if left and tries > 1:
        later("route", in_s=AGAIN_IN_S, brand_id=brand_id, conversations=left, tries=tries - 1)


@app.task(name="triage", retry=PATIENT)
def order_anew(conversations: list[int]) -> None:
    """Order conversations that were in other hands when their batch came in."""
    with transaction.atomic():
        triage.triage(conversations, timezone.now())


@app.periodic(cron="* * * * *", periodic_id="stir")
@app.task(name="stir", queueing_lock="stir")
def stir(timestamp: int) -> None:
    """Order anew what the passing of time has moved, and warn of what is nearly late."""
    triage.stir(timezone.now())
