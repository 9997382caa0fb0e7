"""Mastodon's client API on real servers: a guest writes on one, the brand answers from another.

snac is a real fediverse server that speaks part of the API.  What it lacks (streaming, deleting,
idempotency) is tested on mastodon_mock, which is a stand-in and no Mastodon server.
"""

import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import httpx
import pytest

from premura.networks.contract import (
    Can,
    Counted,
    Disconnected,
    Gesture,
    Kind,
    Outgoing,
    Posted,
    Reacted,
    Receipt,
    Refused,
    Removed,
    Said,
    Upload,
)
from premura.networks.mastodon import Mastodon
from tests.networks.beds import snac
from tests.networks.beds.snac import again
from tests.networks.conftest_mastodon import Heard, Square, deliver, say, until

pytestmark = [pytest.mark.bed, pytest.mark.timeout(120)]


def saying(key: str, text: str, **more: Any) -> Outgoing:
    return Outgoing(key, text, datetime.now(UTC), "en", **more)


def picture() -> bytes:
    """Return a red square as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * 8 for _ in range(8))
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def texts(statuses: list[Any], words: str) -> list[Any]:
    unwrapped = [one.reblog or one for one in statuses]  # snac wraps what was boosted
    return [one for one in unwrapped if words in one.content]


# -- two real servers --------------------------------------------------------------------


@dataclass
class Evening:
    """What happened one evening; each hop between two servers takes some seconds, so it is played once."""

    square: Square
    posted: Receipt
    post_out: Outgoing
    comment: Said
    mention: Said
    direct: Said
    answer: Receipt
    answer_out: Outgoing
    direct_answer: Receipt
    direct_out: Outgoing
    deeper: Said
    at_chiaras: dict[str, Any]  # what her server told her, by the words in it


def like(square: Square, post_id: str) -> None:
    """Let Chiara like a post until the brand's server knows it: her own forgets to tell it now and then."""
    for _ in range(4):
        again(lambda: square.chiara.status_favourite(post_id))
        with suppress(pytest.fail.Exception):
            square.rossi.until(lambda item: getattr(item, "gesture", "") == Gesture.LIKE, "the like", 10)
            return
        again(lambda: square.chiara.status_unfavourite(post_id))
    pytest.fail("the like never came")


@pytest.fixture(scope="module")
def evening(federation: Square) -> Evening:
    square, rossi = federation, federation.rossi
    photo = Upload("glass.png", "image/png", picture(), "A glass of red wine")
    post_out = saying("wine", "Our new wine is here: https://rossi.example/wines/2026/a-long-way", media=(photo,))
    posted = deliver(rossi.rossi, lambda: rossi.rossi.publish(post_out), None, post_out)
    post = until(lambda: texts(square.chiara.timeline_home(), "new wine"), "the post at Chiara's")[0]

    name = f"@{square.rossi_name}"
    say(square.chiara, f"{name} is it dry?", in_reply_to_id=post.id)
    cup = again(lambda: square.chiara.media_post(picture(), mime_type="image/png", description="A broken cup"))
    say(square.chiara, f"{name} my parcel is late", media_ids=[cup.id])
    say(square.chiara, f"{name} my number is 555", visibility="direct")
    like(square, post.id)
    again(lambda: square.chiara.status_reblog(post.id))
    comment, mention, direct = rossi.saying("dry"), rossi.saying("parcel"), rossi.saying("555")
    rossi.until(lambda item: getattr(item, "gesture", "") == Gesture.SHARE, "the boost")

    answer_out, direct_out = saying("dry", "Very dry."), saying("call", "We will *call* you.")
    answer = deliver(rossi.rossi, lambda: rossi.rossi.reply(comment.ref, answer_out), comment.ref, answer_out)
    until(lambda: rossi.rossi.like(mention.ref, datetime.now(UTC)) is None, "our like")
    direct_answer = deliver(rossi.rossi, lambda: rossi.rossi.write(direct.ref, direct_out), direct.ref, direct_out)

    def told() -> dict[str, Any]:
        notes = square.chiara.notifications()
        said = {"dry": "Very dry", "call": "call"}
        found = {
            key: n.status for key, w in said.items() for n in notes if n.type == "mention" and w in n.status.content
        }
        found |= {n.type: n for n in notes if n.type == "favourite"}
        return found if len(found) == 3 else {}

    at_chiaras = until(told, "our answers at Chiara's")
    say(square.chiara, f"{name} as dry as the other?", in_reply_to_id=at_chiaras["dry"].id)
    deeper = rossi.saying("the other")
    return Evening(
        square=square,
        posted=posted,
        post_out=post_out,
        comment=comment,
        mention=mention,
        direct=direct,
        answer=answer,
        answer_out=answer_out,
        direct_answer=direct_answer,
        direct_out=direct_out,
        deeper=deeper,
        at_chiaras=at_chiaras,
    )


