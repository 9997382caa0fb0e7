"""What a network gets to hear when it calls us: 200 only for what is on disk."""

import asyncio
import hmac
import json

import pytest
from django.db import connection

from premura import vault
from premura.models import Channel, Delivery, Waiting
from premura.networks.playground import SIGNATURE, verify_token
from premura.web import hooks

pytestmark = pytest.mark.django_db(transaction=True)

BODY = b'{"items": []}'


def signed(body: bytes, secret: str = "s") -> dict[str, str]:
    return {SIGNATURE: "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()}


def call(path, method="POST", body=BODY, headers=None, query="", pieces=1, length=True):
    """Call the bare application as a server would; return status and text."""
    sent = []
    size = max(1, len(body) // pieces)
    parts = [body[i : i + size] for i in range(0, len(body), size)] or [b""]

    async def receive():
        part = parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message):
        sent.append(message)

    given = [(b"content-length", str(len(body)).encode())] if length else []
    given += [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {"type": "http", "method": method, "path": path, "headers": given, "query_string": query.encode()}

    async def run():
        hooks.batch = hooks.Batch()
        await hooks.app(scope, receive, send)
        for line in hooks.batch._lines:
            await line.close()

    asyncio.run(run())
    return sent[0]["status"], sent[1]["body"].decode()


def kept() -> bytes:
    return bytes(Delivery.objects.get(id=Waiting.objects.get().id).body)


@pytest.fixture(autouse=True)
def forget():
    hooks._remembered.clear()


@pytest.fixture
def path(world):
    return f"/hooks/playground/{world.rossi.hook_key}"


def test_a_signed_body_is_on_disk_when_200_is_answered(path, world):
    assert call(path, headers=signed(BODY)) == (200, "")
    assert kept() == BODY
    assert Waiting.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'drain' AND status = 'todo'")
        assert cursor.fetchone()[0] <= 1


def test_a_body_in_pieces_without_a_length_is_taken_whole(path):
    body = json.dumps({"items": [], "x": "y" * 5000}).encode()
    assert call(path, body=body, headers=signed(body), pieces=7, length=False)[0] == 200
    assert kept() == body


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"headers": signed(BODY, "another secret")}, 403),
        ({"headers": {}}, 403),
        ({"headers": signed(BODY + b" ")}, 403),  # signed, but not this
        ({"method": "PUT", "headers": signed(BODY)}, 405),
        ({"method": "DELETE", "headers": signed(BODY)}, 405),
        ({"body": b"x" * (1024 * 1024 + 1), "headers": {}}, 413),
        ({"body": b"x" * (1024 * 1024 + 1), "headers": {}, "length": False, "pieces": 30}, 413),
    ],
)
def test_what_is_not_right_is_turned_away_and_not_kept(path, changes, status):
    assert call(path, **changes)[0] == status
    assert not Waiting.objects.exists()


@pytest.mark.parametrize("wrong", ["/hooks/playground/{0}x", "/hooks/bluesky/{0}", "/hooks/x", "/hooks/a/b/c/d"])
def test_an_unknown_hook_is_not_found(world, wrong):
    assert call(wrong.format(world.rossi.hook_key), headers=signed(BODY))[0] == 404


def test_a_network_without_webhooks_has_no_hook(world):
    sky = Channel.objects.create(
        brand=world.brand,
        network="bluesky",
        key="did:plc:rossi",
        name="R",
        handle="r",
        sealed=vault.seal({"host": "h"}),
    )
    assert call(f"/hooks/bluesky/{sky.hook_key}", headers=signed(BODY))[0] == 404


def test_the_networks_own_test_of_the_hook_is_answered_through_the_adapter(path):
    query = f"hub.mode=subscribe&hub.verify_token={verify_token('s')}&hub.challenge=42"
    assert call(path, "GET", b"", query=query) == (200, "42")
    assert call(path, "GET", b"", query=query.replace("subscribe", "x"))[0] == 403
    assert call(path, "GET", b"", query="hub.mode=subscribe&hub.verify_token=no&hub.challenge=42")[0] == 403


def test_a_body_of_unknown_shape_is_kept_all_the_same(path):
    body = b"\xff\x00 not json"
    assert call(path, body=body, headers=signed(body))[0] == 200
    assert kept() == body


def test_when_the_database_is_away_it_says_call_again(path, monkeypatch):
    call(path, headers=signed(BODY))  # it is known by now
    Waiting.objects.all().delete()

    async def gone():
        raise OSError("no line")

    monkeypatch.setattr(hooks, "_connect", gone)
    assert call(path, headers=signed(BODY))[0] == 503
    assert not Waiting.objects.exists()
