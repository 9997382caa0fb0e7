"""premura bench decide: a day of messages with its bursts, taken in with and without deciding about them.

What was said is read beforehand and stored as the worker stores it; several workers store at once, each its share of
every burst, so that they meet in the same threads.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from random import Random
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from premura import access, flow
from premura.bench.machine import Figures, in_ms, machine
from premura.bench.talk import words
from premura.bench.world import people
from premura.decide import assign, retime
from premura.listen import store
from premura.listen.batch import Heard, Place
from premura.listen.receive import PLAN_BY_KEYS
from premura.models import Brand, Channel, Conversation, Membership, SlaPolicy
from premura.networks.contract import Kind, Person, Said
from premura.text import reading

BATCH = 500
WORKERS = 4
TEXTS = 3000
ME_TOO = ("Anche a me è successo lo stesso", "Idem, stesso problema", "Pure io, non arriva niente", "Same here")
POSTS = 400
OPEN = 100_000  # conversations, when deadlines are measured
BURST = 0.3  # of all that is said stands under a few posts, within minutes


@dataclass
class Took:
    """What one worker needed."""

    messages: int = 0
    stored_s: float = 0.0
    decided_s: float = 0.0
    deadlocks: int = 0


def measure(messages: int, persons: int) -> Figures:
    """Store a day of `messages` from `persons`, decide about all of it, and ask who comes next."""
    brand, agents = people()
    access_ids = [agent.pk for agent in agents]
    places = [Place(c.pk, brand.pk, c.team_id, c.network, c.key) for c in Channel.objects.filter(brand=brand)]
    _texts()  # read once, before the workers are made
    connection.close()
    began = time.perf_counter()
    context = get_context("fork")
    with context.Pool(WORKERS) as pool:
        took = pool.starmap(_work, [(n, messages, persons, places) for n in range(WORKERS)])
    elapsed = time.perf_counter() - began
    share = sum(t.decided_s for t in took) / sum(t.decided_s + t.stored_s for t in took)
    n = sum(t.messages for t in took)
    waiting = _answer_all_but(OPEN, brand)
    unchanged_s = _timed(lambda: retime.retime(brand.pk))
    SlaPolicy.objects.filter(brand=brand, intents=["question"]).update(first=180)
    deadlines_s = _timed(lambda: retime.retime(brand.pk))
    nexts = [_next(pk, brand) for pk in access_ids for _ in range(10)]
    return {
        "bench": "decide",
        "triage_ms_per_message": round(elapsed * share / n * 1000, 4),
        "deadlines_s": round(max(deadlines_s, unchanged_s), 2),
        "next_p95_ms": in_ms(nexts, 0.95),
        "deadlocks": sum(t.deadlocks for t in took),
        "messages": n,
        "open_conversations": waiting,
        "messages_per_s": round(n / elapsed),
        "deadlines_unchanged_s": round(unchanged_s, 2),
        "next_p50_ms": in_ms(nexts, 0.5),
        "workers": WORKERS,
        "how": HOW,
        "machine": machine(),
    }


HOW = {
    "triage_ms_per_message": "the time of the whole run times the share that patterns and triage took of the workers'"
    " time, by messages: four workers, and the database, on all cores",
    "deadlines_s": "100,000 open conversations of the brand (or all, where fewer) looked at again after one policy was"
    " changed; the slower of that and of looking when nothing was changed",
    "next_p95_ms": "assign.next_for for forty agents in turn, ten each; every one is claimed",
}


def _answer_all_but(most: int, brand: Brand) -> int:
    """Let the day's work be done but for so many conversations; return how many are open."""
    open_ = Conversation.objects.filter(brand=brand, state=Conversation.State.OPEN)
    if later := open_.order_by("pk").values_list("pk", flat=True)[most : most + 1].first():
        open_.filter(pk__gte=later).update(state=Conversation.State.RESOLVED, waiting_since=None, rank=0)
    with connection.cursor() as at:  # as its own housekeeping would have
        at.execute("VACUUM ANALYZE premura_conversation, premura_triage, premura_message, premura_identity")
    return open_.count()


@cache
def _texts() -> tuple[list[str], list[reading.Reading]]:
    dice = Random(5)
    texts = [words(dice) for _ in range(TEXTS)] + list(ME_TOO)
    return texts, reading.read([reading.Asked(text, "it") for text in texts], tier=1, places=False)


def _work(worker: int, messages: int, persons: int, places: Sequence[Place]) -> Took:
    """Store and decide about every fourth batch."""
    took = Took()
    for first in range(worker * BATCH, messages, BATCH * WORKERS):
        heard, readings = _batch(first, min(BATCH, messages - first), messages, persons, places)
        while True:
            try:
                _take_in(heard, readings, took)
                break
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") not in ("40P01", "40001"):
                    raise
                took.deadlocks += 1
        took.messages += len(heard)
    connection.close()
    return took


def _take_in(heard: list[Heard], readings: Any, took: Took) -> None:
    began = time.perf_counter()
    with transaction.atomic():
        with connection.cursor() as at:
            at.execute(PLAN_BY_KEYS)
        stored = store.store(heard, readings)
        between = time.perf_counter()
        flow.decide(stored.said(), stored.conversations())
        decided = time.perf_counter() - between
    took.decided_s += decided
    took.stored_s += time.perf_counter() - began - decided


def _batch(first: int, n: int, messages: int, persons: int, places: Sequence[Place]) -> tuple[list[Heard], Any]:
    texts, read = _texts()
    began, now = datetime.now(UTC) - timedelta(hours=20), datetime.now(UTC)
    heard, readings = [], {}
    for k in range(first, first + n):
        dice = Random(k)
        who = int(persons * dice.random() ** 1.5)
        burst = dice.random() < BURST
        place = places[who % len(places)]
        private = not burst and dice.random() < 0.15
        said = len(texts) - 1 - dice.randrange(len(ME_TOO)) if burst and dice.random() < 0.2 else dice.randrange(TEXTS)
        if dice.random() < 0.05:
            said = who % TEXTS  # what they always say
        root = f"chat-{who}" if private else f"post-{int(5 * dice.random()) if burst else int(POSTS * dice.random())}"
        person = Person(f"p{who}", f"persona.{who}", f"Persona {who}")
        at = began + timedelta(hours=20 * k / messages)
        key = f"said-{k}"
        kind = Kind.DIRECT if private else Kind.COMMENT
        item = Said(key, kind, person, texts[said], at, root, "" if private else root, ref={"key": key})
        heard.append(Heard(place, item, now))
        readings[place.id, key] = read[said]
    return heard, readings


def _next(agent: int, brand: Brand) -> float:
    membership = Membership.objects.select_related("agent").get(agent=agent, brand=brand)
    standing = access.standing(membership.agent, brand.pk)
    return _timed(lambda: assign.next_for(standing, timezone.now()))


def _timed(do: Any) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
