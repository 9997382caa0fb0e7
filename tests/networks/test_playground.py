"""Piazza's adapter, against Piazza's own server."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from premura.models.playground import PlaygroundCall, PlaygroundChange, PlaygroundItem
from premura.networks.contract import (
    Counted,
    Disconnected,
    Gesture,
    Hidden,
    Kind,
    Outgoing,
    Posted,
    Reacted,
    Refused,
    Removed,
    Said,
    UnknownShape,
    Upload,
)
from premura.networks.playground import SIGNATURE, Playground, sign, verify_token
from premura.prepare import playground as piazza
from tests.served import HOST, in_process

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n not really"


@pytest.fixture
def page():
    return piazza.make_page("bellosguardo", "Bellosguardo")


@pytest.fixture
def giulia(page):
    return piazza.be("Giulia Ferri")


@pytest.fixture
def http(monkeypatch):
    with in_process(monkeypatch) as client:
        yield client


@pytest.fixture
def network(page, http):
    return Playground(Playground.connect({"host": HOST, "page": page.key, "token": page.token}, http), http)


@pytest.fixture
def comment(page, giulia):
    post = piazza.say(page, None, "post", "La vendemmia è cominciata.")
    return piazza.answer(post, giulia, "È la terza volta che chiamo.")


def out(text: str, key: str = "k1", **more) -> Outgoing:
    return Outgoing(key, text, NOW, **more)


def told(page) -> list:
    """Everything that Piazza has told of this page, as the adapter hears it."""
    changes = PlaygroundChange.objects.filter(page=page).order_by("pk")
    return [item for change in changes for item in Playground.hear(bytes(change.body), page.key)]


def test_connecting_brings_back_the_key_that_signs(page, http):
    secret = Playground.connect({"host": HOST + "/", "page": "bellosguardo", "token": page.token}, http)
    assert secret == {"host": HOST, "page": "bellosguardo", "token": page.token, "signing": page.signing}
    assert Playground(secret, http).account().handle == "bellosguardo"


@pytest.mark.parametrize("typed", [{"token": "wrong"}, {"token": ""}, {"page": "nobody"}], ids=str)
def test_a_wrong_token_connects_to_nothing(page, http, typed):
    with pytest.raises(Disconnected):
        Playground.connect({"host": HOST, "page": page.key, "token": page.token} | typed, http)


def test_only_what_piazza_signed_is_vouched_for(network, page):
    body = b'{"items":[]}'
    network.vouch(body, {SIGNATURE: sign(page.signing, body)})
    for headers in ({}, {SIGNATURE: sign("another key", body)}, {SIGNATURE: sign(page.signing, body + b" ")}):
        with pytest.raises(Refused):
            network.vouch(body, headers)


def test_the_webhook_is_tested_with_a_challenge(network, page):
    query = {"hub.mode": "subscribe", "hub.verify_token": verify_token(page.signing), "hub.challenge": "42"}
    assert network.challenge(query) == "42"
    with pytest.raises(Refused):
        network.challenge(query | {"hub.verify_token": "guessed"})


def test_a_comment_is_heard_with_the_post_above_it(page, giulia, comment):
    posted, said = told(page)
    assert (type(posted), posted.text) == (Posted, "La vendemmia è cominciata.")
    assert (said.kind, said.text, said.author.name, said.ours) == (Kind.COMMENT, comment.text, "Giulia Ferri", False)
    assert said.root == said.parent == posted.key
    assert [(above.text, above.ours) for above in said.above] == [(posted.text, True)]


@pytest.mark.parametrize(
    ("kind", "more"),
    [("visitor_post", {}), ("mention", {}), ("review", {"stars": 2}), ("direct", {})],
)
def test_everything_a_person_can_write_is_heard_as_what_it_is(page, giulia, kind, more):
    more = more | ({"chat": giulia} if kind == "direct" else {})
    piazza.say(page, giulia, kind, "Buongiorno", **more)
    (said,) = told(page)
    assert (said.kind, said.text, said.stars) == (Kind(kind), "Buongiorno", more.get("stars"))


def test_an_edit_a_deletion_and_a_like_are_heard(page, giulia, comment):
    marco = piazza.be("Marco Conti")
    piazza.edit(comment, "È la quarta volta.")
    piazza.like(comment, marco)
    piazza.unlike(comment, marco)
    piazza.remove(comment)
    edited, liked, unliked, removed = told(page)[2:]
    assert (edited.text, edited.key) == ("È la quarta volta.", comment.key)
    assert edited.edited_at > edited.written_at
    assert (type(liked), liked.gesture, liked.target, liked.undone) == (Reacted, Gesture.LIKE, comment.key, False)
    assert (unliked.key, unliked.undone) == (liked.key, True)
    assert (type(removed), removed.key) == (Removed, comment.key)


def test_a_reply_stands_under_the_comment_and_comes_back_as_an_echo(network, page, comment):
    receipt = network.reply({"key": comment.key}, out("Ciao Giulia, ti chiamiamo noi."))
    made = PlaygroundItem.objects.get(key=receipt.key)
    assert (made.parent, made.ours) == (comment, True)
    echo = told(page)[-1]
    assert (echo.ours, echo.idempotency, echo.with_.name) == (True, "k1", "Giulia Ferri")


def test_sending_twice_makes_one_reply_and_both_tries_are_counted(network, page, comment):
    first = network.reply({"key": comment.key}, out("Eccoci."))
    assert network.reply({"key": comment.key}, out("Eccoci.")) == first
    assert comment.answers.count() == 1
    assert PlaygroundCall.objects.filter(page=page, deed="reply", idempotency="k1").count() == 2


def test_a_private_reply_opens_a_conversation_and_direct_messages_go_on_in_it(network, page, giulia, comment):
    opened = network.reply_privately({"key": comment.key}, out("Ci dai il numero d'ordine?"))
    theirs = piazza.say(page, giulia, "direct", "4711", chat=giulia)
    network.write({"key": theirs.key}, out("Grazie.", "k2"))
    first, second, third = told(page)[-3:]
    assert {item.kind for item in (first, second, third)} == {Kind.DIRECT}
    assert first.key == opened.key
    assert first.root == second.root == third.root
    assert third.with_.key == giulia.key


def test_what_was_sent_can_be_found_again_and_what_was_not_cannot(network, comment):
    sent = network.reply({"key": comment.key}, out("Eccoci."))
    assert network.find({"key": comment.key}, out("Eccoci.")) == sent
    assert network.find({"key": comment.key}, out("Mai detto.", "k9")) is None


def test_a_picture_goes_out_with_its_description(network, comment):
    upload = Upload("uva.png", "image/png", PNG, "Un grappolo d'uva")
    receipt = network.reply({"key": comment.key}, out("Ecco.", media=(upload,)))
    picture = PlaygroundItem.objects.get(key=receipt.key).pictures.get()
    assert (bytes(picture.data), picture.alt) == (PNG, "Un grappolo d'uva")


def test_a_post_of_ours_is_published(network, page):
    receipt = network.publish(out("Domenica siamo aperti."))
    assert told(page)[-1].key == receipt.key


def test_hide_show_again_like_and_delete_are_done_and_heard(network, page, comment):
    ref = {"key": comment.key}
    network.hide(ref)
    network.unhide(ref)
    network.like(ref, NOW)
    network.delete(ref)
    hidden, shown, liked, removed = told(page)[-4:]
    assert (hidden, shown) == (Hidden(comment.key, True), Hidden(comment.key, False))
    assert (liked.by.key, type(removed)) == (page.key, Removed)


def test_whoever_is_banned_writes_nothing_more_to_that_page_until_the_ban_is_lifted(network, page, giulia, comment):
    other = piazza.make_page("orsini", "Orsini")
    for _ in range(2):
        network.ban(giulia.key, NOW)
    for kind, more in (("visitor_post", {}), ("direct", {"chat": giulia})):
        with pytest.raises(piazza.NotTaken):
            piazza.say(page, giulia, kind, "Ancora io", **more)
    with pytest.raises(piazza.NotTaken):
        piazza.edit(comment, "Ancora peggio")
    assert piazza.say(other, giulia, "visitor_post", "Da voi si può")
    assert piazza.say(page, piazza.be("Tom Baker"), "visitor_post", "Hello")
    network.unban(giulia.key)
    assert piazza.answer(comment, giulia, "Eccomi di nuovo")


def test_nobody_is_banned_whom_piazza_does_not_know(network, page):
    with pytest.raises(Refused, match="not there"):
        network.ban("nobody", NOW)
    assert PlaygroundCall.objects.get(page=page).status == 404


def test_our_own_words_cannot_be_hidden(network, comment):
    ours = network.reply({"key": comment.key}, out("Eccoci."))
    with pytest.raises(Refused, match="Only what others wrote"):
        network.hide(ours.ref)


def test_a_reply_that_is_too_long_is_refused_and_nothing_stands_there(network, comment):
    with pytest.raises(Refused, match="1 characters too long: 500 fit"):
        network.reply({"key": comment.key}, out("👩‍🍳" * 501))
    assert not comment.answers.exists()


def test_what_is_gone_cannot_be_answered(network, comment):
    piazza.remove(comment)
    with pytest.raises(Refused, match="not there"):
        network.reply({"key": comment.key}, out("Eccoci."))


def test_a_poll_brings_what_is_new_and_nothing_twice(network, page, giulia, comment):
    first = network.poll("")
    assert len(first.bodies) == 2
    assert not network.poll(first.cursor).bodies
    piazza.answer(comment, giulia, "Pronto?")
    (body,) = network.poll(first.cursor).bodies
    assert [item.text for item in Playground.hear(body, page.key)] == ["Pronto?"]


def test_a_poll_says_when_there_is_more(network, page, giulia):
    start = network.poll("").cursor
    for number in range(60):
        piazza.say(page, giulia, "visitor_post", f"numero {number}")
    first = network.poll(start)
    assert first.more
    rest = network.poll(first.cursor)
    assert (len(first.bodies), len(rest.bodies), rest.more) == (50, 10, False)


def test_a_backfill_goes_back_to_the_day_asked_for_newest_first(network, page, giulia):
    for days in range(80):
        piazza.say(page, giulia, "visitor_post", f"{days}", written_at=NOW - timedelta(days=80 - days))
    bodies = [body for bodies in network.backfill(NOW - timedelta(days=70)) for body in bodies]
    texts = [item.text for body in bodies for item in Playground.hear(body, page.key) if isinstance(item, Said)]
    assert texts == [str(days) for days in range(79, 9, -1)]


def test_a_look_up_says_what_changed_what_is_gone_and_what_was_never_there(network, page, giulia, comment):
    gone = piazza.say(page, giulia, "visitor_post", "per poco")
    piazza.edit(comment, "Meglio così.")
    piazza.like(comment, piazza.be("Marco Conti"))
    piazza.remove(gone)
    bodies = network.look_up([{"key": key} for key in (comment.key, gone.key, "never")], NOW)
    here, there, nowhere = (list(Playground.hear(body, page.key)) for body in bodies)
    assert (here[0].text, here[1]) == ("Meglio così.", Hidden(comment.key, False))
    assert (type(here[2]), here[2].likes) == (Counted, 1)
    assert [type(item) for item in there + nowhere] == [Removed, Removed]


@pytest.mark.parametrize(
    "body", [b"", b"no", b"[]", b'{"items":[{"is":"sung"}]}', b'{"items":[{"is":"removed","key":"k"}]}'], ids=str
)
def test_a_body_that_is_not_piazzas_is_an_unknown_shape(body):
    with pytest.raises(UnknownShape):
        list(Playground.hear(body, "rossi"))


def test_a_closed_playground_answers_nobody(network, settings):
    settings.DEMO = False
    with pytest.raises(Refused):
        network.account()


def test_only_the_pages_own_token_opens_its_api(page, http):
    other = piazza.make_page("orsini", "Orsini")
    answer = http.get(f"{HOST}/playground/api/{page.key}", headers={"authorization": f"Bearer {other.token}"})
    assert answer.status_code == 401
    assert page.signing not in json.dumps(answer.json())
