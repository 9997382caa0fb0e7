"""Piazza, as its visitors use it; and what it tells the webhook."""

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from premura.models import Channel, Conversation
from premura.models.playground import PlaygroundChange, PlaygroundItem
from premura.networks.playground import SIGNATURE, Playground
from premura.prepare import playground as piazza
from premura.prepare import playground_api
from tests.served import in_process

WALL = "/playground/rossi/"
PNG = b"\x89PNG\r\n\x1a\n not really"


@pytest.fixture
def page(world):
    return piazza.make_page("rossi", "Trattoria Rossi")


@pytest.fixture
def giulia(client, page):
    client.post("/playground/persona/", {"name": "Giulia Ferri"})
    return piazza.be("Giulia Ferri")


def say(client, text: str, **more):
    return client.post(f"{WALL}say/", {"kind": "visitor_post", "text": text} | more)


def test_a_visitor_chooses_who_they_are_and_may_be_somebody_new(client, page):
    client.post("/playground/persona/", {"name": "Zita Quaranta", "page": "rossi"})
    assert "Zita Quaranta" in client.get(WALL).text


@pytest.mark.parametrize(
    ("kind", "more", "where"),
    [
        ("visitor_post", {}, WALL),
        ("mention", {}, WALL),
        ("review", {"stars": "4"}, WALL + "reviews/"),
        ("direct", {}, WALL + "messages/"),
    ],
)
def test_what_a_visitor_writes_stands_where_it_belongs(client, giulia, kind, more, where):
    answered = say(client, "Siete aperti domenica?", kind=kind, **more)
    assert (answered.status_code, answered["Location"].split("#")[0]) == (302, where)
    assert "Siete aperti domenica?" in client.get(where).text
    assert PlaygroundItem.objects.get().kind == kind


def test_answers_stand_under_what_they_answer(client, page, giulia):
    post = piazza.say(page, None, "post", "Si vendemmia")
    say(client, "Bravi", parent=post.key)
    assert PlaygroundItem.objects.get(text="Bravi").parent == post
    text = client.get(WALL).text
    assert text.index("Si vendemmia") < text.index("Bravi")


def test_a_picture_comes_with_its_description_and_can_be_looked_at(client, page, giulia):
    say(client, "Guardate", picture=SimpleUploadedFile("uva.png", PNG, "image/png"), alt="Un grappolo")
    assert 'alt="Un grappolo"' in client.get(WALL).text
    picture = PlaygroundItem.objects.get().pictures.get()
    assert client.get(f"/playground/pictures/{picture.key}").content == PNG


def test_what_is_too_long_is_refused_with_a_reason_and_not_lost(client, giulia):
    answered = say(client, "a" * 501)
    assert answered.status_code == 422
    assert 'role="alert"' in answered.text
    assert answered.text.count("a" * 501) >= 1
    assert not PlaygroundItem.objects.exists()


def test_a_visitor_edits_likes_and_deletes(client, page, giulia):
    say(client, "Prima")
    item = PlaygroundItem.objects.get()
    client.post(f"/playground/items/{item.key}/edit/", {"text": "Dopo"})
    client.post(f"/playground/items/{item.key}/like/")
    item.refresh_from_db()
    assert (item.text, item.edited_at is not None, item.likes.count()) == ("Dopo", True, 1)
    client.post(f"/playground/items/{item.key}/like/", {"undo": "1"})
    assert item.likes.count() == 0
    client.post(f"/playground/items/{item.key}/delete/")
    assert "Dopo" not in client.get(WALL).text


@pytest.mark.parametrize("deed", ["edit", "delete"])
def test_nobody_changes_what_somebody_else_wrote(client, page, giulia, deed):
    theirs = piazza.say(page, piazza.be("Marco Conti"), "visitor_post", "Mio")
    assert client.post(f"/playground/items/{theirs.key}/{deed}/", {"text": "Tuo"}).status_code == 404
    theirs.refresh_from_db()
    assert (theirs.text, theirs.removed_at) == ("Mio", None)


def test_private_messages_are_for_the_two_of_them(client, page, giulia):
    private = piazza.say(page, piazza.be("Marco Conti"), "direct", "Il mio IBAN", chat=piazza.be("Marco Conti"))
    assert "Il mio IBAN" not in client.get(WALL + "messages/").text
    assert client.get(f"/playground/items/{private.key}/").status_code == 404


def test_what_the_page_hid_is_seen_by_its_author_alone(client, page, giulia):
    mine = piazza.say(page, giulia, "visitor_post", "Cose mie")
    theirs = piazza.say(page, piazza.be("Marco Conti"), "visitor_post", "Cose sue")
    for item in (mine, theirs):
        piazza.hide(item)
    text = client.get(WALL).text
    assert "Cose mie" in text
    assert "Cose sue" not in text


