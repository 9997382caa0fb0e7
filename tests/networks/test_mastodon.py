"""Mastodon without a server: how we ask, how it fails, and how its HTML becomes text."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from premura.networks.contract import (
    Busy,
    Counted,
    Disconnected,
    Kind,
    Outgoing,
    Posted,
    Refused,
    Removed,
    Said,
    Unclear,
    UnknownShape,
    Unreachable,
    Upload,
)
from premura.networks.mastodon import Mastodon
from premura.networks.mastodon_read import envelope, sse, worth_keeping
from premura.networks.mastodon_sign_in import App, authorize_url, register_app, server_url, trade_code
from premura.networks.mastodon_text import length, plain, same_words

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = {"server": "https://social.example", "token": "t", "id": "1", "acct": "rossi"}
TO = {"id": "9", "acct": "chiara@far.example", "visibility": "unlisted"}
OUT = Outgoing("k1", "Yes, from noon.", NOON, "en")

Answer = Callable[[httpx.Request], httpx.Response] | httpx.Response | Exception


def mastodon(answer: Answer, secret: dict[str, str] = SECRET) -> Mastodon:
    """Return the adapter before a server that gives `answer` to everything."""

    def handle(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)

    return Mastodon(secret, httpx.Client(transport=httpx.MockTransport(handle)))


class Server:
    """Answers by path, 404 where it knows none, and remembers what it was asked."""

    def __init__(self, **paths: Any) -> None:
        self.paths = {name.replace("__", "/"): value for name, value in paths.items()}
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        said = self.paths.get(request.url.path.removeprefix("/api/v1/"))
        if callable(said):
            said = said(request)
        if said is None:
            return httpx.Response(404, json={"error": "Record not found"})
        return said if isinstance(said, httpx.Response) else httpx.Response(200, json=said)


def account(key: str) -> dict[str, Any]:
    acct = {"1": "rossi", "2": "chiara@far.example"}.get(key, f"guest{key}@far.example")
    name = acct.split("@")[0]
    return {
        "id": key,
        "acct": acct,
        "username": name,
        "display_name": name.title(),
        "url": f"https://x/@{name}",
    }


def status(key: str, by: str = "2", **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "uri": f"https://x/{key}",
        "url": f"https://x/{key}",
        "account": account(by),
        "content": f"<p>status {key}</p>",
        "visibility": "public",
        "created_at": "2026-11-21T11:00:00.000Z",
        "mentions": [],
        **more,
    }


def named(*keys: str) -> list[dict[str, Any]]:
    return [{"id": key, "acct": account(key)["acct"], "url": account(key)["url"]} for key in keys]


def note(key: str, about: dict[str, Any], kind: str = "mention") -> dict[str, Any]:
    when = {"created_at": "2026-11-21T11:00:01.000Z"}
    return {"id": key, "type": kind, "account": about["account"], "status": about, **when}


def heard(body: bytes, me: str = "1") -> Any:
    (item,) = Mastodon.hear(body, me)
    return item


def form(request: httpx.Request) -> dict[str, str]:
    return dict(httpx.QueryParams(request.content.decode()))


# -- how it fails --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "writing", "reading"),
    [
        (httpx.Response(401, json={"error": "The access token is invalid"}), Disconnected, Disconnected),
        (httpx.Response(403, json={"error": "This action is not allowed"}), Refused, Refused),
        (httpx.Response(403, json={"error": "It is outside the authorized scopes"}), Disconnected, Disconnected),
        (httpx.Response(403, json={"error": "Your login is currently disabled"}), Disconnected, Disconnected),
        (httpx.Response(422, json={"error": "Validation failed"}), Refused, Refused),
        (httpx.Response(429, headers={"retry-after": "30"}), Busy, Busy),
        (httpx.Response(502), Unclear, Unreachable),
        (httpx.ConnectError("refused"), Unreachable, Unreachable),
        (httpx.ReadTimeout("silence"), Unclear, Unreachable),
    ],
)  # fmt: skip
def test_fails_in_a_way_that_says_what_to_do_next(answer, writing, reading):
    with pytest.raises(Exception) as caught:
        mastodon(answer).reply(TO, OUT)
    assert type(caught.value) is writing
    with pytest.raises(Exception) as caught:
        mastodon(answer).poll("")
    assert type(caught.value) is reading


@pytest.mark.parametrize("answer", [httpx.Response(502), httpx.ReadTimeout("silence")])
def test_what_may_be_done_twice_is_never_unclear(answer):
    deeds = (lambda m: m.like(TO, NOON), lambda m: m.delete(TO), lambda m: m.ban("2", NOON), lambda m: m.unban("2"))
    for deed in deeds:
        with pytest.raises(Unreachable):
            deed(mastodon(answer))
    photo = Upload("a.png", "image/png", b"", "")
    with pytest.raises(Unreachable):
        mastodon(answer).publish(Outgoing("k", "Look", NOON, media=(photo,)))


def test_a_ban_blocks_the_account_and_lifting_it_unblocks_it():
    server = Server(accounts__2__block={"id": "2", "blocking": True}, accounts__2__unblock={"id": "2"})
    mastodon(server).ban("2", NOON)
    mastodon(server).unban("2")
    asked = [(request.method, request.url.path) for request in server.asked]
    assert asked == [("POST", "/api/v1/accounts/2/block"), ("POST", "/api/v1/accounts/2/unblock")]


def test_a_token_that_may_not_block_is_no_broken_channel():
    """Channels connected before there were bans lack the scope; all else goes on working."""
    with pytest.raises(Refused, match="Connect the channel anew") as refused:
        mastodon(httpx.Response(403, json={"error": "This action is outside the authorized scopes"})).ban("2", NOON)
    assert type(refused.value) is Refused
    with pytest.raises(Disconnected):
        mastodon(httpx.Response(401, json={"error": "The access token was revoked"})).ban("2", NOON)
    with pytest.raises(Refused, match="cannot block them, or they are gone"):
        mastodon(httpx.Response(404, json={"error": "Record not found"})).ban("2", NOON)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.Response(401), Disconnected),
        (httpx.Response(404), Refused),
        (httpx.Response(429), Busy),
        (httpx.Response(503), Unreachable),
        (httpx.ConnectError("refused"), Unreachable),
    ],
)
def test_a_stream_that_cannot_be_opened_says_why(answer, expected):
    with pytest.raises(Exception) as caught:
        list(mastodon(answer).stream())
    assert type(caught.value) is expected


def test_a_stream_ends_when_the_line_breaks():
    class Broken(httpx.SyncByteStream):
        def __iter__(self):
            yield b":)\n"
            raise httpx.ReadError("gone")

    assert list(mastodon(httpx.Response(200, stream=Broken())).stream()) == [b""]


def test_nearly_at_the_rate_limit_a_poll_asks_for_a_pause():
    reset = (datetime.now(UTC) + timedelta(seconds=90)).isoformat().replace("+00:00", "Z")
    headers = {"x-ratelimit-remaining": "3", "x-ratelimit-reset": reset}
    page = mastodon(httpx.Response(200, json=[], headers=headers)).poll("")
    assert 80 <= page.wait_s <= 90
    assert (
        mastodon(httpx.Response(200, json=[], headers=headers | {"x-ratelimit-remaining": "99"})).poll("").wait_s == 0
    )


# -- letting us in -------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["http://social.example", "not a host", "", "ftp://social.example"])
def test_a_server_that_cannot_be_trusted_with_a_token_is_refused(typed):
    with pytest.raises(Disconnected):
        server_url(typed)


def test_a_server_on_this_machine_may_be_plain_http():
    assert [server_url(f"http://{host}:3000/x") for host in ("localhost", "127.8.0.2", "[::1]")] == [
        "http://localhost:3000",
        "http://127.8.0.2:3000",
        "http://[::1]:3000",
    ]


def test_a_code_is_traded_for_what_connect_takes():
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/apps":
            return httpx.Response(200, json={"client_id": "c", "client_secret": "s"})
        known = form(request)["code"] == "good"
        return httpx.Response(200, json={"access_token": "t"}) if known else httpx.Response(400)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    app = register_app(http, "social.example")
    assert app == App("https://social.example", "c", "s", "urn:ietf:wg:oauth:2.0:oob")
    url = httpx.URL(authorize_url(app, state="xyz"))
    assert (url.params["client_id"], url.params["state"], url.params["response_type"]) == ("c", "xyz", "code")
    assert trade_code(http, app, " good ") == {"server": "https://social.example", "token": "t"}
    with pytest.raises(Disconnected, match="code was not accepted"):
        trade_code(http, app, "stale")


def test_a_server_before_version_4_is_asked_the_old_way():
    old = {"version": "3.5", "urls": {"streaming_api": "wss://stream.example"}, "max_toot_chars": 5000}
    server = Server(instance=old, accounts__verify_credentials=account("1"))
    secret = Mastodon.connect({"server": "social.example", "token": "t"}, mastodon(server).http)
    assert secret["streaming"] == "https://stream.example"
    assert mastodon(server, dict(secret)).account().limits.publish.most == 5000


def test_a_server_that_drops_connections_gets_a_new_one_for_each_call():
    about = {"version": "4.0.0 (not true; really snac/2.75)"}
    server = Server(instance=about, accounts__verify_credentials=account("1"))
    secret = Mastodon.connect({"server": "social.example", "token": "t"}, mastodon(server).http)
    mastodon(server, dict(secret)).account()
    assert server.asked[-2].headers["connection"] == "close"


# -- what comes in -------------------------------------------------------------------------


def test_the_first_poll_brings_the_newest_page_and_the_next_only_what_is_new():
    server = Server(notifications=[note("8", status("81")), note("7", status("71"))], accounts__1__statuses=[])
    page = mastodon(server).poll("")
    assert [heard(body).key for body in page.bodies] == ["71", "81"]
    assert "min_id" not in server.asked[0].url.params
    mastodon(server).poll(page.cursor)
    again = next(asked for asked in server.asked if "min_id" in asked.url.params)
    assert again.url.params["min_id"] == "8"


def test_what_is_older_than_the_cursor_is_left_out_even_where_the_server_does_not_understand_it():
    server = Server(notifications=[note(key, status(f"{key}1")) for key in ("11", "10", "9")], accounts__1__statuses=[])
    page = mastodon(server).poll('{"notifications":"9"}')
    assert [heard(body).key for body in page.bodies] == ["101", "111"]


def test_notifications_that_say_nothing_to_us_are_passed_over_but_not_asked_for_again():
    follow = {"id": "5", "type": "follow", "account": account("2"), "created_at": "2026-11-21T11:00:01.000Z"}
    page = mastodon(Server(notifications=[follow], accounts__1__statuses=[])).poll("")
    assert (page.bodies, page.cursor) == ([], '{"notifications":"5"}')


def test_a_hashtag_brings_others_words_once_in_the_thread_where_they_stand():
    post = status("50", by="3")
    said = [status("71", in_reply_to_id="50"), status("72", by="1"), status("73", by="4")]
    server = Server(timelines__tag__vino=said, statuses__71__context={"ancestors": [post], "descendants": []})
    page = mastodon(server).watch(["vino"], "")
    items = [heard(body) for body in page.bodies]
    assert [(item.key, item.root, item.kind) for item in items] == [
        ("71", "50", Kind.MENTION), ("73", "73", Kind.MENTION),
    ]  # fmt: skip
    server.paths["timelines/tag/vino"] = [*said, status("70", by="5"), status("74", by="5")]
    again = mastodon(server).watch(["vino"], page.cursor)
    assert [heard(body).key for body in again.bodies] == ["70", "74"], "one of them travelled slowly"


def test_of_a_busy_hashtag_only_the_last_are_asked_for_again():
    server = Server(timelines__tag__città=[status(str(n)) for n in range(100, 140)])
    page = mastodon(server).watch(["città"], "")
    assert (len(page.bodies), page.more) == (40, False)
    mastodon(server).watch(["città"], page.cursor)
    assert server.asked[-1].url.params["min_id"] == "120"


def test_a_full_page_says_that_there_is_more():
    full = [note(str(100 + n), status(str(500 + n))) for n in range(40)]
    server = Server(notifications=full, accounts__1__statuses=[])
    assert mastodon(server).poll('{"notifications":"1"}').more
    assert not mastodon(server).poll("").more


def test_a_pile_on_asks_for_the_thread_once():
    post = status("50", by="1")
    replies = [note(str(n), status(str(100 + n), in_reply_to_id="50", mentions=named("1"))) for n in range(10, 20)]
    context = {"ancestors": [post], "descendants": []}
    paths = {f"statuses__{100 + n}__context": context for n in range(10, 20)}
    server = Server(notifications=replies, accounts__1__statuses=[], **paths)
    page = mastodon(server).poll("")
    assert {(heard(body).kind, heard(body).root) for body in page.bodies} == {(Kind.COMMENT, "50")}
    assert sum(asked.url.path.endswith("/context") for asked in server.asked) == 1


def test_nearly_at_the_rate_limit_a_poll_stops_where_it_is_and_goes_on_later():
    notes = [note(str(n), status(str(100 + n), in_reply_to_id=str(n))) for n in (12, 11, 10)]
    left = iter([100, 5, 5, 5])

    def limited(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"ancestors": []}, headers={"x-ratelimit-remaining": str(next(left))})

    paths = {f"statuses__{100 + n}__context": limited for n in (10, 11, 12)}
    page = mastodon(Server(notifications=notes, accounts__1__statuses=[], **paths)).poll("")
    assert [heard(body).key for body in page.bodies] == ["110", "111"]
    assert (page.cursor, page.more, page.wait_s > 0) == ('{"notifications":"11"}', True, True)


def test_our_post_our_answer_and_our_direct_message_are_told_apart():
    thread = [status("50", by="1"), status("51", in_reply_to_id="50")]
    post = heard(envelope("update", status("50", by="1")))
    answer = heard(envelope("update", status("52", by="1", in_reply_to_id="51"), thread))
    direct = heard(envelope("update", status("60", by="1", visibility="direct", mentions=named("2"))))
    continued = heard(envelope("update", status("53", by="1", in_reply_to_id="50"), thread[:1]))
    assert isinstance(post, Posted)
    assert isinstance(continued, Posted)
    assert (answer.ours, answer.kind, answer.root, answer.with_.key) == (True, Kind.COMMENT, "50", "2")
    assert (direct.ours, direct.kind, direct.root, direct.with_.key) == (True, Kind.DIRECT, "60", "2")


def test_a_private_answer_to_a_public_thread_is_a_thread_of_its_own():
    post = status("50", by="1")
    first = status("51", in_reply_to_id="50", visibility="direct", mentions=named("1"))
    second = status("52", by="1", in_reply_to_id="51", visibility="direct", mentions=named("2"))
    third = status("53", in_reply_to_id="52", visibility="direct", mentions=named("1"))
    one = heard(envelope("notification", note("1", first), [post]))
    two = heard(envelope("notification", note("2", third), [post, first, second]))
    assert (one.kind, one.root, one.parent) == (Kind.DIRECT, "51", "50")
    assert (two.kind, two.root) == (Kind.DIRECT, "51")
    assert [above.key for above in one.above] == ["50"]


def test_followers_only_and_addressed_to_us_alone_is_never_answered_in_public():
    said = heard(envelope("notification", note("1", status("51", visibility="private", mentions=named("1")))))
    others = heard(envelope("notification", note("1", status("51", visibility="private", mentions=named("1", "3")))))
    assert (said.kind, said.ref["visibility"]) == (Kind.DIRECT, "direct")
    assert (others.kind, others.ref["visibility"]) == (Kind.MENTION, "private")


@pytest.mark.parametrize("private", [True, False])
def test_of_a_long_thread_the_top_and_the_nearest_are_kept(private):
    visibility = "direct" if private else "public"
    above = [status(str(n), visibility=visibility, mentions=named("1")) for n in range(100, 150)]
    kept = worth_keeping([status("99"), *above], private, "1")
    assert [one["id"] for one in kept] == ["100" if private else "99", *(str(n) for n in range(141, 150))]


def test_a_boosted_status_is_read_out_of_its_boost():
    wrapped = status("50", by="2", content="", reblog=status("50", by="1"))
    assert heard(envelope("update", wrapped)).text == "status 50"


def test_a_message_looked_up_keeps_its_place_and_is_counted():
    ref = {"id": "51", "root": "50", "kind": "comment", "acct": "chiara@far.example", "with": "2"}
    edited = status("51", in_reply_to_id="50", edited_at="2026-11-21T11:30:00.000Z", favourites_count=3)
    server = Server(statuses__51=edited)
    bodies = mastodon(server).look_up([ref, {"id": "52"}], NOON)
    items = [item for body in bodies for item in Mastodon.hear(body, "1")]
    said, counted, removed = items
    assert isinstance(said, Said)
    assert (said.root, said.kind, said.edited_at) == (
        "50",
        Kind.COMMENT,
        datetime(2026, 11, 21, 11, 30, tzinfo=UTC),
    )
    assert counted == Counted("51", NOON, likes=3)
    assert removed == Removed("52")


def test_a_hundred_messages_are_looked_up_in_five_calls():
    def several(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[status(key) for key in request.url.params.get_list("id[]")])

    server = Server(statuses=several)
    bodies = mastodon(server).look_up([{"id": str(n)} for n in range(100, 200)], NOON)
    assert (len(bodies), len(server.asked)) == (100, 5)


def test_a_backfill_ends_at_its_day_and_rests_when_asked_to():
    pages = {"": ["9", "8"], "8": ["7", "6"], "6": ["5"]}

    def older(request: httpx.Request) -> httpx.Response:
        keys = pages[request.url.params.get("max_id", "")]
        found = [note(key, status(f"{key}1")) | {"created_at": f"2026-11-0{key}T00:00:00Z"} for key in keys]
        return httpx.Response(200, json=found, headers={"x-ratelimit-remaining": "1", "retry-after": "7"})

    rossi, naps = mastodon(Server(notifications=older, accounts__1__statuses=[])), []
    rossi.pause = naps.append
    told = [heard(body).key for page in rossi.backfill(datetime(2026, 11, 7, tzinfo=UTC)) for body in page]
    assert told == ["91", "81", "71"]
    assert naps == [7]


def test_what_is_not_known_is_said_to_be_unknown():
    with pytest.raises(UnknownShape, match="teleport"):
        Mastodon.hear(envelope("notification", note("1", status("2"), kind="teleport")), "1")
    with pytest.raises(UnknownShape, match="dance"):
        Mastodon.hear(envelope("dance", {}), "1")


def test_a_stream_leaves_out_what_people_say_whom_we_follow():
    events = [("update", status("5")), ("update", status("6", mentions=named("1"))), ("filters_changed", {})]
    lines = "".join(f"event: {name}\ndata: {msgspec.json.encode(data).decode()}\n\n" for name, data in events)
    bodies = [body for body in mastodon(httpx.Response(200, text=lines)).stream() if body]
    assert [heard(body).key for body in bodies] == ["6"]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\n\r")), st.integers(1, 9))
def test_server_sent_events_may_hold_any_character_and_come_in_any_pieces(words, size):
    raw = f":)\nevent: update\ndata: {words}\n\n: thump\r\n".encode()
    chunks = [raw[at : at + size] for at in range(0, len(raw), size)]
    assert list(sse(chunks)) == [None, ("update", words), None]


def test_messages_kept_back_from_strangers_are_asked_for_too():
    server = Server(notifications=[], accounts__1__statuses=[])
    mastodon(server).poll("")
    asked = server.asked[0].url.params
    assert asked["include_filtered"] == "true"
    assert {"mention", "favourite", "reblog", "quote", "update"} <= set(asked.get_list("types[]"))


def test_errors_are_asked_for_in_a_language_that_we_understand():
    assert sent(lambda m: m.reply(TO, OUT)).url.params["lang"] == "en"


# -- what goes out -------------------------------------------------------------------------


def sent(do: Callable[[Mastodon], object]) -> httpx.Request:
    server = Server(statuses=status("99", by="1"))
    do(mastodon(server))
    return server.asked[-1]


def test_a_reply_names_the_person_is_as_public_as_theirs_and_carries_our_key():
    request = sent(lambda m: m.reply(TO, OUT))
    assert request.headers["idempotency-key"] == "k1"
    assert form(request) == {
        "status": "@chiara@far.example Yes, from noon.",
        "in_reply_to_id": "9",
        "visibility": "unlisted",
        "language": "en",
    }


def test_a_person_already_named_is_not_named_twice():
    out = Outgoing("k", "Yes, @Chiara@far.example !", NOON)
    assert form(sent(lambda m: m.reply(TO, out)))["status"] == out.text


@pytest.mark.parametrize("deed", ["write", "reply_privately"])
def test_what_is_written_privately_is_direct(deed):
    assert form(sent(lambda m: getattr(m, deed)(TO, OUT)))["visibility"] == "direct"


def test_a_film_is_waited_for_until_the_server_has_prepared_it():
    waits = iter([httpx.Response(206, json={"id": "m"}), httpx.Response(200, json={"id": "m"})])
    naps: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v2/media":
            assert b"A cellar" in request.content
            return httpx.Response(202, json={"id": "m"})
        if request.url.path == "/api/v1/media/m":
            return next(waits)
        assert form(request)["media_ids[]"] == "m"
        return httpx.Response(200, json=status("99", by="1"))

    rossi = mastodon(answer)
    rossi.pause = naps.append
    rossi.publish(Outgoing("k", "Look", NOON, media=(Upload("a.mp4", "video/mp4", b"film", "A cellar"),)))
    assert naps == [1, 1]


def test_a_film_that_is_never_prepared_is_tried_later_and_nothing_is_posted():
    rossi = mastodon(httpx.Response(202, json={"id": "m"}))
    rossi.pause = lambda _: None
    with pytest.raises(Unreachable, match=r"Nothing was sent\.$"):
        rossi.publish(Outgoing("k", "Look", NOON, media=(Upload("a.mp4", "video/mp4", b"", ""),)))


def test_only_our_own_words_under_the_same_message_are_found():
    below = [
        status("11", by="3", in_reply_to_id="9", content="<p>Yes, from noon.</p>"),
        status("12", by="1", in_reply_to_id="8", content="<p>Yes, from noon.</p>"),
        status("13", by="1", in_reply_to_id="9", content="<p>No.</p>"),
    ]
    ours = status("14", by="1", in_reply_to_id="9", content="<p>@chiara Yes, from noon.</p>")
    context = {"ancestors": [], "descendants": below}
    assert mastodon(Server(statuses__9__context=context)).find(TO, OUT) is None
    context["descendants"].append(ours)
    assert mastodon(Server(statuses__9__context=context)).find(TO, OUT).key == "14"


def test_our_answer_is_found_though_what_it_answered_is_gone():
    ours = status("14", by="1", in_reply_to_id="9", content="<p>@chiara Yes, from noon.</p>")
    assert mastodon(Server(accounts__1__statuses=[ours])).find(TO, OUT).key == "14"


def test_the_same_words_of_last_week_are_not_todays_post():
    def posts(created: str) -> Server:
        own = status("14", by="1", content="<p>Yes, from noon.</p>", created_at=created)
        return Server(accounts__1__statuses=[own])

    assert mastodon(posts("2026-11-14T12:00:00Z")).find(None, OUT) is None
    assert mastodon(posts("2026-11-21T11:59:00Z")).find(None, OUT).key == "14"


def test_among_too_many_posts_it_is_not_sure_that_ours_is_missing():
    with pytest.raises(Unclear):
        mastodon(Server(accounts__1__statuses=[status(str(n), by="1") for n in range(40)])).find(None, OUT)


# -- text ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>Three<br/>Four</p>", "One\n\nTwo\nThree\nFour"),
        ("<p>1 &lt; 2 &amp; caf&eacute;</p>", "1 < 2 & café"),
        (
            '<a href="https://a.example/b/c"><span class="invisible">https://</span>'
            '<span class="ellipsis">a.example/b</span><span class="invisible">/c</span></a>',
            "https://a.example/b/c",
        ),
        ('<a href="https://a.example/">a.example</a>', "https://a.example/"),
        ('<a href="https://a.example/menu">our menu</a>', "our menu (https://a.example/menu)"),
        ('<a href="javascript:x">click</a>', "click"),
        ('<a href="https://x.example/tags/wine" class="mention hashtag">#<span>wine</span></a>', "#wine"),
        ('<a href="https://x/@rossi" class="u-url mention">@<span>rossi</span></a>', "@rossi@home.example"),
        ('<a href="https://y.example/@bo" class="u-url mention">@bo@z.example</a>', "@bo@z.example"),
        ('<img alt=":blob:" src="x"> :heart:', ":blob: :heart:"),
        ("<ul><li>red</li><li>white</li></ul>", "- red\n- white"),
        ("<script>alert(1)</script><style>p{}</style>fine", "fine"),
        ("no <b>end", "no end"),
        ("", ""),
    ],
)
def test_html_becomes_the_text_a_person_reads(html, text):
    assert plain(html, [{"url": "https://x/@rossi", "acct": "rossi@home.example"}]) == text


def test_a_content_warning_stands_before_the_text():
    said = heard(envelope("notification", note("1", status("5", spoiler_text="Food", language="pt-BR"))))
    assert (said.text, said.language) == ("Food\n\nstatus 5", "pt")


def test_pictures_come_with_their_description_and_a_preview():
    piece = {
        "url": "https://x/a.jpg",
        "preview_url": "https://x/s.jpg",
        "description": "A cup",
        "type": "image",
    }
    lost = {"url": None, "remote_url": None, "type": "unknown"}
    (media,) = heard(envelope("notification", note("1", status("5", media_attachments=[piece, lost])))).media
    assert (media.url, media.mime, media.alt, media.preview) == (
        "https://x/a.jpg",
        "image/jpeg",
        "A cup",
        "https://x/s.jpg",
    )


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("ciao", 4),
        ("👩‍🍳", 1),
        ("https://a.example/" + "x" * 300, 23),
        ("(https://a.example/b).", 26),
        ("@chiara@far.example hi", 10),
        ("mail me@far.example", 19),
    ],
)
def test_length_is_counted_as_mastodon_counts(text, long):
    assert length(text) == mastodon(httpx.Response(200)).length(text) == long


def test_a_server_may_count_links_otherwise():
    assert mastodon(httpx.Response(200), SECRET | {"url_length": "32"}).length("https://a.example") == 32


@pytest.mark.parametrize("other", ["Yes", "Yes, from noon. Bring Bo.", "@bo", ""])
def test_other_words_are_not_the_same_words(other):
    assert not same_words("@chiara Yes, from noon.", other)