def test_a_comment_comes_with_our_post_above_it(evening):
    comment = evening.comment
    assert comment.kind is Kind.COMMENT
    assert comment.root == comment.parent == evening.posted.key
    assert [(above.key, above.ours) for above in comment.above] == [(evening.posted.key, True)]
    assert "https://rossi.example/wines/2026/a-long-way" in comment.above[0].text
    assert comment.text == f"@{evening.square.rossi_name} is it dry?"
    assert (comment.author.handle, comment.author.name) == (evening.square.chiara_name, "chiara")
    assert comment.author.avatar.startswith("http")


def test_a_deeper_reply_comes_with_the_whole_thread_above_it(evening):
    assert evening.deeper.kind is Kind.COMMENT
    assert evening.deeper.root == evening.posted.key
    assert [above.key for above in evening.deeper.above] == [
        evening.posted.key,
        evening.comment.key,
        evening.answer.key,
    ]


def test_a_mention_comes_with_its_picture_and_what_it_shows(evening):
    assert evening.mention.kind is Kind.MENTION
    assert [piece.alt for piece in evening.mention.media] == ["A broken cup"]
    url = evening.mention.media[0].url
    assert again(lambda: httpx.get(url, headers={"connection": "close"})).content == picture()


def test_a_direct_message_is_private_and_its_own_thread(evening):
    assert evening.direct.kind is Kind.DIRECT
    assert evening.direct.root == evening.direct.key
    assert evening.direct.ref["visibility"] == "direct"


def test_everything_is_heard_once(evening):
    evening.square.rossi.poll()
    by_guests = [item.key for item in evening.square.rossi.items if isinstance(item, Said) and not item.ours]
    assert sorted(by_guests) == sorted(
        {evening.comment.key, evening.mention.key, evening.direct.key, evening.deeper.key}
    )


def test_a_like_and_a_boost_of_our_post_are_heard_once_with_their_time(evening):
    gestures = [item for item in evening.square.rossi.items if isinstance(item, Reacted)]
    assert {(item.gesture, item.target, item.by.key) for item in gestures} == {
        (gesture, evening.posted.key, evening.comment.author.key) for gesture in (Gesture.LIKE, Gesture.SHARE)
    }
    assert len(gestures) == 2
    assert all(datetime.now(UTC) - item.at < timedelta(minutes=5) for item in gestures)


def test_our_post_stands_at_a_followers_once_with_its_picture_described(evening):
    (post,) = texts(again(evening.square.chiara.timeline_home), "new wine")
    assert [piece.description for piece in post.media_attachments] == ["A glass of red wine"]


def test_our_answer_stands_under_the_comment_once_and_names_the_guest(evening):
    below = again(lambda: evening.square.as_rossi.status_context(evening.comment.ref["id"])).descendants
    (answer,) = texts(below, "Very dry")
    assert answer.url == evening.answer.url
    told = again(evening.square.chiara.notifications)
    (seen,) = texts([n.status for n in told if n.type == "mention"], "Very dry")
    assert seen.in_reply_to_id is not None
    assert f"@{evening.square.chiara_name}" in seen.content


def test_our_direct_message_is_for_her_alone(evening):
    assert evening.at_chiaras["call"].visibility in ("direct", "private")  # snac calls it private
    secret = evening.square.rossi.rossi.secret
    url = f"{secret['server']}/api/v1/accounts/{secret['id']}/statuses"
    public = again(lambda: httpx.get(url, headers={"connection": "close"})).text
    assert "Very dry" in public
    assert "*call*" not in public


def test_our_like_is_hers_to_see(evening):
    assert "parcel" in str(evening.at_chiaras["favourite"].status)


@pytest.mark.parametrize(("to", "out", "receipt"), [
    ("comment", "answer_out", "answer"),
    ("direct", "direct_out", "direct_answer"),
    ("", "post_out", "posted"),
])  # fmt: skip
def test_a_second_try_finds_the_first_where_the_server_forgets_its_key(evening, to, out, receipt):
    ref = getattr(evening, to).ref if to else None
    rossi, tried = evening.square.rossi.rossi, getattr(evening, out)
    found = again(lambda: rossi.find(ref, replace(tried, now=datetime.now(UTC))))
    assert found is not None
    assert found.key == getattr(evening, receipt).key
    assert again(lambda: rossi.find(ref, replace(tried, text="Never said."))) is None


