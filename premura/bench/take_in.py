"""premura bench take-in: signed webhooks over HTTP, answered when they are on disk, then taken in to the end."""

import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from premura import flow, vault
from premura.bench import caller, house, plain, talk
from premura.bench.caller import Job, Outcome, Page
from premura.bench.machine import Figures, in_ms, machine, middle
from premura.listen import receive
from premura.models import Brand, Channel, Team

PAGES = 4
LINES_IN_TIME, LINES_FLAT = 64, 256
ROUNDS = 3
MOST_FLAT = 14_000  # calls a second that a round has ready
BATCH = 500
NOOP_CALLS = 5_000
DRAINED_WITHIN_S = 900.0


@dataclass(frozen=True, slots=True)
class Work:
    """How much to do; with `url` against the system that runs there and in the environment's database."""

    rate: int = 1000
    seconds: int = 20
    url: str = ""


def measure(rate: int, seconds: int, url: str) -> Figures:
    """Measure and return the figures.  What was made for it is removed from a system that goes on running."""
    work = Work(rate, seconds, url.rstrip("/"))
    run = f"bench-{secrets.token_hex(4)}"
    brand = make_brand(run)
    try:
        return _Day(work, run, pages(brand), brand).figures()
    finally:
        if work.url:
            remove(brand)


class _Day:
    """One measurement from its first call to its last message."""

    def __init__(self, work: Work, run: str, pages: Sequence[Page], brand: Brand) -> None:
        self.work, self.run, self.pages, self.brand = work, run, pages, brand
        self.next = 0
        self.port = int(work.url.rsplit(":", 1)[1]) if work.url else int(settings.GIVEN["PORT"])
        self.expected: set[str] = set()
        self.sent = self.refused = 0

    def figures(self) -> Figures:
        tell_posts(self.run, self.pages, self.brand)
        with ExitStack() as running:
            if not self.work.url:
                running.enter_context(house.web(self.port))
            acks, noops = self._flat_rounds()
            backlog = waiting()
            if not self.work.url:
                running.enter_context(house.worker())
            taken_in = drain() if backlog else 0.0
            in_time = self._call(self.work.seconds, self.work.rate)
            busy = self._call(self._flat_seconds())
            drain()
        ack, noop, bare = middle([_per_s(o) for o in acks]), middle([_per_s(o) for o in noops]), self._plain()
        return {
            "bench": "take-in",
            "acked_per_s": round(_per_s(in_time), 1),
            "ack_p50_ms": in_ms(in_time.latencies, 0.5),
            "ack_p99_ms": in_ms(in_time.latencies, 0.99),
            "flat_acked_per_s": round(ack),
            "flat_acked_while_draining_per_s": round(_per_s(busy)),
            "noop_per_s": round(noop),
            "ratio_ack_to_noop": _ratio(ack, noop),
            "taken_in_per_s": round(taken_in),
            "insert_per_s": round(bare),
            "ratio_taken_in_to_insert": _ratio(taken_in, bare),
            **self._kept(),
            "how": self._how(backlog),
            "machine": machine(),
        }

    def _how(self, backlog: int) -> Figures:
        alone = "no worker running" if not self.work.url else "the worker that runs there"
        return {
            "rate": self.work.rate,
            "seconds": self.work.seconds,
            "connections": [LINES_IN_TIME, LINES_FLAT],
            "ack": "from the moment the call was due, at the rate, with the worker taking in",
            "flat": f"median of {ROUNDS} rounds, in turn with as many of the no-op, with {alone}",
            "taken_in": f"{backlog} deliveries that waited when the one worker started, from its first commit on",
            "insert": "the same message rows, unnest of 500 and a commit each, into a table with the same columns and"
            " the unique key alone",
        }

    def _flat_rounds(self) -> tuple[list[Outcome], list[Outcome]]:
        """Call as fast as answers come, the product and the no-op in turn, so that both meet the same weather."""
        acks, noops = [], []
        with house.noop(port := house.free_port()):
            for _ in range(ROUNDS):
                noops.append(self._call(self._flat_seconds(), to=port))
                acks.append(self._call(self._flat_seconds()))
        return acks, noops

    def _flat_seconds(self) -> float:
        return min(self.work.seconds / 5, 4.0)

    def _call(self, seconds: float, rate: int = 0, to: int = 0) -> Outcome:
        most = int(rate * seconds) if rate else int(MOST_FLAT * seconds)
        lines = LINES_IN_TIME if rate else LINES_FLAT
        if to:
            most = NOOP_CALLS
        job = Job(self.run, to or self.port, list(self.pages), self.next, most, seconds, rate, lines, again=bool(to))
        outcome = call(job)
        if not to:
            self._note(outcome)
        return outcome

    def _note(self, outcome: Outcome) -> None:
        refused = set(outcome.refused)
        self.sent, self.refused = self.sent + outcome.sent, self.refused + len(refused)
        for n in range(self.next, self.next + outcome.sent):
            if n not in refused and talk.says(n):
                self.expected.add(talk.key(self.run, talk.about(n)))
        self.next += outcome.sent

    def _kept(self) -> Figures:
        """Hold what is there against what was acknowledged: every thing said is there, and nothing twice."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT key, url FROM premura_message WHERE brand_id = %s", [self.brand.pk])
            rows = cursor.fetchall()
        keys, addresses = {key for key, _ in rows}, {url for _, url in rows}
        return {
            "lost": len(self.expected - keys),
            "doubled": len(rows) - len(addresses),
            "messages": len(rows),
            "sent": self.sent,
            "not_acked": self.refused,
            "quarantined": _ask(
                "SELECT count(*) FROM premura_quarantine WHERE channel_id IN"
                " (SELECT id FROM premura_channel WHERE brand_id = %s)",
                self.brand.pk,
            ),
        }

    def _plain(self) -> float:
        """Return how many of the same rows a second go in by plain batched INSERT."""
        batches = plain.rows(self.brand)
        began = time.perf_counter()
        plain.insert(batches)
        took = time.perf_counter() - began
        return sum(len(batch[0]) for batch in batches) / took if batches else 0.0


# -- a brand for the day -----------------------------------------------------------------------


def make_brand(run: str) -> Brand:
    """Make a brand with two teams and a few playground channels that nobody polls."""
    brand = Brand.objects.create(name="Bench", slug=run)
    teams = [Team.objects.create(brand=brand, name=name) for name in ("Vino", "Negozio")]
    for n in range(PAGES):
        page = f"{run}-{n}"
        secret = {"host": "http://piazza.invalid", "page": page, "token": "-", "signing": secrets.token_hex(16)}
        Channel.objects.create(
            brand=brand, team=teams[n % 2], network="playground", key=page, name=page, handle=page,
            sealed=vault.seal(secret), wait_until=timezone.now() + timedelta(days=1),
        )  # fmt: skip
    return brand


def pages(brand: Brand) -> list[Page]:
    """Return how the brand's channels are called."""
    return [
        Page(channel.key, f"/hooks/playground/{channel.hook_key}", vault.unseal(bytes(channel.sealed))["signing"])
        for channel in Channel.objects.filter(brand=brand).order_by("pk")
    ]


