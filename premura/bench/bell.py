"""premura bench bell: from the commit of a message to every open screen's being told."""

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import msgspec
import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from premura import bell, flow
from premura.bench import house, screens, take_in, talk
from premura.bench.machine import Figures, in_ms, machine
from premura.listen import receive
from premura.models import Agent, Brand, Channel, Membership, Role

NOBODY = "!"  # no password fits it
ROUNDS = 40
APART_S = 0.15
PATIENCE_S = 5  # told later than that is not told
DIRECT = 40  # rounds of the limit: a bare NOTIFY to one listener


def measure(streams: int) -> Figures:
    """Measure and return the figures.  A message is taken in `ROUNDS` times, and each time every screen is told."""
    run = "bench-bell"
    brand = take_in.make_brand(run)
    take_in.tell_posts(run, take_in.pages(brand), brand)
    port = int(settings.GIVEN["PORT"])
    with house.web(port), _watching(port, sign_in(brand, streams)) as watching:
        opened_s = _opened(watching)
        rung = _take_in(brand, run) + _ring(brand)
        heard = _heard(watching)
    limit = _bare_notices()
    delays = [[at - when for at in told] for when, told in zip(rung, _by_round(heard, rung), strict=True)]
    taken, direct = delays[:ROUNDS], delays[ROUNDS:]
    last = [max(told, default=0.0) for told in taken]
    return {
        "bench": "bell",
        "streams": streams,
        "p50_ms": in_ms(last, 0.5),
        "p95_ms": in_ms(last, 0.95),
        "each_p50_ms": in_ms([d for told in taken for d in told], 0.5),
        "each_p95_ms": in_ms([d for told in taken for d in told], 0.95),
        "ring_p50_ms": in_ms([max(told, default=0.0) for told in direct], 0.5),
        "ring_p95_ms": in_ms([max(told, default=0.0) for told in direct], 0.95),
        "not_told": sum(streams - len(told) for told in delays),
        "notice_p50_ms": in_ms(limit, 0.5),
        "ratio_notice_to_all": round(in_ms(limit, 0.5) / (in_ms(last, 0.5) or 1), 4),
        "streams_opened_per_s": round(streams / opened_s, 1),
        "how": HOW,
        "machine": machine(),
    }


HOW = {
    "rounds": ROUNDS,
    "p50_ms, p95_ms": "from the commit of one message taken in until the last of the streams has its bell",
    "each": "the same, over every stream",
    "ring": "the bell rung on its own, without a message",
    "not_told": f"streams that heard nothing within {PATIENCE_S} s, over all rounds",
    "notice": "the limit: PostgreSQL's NOTIFY to one listener with nothing around it",
}


def sign_in(brand: Brand, people: int) -> list[str]:
    """Make that many agents with a session each; return the cookies."""
    agents = [Agent(email=f"{n}@bench.example", name=f"Agent {n}", brand=brand, password=NOBODY) for n in range(people)]
    Agent.objects.bulk_create(agents)
    Membership.objects.bulk_create(Membership(agent=agent, brand=brand, role=Role.LEAD) for agent in agents)
    until, sessions = timezone.now() + timedelta(days=1), []
    for agent in agents:
        store = SessionStore()
        said = {
            SESSION_KEY: str(agent.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
            HASH_SESSION_KEY: agent.get_session_auth_hash(),
        }
        key = secrets.token_hex(16)
        sessions.append(Session(session_key=key, session_data=store.encode(said), expire_date=until))
    Session.objects.bulk_create(sessions)
    return [f"{settings.SESSION_COOKIE_NAME}={session.session_key}" for session in sessions]


@contextmanager
def _watching(port: int, cookies: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, "-m", screens.__name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    process.stdin.write(msgspec.json.encode(screens.Job(port, cookies)) + b"\n")
    process.stdin.flush()
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _opened(watching: "subprocess.Popen[bytes]") -> float:
    """Wait until every stream is open; return how long that took."""
    assert watching.stdout
    line = watching.stdout.readline()
    if not line:
        raise RuntimeError("the screens did not open")
    return float(line)


def _heard(watching: "subprocess.Popen[bytes]") -> list[list[float]]:
    assert watching.stdin
    assert watching.stdout
    watching.stdin.close()  # that is the sign to stop
    return msgspec.json.decode(watching.stdout.read(), type=list[list[float]])


def _by_round(heard: list[list[float]], rung: list[float]) -> list[list[float]]:
    """Return for each round when each screen was told.

    A screen that is told late is told of two rounds at once: whoever looks then sees both.
    """
    rounds: list[list[float]] = [[] for _ in rung]
    for times in heard:
        for n, begins in enumerate(rung):
            if told := next((at for at in times if begins <= at < begins + PATIENCE_S), None):
                rounds[n].append(told)
    return rounds


def _take_in(brand: Brand, run: str) -> list[float]:
    """Take one message in at a time, as the worker does; return when each was committed."""
    committed: list[float] = []
    ring = bell.ring

    def noted(brand_id: int, conversations: list[int]) -> None:
        committed.append(time.monotonic())  # called on commit, before the bell
        ring(brand_id, conversations)

    channel = Channel.objects.filter(brand=brand).order_by("pk")[0]
    bell.ring = noted  # type: ignore[assignment]
    try:
        for n in [n for n in range(ROUNDS * 3) if talk.turn(n) in talk.SAID][:ROUNDS]:
            receive.keep([(channel.pk, "hook", talk.body(run, channel.key, n))])
            flow.drain()
            time.sleep(APART_S)
    finally:
        bell.ring = ring
    return committed


def _ring(brand: Brand) -> list[float]:
    rung = []
    for n in range(DIRECT):
        rung.append(time.monotonic())
        bell.ring(brand.pk, [n + 1])
        time.sleep(APART_S)
    return rung


def _bare_notices() -> list[float]:
    """Return how long PostgreSQL takes from NOTIFY to one listener."""
    given = connection.get_connection_params()
    where = {name: given[name] for name in given.keys() - {"cursor_factory", "context", "prepare_threshold"}}
    took = []
    with psycopg.connect(**where, autocommit=True) as ear, psycopg.connect(**where, autocommit=True) as mouth:
        ear.execute("LISTEN premura_bench")
        for _ in range(DIRECT):
            began = time.monotonic()
            mouth.execute("NOTIFY premura_bench")
            next(ear.notifies(timeout=5, stop_after=1))
            took.append(time.monotonic() - began)
    return took
