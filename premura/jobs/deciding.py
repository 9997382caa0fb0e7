"""Deciding about what came in, in the wake of its batch."""

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from premura import flow
from premura.decide import owners, peers, retime, rules, triage
from premura.interact import promise
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


@app.task(name="decide", retry=PATIENT)
def decide_after_all(messages: list[int], conversations: list[int]) -> None:
    """Decide about a batch that was stored and could not be decided about."""
    with transaction.atomic():
        flow.decide(messages, conversations)


@app.task(name="triage", retry=PATIENT)
def order_anew(conversations: list[int]) -> None:
    """Order conversations that were in other hands when their batch came in."""
    with transaction.atomic():
        triage.triage(conversations, timezone.now())


# Each a job of its own: what goes wrong in one does not keep the others from their minute.


@app.periodic(cron="* * * * *", periodic_id="stir")
@app.task(name="stir", queueing_lock="stir")
def stir(timestamp: int) -> None:
    """Order anew what the passing of time has moved, and warn of what is nearly late."""
    triage.stir(timezone.now())


@app.periodic(cron="* * * * *", periodic_id="pile-ons")
@app.task(name="pile_ons", queueing_lock="pile-ons")
def pile_ons(timestamp: int) -> None:
    """Look at what is hot, also where only likes come, and see what is over."""
    now = timezone.now()
    with transaction.atomic():
        triage.triage(avalanche.look(now), now)


@app.periodic(cron="* * * * *", periodic_id="promises")
@app.task(name="warn_of_promises", queueing_lock="promises")
def warn_of_promises(timestamp: int) -> None:
    promise.warn(timezone.now())


@app.periodic(cron="* * * * *", periodic_id="waits")
@app.task(name="rules_wait", queueing_lock="rules wait")
def rules_wait(timestamp: int) -> None:
    """Let rules look at who has been waiting for long."""
    rules.wait_rules(timezone.now())


@app.task(name="order_all", retry=PATIENT)
def order_all(brand_id: int) -> None:
    """Give everything that a brand has open its targets and its place anew."""
    retime.retime(brand_id)
    triage.everything(brand_id, timezone.now())


@app.task(name="peers", retry=PATIENT)
def peer_answers(brand_id: int, messages: list[int]) -> None:
    """Note where a customer seems to have answered another."""
    peers.find(brand_id, messages)
