"""Bluesky against the real servers: what happens there arrives here, and what we do here stands there once."""

import secrets
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from atproto import Client, client_utils, models
from atproto_client.models.app.bsky.feed.defs import PostView

from premura.networks import bluesky_poll
from premura.networks.bluesky import Bluesky
from premura.networks.contract import (
    Busy,
    Counted,
    Disconnected,
    Gesture,
    Kind,
    Outgoing,
    Posted,
    Reacted,
    Refused,
    Removed,
    Said,
    Upload,
)
from tests.networks.beds.bluesky import Bed
from tests.networks.conftest_bluesky import Brand, hear, record, said

pytestmark = [
    pytest.mark.bed,
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),  # the SDK's own
]

EVERY_CORNER = bluesky_poll.OWN_EVERY  # polls until our own posts were looked at too


def out(text: str, key: str = "one", **more: Any) -> Outgoing:
    return Outgoing(key, text, datetime.now(UTC), **more)


def answer(to: Any, root: Any = None) -> models.AppBskyFeedPost.ReplyRef:
    parent = models.create_strong_ref(to)
    return models.AppBskyFeedPost.ReplyRef(root=models.create_strong_ref(root or to), parent=parent)


def mention(whom: Client, text: str) -> client_utils.TextBuilder:
    return client_utils.TextBuilder().mention(f"@{whom.me.handle}", whom.me.did).text(f" {text}")


def written_by(client: Client) -> list[Any]:
    """Return the posts that really are in somebody's repository, from their own server."""
    asked = {"repo": client.me.did, "collection": "app.bsky.feed.post", "limit": 100}
    return list(client.com.atproto.repo.list_records(asked).records)


def in_thread(reader: Client, uri: str) -> list[PostView]:
    """Return the replies right under a post, as somebody sees them."""
    return [reply.post for reply in reader.get_post_thread(uri).thread.replies if hasattr(reply, "post")]


# -- what comes in ----------------------------------------------------------------------


def test_a_mention_arrives_with_its_author_and_links_in_full(brand: Brand, page: Client, customer: Client) -> None:
    text = mention(page, "my parcel is late ").link("shop.test/orde...", "https://shop.test/order/42")
    post = customer.send_post(text, langs=["it-IT"])
    items = brand.polls()
    record("mention", brand.bodies, text="my parcel is late")
    heard = said(items, "my parcel is late")
    assert (heard.kind, heard.key, heard.root, heard.parent) == (Kind.MENTION, post.uri, post.uri, "")
    assert (heard.author.name, heard.author.key) == ("Anna Bianchi", customer.me.did)
    assert heard.text == f"@{page.me.handle} my parcel is late https://shop.test/order/42"
    assert heard.language == "it"
    assert not heard.ours
    assert heard.url == f"https://bsky.app/profile/{customer.me.did}/post/{post.uri.rpartition('/')[2]}"


def test_a_reply_deep_under_our_post_is_a_comment_with_the_posts_above_it(
    brand: Brand, page: Client, customer: Client, join: Callable[..., Client], bed: Bed
) -> None:
    other = join("berta")
    top = page.send_post("Our new wine is here")
    bed.settle()
    first = customer.send_post("How much is it?", reply_to=answer(top))
    bed.settle()
    second = other.send_post("I want to know that too", reply_to=answer(first, top))
    items = brand.polls()
    record("comment", brand.bodies, text="I want to know that too")
    comment, deeper = said(items, "How much"), said(items, "I want to know")
    assert (comment.kind, comment.root, comment.parent) == (Kind.COMMENT, top.uri, top.uri)
    assert (deeper.kind, deeper.root, deeper.parent) == (Kind.COMMENT, top.uri, first.uri)
    assert [(above.text, above.ours) for above in deeper.above] == [
        ("Our new wine is here", True),
        ("How much is it?", False),
    ]
    assert deeper.key == second.uri
    assert [item.text for item in items if isinstance(item, Posted)] == ["Our new wine is here"]


