"""The cast, and the four speeds: pure, database, worker, browser."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

# One bed serves all who ask for it; imported into two modules it would be two.
pytest_plugins = ("tests.networks.conftest_bluesky", "tests.networks.conftest_mastodon", "tests.engines.served")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[1]
LONGEST = ("test_survives", "test_bench", "test_every_page", "test_whole_way")


@dataclass
class World:
    """A small world with names.  Ada the agent, Bruno her lead, Zoe of another brand, Chiara the guest."""

    brand: object  # Trattoria Rossi
    kitchen: object  # a team of it
    hall: object  # its other team
    rossi: object  # its channel, on the playground
    ada: object  # an agent, of the hall
    bruno: object  # her lead
    rita: object  # a reader
    elena: object  # the admin
    carlo: object  # an agent, of the kitchen
    zoe: object  # an agent of somebody else
    bookshop: object  # Zoe's brand
    said: int = field(default=0)

    def says(self, text: str, *, key: str = "", by: str = "chiara", root: str = "menu", at: datetime = NOON, **more):
        """Chiara, the guest, writes; return the conversation that it is in."""
        from django.db import transaction

        from premura.listen.store import Heard, Place, store
        from premura.models import Conversation
        from premura.networks.contract import Kind, Person, Said

        self.said += 1
        key = key or f"said-{self.said}"
        person = Person(by, f"{by}.example", by.capitalize())
        channel = more.pop("channel", self.rossi)
        kind = more.pop("kind", Kind.COMMENT)
        item = Said(key, kind, person, text, at + timedelta(seconds=self.said), root, ref={"key": key}, **more)
        place = Place(channel.pk, channel.brand_id, channel.team_id, channel.network, channel.key)
        with transaction.atomic():
            store([Heard(place, item, datetime.now(UTC))])
        return Conversation.objects.select_related("channel", "identity__contact").get(
            messages__key=key, channel=channel
        )


@pytest.fixture
def world(db, request, monkeypatch) -> World:
    from django.core.cache import cache

    from premura import vault
    from premura.models import Agent, Brand, Channel, Membership, Team, Voice
    from premura.networks.playground import Playground

    if "guarded" not in request.keywords:  # what tests let people say is not what they are about
        monkeypatch.setattr("premura.interact.guard.check", lambda *asked, **given: ())
    if "windowed" not in request.keywords:  # the cast speaks on a day of its own, however long ago that is
        open_ended = replace(Playground.limits, private_reply_within=None, direct_within=None)
        monkeypatch.setattr(Playground, "limits", open_ended)
    cache.clear()  # how often the door was knocked at in other tests
    brand = Brand.objects.create(name="Trattoria Rossi", slug="rossi")
    bookshop = Brand.objects.create(name="Libreria Orsini", slug="orsini")
    for each in (brand, bookshop):  # what is sent leaves at once; tests/interact/test_leaving.py waits
        Voice.objects.create(brand=each, undo_s=0)
    kitchen = Team.objects.create(brand=brand, name="Cucina")
    hall = Team.objects.create(brand=brand, name="Sala")

    def agent(name: str, of: Brand, role: str, *teams: Team) -> Agent:
        made = Agent.objects.create_user(f"{name.lower()}@{of.slug}.example", "una parola lunga", name=name, brand=of)
        Membership.objects.create(agent=made, brand=of, role=role).teams.set(teams)
        return made

    secret = {"host": "http://playground.invalid", "page": "rossi", "token": "t", "signing": "s"}
    rossi = Channel.objects.create(
        brand=brand, team=hall, network="playground", key="rossi", name="Trattoria Rossi", handle="rossi",
        sealed=vault.seal(secret),
    )  # fmt: skip
    return World(
        brand, kitchen, hall, rossi,
        ada=agent("Ada", brand, "agent", hall), bruno=agent("Bruno", brand, "lead"),
        rita=agent("Rita", brand, "reader"), elena=agent("Elena", brand, "admin"),
        carlo=agent("Carlo", brand, "agent", kitchen),
        zoe=agent("Zoe", bookshop, "agent"), bookshop=bookshop,
    )  # fmt: skip


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory) -> Path:
    """A home with the demo world, made once for all who run side by side; see tests/running.py."""
    from tests.running import demo_world

    ours = tmp_path_factory.getbasetemp()
    return demo_world(ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours)


@pytest.fixture
def work():
    """Do every job that waits, and every job that those set going."""
    from procrastinate.contrib.django import app

    def run() -> None:
        with app.replace_connector(app.connector.get_worker_connector()):
            app.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    yield run
    # The worker's threads keep their lines; the test database cannot be dropped under them.
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first: two at once, neither then waits long for the other's last."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    # Six people sign up for every test; a password that is slow to check would cost more than the test.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    config.addinivalue_line("markers", "bed: needs a real network running on this machine")
    config.addinivalue_line("markers", "browser: drives a real browser")
    config.addinivalue_line("markers", "guarded: the guard really looks at what is said")
    config.addinivalue_line("markers", "windowed: the network's time to answer really ends")
    config.addinivalue_line("markers", "process: starts, and kills, real processes of the product")
