"""The pictures of a snapshot: their bytes are hashed, and nobody is asked but public machines."""

import hashlib
import time

import httpx
import pytest
from django.urls import reverse

from premura import flow
from premura.interact import acts, pictures, snapshots
from premura.models import Act, Event, Exhibit, Message
from tests.interact.test_moderate import said

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PNG = b"\x89PNG not really"
URL = "https://cdn.example/1.png"


def looked_up(monkeypatch, *addresses: str) -> None:
    found = [(2, 1, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_given: found)


def fetch(answer, url: str = URL) -> bytes:
    def speak(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer

    with httpx.Client(transport=httpx.MockTransport(speak)) as http:
        return pictures.fetched(http, url, time.monotonic() + 5)


def picture(data: bytes = PNG, mime: str = "image/png") -> httpx.Response:
    return httpx.Response(200, stream=httpx.ByteStream(data), headers={"content-type": mime})


def test_the_machine_that_was_looked_up_is_the_one_that_is_asked(monkeypatch):
    looked_up(monkeypatch, "93.184.216.34")
    asked = []
    assert fetch(lambda request: asked.append(request) or picture()) == PNG
    (request,) = asked
    assert (request.url.host, request.headers["host"]) == ("93.184.216.34", "cdn.example")
    assert request.extensions["sni_hostname"] == "cdn.example"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.7", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fd00::1",
     "fe80::1%eth0", "::ffff:127.0.0.1", "64:ff9b::7f00:1"],
)  # fmt: skip
def test_a_machine_of_ours_is_never_asked(monkeypatch, address):
    looked_up(monkeypatch, "93.184.216.34", address)
    with pytest.raises(pictures.NotFetched, match="not public"):
        fetch(AssertionError("it was asked"))


@pytest.mark.parametrize(
    "url",
    ["http://cdn.example/1.png", "https://cdn.example:8443/1.png", "https://a:b@cdn.example/1.png", "file:///etc/hosts",
     "https://", "", "javascript:1"],
)  # fmt: skip
def test_only_plain_https_is_asked(monkeypatch, url):
    looked_up(monkeypatch, "93.184.216.34")
    with pytest.raises(pictures.NotFetched):
        fetch(AssertionError("it was asked"), url)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (picture(b"x" * 2_000_001), "too large"),
        (picture(b"<html>", "text/html"), "no picture"),
        (httpx.Response(302, headers={"location": "http://127.0.0.1/"}), "302"),
        (httpx.Response(404), "404"),
        (httpx.ConnectError("away"), "unreachable"),
        (httpx.ReadTimeout("silence"), "unreachable"),
    ],
)
def test_what_is_no_small_picture_is_not_fetched_and_says_why(monkeypatch, answer, why):
    looked_up(monkeypatch, "93.184.216.34")
    with pytest.raises(pictures.NotFetched, match=why):
        fetch(answer)


@pytest.fixture
def hidden(world):
    message = said(world)
    Message.objects.filter(pk=message.pk).update(media=[{"url": URL}, {"url": "https://cdn.example/2.png"}])
    return acts.hide(said_again(message), world.bruno)


def said_again(message: Message) -> Message:
    found = Message.objects.select_related("conversation__channel", "conversation__brand", "identity")
    return found.get(pk=message.pk)


def test_a_snapshot_gets_the_hash_of_its_pictures_once(world, hidden, monkeypatch):
    def fetched(_http, url, _until):
        if url != URL:
            raise pictures.NotFetched("404")
        return PNG

    monkeypatch.setattr(pictures, "fetched", fetched)
    flow.keep_pictures(Event.objects.get(deed="hidden"))
    kept = Act.objects.get()
    first, second = kept.snapshot["pictures"]
    assert (first["sha256"], first["bytes"]) == (hashlib.sha256(PNG).hexdigest(), len(PNG))
    assert second == {"url": "https://cdn.example/2.png", "why": "404"}
    assert kept.hash == snapshots.hashed(kept.snapshot) != hidden.hash
    monkeypatch.setattr(pictures, "fetched", lambda *_args: pytest.fail("fetched twice"))
    flow.keep_pictures(Event.objects.get(deed="hidden"))
    assert Act.objects.get().hash == kept.hash


def test_the_picture_itself_stands_in_the_ledger_for_the_brands_own_people(client, world, hidden, monkeypatch):
    monkeypatch.setattr(pictures, "fetched", lambda *_args: PNG)
    pictures.keep(hidden)
    client.force_login(world.ada, BACKEND)
    address = reverse("exhibit", args=[hidden.pk, 1])
    assert address in client.get(reverse("ledger")).content.decode()
    shown = client.get(address)
    assert (shown.content, shown["content-type"], shown["x-content-type-options"]) == (PNG, "image/png", "nosniff")
    assert "sandbox" in shown["content-security-policy"]
    client.force_login(world.zoe, BACKEND)
    assert client.get(address).status_code == 404


def test_what_no_browser_takes_for_a_picture_is_hashed_and_not_kept(world, hidden, monkeypatch):
    monkeypatch.setattr(pictures, "fetched", lambda *_args: b"<svg onload=alert(1)>")
    pictures.keep(hidden)
    assert Act.objects.get().snapshot["pictures"][0]["sha256"]
    assert not Exhibit.objects.exists()


def test_a_picture_with_somebodys_data_is_hashed_and_not_kept(world, hidden, monkeypatch):
    Act.objects.filter(pk=hidden.pk).update(reason=Act.Reason.PERSONAL_DATA)
    monkeypatch.setattr(pictures, "fetched", lambda *_args: PNG)
    pictures.keep(Act.objects.get())
    assert Act.objects.get().snapshot["pictures"][0]["sha256"]
    assert not Exhibit.objects.exists()


def test_a_message_without_pictures_asks_nobody(world, monkeypatch):
    monkeypatch.setattr(pictures, "fetched", lambda *_args: pytest.fail("asked"))
    act = acts.hide(said(world), world.bruno)
    flow.keep_pictures(Event.objects.get(deed="hidden"))
    assert Act.objects.get().hash == act.hash