def test_what_was_deleted_keeps_its_place_while_something_answers_it(client, page, giulia):
    gone = piazza.say(page, giulia, "visitor_post", "Ritiro tutto")
    piazza.answer(gone, None, "Peccato")
    piazza.remove(gone)
    text = client.get(WALL).text
    assert "Ritiro tutto" not in text
    assert "Peccato" in text


def test_what_somebody_writes_cannot_become_markup(client, giulia):
    say(client, "<script>alert(1)</script>")
    assert "<script>alert" not in client.get(WALL).text


def test_forms_without_their_token_are_refused(page):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/playground/persona/", {"name": "Giulia"}).status_code == 403


def test_the_stand_changes_when_the_page_does(client, page, giulia):
    before = client.get(WALL + "stand/").content
    say(client, "Ciao")
    assert client.get(WALL + "stand/").content != before


@pytest.mark.parametrize(
    "path", ["", "rossi/", "rossi/messages/", "rossi/stand/", "faces/rossi.svg", "api/rossi", "api/rossi/changes"]
)
def test_without_the_demo_there_is_no_piazza(client, page, settings, path):
    settings.DEMO = False
    headers = {"authorization": f"Bearer {page.token}"}
    assert client.get(f"/playground/{path}", headers=headers).status_code == 404


# -- what it tells ------------------------------------------------------------------------------


def test_every_channel_of_the_page_is_told_signed_at_its_own_hook(world, page, monkeypatch, settings):
    calls = []

    def post(url, *, content, headers, timeout):
        calls.append((url, content, headers))
        return Answer(200)

    monkeypatch.setattr(playground_api.httpx, "post", post)
    piazza.say(page, piazza.be("Giulia Ferri"), "visitor_post", "Ciao")
    change = PlaygroundChange.objects.get()
    playground_api.speak(change.pk)

    ((url, body, headers),) = calls
    assert url == f"{settings.PUBLIC_URL}/hooks/playground/{world.rossi.hook_key}"
    Playground({"signing": page.signing}, None).vouch(body, {SIGNATURE: headers[SIGNATURE]})
    change.refresh_from_db()
    assert change.told_at


class Answer(msgspec.Struct):
    status_code: int = 200


@pytest.mark.parametrize("status", [302, 403, 404, 500, 503])
def test_a_hook_that_does_not_take_it_is_told_again(world, page, monkeypatch, status):
    monkeypatch.setattr(playground_api.httpx, "post", lambda *_a, **_k: Answer(status))
    piazza.say(page, piazza.be("Giulia Ferri"), "visitor_post", "Ciao")
    with pytest.raises(playground_api.NotHeard):
        playground_api.speak(PlaygroundChange.objects.get().pk)
    assert PlaygroundChange.objects.get().told_at is None


def test_a_disconnected_channel_is_not_told(world, page, monkeypatch):
    Channel.objects.update(sealed=b"")
    monkeypatch.setattr(playground_api.httpx, "post", lambda *_a, **_k: pytest.fail("it was told"))
    piazza.say(page, piazza.be("Giulia Ferri"), "visitor_post", "Ciao")
    playground_api.speak(PlaygroundChange.objects.get().pk)


@pytest.mark.django_db(transaction=True)
def test_a_comment_is_told_by_a_job_and_told_again_until_it_is_heard(world, page, work, monkeypatch):
    answers = [Answer(503), Answer(200)]
    told = []

    def post(*_a, content, **_k):
        told.append(content)
        return answers.pop(0)

    monkeypatch.setattr(playground_api.httpx, "post", post)
    piazza.say(page, piazza.be("Giulia Ferri"), "visitor_post", "Ciao")
    work()
    assert len(told) == 1
    wait_is_over()
    work()
    assert len(told) == 2
    assert told[0] == told[1]
    assert PlaygroundChange.objects.get().told_at


def wait_is_over() -> None:
    """Let what is to be tried again be due now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")


def test_a_comment_on_piazza_is_a_conversation_once_it_is_polled(world, page, monkeypatch):
    from premura import flow
    from premura.listen import poll
    from premura.prepare import channels
    from tests.served import HOST

    with in_process(monkeypatch):
        typed = {"host": HOST, "page": "rossi", "token": page.token}
        channel = channels.connect(world.brand, "playground", typed, world.elena)
        post = piazza.say(page, None, "post", "Si vendemmia")
        piazza.answer(post, piazza.be("Giulia Ferri"), "Bravi!")
        poll.poll(channel)
    flow.drain()
    conversation = Conversation.objects.get()
    assert (conversation.identity.name, conversation.post.text) == ("Giulia Ferri", "Si vendemmia")