def test_nothing_arrives_twice(brand: Brand, page: Client, customer: Client) -> None:
    customer.send_post(mention(page, "hello"))
    first = brand.polls(EVERY_CORNER)
    assert said(first, "hello")
    assert brand.polls(EVERY_CORNER) == []


def test_a_reply_whose_notification_was_lost_arrives_all_the_same(
    brand: Brand, page: Client, customer: Client, bed: Bed
) -> None:
    brand.polls()
    top = page.send_post("Closed on Monday")
    bed.settle()
    customer.send_post("And on Tuesday?", reply_to=answer(top))

    class Deaf(httpx.HTTPTransport):
        """The real network, less its notifications."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if "listNotifications" in request.url.path:
                return httpx.Response(200, json={"notifications": []})
            return super().handle_request(request)

    with httpx.Client(transport=Deaf()) as deaf:
        brand.network = Bluesky(brand.network.secret, deaf)
        items = brand.polls(EVERY_CORNER)
        assert said(items, "And on Tuesday?").kind is Kind.COMMENT
        assert not [item for item in brand.polls(EVERY_CORNER) if isinstance(item, Said)]


def test_what_came_in_a_long_pause_arrives_whole(
    brand: Brand, page: Client, customer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.send_post(mention(page, "before"))
    brand.polls()
    monkeypatch.setattr(bluesky_poll, "PAGE", 4)
    monkeypatch.setattr(bluesky_poll, "PAGES", 2)
    for number in range(18):
        customer.send_post(mention(page, f"number {number}"))
    items = brand.polls()
    numbers = sorted(int(item.text.rpartition(" ")[2]) for item in items if isinstance(item, Said))
    assert numbers == list(range(18))


def test_a_hashtag_brings_what_names_nobody_and_doubles_nothing(
    brand: Brand, page: Client, customer: Client, bed: Bed
) -> None:
    tag = f"vino{secrets.token_hex(3)}"
    top = customer.send_post("Where do we drink?")
    bed.settle()
    under_it = customer.send_post(f"Perhaps #{tag}", reply_to=answer(top))
    customer.send_post(mention(page, f"corked #{tag}"))
    customer.send_post(f"#{tag}xyz is another matter")
    page.send_post(f"Our own #{tag}")
    told = brand.polls()
    first = brand.network.watch([tag], "")
    items = hear(first.bodies, brand.me)
    assert {(item.key, item.root) for item in items} == {
        (under_it.uri, top.uri), (said(told, "corked").key, said(told, "corked").root),
    }  # fmt: skip
    assert said(items, "corked") == said(told, "corked")
    assert (said(items, "Perhaps").kind, said(items, "Perhaps").above[-1].text) == (Kind.MENTION, "Where do we drink?")
    customer.send_post(f"And again #{tag}")
    bed.settle()
    second = brand.network.watch([tag], first.cursor)
    assert [item.text for item in hear(second.bodies, brand.me)] == [f"And again #{tag}"]


def test_likes_shares_and_quotes_arrive_as_gestures_and_counters(
    brand: Brand, page: Client, customer: Client, bed: Bed
) -> None:
    top = page.send_post("Harvest begins")
    bed.settle()
    customer.like(top.uri, top.cid)
    customer.repost(top.uri, top.cid)
    quoted = models.AppBskyEmbedRecord.Main(record=models.create_strong_ref(top))
    customer.send_post("Look at this", embed=quoted)
    items = brand.polls()
    record("like", brand.bodies, text='"reason":"like"')
    record("quote", brand.bodies, text="Look at this")
    reacted = {item.gesture: item for item in items if isinstance(item, Reacted)}
    assert set(reacted) == set(Gesture)
    assert {item.target for item in reacted.values()} == {top.uri}
    assert {item.by.name for item in reacted.values()} == {"Anna Bianchi"}
    assert said(items, "Look at this").above[-1].text == "Harvest begins"
    (counted,) = [item for item in items if isinstance(item, Counted)]
    assert (counted.key, counted.likes, counted.shares) == (top.uri, 1, 1)


def test_a_picture_arrives_with_its_description(brand: Brand, page: Client, customer: Client) -> None:
    customer.send_image(mention(page, "broken"), png(), "a broken bottle")
    items = brand.polls()
    record("picture", brand.bodies, text="a broken bottle")
    (picture,) = said(items, "broken").media
    assert picture.alt == "a broken bottle"
    assert picture.url.startswith("http")
    assert picture.preview.startswith("http")


def test_a_reply_made_in_the_networks_own_app_arrives_as_ours(
    brand: Brand, page: Client, customer: Client, bed: Bed
) -> None:
    post = customer.send_post(mention(page, "where are you?"))
    bed.settle()
    page.send_post("In Via Roma 1", reply_to=answer(post))
    items = brand.polls()
    record("ours", brand.bodies, text="In Via Roma 1")
    ours = said(items, "In Via Roma 1")
    assert ours.ours
    assert ours.with_ is not None
    assert ours.with_.key == customer.me.did
    assert (ours.kind, ours.root, ours.parent) == (Kind.MENTION, post.uri, post.uri)


def test_another_handle_of_ours_answers_and_both_know_it_as_the_same_message(
    brand: Brand, page: Client, customer: Client, join: Callable[..., Client], bed: Bed
) -> None:
    care = join("care", "Premura Aiuta")
    password = care.com.atproto.server.create_app_password({"name": "premura", "privileged": True}).password
    customer.send_post(mention(page, "my parcel is late"))
    question = said(brand.polls(), "my parcel is late")
    helper = Brand(bed, Bluesky.connect({"handle": care.me.handle, "password": password, "host": bed.pds}
                                        | {"chat_proxy": bed.chat_proxy}, brand.http), brand.http)  # fmt: skip
    receipt = helper.network.reply(question.ref, out("We look into it", "voice"))
    echo = said(helper.polls(EVERY_CORNER), "We look into it")
    assert (echo.key, echo.root, echo.ours, echo.with_ and echo.with_.key) == (
        receipt.key, question.root, True, customer.me.did,
    )  # fmt: skip
    strong = models.ComAtprotoRepoStrongRef.Main
    parent = strong(uri=receipt.ref["uri"], cid=receipt.ref["cid"])
    root = strong(uri=question.ref["root_uri"], cid=question.ref["root_cid"])
    customer.send_post("Thank you", reply_to=models.AppBskyFeedPost.ReplyRef(root=root, parent=parent))
    thanks = said(helper.polls(), "Thank you")
    assert (thanks.root, thanks.parent) == (question.root, receipt.key)
    assert helper.network.find(question.ref, out("We look into it", "voice")) == receipt


def test_backfill_brings_what_was_said_before_we_were_connected(
    brand: Brand, page: Client, customer: Client, bed: Bed
) -> None:
    top = page.send_post("Tasting on Friday")
    post = customer.send_post(mention(page, "are you open?"))
    bed.settle()
    customer.send_post("I am coming", reply_to=answer(top))
    page.send_post("Until ten", reply_to=answer(post))
    private(customer, bed, page, "A secret question")
    bed.settle()
    pages = list(brand.network.backfill(datetime.now(UTC) - timedelta(hours=1)))
    items = hear([body for bodies in pages for body in bodies], brand.me)
    texts = {item.text.rpartition(f"@{page.me.handle} ")[2] for item in items if isinstance(item, Said)}
    assert texts == {"are you open?", "I am coming", "Until ten", "A secret question"}
    assert {item.text for item in items if isinstance(item, Posted)} == {"Tasting on Friday"}
    after = datetime.now(UTC) + timedelta(minutes=1)
    assert [body for bodies in brand.network.backfill(after) for body in bodies] == []


# -- looking again ----------------------------------------------------------------------


def test_a_look_finds_edits_deletions_and_counters_and_spares_those_who_blocked_us(
    brand: Brand, page: Client, customer: Client, join: Callable[..., Client], bed: Bed
) -> None:
    shy = join("shy")
    edited, deleted = (customer.send_post(mention(page, text)) for text in ("first words", "never mind"))
    shy.send_post(mention(page, "shy words"))
    heard = [item for item in brand.polls() if isinstance(item, Said)]
    rewritten = models.AppBskyFeedPost.Record(text="second thoughts", created_at=customer.get_current_time_iso())
    where = {"repo": customer.me.did, "collection": "app.bsky.feed.post", "rkey": edited.uri.rpartition("/")[2]}
    customer.com.atproto.repo.put_record(where | {"record": rewritten})
    customer.delete_post(deleted.uri)
    block = models.AppBskyGraphBlock.Record(subject=page.me.did, created_at=shy.get_current_time_iso())
    shy.app.bsky.graph.block.create(shy.me.did, block)
    page.like(edited.uri, edited.cid)
    bed.settle()
    now = datetime.now(UTC)
    bodies = list(brand.network.look_up([item.ref for item in heard], now))
    record("edited", bodies, text="second thoughts")
    record("deleted", bodies, text='"post":null')
    items = hear(bodies, brand.me)
    again = said(items, "second thoughts")
    assert (again.key, again.edited_at) == (edited.uri, now)
    assert [item for item in items if isinstance(item, Removed)] == [Removed(deleted.uri)]
    assert [(item.key, item.likes) for item in items if isinstance(item, Counted)] == [(edited.uri, 1)]
    assert len(items) == 3


# -- what goes out ----------------------------------------------------------------------


def test_our_reply_stands_once_however_often_it_is_tried(
    brand: Brand, page: Client, customer: Client, bed: Bed
) -> None:
    customer.send_post(mention(page, "where is it?"))
    question = said(brand.polls(), "where is it?")
    text = f"Here, @{customer.me.handle}: https://shop.test/42 #città"
    assert brand.network.find(question.ref, out(text)) is None
    receipt = brand.network.reply(question.ref, out(text, language="en"))
    assert brand.network.reply(question.ref, out(text)) == receipt
    assert brand.network.find(question.ref, out(text)) == receipt
    bed.settle()
    (reply,) = in_thread(customer, question.key)
    assert (reply.uri, reply.record.text) == (receipt.key, text)
    assert reply.record.langs == ["en"]
    kinds = [facet.features[0].py_type.partition("#")[2] for facet in reply.record.facets]
    assert kinds == ["mention", "link", "tag"]
    assert len(written_by(page)) == 1
    ours = said(brand.polls(EVERY_CORNER), "Here,")
    assert (ours.key, ours.ours, ours.url) == (receipt.key, True, receipt.url)


def test_a_reply_under_a_comment_keeps_to_the_thread(brand: Brand, page: Client, customer: Client, bed: Bed) -> None:
    receipt = brand.network.publish(out("Good morning"))
    bed.settle()
    top = page.get_posts([receipt.key]).posts[0]
    customer.send_post("Good morning to you", reply_to=answer(top))
    comment = said(brand.polls(), "to you")
    brand.network.reply(comment.ref, out("And a good day", key="two"))
    bed.settle()
    (reply,) = in_thread(customer, comment.key)
    assert reply.record.reply.root.uri == receipt.key
    assert said(brand.polls(EVERY_CORNER), "And a good day").kind is Kind.COMMENT


def test_what_we_publish_stands_with_its_picture_and_can_be_deleted(brand: Brand, page: Client, bed: Bed) -> None:
    picture = Upload("label.png", "image/png", png(), alt="the new label")
    receipt = brand.network.publish(out("Look", media=(picture,)))
    bed.settle()
    (post,) = page.get_posts([receipt.key]).posts
    (image,) = post.embed.images
    assert (image.alt, image.aspect_ratio.width, image.aspect_ratio.height) == ("the new label", 8, 8)
    brand.network.delete(receipt.ref)
    brand.network.delete(receipt.ref)
    bed.settle()
    assert written_by(page) == []
    assert brand.network.find(None, out("Look")) is None


def test_a_like_counts_once(brand: Brand, page: Client, customer: Client, bed: Bed) -> None:
    customer.send_post(mention(page, "thank you"))
    thanks = said(brand.polls(), "thank you")
    for _ in range(2):
        brand.network.like(thanks.ref, datetime.now(UTC))
    bed.settle()
    assert customer.get_posts([thanks.key]).posts[0].like_count == 1


def test_a_reply_under_our_post_can_be_hidden_and_shown_again(
    brand: Brand, page: Client, customer: Client, bed: Bed
) -> None:
    top = page.send_post("Tell us what you think")
    bed.settle()
    customer.send_post("rude words", reply_to=answer(top))
    rude = said(brand.polls(), "rude")
    brand.network.hide(rude.ref)
    brand.network.hide(rude.ref)
    bed.settle()
    gate = customer.get_post_thread(top.uri).thread.post.threadgate
    assert gate.record.hidden_replies == [rude.key]
    brand.network.unhide(rude.ref)
    bed.settle()
    gate = customer.get_post_thread(top.uri).thread.post.threadgate
    assert gate.record.hidden_replies == []


def test_whoever_is_banned_is_blocked_and_the_block_is_lifted(
    brand: Brand, page: Client, customer: Client, bed: Bed
) -> None:
    top = page.send_post("Tell us what you think")
    bed.settle()
    customer.send_post("rude words again", reply_to=answer(top))
    rude = said(brand.polls(), "rude words again")
    for _ in range(2):
        brand.network.ban(rude.author.key, datetime.now(UTC))
    bed.settle()
    assert customer.get_profile(page.me.did).viewer.blocked_by
    brand.network.unban(rude.author.key)
    bed.settle()
    assert not customer.get_profile(page.me.did).viewer.blocked_by
    made = models.AppBskyGraphBlock.Record(subject=customer.me.did, created_at=page.get_current_time_iso())
    page.app.bsky.graph.block.create(page.me.did, made)  # in the app, by hand
    bed.settle()
    brand.network.unban(rude.author.key)
    bed.settle()
    assert not customer.get_profile(page.me.did).viewer.blocked_by


def test_what_the_network_forbids_is_refused(brand: Brand, page: Client, customer: Client, bed: Bed) -> None:
    post = customer.send_post(mention(page, "do not answer"))
    heard = said(brand.polls(), "do not answer")
    with pytest.raises(Refused, match="delete what others wrote"):
        brand.network.delete(heard.ref)
    with pytest.raises(Refused, match="under posts of our own"):
        brand.network.hide(heard.ref)
    nobody = models.AppBskyFeedThreadgate.Record(post=post.uri, allow=[], created_at=customer.get_current_time_iso())
    customer.app.bsky.feed.threadgate.create(customer.me.did, nobody, post.uri.rpartition("/")[2])
    bed.settle()
    with pytest.raises(Refused, match="does not let us reply") as refused:
        brand.network.reply(heard.ref, out("I will"))
    assert not isinstance(refused.value, Disconnected)
    with pytest.raises(Refused, match="300"):
        brand.network.publish(out("x" * 301))
    assert written_by(page) == []


# -- direct messages --------------------------------------------------------------------


def chat(client: Client, bed: Bed) -> Any:
    return client.with_proxy("bsky_chat", bed.chat).chat.bsky.convo


def private(writer: Client, bed: Bed, reader: Client, text: str) -> str:
    """Send a direct message with the SDK and return its conversation."""
    convo = chat(writer, bed).get_convo_for_members({"members": [reader.me.did]}).convo.id
    chat(writer, bed).send_message({"convo_id": convo, "message": {"text": text}})
    return convo


def read_privately(reader: Client, bed: Bed, convo: str) -> list[str]:
    return [message.text for message in chat(reader, bed).get_messages({"convo_id": convo}).messages]


def test_a_direct_message_arrives_and_our_answer_stands_once(
    brand: Brand, page: Client, customer: Client, bed: Bed
) -> None:
    convo = private(customer, bed, page, "Can I tell you something?")
    question = said(brand.polls(), "Can I tell you")
    record("direct", brand.bodies, text="Can I tell you")
    assert (question.kind, question.root, question.author.key) == (Kind.DIRECT, convo, customer.me.did)
    assert brand.network.find(question.ref, out("Of course")) is None
    receipt = brand.network.write(question.ref, out("Of course"))
    assert brand.network.find(question.ref, out("Of course")) == receipt
    assert read_privately(customer, bed, convo) == ["Of course", "Can I tell you something?"]
    assert chat(page, bed).get_convo({"convo_id": convo}).convo.status == "accepted"
    private(customer, bed, page, "It is broken")
    items = brand.polls()
    ours = said(items, "Of course")
    assert (ours.key, ours.ours) == (receipt.key, True)
    assert ours.with_ is not None
    assert ours.with_.key == customer.me.did
    assert said(items, "It is broken").root == convo
    assert not [item for item in brand.polls() if isinstance(item, Said)]


def test_a_direct_message_deleted_on_our_side_is_removed(
    brand: Brand, page: Client, customer: Client, bed: Bed
) -> None:
    convo = private(customer, bed, page, "a moment of anger")
    anger = said(brand.polls(), "anger")
    chat(page, bed).delete_message_for_self({"convo_id": convo, "message_id": anger.ref["id"]})
    assert brand.polls() == [Removed(anger.key)]


def test_the_same_words_said_before_are_not_taken_for_the_answer(
    brand: Brand, page: Client, customer: Client, bed: Bed
) -> None:
    convo = private(customer, bed, page, "one")
    brand.network.write(said(brand.polls(), "one").ref, out("Done"))
    private(customer, bed, page, "two")
    assert brand.network.find(said(brand.polls(), "two").ref, out("Done", key="two")) is None
    assert len(read_privately(customer, bed, convo)) == 3


def test_an_app_password_without_direct_messages_brings_all_the_rest(
    brand: Brand, page: Client, customer: Client, bed: Bed
) -> None:
    password = page.com.atproto.server.create_app_password({"name": "public"}).password
    typed = {"handle": f"@{page.me.handle}", "password": password, "host": bed.pds, "chat_proxy": bed.chat_proxy}
    brand.network = Bluesky(Bluesky.connect(typed, brand.http), brand.http)
    private(customer, bed, page, "you cannot read this")
    customer.send_post(mention(page, "but you can read this"))
    items = [item for item in brand.polls(2) if isinstance(item, Said)]
    assert [item.kind for item in items] == [Kind.MENTION]


# -- credentials ------------------------------------------------------------------------


def test_the_account_is_shown_as_the_network_knows_it(brand: Brand, page: Client, bed: Bed) -> None:
    bed.settle()
    account = brand.network.account()
    assert (account.key, account.handle, account.name) == (page.me.did, page.me.handle, "Cantina Premura")
    assert account.streams is False


@pytest.mark.parametrize("lost", [("access",), ("access", "refresh")])
def test_tokens_that_are_no_longer_good_are_renewed_on_the_way(brand: Brand, lost: tuple[str, ...]) -> None:
    broken = dict(brand.network.secret) | dict.fromkeys(lost, "no longer good")
    network = Bluesky(broken, brand.http, brand.kept.append)
    assert network.account().key == brand.me
    (kept,) = brand.kept
    assert kept == network.secret
    assert Bluesky(kept, brand.http).account().key == brand.me


def test_refresh_returns_fresh_tokens(brand: Brand) -> None:
    before = dict(brand.network.secret)
    fresh = brand.network.refresh()
    assert fresh["refresh"] != before["refresh"]
    assert Bluesky(fresh, brand.http).account().key == brand.me


def test_a_revoked_app_password_disconnects(brand: Brand, page: Client) -> None:
    page.com.atproto.server.revoke_app_password({"name": "premura"})
    broken = dict(brand.network.secret) | {"access": "no longer good"}
    with pytest.raises(Disconnected):
        Bluesky(broken, brand.http, brand.kept.append).poll("")
    assert brand.kept == []


def test_too_many_sign_ins_are_asked_to_wait(bed: Bed) -> None:
    typed = {"handle": f"nobody-{secrets.token_hex(3)}.test", "password": "wrong", "host": bed.pds}
    with httpx.Client() as http, pytest.raises(Busy) as busy:
        for _ in range(60):
            with pytest.raises(Disconnected):
                Bluesky.connect(typed, http)
    assert 0 < busy.value.retry_after_s <= 3600


def png() -> bytes:
    """Return a red square of 8 by 8."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\xff\0\0" * 8) * 8)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
