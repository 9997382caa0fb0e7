"""Fixtures for the Mastodon tests: the cast, and the servers on which they meet.

The brand is Trattoria Rossi (`rossi`); Chiara is the guest who writes to it.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import pytest
from mastodon import Mastodon as Client
from mastodon.errors import MastodonNetworkError

from premura.networks.contract import Item, Outgoing, Receipt, Ref, Secret, Unclear, Unreachable
from premura.networks.mastodon import Mastodon
from premura.networks.mastodon_sign_in import authorize_url, register_app, trade_code
from tests.networks.beds import mastodon_mock, snac

T = TypeVar("T")


def until(look: Callable[[], T], what: str, seconds: float = 30) -> T:
    """Return what `look` returns as soon as it is something; fail when it is not in time."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(Unreachable, MastodonNetworkError):  # snac drops a call now and then
            if seen := look():
                return seen
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.2)


def say(client: Client, text: str, **more: Any) -> Any:
    """Post once, also where the server drops the line after it took the post: snac does."""
    for _ in range(5):
        try:
            return client.status_post(text, **more)
        except MastodonNetworkError:
            own_words = text.split(None, 1)[1]
            for status in snac.again(client.timeline_home):
                if own_words in status.content:
                    return status
    return pytest.fail(f"the server did not take “{text}”")


def deliver(rossi: Mastodon, do: Callable[[], Receipt], to: Ref | None, out: Outgoing) -> Receipt:
    """Do as `interact.deliver` does: after an unclear try, look before the next."""
    for _ in range(5):
        try:
            return do()
        except Unclear:
            with suppress(Unreachable):
                if found := rossi.find(to, out):
                    return found
    return pytest.fail(f"the server did not take “{out.text}”")


@dataclass
class Heard:
    """The brand's end: polls where it left off, and keeps every item it heard."""

    rossi: Mastodon
    cursor: str = ""
    items: list[Item] = field(default_factory=list)

    def poll(self) -> list[Item]:
        page = self.rossi.poll(self.cursor)
        self.cursor = page.cursor
        fresh = [item for body in page.bodies for item in self.rossi.hear(body, self.rossi.secret["id"])]
        self.items += fresh
        return fresh

    def until(self, wanted: Callable[[Item], object], what: str, seconds: float = 30) -> Item:
        """Poll until an item is wanted; return it."""

        def look() -> list[Item]:
            self.poll()
            return [item for item in self.items if wanted(item)]

        return until(look, what, seconds)[0]

    def saying(self, words: str) -> Any:
        """Poll until somebody says `words`; return it."""
        return self.until(lambda item: words in getattr(item, "text", ""), f"“{words}”")

    def all_saying(self, words: str) -> list[Item]:
        return [item for item in self.items if words in getattr(item, "text", "")]


@dataclass
class Square:
    """Where they meet: the brand's adapter, its own client for looking, and the guest's client."""

    rossi: Heard
    as_rossi: Client
    chiara: Client
    rossi_name: str  # as Chiara's server knows the brand
    chiara_name: str


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10) as client:
        yield client


@pytest.fixture(scope="session")
def federation(http: httpx.Client) -> Iterator[Square]:
    """Two real servers: the brand on one, Chiara on the other, who follows it."""
    _needs("snac", snac.missing())
    with snac.two_servers() as (ours, theirs):
        ours.add("rossi")
        theirs.add("chiara")
        secret = _let_in(ours, "rossi", http)
        as_rossi, chiara = ours.sign_in("rossi"), theirs.sign_in("chiara")
        square = Square(Heard(Mastodon(secret, http)), as_rossi, chiara, f"rossi@{ours.host}", f"chiara@{theirs.host}")
        _follow(square)
        yield square


def _let_in(server: snac.Server, name: str, http: httpx.Client) -> Secret:
    """Go the whole way of OAuth, with a code that the person copies; go it again if snac drops a call."""
    for _ in range(5):
        with suppress(Unclear, Unreachable, httpx.TransportError):
            app = register_app(http, server.url)
            return Mastodon.connect(trade_code(http, app, server.allow(authorize_url(app), name)), http)
    return pytest.fail("snac did not let us in")


def _needs(bed: str, why: str) -> None:
    if why and os.environ.get("CI"):
        pytest.fail(f"CI must have the bed {bed}: {why}")
    if why:
        pytest.skip(f"no bed {bed}: {why}")


def _follow(square: Square) -> None:
    found = until(lambda: square.chiara.search(f"@{square.rossi_name}", resolve=True).accounts, "the brand to be found")
    snac.again(lambda: square.chiara.account_follow(found[0].id))
    until(
        lambda: [n for n in square.as_rossi.notifications() if n.type == "follow"],
        "the brand to know its follower",
    )


@pytest.fixture(scope="session")
def stand_in_server() -> Iterator[mastodon_mock.Server]:
    _needs("mastodon_mock (a stand-in for Mastodon)", mastodon_mock.missing())
    with mastodon_mock.server() as server:
        yield server


@pytest.fixture
def stand_in(stand_in_server: mastodon_mock.Server, http: httpx.Client) -> Square:
    """A stand-in for Mastodon (not a real server), with a brand and a guest of this test's own."""
    number = time.monotonic_ns()
    rossi, chiara = f"rossi{number}", f"chiara{number}"
    token = stand_in_server.token(rossi)
    secret = Mastodon.connect({"server": stand_in_server.url, "token": token}, http)
    as_rossi = Client(access_token=token, api_base_url=stand_in_server.url, version_check_mode="none")
    return Square(Heard(Mastodon(secret, http)), as_rossi, stand_in_server.sign_in(chiara), rossi, chiara)
