"""What the official server said (Mastodon 4.6.4), recorded by the authors of Mastodon.py.

The recordings are MIT-licensed but not ours, so they are not in this repository: they are looked
for in `../shared/contracts/mastodon-4.6.4-recordings` beside it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import yaml

from premura.networks.contract import (
    Gesture,
    Kind,
    Length,
    Outgoing,
    Posted,
    Reacted,
    Refused,
    Removed,
    Said,
)
from premura.networks.length import Unit
from premura.networks.mastodon import Mastodon
from premura.networks.mastodon_read import envelope

REPOSITORY = Path(__file__).resolve().parents[2]
RECORDINGS = REPOSITORY.parent / "shared" / "contracts" / "mastodon-4.6.4-recordings"

pytestmark = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason="the recordings of the official Mastodon are not in ../shared/contracts"
)

ROSSI = "117020617404561855"  # mastodonpy_test in the streaming recordings: the brand
SECRET = {
    "server": "http://localhost:3000",
    "token": "t",
    "id": ROSSI,
    "acct": "mastodonpy_test",
    "streaming": "http://localhost:4000",
}


def exchanges(name: str) -> list[tuple[httpx.Request, httpx.Response]]:
    """Return the calls of one recording and what the server answered."""
    with (RECORDINGS / f"{name}.yaml").open() as file:
        recorded = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return [_exchange(one["request"], one["response"]) for one in recorded["interactions"]]


def _exchange(asked: dict[str, Any], said: dict[str, Any]) -> tuple[httpx.Request, httpx.Response]:
    body = said["body"]["string"] or ""
    headers = {
        name: values[0] for name, values in said["headers"].items() if name.lower().startswith(("x-rate", "link"))
    }
    content = body if isinstance(body, bytes) else body.encode()
    response = httpx.Response(said["status"]["code"], headers=headers, content=content)
    return httpx.Request(asked["method"], asked["uri"]), response


def replayed(name: str, **secret: str) -> Mastodon:
    """Return the adapter before a server that says what it said then.

    A list that was not recorded is empty, and anything else is not there.
    """
    known = {(asked.method, asked.url.path.rstrip("/")): said for asked, said in exchanges(name)}

    def answer(request: httpx.Request) -> httpx.Response:
        if said := known.get((request.method, request.url.path.rstrip("/"))):
            return said
        if request.url.path.endswith(("/notifications", "/statuses", "/conversations")):
            return httpx.Response(200, json=[])
        return httpx.Response(404, json={"error": "Record not found"})

    return Mastodon(SECRET | secret, httpx.Client(transport=httpx.MockTransport(answer)))


def statuses() -> Iterator[dict[str, Any]]:
    for path in sorted(RECORDINGS.glob("*.yaml")):
        for _, said in exchanges(path.stem):
            if said.content[:1] in (b"{", b"["):
                yield from _statuses(msgspec.json.decode(said.content))


def _statuses(entity: Any) -> Iterator[dict[str, Any]]:
    if isinstance(entity, list):
        for one in entity:
            yield from _statuses(one)
    elif isinstance(entity, dict):
        if {"visibility", "content", "account", "uri"} <= entity.keys():
            yield entity
        for one in entity.values():
            yield from _statuses(one)


@pytest.fixture(scope="module")
def streamed() -> list[Any]:
    """What the brand hears in the recorded stream: posts, a mention, a private talk, an edit, a deletion."""
    rossi = replayed("test_stream_user_direct")
    return [item for body in rossi.stream() if body for item in rossi.hear(body, ROSSI)]


def test_every_recorded_status_can_be_heard():
    heard = 0
    for status in statuses():
        (item,) = Mastodon.hear(envelope("update", status), status["account"]["id"])
        assert item.key == status["id"]
        assert "<" not in item.text
        heard += 1
    assert heard > 100


def test_the_limits_are_the_servers_own():
    limits = replayed("test_stream_user_direct").account().limits
    assert limits.publish == Length(500, Unit.GRAPHEMES)
    assert (limits.media, limits.media_bytes, limits.alt.most) == (4, 16_777_216, 10_000)
    assert "image/heic" in limits.media_types


def test_connecting_takes_the_streaming_address_from_the_server():
    http = replayed("test_stream_user_direct").http
    secret = Mastodon.connect({"server": "http://localhost:3000", "token": " t "}, http)
    assert secret == {
        "server": "http://localhost:3000",
        "token": "t",
        "id": "117020617136550219",
        "acct": "admin",
        "streaming": "http://localhost:4000",
        "url_length": "23",
    }


def test_a_ban_and_its_end_are_what_an_official_server_takes():
    server = replayed("test_account_block_unblock")
    server.ban("117020457624302809", datetime.now(UTC))
    server.unban("117020457624302809")
    with pytest.raises(Refused):
        server.ban("1", datetime.now(UTC))


def test_a_server_that_streams_says_so():
    assert [asked.url.path for asked, _ in exchanges("test_stream_healthy")][-1] == "/api/v1/streaming/health"
    rossi = replayed("test_stream_healthy")
    assert rossi._streams()


def test_the_stream_tells_a_mention_with_its_author(streamed):
    (mention,) = [item for item in streamed if "jeep" in getattr(item, "text", "")]
    assert (mention.kind, mention.key) == (Kind.MENTION, "117024236408130890")
    assert mention.text == "@mastodonpy_test@localhost:3000 beep beep I'm a jeep"
    assert (mention.author.key, mention.author.handle) == ("117020617136550219", "admin@localhost:3000")
    assert mention.written_at == datetime(2026, 8, 2, 5, 22, 18, 555000, UTC)
    assert mention.language == "en"


def test_the_stream_tells_our_own_post_its_edit_and_its_deletion(streamed):
    ours = [item for item in streamed if getattr(item, "key", "") == "117024236332527350"]
    assert [type(item) for item in ours] == [Posted, Posted, Removed]
    assert [item.text for item in ours[:2]] == ["only real cars respond.", "only real animals respond."]


def test_a_private_talk_in_the_stream_is_one_thread_of_ours_and_theirs(streamed):
    ours, theirs = (item for item in streamed if isinstance(item, Said) and item.kind is Kind.DIRECT)
    assert (ours.ours, theirs.ours) == (True, False)
    assert ours.with_.key == theirs.author.key == "117020617532860042"
    assert ours.key == ours.root == theirs.root == theirs.parent
    assert ours.ref["visibility"] == "direct"


@pytest.mark.parametrize("recording", ["test_stream_direct", "test_stream_user_direct"])
def test_a_conversation_event_says_what_its_last_status_says(recording):
    lines = [said.text for asked, said in exchanges(recording) if asked.url.path.endswith("streaming/direct")]
    events = [line.removeprefix("data: ") for line in lines[0].splitlines() if line.startswith("data: ")]
    for event in map(msgspec.json.decode, events):
        (said,) = Mastodon.hear(envelope("conversation", event), ROSSI)
        assert (said.key, said.kind) == (event["last_status"]["id"], Kind.DIRECT)


def test_polling_the_official_server_tells_a_mention_and_stops_asking_for_it():
    rossi = replayed("test_notifications")
    page = rossi.poll("")
    (said,) = [item for body in page.bodies for item in rossi.hear(body, "nobody")]
    assert (said.key, said.kind) == ("117020576916218297", Kind.MENTION)
    assert msgspec.json.decode(page.cursor) == {"notifications": "20"}
    assert not rossi.poll(page.cursor).bodies


def test_a_conversation_is_polled_where_no_notification_tells_it():
    rossi = replayed("test_conversations", id="117020566092212359")
    page = rossi.poll("")
    *_, said = [item for body in page.bodies for item in rossi.hear(body, rossi.secret["id"])]
    assert (said.ours, said.kind, said.text) == (True, Kind.DIRECT, "@admin@localhost:3000 ilu bby ;3")
    assert said.with_.handle == "admin@localhost:3000"


def test_an_edit_keeps_its_key_and_says_when():
    before, _, after, *_ = [said for _, said in exchanges("test_status_edit")]
    first, second = (
        next(iter(Mastodon.hear(envelope("update", msgspec.json.decode(said.content), known={"id": "1"}), "x")))
        for said in (before, after)
    )
    assert first.key == second.key
    assert first.edited_at is None
    assert second.edited_at == datetime(2026, 8, 1, 13, 54, 0, 695000, UTC)
    assert second.text.endswith("Kate")


def test_a_quote_counts_for_the_post_it_quotes_and_shows_it_above():
    status = msgspec.json.decode(exchanges("test_status_reply_with_quote")[3][1].content)
    note = {
        "id": "1",
        "type": "quote",
        "created_at": status["created_at"],
        "account": status["account"],
        "status": status,
    }
    reacted, said = Mastodon.hear(envelope("notification", note), "somebody else")
    assert isinstance(reacted, Reacted)
    assert (reacted.gesture, reacted.target) == (Gesture.QUOTE, "117020583121982310")
    assert [above.text for above in said.above] == ["Toot!"]
    assert "http://localhost:3000/@mastodonpy_test/117020583121982310" in said.text


def test_a_favourite_is_a_like_of_ours():
    for _, said in exchanges("test_status_fav_unfav"):
        status = msgspec.json.decode(said.content)
        account = status["account"]
        note = {"id": "2", "type": "favourite", "created_at": "2026-08-01T14:00:00.000Z", "account": account}
        (item,) = Mastodon.hear(envelope("notification", note | {"status": status}), account["id"])
        assert (item.gesture, item.target, item.by.key) == (Gesture.LIKE, status["id"], account["id"])


def test_a_post_too_long_is_refused_in_the_servers_words():
    out = Outgoing("k", "a" * 501, datetime.now(UTC))
    with pytest.raises(Refused, match="500"):
        replayed("test_lang_for_errors").publish(out)


def test_the_rate_limit_is_read_as_the_official_server_writes_it():
    rossi = replayed("test_notifications")
    rossi.poll("")
    assert rossi._line._left == 299
