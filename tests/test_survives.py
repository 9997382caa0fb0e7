"""It survives: whatever is killed, and whenever, nothing that was answered 200 is lost and no reply goes out twice."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from premura.bench import talk
from premura.networks.playground import SIGNATURE, sign
from tests.running import Product, serving, until

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]

KINDS = {"web": "-m premura web", "worker": "-m premura worker", "postgres": "postgres -D"}
ROUNDS = 2  # each of them is killed so often
PAUSE_S = 0.15  # between two calls of one line: enough is under way whenever something dies
RUN = "survives"

WHO = """
import json
from premura import vault
from premura.models import Channel, Voice
from premura.prepare import playground
Voice.objects.update(team_repeats=0)  # she says nearly the same to each
page = playground.make_page("bellosguardo", "")
for n in range(120):
    playground.say(page, playground.be(f"Persona {n}"), "visitor_post", f"Domanda numero {n}: siete aperti domani?")
channel = Channel.objects.get(network="playground", key="bellosguardo")
secret = vault.unseal(channel.sealed)
print(json.dumps({"path": f"/hooks/playground/{channel.hook_key}", "page": channel.key, "signing": secret["signing"]}))
"""

# She answers what was really asked on the playground, and does not mind that the database is away now and then.
ADA = """
import sys, time
from django.db import connection, DatabaseError, InterfaceError
from premura.interact import reply
from premura.models import Agent, Conversation, Reply
while True:
    try:
        ada = Agent.objects.get(email="ada@bellosguardo.example")
        new = Conversation.objects.filter(preview__startswith="Domanda", replies=None).select_related("channel")
        found = new.order_by("?").first()
        if found is not None:
            reply.submit(found, f"Sì, domani il tavolo {found.pk} è libero.", ada)
    except (DatabaseError, InterfaceError, reply.CannotReply):
        connection.close()
    time.sleep(0.2)
"""


# -- the network, which calls again until it is answered 200 --------------------------------------


@dataclass
class Network:
    """Calls the webhook in a few threads; `acked` are the calls that were answered 200."""

    url: str
    path: str
    page: str
    signing: str
    acked: list[int] = field(default_factory=list)
    failed: int = 0
    _next: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _one: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def calling(self) -> Iterator["Network"]:
        threads = [threading.Thread(target=self._call_on) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in threads:
                thread.join(30)

    def _call_on(self) -> None:
        while not self._stop.is_set():
            with self._one:
                n, self._next = self._next, self._next + 1
            # As networks do: what was not answered 200 is told again, though it may have been kept.
            for _ in range(300):
                if self._calls(n):
                    self.acked.append(n)
                    break
                self.failed += 1
                time.sleep(0.1)
            time.sleep(PAUSE_S)

    def _calls(self, n: int) -> bool:
        body, line = talk.body(RUN, self.page, n), None
        try:
            line = self._line()
            line.request("POST", self.path, body, {SIGNATURE: sign(self.signing, body)})
            answer = line.getresponse()
            answer.read()
            return answer.status == 200
        except (OSError, http.client.HTTPException):
            if line is not None:
                line.close()
                del _lines.line
            return False

    def _line(self) -> http.client.HTTPConnection:
        if not hasattr(_lines, "line"):
            at = urlsplit(self.url)
            _lines.line = http.client.HTTPConnection(at.hostname or "", at.port, timeout=10)
        return _lines.line

    @property
    def said(self) -> set[str]:
        return {talk.key(RUN, talk.about(n)) for n in self.acked if talk.says(n)}


_lines = threading.local()


# -- what is killed --------------------------------------------------------------------------------


def children(product: Product) -> dict[str, int]:
    """Return the processes that `premura serve` keeps, by what they are."""
    listing = ["ps", "-A", "-ww", "-o", "pid=,ppid=,stat=,args="]
    found = {}
    for line in subprocess.check_output(listing, text=True).splitlines():
        pid, parent, state, command = line.split(None, 3)
        if int(parent) == product.process.pid and not state.startswith("Z"):
            found.update({kind: int(pid) for kind, words in KINDS.items() if words in command})
    return found


def kill(product: Product, kind: str) -> int:
    """Kill one of them; return when another has taken its place, with the number of the dead."""
    dead = until(lambda: children(product).get(kind), f"a {kind} to kill")
    os.kill(dead, signal.SIGKILL)
    until(lambda: children(product).get(kind, dead) != dead, f"another {kind}")
    return dead


ANSWERED = "SELECT count(*) FROM premura_reply WHERE text LIKE 'Sì, domani il%%'"


def kill_in_turn(product: Product, dice: random.Random) -> dict[str, set[int]]:
    killed: dict[str, set[int]] = {kind: set() for kind in KINDS}
    for _ in range(ROUNDS):
        for kind in dice.sample(sorted(KINDS), len(KINDS)):
            # The moment is the point: it falls anywhere in the work, also while a worker starts (three seconds).
            time.sleep(dice.uniform(0.5, 5.0))
            killed[kind].add(kill(product, kind))
    return killed


# -- looking ---------------------------------------------------------------------------------------


class Book:
    """The product's database, read from outside."""

    def __init__(self, product: Product) -> None:
        self._line = psycopg.connect((product.home / "database-url").read_text().strip(), autocommit=True)

    def __call__(self, question: str, *given: object) -> list[tuple]:
        return self._line.execute(question, given or None).fetchall()

    def one(self, question: str, *given: object) -> int:
        return self(question, *given)[0][0]

    def let_an_hour_pass(self) -> None:
        """Let what waits for the clock be due: jobs of killed workers, later tries, replies that broke off."""
        for statement in (
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'"
            " WHERE id <> (SELECT max(id) FROM procrastinate_workers)",
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND scheduled_at > now()",
            "UPDATE premura_reply SET leaves_at = leaves_at - interval '1 hour'"
            " WHERE state = 'scheduled' AND leaves_at > now()",
            "UPDATE premura_reply SET taken_at = taken_at - interval '1 hour'"
            " WHERE state = 'sending' AND taken_at < now() - interval '5 s'",
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, queueing_lock)"
            " SELECT 'default', name, 0, '{\"timestamp\": 0}', 'todo', lock"
            " FROM (VALUES ('every_minute', 'every minute'), ('tidy', 'tidy')) AS due (name, lock)"
            " ON CONFLICT DO NOTHING",
            "SELECT pg_notify('procrastinate_any_queue_v1', '{\"type\": \"job_inserted\"}')",
        ):
            self._line.execute(statement)

    def is_done(self) -> bool:
        """Whether all that came is taken in and all that was released is sent."""
        self.let_an_hour_pass()
        time.sleep(0.5)
        return not self.one("SELECT count(*) FROM premura_waiting") and not self.one(
            "SELECT count(*) FROM premura_reply WHERE text LIKE 'Sì, domani il%%' AND state <> 'sent'"
        )

    def left(self) -> dict[str, list[tuple]]:
        return {
            "waiting": self("SELECT count(*) FROM premura_waiting"),
            "replies": self("SELECT state, trouble, tries FROM premura_reply WHERE state <> 'sent'"),
            "jobs": self(
                "SELECT task_name, status, lock, attempts, args, count(*) FROM procrastinate_jobs"
                " WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2, 3, 4, 5 LIMIT 30"
            ),
            "workers": self("SELECT id, now() - last_heartbeat FROM procrastinate_workers"),
        }