def test_our_own_answer_comes_back_as_ours_with_the_key_of_its_receipt(evening):
    heard = evening.square.rossi
    echo = heard.until(lambda item: isinstance(item, Said) and item.ours, "the echo of our answer")
    assert echo.key == evening.answer.key
    assert echo.root == evening.posted.key
    assert echo.with_.key == evening.comment.author.key
    assert [item.key for item in heard.items if isinstance(item, Posted)][:1] == [evening.posted.key]


def test_an_edit_by_the_guest_is_the_same_message_with_new_words(evening):
    square, rossi = evening.square, evening.square.rossi.rossi
    hers = texts(again(square.chiara.timeline_home), "my parcel") or texts(
        again(lambda: square.chiara.account_statuses(square.chiara.me().id)), "my parcel"
    )
    words = f"@{square.rossi_name} my parcel is two weeks late"
    again(lambda: square.chiara.status_update(hers[0].id, words))

    def edited() -> list[Said]:
        bodies = rossi.look_up([evening.mention.ref], datetime.now(UTC))
        items = [item for body in bodies for item in rossi.hear(body, rossi.secret["id"])]
        return [item for item in items if isinstance(item, Said) and "two weeks" in item.text]

    (said,) = until(edited, "the edit")
    assert said.key == evening.mention.key
    assert said.edited_at > evening.mention.written_at
    assert (said.root, said.kind) == (evening.mention.root, evening.mention.kind)


def test_likes_are_counted_when_looked_up(evening):
    now, rossi = datetime.now(UTC), evening.square.rossi.rossi
    (body,) = again(lambda: list(rossi.look_up([evening.posted.ref], now)))
    (counted,) = [item for item in rossi.hear(body, rossi.secret["id"]) if isinstance(item, Counted)]
    assert (counted.key, counted.likes, counted.shares, counted.at) == (evening.posted.key, 1, 1, now)


def test_backfill_tells_the_same_messages_as_polling(evening):
    rossi = evening.square.rossi.rossi
    pages = again(lambda: list(rossi.backfill(datetime.now(UTC) - timedelta(days=2))))
    items = [item for page in pages for body in page for item in rossi.hear(body, rossi.secret["id"])]
    hers = [item.key for item in items if isinstance(item, Said) and not item.ours]
    assert sorted(hers) == sorted([evening.comment.key, evening.mention.key, evening.direct.key, evening.deeper.key])
    assert again(lambda: list(rossi.backfill(datetime.now(UTC) + timedelta(hours=1)))) == [[], []]


def test_a_server_that_cannot_delete_is_not_believed_to_have_done_it(evening):
    with pytest.raises(Refused, match="cannot delete it"):
        again(lambda: evening.square.rossi.rossi.delete(evening.answer.ref))


def test_the_account_says_what_fits_here_and_that_this_server_does_not_stream(evening):
    account = again(evening.square.rossi.rossi.account)
    assert account.handle == evening.square.rossi_name
    assert account.limits.publish.most == 100_000
    assert not account.streams


def test_a_hashtag_brings_what_names_nobody_and_doubles_nothing(evening):
    square, rossi = evening.square, evening.square.rossi
    found = until(lambda: square.as_rossi.search(f"@{square.chiara_name}", resolve=True).accounts, "Chiara")
    again(lambda: square.as_rossi.account_follow(found[0].id))
    until(lambda: [n for n in square.chiara.notifications() if n.type == "follow"], "Chiara to know who follows her")
    say(square.chiara, "all about #barbera tonight")
    say(square.chiara, f"@{square.rossi_name} have you #barbera too?")
    named = rossi.saying("too?")
    heard, cursor = list[Said](), ""

    def watched() -> bool:
        nonlocal cursor
        page = rossi.rossi.watch(["barbera"], cursor)
        cursor = page.cursor
        heard.extend(item for body in page.bodies for item in rossi.rossi.hear(body, rossi.rossi.secret["id"]))
        return len(heard) >= 2

    until(watched, "both under the hashtag")
    assert sorted(item.kind for item in heard) == [Kind.MENTION, Kind.MENTION]
    assert {(item.key, item.root) for item in heard if "too?" in item.text} == {(named.key, named.root)}
    assert any("all about #barbera" in item.text for item in heard)
    assert list(again(lambda: rossi.rossi.watch(["barbera"], cursor)).bodies) == []


