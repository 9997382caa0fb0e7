"""Bluesky without a network: recorded bodies, canned replies, and everything that can go wrong."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from premura.networks import bluesky_poll, bluesky_write
from premura.networks.bluesky import Bluesky
from premura.networks.bluesky_read import text_of
from premura.networks.contract import (
    Busy,
    Counted,
    Disconnected,
    Gesture,
    Item,
    Kind,
    NetworkError,
    Outgoing,
    Posted,
    Reacted,
    Refused,
    Removed,
    Said,
    Unclear,
    UnknownShape,
    Unreachable,
)

RECORDED = Path(__file__).parent / "recorded" / "bluesky"
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
ME = "did:plc:brand"
ANNA = "did:plc:anna"
SECRET = {
    "host": "https://pds.test",
    "did": ME,
    "handle": "brand.test",
    "access": "a1",
    "refresh": "r1",
    "password": "app-pass",
}
PUT = "com.atproto.repo.putRecord"
NEWS = "app.bsky.notification.listNotifications"
RENEW = "com.atproto.server.refreshSession"
SIGN_IN = "com.atproto.server.createSession"
POST_REF = {"uri": f"at://{ANNA}/app.bsky.feed.post/3k", "cid": "c", "root_uri": "", "root_cid": ""}

Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Server:
    """Answers methods from a table, and remembers what it was asked."""

    def __init__(self, **replies: Reply) -> None:
        self.replies: dict[str, Reply] = {name.replace("__", "."): reply for name, reply in replies.items()}
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        reply = self.replies[request.url.path.removeprefix("/xrpc/")]
        if isinstance(reply, Exception):
            raise reply
        return reply(request) if callable(reply) else reply

    def methods(self) -> list[str]:
        return [request.url.path.removeprefix("/xrpc/") for request in self.asked]


def brand(replies: dict[str, Reply], kept: list[Any] | None = None) -> tuple[Bluesky, Server]:
    server = Server(**replies)
    http = httpx.Client(transport=httpx.MockTransport(server))
    return Bluesky(SECRET, http, (kept if kept is not None else []).append), server


def error(status: int, name: str, message: str = "no", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error": name, "message": message}, headers=headers)


def session(access: str = "a2", refresh: str = "r2") -> httpx.Response:
    told = {"did": ME, "handle": "brand.test", "accessJwt": access, "refreshJwt": refresh}
    return httpx.Response(200, json=told)


def recorded(name: str, me: str = "") -> list[Item]:
    body = (RECORDED / f"{name}.json").read_bytes()
    return list(Bluesky.hear(body, me or ours_in(name)))


def ours_in(name: str) -> str:
    """Return whose the top of the recorded thread is."""
    told = json.loads((RECORDED / f"{name}.json").read_bytes())
    return str((told["above"] or [told["post"]])[0]["author"]["did"])


def view(text: str = "", key: str = "3k", by: str = ANNA, **record: Any) -> dict[str, Any]:
    return {
        "uri": f"at://{by}/app.bsky.feed.post/{key}",
        "cid": f"cid-{key}",
        "author": {"did": by, "handle": f"{by[8:]}.test"},
        "record": {"text": text, "createdAt": "2026-11-21T09:00:00.000Z"} | record,
        "indexedAt": "2026-11-21T09:00:01.000Z",
    }


def under(parent: dict[str, Any], root: dict[str, Any] | None = None) -> dict[str, Any]:
    def ref(post: dict[str, Any]) -> dict[str, str]:
        return {"uri": post["uri"], "cid": post["cid"]}

    return {"root": ref(root or parent), "parent": ref(parent)}


def heard(post: dict[str, Any], above: list[dict[str, Any]] | None = None) -> list[Item]:
    body = json.dumps({"what": "post", "post": post, "above": above or []}).encode()
    return list(Bluesky.hear(body, ME))


# -- recorded on the real servers -------------------------------------------------------


def test_a_recorded_comment_knows_its_thread() -> None:
    (comment,) = recorded("comment")
    assert isinstance(comment, Said)
    assert comment.kind is Kind.COMMENT
    assert [above.text for above in comment.above] == ["Our new wine is here", "How much is it?"]
    assert [above.ours for above in comment.above] == [True, False]
    assert comment.ref["root_uri"] == comment.root == comment.above[0].key
    assert comment.written_at.tzinfo is UTC


def test_a_recorded_mention_has_its_shortened_link_in_full() -> None:
    (mention,) = recorded("mention", ME)
    assert isinstance(mention, Said)
    assert (mention.kind, mention.language) == (Kind.MENTION, "it")
    assert mention.text.endswith("my parcel is late https://shop.test/order/42")


def test_a_recorded_picture_has_its_description() -> None:
    (said,) = recorded("picture", ME)
    assert isinstance(said, Said)
    assert [media.alt for media in said.media] == ["a broken bottle"]


def test_a_recorded_quote_is_something_said_and_a_gesture() -> None:
    told = json.loads((RECORDED / "quote.json").read_bytes())
    me = told["post"]["embed"]["record"]["author"]["did"]
    said, reacted = recorded("quote", me)
    assert isinstance(said, Said)
    assert isinstance(reacted, Reacted)
    assert reacted.gesture is Gesture.QUOTE
    assert said.above[-1].key == reacted.target
    assert said.above[-1].ours


def test_a_recorded_like_names_its_target() -> None:
    (like,) = recorded("like", ME)
    assert isinstance(like, Reacted)
    assert (like.gesture, like.undone) == (Gesture.LIKE, False)
    assert "/app.bsky.feed.post/" in like.target


def test_a_recorded_reply_of_ours_says_whom_it_answers() -> None:
    told = json.loads((RECORDED / "ours.json").read_bytes())
    ours, counted = recorded("ours", told["post"]["author"]["did"])
    assert isinstance(ours, Said)
    assert isinstance(counted, Counted)
    assert ours.ours
    assert ours.with_ == ours.above[0].author


def test_a_recorded_direct_message_is_private() -> None:
    told = json.loads((RECORDED / "direct.json").read_bytes())
    sender = told["message"]["sender"]["did"]
    (theirs,) = recorded("direct", ME)
    assert isinstance(theirs, Said)
    assert (theirs.kind, theirs.ours, theirs.root) == (Kind.DIRECT, False, told["convo"]["id"])
    (ours,) = recorded("direct", sender)
    assert isinstance(ours, Said)
    assert ours.with_ is not None
    assert ours.with_.key != sender


def test_recorded_looks_tell_an_edit_from_a_deletion() -> None:
    edited, counted = recorded("edited", ME)
    assert isinstance(edited, Said)
    assert (edited.text, edited.edited_at is not None) == ("second thoughts", True)
    assert isinstance(counted, Counted)
    assert all(isinstance(item, Removed) for item in recorded("deleted", ME))


# -- what is said -----------------------------------------------------------------------


def test_words_that_hide_a_link_are_kept_beside_it() -> None:
    text = "è qui: ecco"
    start = len("è qui: ".encode())
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://evil.test/x"}
    facet = {"index": {"byteStart": start, "byteEnd": start + 4}, "features": [link]}
    assert text_of(view(text, facets=[facet])) == "è qui: ecco (https://evil.test/x)"


def test_a_facet_that_points_outside_the_text_is_passed_over() -> None:
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.test"}
    facet = {"index": {"byteStart": 2, "byteEnd": 99}, "features": [link]}
    assert text_of(view("ciao", facets=[facet])) == "ciao"


def test_a_link_card_is_read_with_the_text() -> None:
    post = view("look") | {"embed": {"$type": "app.bsky.embed.external#view", "external": {"uri": "https://a.test/"}}}
    assert text_of(post) == "look\nhttps://a.test/"


def test_a_post_cannot_claim_to_be_written_after_it_was_seen() -> None:
    (said,) = heard(view("hm", createdAt="2031-01-01T00:00:00Z"))
    assert isinstance(said, Said)
    assert said.written_at == datetime(2026, 11, 21, 9, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("nonsense", ["", "yesterday", "0000-00-00T00:00:00Z", None, 7])
def test_a_post_with_a_nonsense_date_was_written_when_it_was_seen(nonsense: Any) -> None:
    (said,) = heard(view("hm", createdAt=nonsense))
    assert isinstance(said, Said)
    assert said.written_at == datetime(2026, 11, 21, 9, 0, 1, tzinfo=UTC)


def test_a_thread_of_our_own_is_a_post_and_not_a_conversation() -> None:
    top = view("one", key="1", by=ME)
    (item,) = heard(view("two", key="2", by=ME, reply=under(top)), [top])
    assert isinstance(item, Posted)


def test_our_reply_to_a_post_that_is_gone_still_has_somebody_it_answers() -> None:
    (item,) = heard(view("sorry", by=ME, reply=under(view())))
    assert isinstance(item, Said)
    assert item.with_ is not None
    assert item.with_.key == ANNA


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"what": "weather"}', b"\xff"])
def test_an_unknown_body_is_said_to_be_unknown(body: bytes) -> None:
    with pytest.raises(UnknownShape):
        Bluesky.hear(body, ME)


def test_a_body_that_lost_a_part_raises_what_the_contract_allows() -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Bluesky.hear(b'{"what": "post", "post": {}}', ME)


# -- what is gathered -------------------------------------------------------------------


def test_posts_above_are_asked_for_in_batches_and_never_more_than_ten_up() -> None:
    chain = [view(str(0), key="0")]
    for number in range(1, 30):
        chain.append(view(str(number), key=str(number), reply=under(chain[-1], chain[0])))
    by_uri = {post["uri"]: post for post in chain}

    def get_posts(request: httpx.Request) -> httpx.Response:
        uris = request.url.params.get_list("uris")
        assert len(uris) <= bluesky_poll.BATCH
        return httpx.Response(200, json={"posts": [by_uri[uri] for uri in uris]})

    network, server = brand({"app.bsky.feed.getPosts": get_posts})
    (body,) = bluesky_poll.told(network.session, [chain[-1]], {})
    (said,) = Bluesky.hear(body, ME)
    assert isinstance(said, Said)
    assert [above.text for above in said.above] == ["0", *map(str, range(20, 29))]
    assert len(server.asked) <= bluesky_poll.ABOVE


def test_a_post_that_is_gone_before_we_look_was_said_all_the_same() -> None:
    note = view("quick") | {"reason": "mention", "isRead": False}
    network, _ = brand({"app.bsky.feed.getPosts": httpx.Response(200, json={"posts": []})})
    (body,) = bluesky_poll.noted(network.session, [note])
    (said,) = Bluesky.hear(body, ME)
    assert isinstance(said, Said)
    assert said.text == "quick"


def test_the_cursor_stays_small_and_can_be_read_again() -> None:
    cursor = bluesky_poll.Cursor(seen=[f"{n:08}" for n in range(5000)], until="2026-11-21T09:00:00Z", turn=7)
    written = cursor.written()
    assert len(written) < 7000
    assert bluesky_poll.Cursor.read(written).seen[-1] == "00004999"


def test_a_rate_limit_nearly_used_up_asks_for_silence() -> None:
    headers = {"ratelimit-limit": "3000", "ratelimit-remaining": "12", "ratelimit-reset": "90"}
    nothing = {"notifications": [], "feed": [], "logs": [], "convos": [], "cursor": ""}
    quiet = httpx.Response(200, json=nothing, headers=headers)
    network, _ = brand(
        dict.fromkeys(
            (NEWS, "app.bsky.feed.getAuthorFeed", "chat.bsky.convo.getLog", "chat.bsky.convo.listConvos"), quiet
        )
    )
    assert network.poll("").wait_s == 90


def test_under_a_hashtag_only_what_really_carries_it_is_heard_once_and_never_our_own() -> None:
    posts = [view("#Vino rosso", "1"), view("#vinorosso", "2"), view("our #vino", "3", by=ME)]
    found = httpx.Response(200, json={"posts": posts})
    network, server = brand({"app.bsky.feed.searchPosts": found})
    page = network.watch(["vino", "rosso"], "")
    assert [item.text for body in page.bodies for item in Bluesky.hear(body, ME)] == ["#Vino rosso"]
    assert [request.url.params["q"] for request in server.asked] == ["#vino", "#rosso"]
    again = network.watch(["vino"], page.cursor)
    assert (list(again.bodies), again.more) == ([], False)


def test_a_hashtag_that_filled_many_pages_is_read_down_to_where_we_were() -> None:
    def search(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("cursor", 0))
        posts = [view("#vino", f"{number}") for number in range(start, start + 2)]
        return httpx.Response(200, json={"posts": posts, "cursor": str(start + 2)} if start < 18 else {"posts": posts})

    network, _ = brand({"app.bsky.feed.searchPosts": search})
    known = '{"vino":{"until":"2026-11-21T09:00:00Z"}}'
    first = network.watch(["vino"], known)
    second = network.watch(["vino"], first.cursor)
    assert (len(first.bodies), first.more, len(second.bodies), second.more) == (10, True, 10, False)


# -- what goes out ----------------------------------------------------------------------


def test_the_record_key_is_a_tid_and_the_same_at_every_try() -> None:
    keys = {bluesky_write.record_key(f"key{n}") for n in range(2000)}
    assert len(keys) == 2000
    assert all(len(key) == 13 and key < "3m" and set(key) <= set("234567abcdefghijklmnopqrstuvwxyz") for key in keys)
    assert bluesky_write.record_key("key1") in keys


def test_a_second_try_is_given_the_receipt_of_the_first() -> None:
    stands = {"uri": f"at://{ME}/app.bsky.feed.post/3x", "cid": "c1", "value": {"text": "hello"}}
    network, server = brand(
        {PUT: error(400, "InvalidSwap"), "com.atproto.repo.getRecord": httpx.Response(200, json=stands)}
    )
    assert network.publish(Outgoing("k", "hello", NOW)).key == stands["uri"]
    assert json.loads(server.asked[0].content)["swapRecord"] is None


def test_mentions_links_and_tags_are_marked_by_bytes() -> None:
    text = "Grüße @Anna.test, siehe https://a.test/(x). #Wein! mail@b.test @nobody.test #1"
    facets = bluesky_write.facets(text, {"anna.test": ANNA}.get)  # type: ignore[arg-type]
    raw = text.encode()
    marked = [raw[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode() for f in facets]
    assert marked == ["@Anna.test", "https://a.test/(x)", "#Wein"]
    assert facets[2]["features"][0]["tag"] == "Wein"


@pytest.mark.parametrize(("text", "length"), [("a" * 300, 300), ("👩‍👩‍👧‍👦" * 100, 250), ("👩‍👩‍👧‍👦" * 121, 303)])
def test_length_minds_graphemes_and_bytes(text: str, length: int) -> None:
    network, _ = brand({})
    assert network.length(text) == length


def test_a_ban_is_one_block_record_however_often_it_is_asked_for() -> None:
    network, server = brand({PUT: httpx.Response(200, json={})})
    network.ban(ANNA, NOW)
    asked = json.loads(server.asked[0].content)
    assert (asked["collection"], asked["record"]["subject"]) == ("app.bsky.graph.block", ANNA)
    assert (asked["rkey"], asked["swapRecord"]) == (bluesky_write.record_key(ANNA), None)
    brand({PUT: error(400, "InvalidSwap")})[0].ban(ANNA, NOW)  # it stands already
    for reply, raised in ((error(400, "InvalidRequest"), Refused), (httpx.ReadTimeout("silence"), Unreachable)):
        with pytest.raises(raised):
            brand({PUT: reply})[0].ban(ANNA, NOW)


@pytest.mark.parametrize(
    ("profile", "keys"),
    [
        (httpx.Response(200, json={"did": ANNA, "viewer": {"blocking": f"at://{ME}/app.bsky.graph.block/3x"}}), 2),
        (httpx.Response(200, json={"did": ANNA}), 1),
        (error(400, "InvalidRequest", "Profile not found"), 1),
    ],
)
def test_lifting_a_ban_takes_away_our_block_and_one_made_in_the_app(profile: Reply, keys: int) -> None:
    drop = "com.atproto.repo.deleteRecord"
    network, server = brand({"app.bsky.actor.getProfile": profile, drop: httpx.Response(200, json={})})
    network.unban(ANNA)
    gone = {json.loads(request.content)["rkey"] for request in server.asked if drop in request.url.path}
    assert gone == ({bluesky_write.record_key(ANNA), "3x"} if keys == 2 else {bluesky_write.record_key(ANNA)})


def test_a_direct_message_cannot_be_deleted_for_the_other_person_and_we_say_so() -> None:
    network, _ = brand({})
    with pytest.raises(Refused, match="on our side only"):
        network.delete({"convo": "c", "id": "m"})


# -- failures ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "asking", "posting"),
    [
        (error(401, "AuthMissing"), Disconnected, Disconnected),
        (error(401, "AccountTakedown"), Disconnected, Disconnected),
        (error(403, "Forbidden"), Refused, Refused),
        (error(400, "InvalidRequest"), Refused, Refused),
        (error(429, "RateLimitExceeded", **{"ratelimit-reset": "30"}), Busy, Busy),
        (httpx.Response(502, text="bad gateway"), Unreachable, Unclear),
        (httpx.ConnectError("no route"), Unreachable, Unreachable),
        (httpx.ReadTimeout("silence"), Unreachable, Unclear),
        (httpx.Response(200, text="<html>"), Refused, Refused),
    ],
)
def test_each_failure_says_what_to_do_next(
    reply: Reply, asking: type[NetworkError], posting: type[NetworkError]
) -> None:
    network, _ = brand({NEWS: reply, PUT: reply})
    with pytest.raises(NetworkError) as asked:
        network.poll("")
    with pytest.raises(NetworkError) as posted:
        network.publish(Outgoing("k", "hello", NOW))
    for raised, wanted in ((asked.value, asking), (posted.value, posting)):
        assert isinstance(raised, wanted)
        # Those two are narrower than what they stand under, and ask for something else to be done.
        assert isinstance(raised, Disconnected) is (wanted is Disconnected)
        assert isinstance(raised, Busy) is (wanted is Busy)


def test_what_may_as_well_be_done_twice_is_never_unclear() -> None:
    network, _ = brand({PUT: httpx.ReadTimeout("silence"), RENEW: httpx.ReadTimeout("silence")})
    with pytest.raises(Unreachable):
        network.like(POST_REF, NOW)
    with pytest.raises(Unreachable):
        network.refresh()


def test_how_long_to_wait_is_read_from_the_headers() -> None:
    network, _ = brand({NEWS: error(429, "RateLimitExceeded", **{"ratelimit-reset": "30"})})
    with pytest.raises(Busy) as busy:
        network.poll("")
    assert busy.value.retry_after_s == 30


def test_an_expired_token_is_renewed_once_and_kept() -> None:
    def only_fresh(request: httpx.Request) -> httpx.Response:
        fresh = request.headers["authorization"] == "Bearer a2"
        return httpx.Response(200, json={"uri": "at://x/y/z", "cid": "c"}) if fresh else error(400, "ExpiredToken")

    kept: list[Any] = []
    network, server = brand({PUT: only_fresh, RENEW: session()}, kept)
    network.publish(Outgoing("k", "hello", NOW))
    assert server.methods() == [PUT, RENEW, PUT]
    assert [secret["access"] for secret in kept] == ["a2"]
    assert kept[0]["password"] == "app-pass"


def test_a_token_that_stays_bad_disconnects_instead_of_going_round() -> None:
    network, server = brand({NEWS: error(400, "ExpiredToken"), RENEW: session()})
    with pytest.raises(Disconnected):
        network.poll("")
    assert server.methods() == [NEWS, RENEW, NEWS]


def test_when_the_refresh_token_is_spent_the_app_password_opens_a_new_session() -> None:
    kept: list[Any] = []
    network, server = brand({RENEW: error(400, "ExpiredToken"), SIGN_IN: session("a3")}, kept)
    assert network.refresh()["access"] == "a3"
    assert json.loads(server.asked[-1].content) == {"identifier": ME, "password": "app-pass"}
    assert len(kept) == 1


def test_a_network_that_cannot_be_reached_does_not_cost_us_the_session() -> None:
    network, server = brand({RENEW: httpx.ConnectError("no route")})
    with pytest.raises(Unreachable):
        network.refresh()
    assert SIGN_IN not in server.methods()


def test_a_chat_service_that_is_down_does_not_stop_the_public_side() -> None:
    note = view("hello") | {"reason": "mention", "isRead": False}
    network, _ = brand(
        {
            NEWS: httpx.Response(200, json={"notifications": [note]}),
            "app.bsky.feed.getPosts": httpx.Response(200, json={"posts": [view("hello")]}),
            "app.bsky.feed.getAuthorFeed": httpx.Response(200, json={"feed": []}),
            "chat.bsky.convo.getLog": httpx.Response(502, text="down"),
        }
    )
    assert len(network.poll("").bodies) == 1


def test_connecting_finds_the_accounts_own_server() -> None:
    own = {"id": "#atproto_pds", "serviceEndpoint": "https://own.test/"}
    told = {"did": ME, "handle": "brand.test", "accessJwt": "a", "refreshJwt": "r", "didDoc": {"service": [own]}}
    http = httpx.Client(transport=httpx.MockTransport(Server(**{SIGN_IN: httpx.Response(200, json=told)})))
    secret = Bluesky.connect({"handle": " @brand.test", "password": " p "}, http)
    assert secret == {
        "host": "https://own.test", "did": ME, "handle": "brand.test", "access": "a", "refresh": "r", "password": "p",
    }  # fmt: skip


def test_what_the_chat_service_itself_says_is_passed_over() -> None:
    joined = {
        "$type": "chat.bsky.convo.defs#systemMessageView",
        "id": "m",
        "rev": "1",
        "sentAt": "2026-11-21T09:00:00Z",
    }
    convo = {"id": "c", "members": [], "lastMessage": joined}
    nothing = httpx.Response(200, json={"notifications": [], "feed": [], "logs": [], "convos": [convo], "cursor": "1"})
    methods = (NEWS, "app.bsky.feed.getAuthorFeed", "chat.bsky.convo.getLog", "chat.bsky.convo.listConvos")
    network, _ = brand(dict.fromkeys(methods, nothing))
    assert list(network.poll("").bodies) == []