@contextmanager
def ada_answers(product: Product) -> Iterator[None]:
    ada = subprocess.Popen([sys.executable, "-m", "premura", "shell", "-v0", "-c", ADA], env=product.environment)
    try:
        yield
        assert ada.poll() is None, "she gave up"
    finally:
        ada.kill()
        ada.wait()


def test_what_was_answered_200_is_there_once_and_no_reply_goes_out_twice_whatever_is_killed(demo_home: Path):
    seed = int(os.environ.get("SEED", random.randrange(10**6)))
    print(f"SEED={seed}")
    with serving(demo_home) as product:
        network = Network(product.url, **json.loads(product.command("shell", "-v0", "-c", WHO)))
        with network.calling(), ada_answers(product):
            until(lambda: len(network.acked) > 50, "the network to be heard")
            until(lambda: Book(product).one(ANSWERED) > 10, "the first questions to be answered", 90)
            killed = kill_in_turn(product, random.Random(seed))
            time.sleep(1)
        book = Book(product)
        try:
            until(book.is_done, "everything to be taken in and sent", 240)
        except AssertionError:
            print("".join(product.said[-60:]))
            pytest.fail(f"after an hour there is still {book.left()}")

        # It did happen: each was killed, each time another one, in the middle of the work.
        assert {kind: len(pids) for kind, pids in killed.items()} == dict.fromkeys(KINDS, ROUNDS)
        lines = "".join(product.said)
        assert lines.count("web stopped unexpectedly (killed by SIGKILL)") >= ROUNDS
        assert lines.count("worker stopped unexpectedly (killed by SIGKILL)") >= ROUNDS
        assert lines.count("the database stopped unexpectedly") >= ROUNDS
        assert network.failed > 0

        # What was answered 200 is there, once.
        rows = book("SELECT key, url FROM premura_message WHERE key LIKE 'survives-%%'")
        assert network.said - {key for key, _ in rows} == set()
        assert len(rows) == len({key for key, _ in rows}) == len({url for _, url in rows})
        assert book.one("SELECT count(*) FROM premura_quarantine") == 0

        # What was released was received, once.
        sent = dict(book("SELECT key, text FROM premura_reply WHERE text LIKE 'Sì, domani il%%'"))
        received = book(
            "SELECT idempotency, count(*) FROM premura_playgroundcall WHERE text LIKE 'Sì, domani il%%' GROUP BY 1"
        )
        stands = book(
            "SELECT idempotency, count(*) FROM premura_playgrounditem WHERE text LIKE 'Sì, domani il%%' GROUP BY 1"
        )
        assert len(sent) > 10
        assert dict(stands) == dict.fromkeys(sent, 1)
        assert {key: n for key, n in received if n > 1} == {}
        ours = book("SELECT text FROM premura_message WHERE text LIKE 'Sì, domani il%%' AND identity_id IS NULL")
        assert sorted(text for (text,) in ours) == sorted(sent.values())

        # And the counts beside the views are right.
        assert book("SELECT state, count(*) FROM premura_conversation GROUP BY 1 ORDER BY 1") == book(
            "SELECT state, sum(n)::bigint FROM premura_tally GROUP BY 1 HAVING sum(n) <> 0 ORDER BY 1"
        )
        print(f"{len(network.acked)} calls answered, {network.failed} not; {len(sent)} replies")