def test_a_wrong_token_says_that_a_person_must_reconnect(evening, http):
    secret = evening.square.rossi.rossi.secret
    with pytest.raises(Disconnected):
        snac.again(lambda: Mastodon.connect({"server": secret["server"], "token": "wrong"}, http))
    with pytest.raises(Disconnected):
        snac.again(lambda: Mastodon({**secret, "token": "wrong"}, http).poll(""))


# -- a stand-in, for what snac lacks -------------------------------------------------------


def test_stand_in_a_mention_is_streamed_with_the_key_that_polling_gives_it(stand_in):
    rossi = stand_in.rossi.rossi
    assert rossi.account().streams
    stream = rossi.stream()
    assert next(stream) == b""  # the line is open
    first = stand_in.chiara.status_post(f"@{stand_in.rossi_name} is it open?")
    stand_in.as_rossi.status_post(f"@{stand_in.chiara_name} it is", in_reply_to_id=first.id)
    bodies = list(islice((body for body in stream if body), 2))
    stream.close()
    mention, echo = (item for body in bodies for item in rossi.hear(body, rossi.secret["id"]))
    assert (mention.text, mention.ours, echo.ours) == (f"@{stand_in.rossi_name} is it open?", False, True)
    assert [above.key for above in echo.above] == [mention.key]
    assert echo.with_.key == mention.author.key
    assert stand_in.rossi.saying("is it open?").key == mention.key
    assert stand_in.rossi.saying("it is").key == echo.key


def test_stand_in_a_deletion_is_streamed_with_the_key_of_the_message(stand_in):
    rossi = stand_in.rossi.rossi
    receipt = rossi.publish(saying("gone", "Soon gone"))
    stream = rossi.stream()
    assert next(stream) == b""
    stand_in.as_rossi.status_delete(receipt.ref["id"])
    body = next(body for body in stream if body)
    stream.close()
    assert rossi.hear(body, rossi.secret["id"]) == [Removed(receipt.key)]


def test_stand_in_the_same_reply_tried_twice_stands_there_once(stand_in):
    rossi = stand_in.rossi.rossi
    stand_in.chiara.status_post(f"@{stand_in.rossi_name} is it open?")
    question = stand_in.rossi.saying("is it open?")
    out = saying(f"once{stand_in.rossi_name}", "Yes, from noon.")
    assert rossi.reply(question.ref, out) == rossi.reply(question.ref, out)
    below = stand_in.as_rossi.status_context(question.ref["id"]).descendants
    assert len(texts(below, "from noon")) == 1


def test_stand_in_another_handle_of_ours_answers_and_both_know_it_as_the_same_message(stand_in, stand_in_server, http):
    stand_in.chiara.status_post(f"@{stand_in.rossi_name} my parcel is late")
    question = stand_in.rossi.saying("my parcel is late")
    typed = {"server": stand_in_server.url, "token": stand_in_server.token(f"aiuta{stand_in.rossi_name}")}
    aiuta = Heard(Mastodon(Mastodon.connect(typed, http), http))
    receipt = aiuta.rossi.reply(question.ref, saying(f"v{stand_in.rossi_name}", "We look into it"))
    echo = aiuta.saying("We look into it")
    assert (echo.key, echo.root, echo.ours, echo.with_.key) == (receipt.key, question.root, True, question.author.key)
    name = f"@aiuta{stand_in.rossi_name}"
    stand_in.chiara.status_post(f"{name} thank you", in_reply_to_id=receipt.ref["id"])
    thanks = aiuta.saying("thank you")
    assert (thanks.root, thanks.parent, thanks.author.key) == (question.root, receipt.key, question.author.key)


def test_stand_in_a_reply_is_as_public_as_what_it_answers(stand_in):
    stand_in.chiara.status_post(f"@{stand_in.rossi_name} hushed", visibility="unlisted")
    receipt = stand_in.rossi.rossi.reply(stand_in.rossi.saying("hushed").ref, saying("hush", "Yes."))
    assert stand_in.as_rossi.status(receipt.ref["id"]).visibility == "unlisted"


def test_stand_in_a_private_answer_to_a_public_message_is_direct(stand_in):
    stand_in.chiara.status_post(f"@{stand_in.rossi_name} where is my parcel?")
    public = stand_in.rossi.saying("where is my parcel?")
    receipt = stand_in.rossi.rossi.reply_privately(public.ref, saying("priv", "What is its number?"))
    assert stand_in.as_rossi.status(receipt.ref["id"]).visibility == "direct"
    echo = stand_in.rossi.saying("its number")
    assert (echo.kind, echo.root, echo.parent) == (Kind.DIRECT, echo.key, public.key)