def tell_posts(run: str, pages: Iterable[Page], brand: Brand) -> None:
    """Let the brand's own posts come in before anybody comments on them."""
    ids = dict(Channel.objects.filter(brand=brand).values_list("key", "pk"))
    receive.keep([(ids[page.key], "hook", body) for page in pages for body in talk.posts(run, page.key)])
    while flow.drain(BATCH):
        pass


def remove(brand: Brand) -> None:
    """Remove a brand and all that was said to it."""
    of_channel = "channel_id IN (SELECT id FROM premura_channel WHERE brand_id = %s)"
    steps = [f"DELETE FROM {table} WHERE brand_id = %s" for table in  # noqa: S608  made of constants
             ("premura_reaction", "premura_message", "premura_event", "premura_conversation", "premura_post",
              "premura_tally", "premura_identity", "premura_contact")]  # fmt: skip
    steps[:0] = [f"DELETE FROM {table} WHERE {of_channel}" for table in  # noqa: S608
                 ("premura_delivery", "premura_ahead", "premura_quarantine")]  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        for step in steps:
            cursor.execute(step, [brand.pk])
    Channel.objects.filter(brand=brand).delete()
    brand.delete()


# -- small things ------------------------------------------------------------------------------


def call(job: Job) -> Outcome:
    """Let the caller do a job, in a process of its own."""
    with tempfile.TemporaryFile() as said:
        subprocess.run([sys.executable, "-m", caller.__name__], input=msgspec.json.encode(job), stdout=said, check=True)
        said.seek(0)
        return msgspec.json.decode(said.read(), type=Outcome)


def waiting() -> int:
    return _ask("SELECT count(*) FROM premura_waiting")


def drain() -> float:
    """Wait until nothing waits; return the messages taken in a second since the first batch was seen to be."""
    began, wait_from = None, waiting()
    deadline = time.monotonic() + DRAINED_WITHIN_S
    while left := waiting():
        if began is None and left < wait_from:
            began = (time.perf_counter(), _ask("SELECT count(*) FROM premura_message"))
        if time.monotonic() > deadline:
            raise RuntimeError(f"{left} deliveries still wait after {DRAINED_WITHIN_S:.0f} s")
        time.sleep(0.02)
    if began is None:
        return 0.0
    return (_ask("SELECT count(*) FROM premura_message") - began[1]) / (time.perf_counter() - began[0])


def _ask(question: str, *given: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question, given)
        return int(cursor.fetchone()[0])


def _per_s(outcome: Outcome) -> float:
    return outcome.acked / outcome.took_s


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 3) if whole else 0.0
