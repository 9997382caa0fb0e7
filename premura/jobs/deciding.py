"""Deciding about what came in, in the wake of its batch."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from premura.decide import owners, peers, rules, triage
from premura.listen.patterns import avalanche
from premura.queue import PATIENT, later

AGAIN_IN_S = 5
TRIES = 5


@app.task(name="route", retry=PATIENT)
def route(brand_id: int, conversations: list[int], tries: int = TRIES) -> None:
    """Give new conversations to the teams that own them; what is in other hands just now, in a moment."""
    left = owners.route(brand_id, conversations).busy
    if left and tries > 1:
        later("route", in_s=AGAIN_IN_S, brand_id=brand_id, conversations=left, tries=tries - 1)


@app.task(name="rules_came_in", retry=PATIENT)
def rules_came_in(brand_id: int, messages: list[int]) -> None:
    """Let the brand's rules look at what came in."""
    rules.act(brand_id, messages)


@app.task(name="triage", retry=PATIENT)
def order_anew(conversations: list[int]) -> None:
    """Order conversations that were in other hands when their batch came in."""
    with transaction.atomic():
        triage.triage(conversations, timezone.now())


@app.periodic(cron="* * * * *", periodic_id="stir")
@app.task(name="stir", queueing_lock="stir")
def stir(timestamp: int) -> None:
    """Order anew what the passing of time and pile-ons have moved, and warn of what is nearly late."""
    now = timezone.now()
    with transaction.atomic():
        triage.triage(avalanche.look(now), now)
    triage.stir(now)


@app.task(name="order_all", retry=PATIENT)
def order_all(brand_id: int) -> None:
    """Give everything that a brand has open its targets and its place anew."""
    triage.retime(brand_id)
    triage.everything(brand_id, timezone.now())


@app.task(name="peers", retry=PATIENT)
def peer_answers(brand_id: int, messages: list[int]) -> None:
    """Note where a customer seems to have answered another."""
    peers.find(brand_id, messages)