def test_stand_in_a_direct_message_is_told_once_though_it_is_a_conversation_too(stand_in):
    stand_in.rossi.poll()
    stand_in.chiara.status_post(f"@{stand_in.rossi_name} psst", visibility="direct")
    page = stand_in.rossi.rossi.poll(stand_in.rossi.cursor)
    assert len(page.bodies) == 1
    assert stand_in.rossi.saying("psst").kind is Kind.DIRECT
    assert len(stand_in.as_rossi.conversations()) == 1


def test_stand_in_a_direct_message_sent_from_the_networks_own_app_is_ours(stand_in):
    stand_in.as_rossi.status_post(f"@{stand_in.chiara_name} your table is ready", visibility="direct")
    echo = stand_in.rossi.saying("table is ready")
    assert (echo.ours, echo.kind) == (True, Kind.DIRECT)
    assert echo.with_.handle.split("@")[0] == stand_in.chiara_name


def test_stand_in_what_was_deleted_and_edited_is_seen_when_looked_up(stand_in):
    rossi, name = stand_in.rossi.rossi, stand_in.rossi_name
    kept = stand_in.chiara.status_post(f"@{name} kept")
    gone = stand_in.chiara.status_post(f"@{name} soon gone")
    refs = [stand_in.rossi.saying(words).ref for words in ("kept", "soon gone")]
    stand_in.chiara.status_update(kept.id, f"@{name} kept, but otherwise")
    stand_in.chiara.status_delete(gone.id)
    bodies = rossi.look_up(refs, datetime.now(UTC))
    items = [item for body in bodies for item in rossi.hear(body, rossi.secret["id"])]
    said, counted, removed = items
    assert (said.text, said.edited_at is not None) == (f"@{name} kept, but otherwise", True)
    assert (counted.key, removed) == (said.key, Removed(str(gone.id)))


def test_stand_in_what_we_delete_is_gone_and_may_be_deleted_again(stand_in):
    rossi = stand_in.rossi.rossi
    receipt = rossi.publish(saying("oops", "Oops"))
    rossi.delete(receipt.ref)
    rossi.delete(receipt.ref)
    (body,) = rossi.look_up([receipt.ref], datetime.now(UTC))
    assert rossi.hear(body, rossi.secret["id"]) == [Removed(receipt.key)]


def test_stand_in_whoever_is_banned_is_blocked_until_the_ban_is_lifted(stand_in):
    stand_in.chiara.status_post(f"@{stand_in.rossi_name} rude words")
    her, rossi = stand_in.rossi.saying("rude words").author.key, stand_in.rossi.rossi
    for deed, blocked in ((rossi.ban, True), (rossi.ban, True), (rossi.unban, False), (rossi.unban, False)):
        deed(her, *([datetime.now(UTC)] if blocked else []))
        assert stand_in.as_rossi.account_relationships(her)[0].blocking is blocked


def test_stand_in_many_mentions_are_told_over_several_pages_each_once(stand_in):
    stand_in.chiara.status_post(f"@{stand_in.rossi_name} first")
    stand_in.rossi.saying("first")
    for number in range(90):
        stand_in.chiara.status_post(f"@{stand_in.rossi_name} number {number:02}")
    page = stand_in.rossi.rossi.poll(stand_in.rossi.cursor)
    assert page.more
    stand_in.rossi.saying("number 89")
    told = [item.text[-2:] for item in stand_in.rossi.all_saying("number")]
    assert told == [f"{number:02}" for number in range(90)]


def test_stand_in_under_a_hashtag_is_heard_what_others_said_and_not_we(stand_in):
    tag, rossi = f"vino{stand_in.rossi_name}", stand_in.rossi.rossi
    stand_in.as_rossi.status_post(f"we like #{tag}")
    said = stand_in.chiara.status_post(f"I like #{tag}")
    page = rossi.watch([tag], "")
    (item,) = (item for body in page.bodies for item in rossi.hear(body, rossi.secret["id"]))
    assert (item.kind, item.key, item.root, item.ours) == (Kind.MENTION, said.id, said.id, False)
    later = [stand_in.chiara.status_post(f"#{tag} number {number}").id for number in range(60)]
    keys = list[str]()
    while len(keys) < 60:
        page = rossi.watch([tag], page.cursor)
        assert page.bodies
        keys += [item.key for body in page.bodies for item in rossi.hear(body, rossi.secret["id"])]
    assert keys == later


def test_the_capabilities_are_what_these_tests_have_seen():
    assert set(Can) - Mastodon.can == {Can.VOUCH, Can.HIDE, Can.UNHIDE, Can.REFRESH}
