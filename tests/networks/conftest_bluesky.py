"""Fixtures for tests against a real Bluesky network: import them where they are used.

The customer speaks through the official SDK, as anybody's app would; the brand is our adapter.
"""

import os
import random
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from atproto import Client, models
from atproto.exceptions import BadRequestError
from atproto_client.client.session import Session

from premura.networks.bluesky import Bluesky
from premura.networks.contract import Item, Said, Secret
from tests.networks.beds import bluesky as beds

RECORDED = Path(__file__).parent / "recorded" / "bluesky"


@pytest.fixture(scope="session")
def bed() -> Iterator[beds.Bed]:
    """A whole Bluesky network on loopback."""
    try:
        with beds.running() as bed:
            yield bed
    except beds.NoBed as error:
        if os.environ.get("CI"):
            pytest.fail(f"CI must have the Bluesky bed: {error}")
        pytest.skip(f"no Bluesky bed: {error}")


@pytest.fixture
def join(bed: beds.Bed) -> Callable[..., Client]:
    """Make an account; returns the SDK's client for it."""

    def joined(name: str, display: str = "") -> Client:
        client = Client(base_url=f"{bed.pds}/xrpc")
        handle = f"{name}-{secrets.token_hex(3)}.test"
        account = {"handle": handle, "email": f"{handle}@example.test", "password": "correct horse"}
        made = client.com.atproto.server.create_account(account)
        # With the session at hand: to check a password takes the server a third of a second.
        session = Session(handle, made.did, made.access_jwt, made.refresh_jwt, bed.pds)
        _when_known(lambda: client.login(session_string=session.export()))
        if display:
            profile = models.AppBskyActorProfile.Record(display_name=display)
            client.app.bsky.actor.profile.create(client.me.did, profile, rkey="self")
        return client

    return joined


@pytest.fixture
def customer(join: Callable[..., Client]) -> Client:
    return join("anna", "Anna Bianchi")


@pytest.fixture
def page(join: Callable[..., Client]) -> Client:
    """The brand's account, as somebody holds it who uses the network's own app."""
    return join("brand", "Cantina Premura")


@pytest.fixture
def brand(bed: beds.Bed, page: Client) -> Iterator["Brand"]:
    """The brand's account in our hands, with an app password that reaches direct messages."""
    asked = {"name": "premura", "privileged": True}
    password = page.com.atproto.server.create_app_password(asked).password
    with httpx.Client(timeout=30) as http:
        yield Brand(bed, _connected(bed, page, password, http), http)


class Brand:
    """Our adapter, and what it has heard so far."""

    def __init__(self, bed: beds.Bed, secret: Secret, http: httpx.Client) -> None:
        self.bed, self.http = bed, http
        self.kept: list[Secret] = []
        self.network = Bluesky(secret, http, self.kept.append)
        self.me = secret["did"]
        self.cursor = ""
        self.bodies: list[bytes] = []

    def polls(self, times: int = 1) -> list[Item]:
        """Settle the network, poll to the end, and return what that brought."""
        self.bed.settle()
        heard: list[Item] = []
        for _ in range(times):
            more = True
            while more:
                page = self.network.poll(self.cursor)
                self.cursor, more = page.cursor, page.more
                self.bodies += page.bodies
                heard += hear(page.bodies, self.me)
        return heard


def hear(bodies: Sequence[bytes], me: str) -> list[Item]:
    """Return what bodies say; hearing them again in another order says the same."""
    heard = [item for body in bodies for item in Bluesky.hear(body, me)]
    shuffled = random.Random(7).sample(bodies, len(bodies))
    again = [item for body in shuffled for item in Bluesky.hear(body, me)]
    assert sorted(map(repr, again)) == sorted(map(repr, heard))
    return heard


def said(items: Sequence[Item], text: str) -> Said:
    """Return the one thing said with `text` in it."""
    (found,) = [item for item in items if isinstance(item, Said) and text in item.text]
    return found


def record(name: str, bodies: Sequence[bytes], *, text: str) -> None:
    """Keep the body with `text` in it for the tests without a bed; only when PREMURA_RECORD is set."""
    if os.environ.get("PREMURA_RECORD"):
        body = next(body for body in reversed(bodies) if text in body.decode())
        pretty = msgspec.json.format(body, indent=1)
        (RECORDED / f"{name}.json").write_bytes(pretty + b"\n")


def _connected(bed: beds.Bed, page: Client, password: str, http: httpx.Client) -> Secret:
    typed = {"handle": page.me.handle, "password": password, "host": bed.pds}
    return Bluesky.connect(typed | {"chat_proxy": bed.chat_proxy}, http)


def _when_known(sign_in: Callable[[], Any]) -> None:
    # The SDK reads the profile at sign-in, and the AppView needs a moment to know a new account.
    end = time.monotonic() + 20
    while True:
        try:
            sign_in()
            return
        except BadRequestError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
