"""One conversation: read, answered, and worked on together."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from premura.interact import reply as replying
from premura.interact import teamwork
from premura.models import Conversation, Membership, Message, Note, Presence, Reply
from tests.web.test_inbox import HTMX, now_says, signed_in

GIF = b"GIF89a" + bytes(30) + b";"


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.fixture
def bruno(world):
    return signed_in(world.bruno)


@pytest.fixture
def conversation(world) -> Conversation:
    return now_says(world, "È aperto la domenica?")


def seen(conversation) -> str:
    return str(replying.seen(conversation))


def send(client, conversation, text, **more):
    given = {"text": text, "way": "public", "seen": seen(conversation)}
    headers = more.pop("headers", HTMX)
    return client.post(f"/conversations/{conversation.pk}/replies/", given | more, headers=headers)


# -- reading -----------------------------------------------------------------------------------


def test_a_conversation_is_a_page_and_a_pane(ada, conversation):
    page = ada.get(f"/conversations/{conversation.pk}/?view=open")
    pane = ada.get(f"/conversations/{conversation.pk}/?view=open", headers=HTMX)
    assert "<!doctype" in page.text
    assert "<!doctype" not in pane.text
    for text in (page.text, pane.text):
        assert "È aperto la domenica?" in text


def test_going_back_with_the_browser_gives_the_page(ada, conversation):
    headers = HTMX | {"HX-History-Restore-Request": "true"}
    assert "<!doctype" in ada.get(f"/conversations/{conversation.pk}/", headers=headers).text


def test_what_was_removed_hidden_or_edited_says_so_and_stays_readable(world, ada, conversation):
    now = timezone.now()
    conversation.messages.update(
        removed_at=now, hidden_at=now, edited_at=now, was=[{"text": "Prima era peggio", "until": now.isoformat()}]
    )
    page = ada.get(f"/conversations/{conversation.pk}/").text
    for words in ("Cancellato dall’autore", "Nascosto", "modificato", "Prima era peggio", "È aperto la domenica?"):
        assert words in page


def test_the_words_of_others_under_the_same_post_are_there_but_quieter(world, ada, conversation):
    other = now_says(world, "Anche io vorrei saperlo", by="marco")
    page = ada.get(f"/conversations/{conversation.pk}/").text
    assert "Anche io vorrei saperlo" in page
    assert "said--others" in page
    assert f'href="/conversations/{other.pk}/?view=mine"' in page.split("Anche io vorrei saperlo")[1]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("ready", ["In partenza"]),
        ("sending", ["In partenza"]),
        ("sent", ["Inviata", "https://piazza.example/7"]),
        ("failed", ["Non inviata. Piazza dice: troppo tardi", "Riprova"]),
        ("unclear", ["Piazza non ha detto se ha preso la tua risposta", "C’è già", "Non c’è: invia di nuovo"]),
        ("held", ["Trattenuta"]),
    ],
)
def test_a_reply_says_its_state_in_words(world, ada, conversation, state, words):
    Reply.objects.create(
        brand=world.brand, conversation=conversation, to=conversation.messages.get(), author=world.bruno,
        text="Sì, dalle 12", state=state, url="https://piazza.example/7",
        trouble="troppo tardi" if state == "failed" else "",
    )  # fmt: skip
    page = ada.get(f"/conversations/{conversation.pk}/").text
    for word in ["Sì, dalle 12", "scritta da Bruno", *words]:
        assert word in page


def test_looking_marks_it_read_and_shows_colleagues_who_is_there(world, ada, bruno, conversation):
    ada.get(f"/conversations/{conversation.pk}/")
    assert "Ada sta guardando" in bruno.get(f"/conversations/{conversation.pk}/").text
    ada.post(f"/conversations/{conversation.pk}/looking/", {"typing": "1"}, headers=HTMX)
    assert "Ada sta scrivendo" in bruno.post(f"/conversations/{conversation.pk}/looking/", headers=HTMX).text


def test_leaving_is_noticed(world, ada, conversation):
    ada.get(f"/conversations/{conversation.pk}/")
    assert ada.post(f"/conversations/{conversation.pk}/leaving/").status_code == 204
    assert not Presence.objects.exists()


def test_what_the_bell_asks_for_never_holds_the_composer(ada, conversation):
    changed = ada.get(f"/conversations/{conversation.pk}/thread/", headers=HTMX).text
    assert 'id="thread"' in changed
    assert "hx-swap-oob" in changed
    assert "<textarea" not in changed


def test_a_long_thread_asks_the_database_no_more_than_a_short_one(
    world, ada, conversation, django_assert_max_num_queries
):
    for n in range(60):
        now_says(world, f"Parola {n}", by=f"guest{n % 7}")
    with django_assert_max_num_queries(63):
        ada.get(f"/conversations/{conversation.pk}/")


def test_a_link_to_another_brand_of_mine_takes_me_there(world, conversation):
    Membership.objects.create(agent=world.zoe, brand=world.brand, role="lead")
    zoe = signed_in(world.zoe)
    assert "È aperto la domenica?" not in zoe.get("/inbox/all/").text
    assert zoe.get(f"/conversations/{conversation.pk}/").status_code == 200
    assert "È aperto la domenica?" in zoe.get("/inbox/all/").text


def test_ours_on_their_way_stand_in_the_order_they_were_written(ada, conversation):
    for text in ("prima risposta", "seconda risposta", "terza risposta"):
        send(ada, conversation, text)
    page = ada.get(f"/conversations/{conversation.pk}/").text
    assert page.index("prima risposta") < page.index("seconda risposta") < page.index("terza risposta")


# -- answering -----------------------------------------------------------------------------------


def test_a_reply_is_submitted_by_the_person_who_wrote_it(world, ada, conversation):
    response = send(ada, conversation, "Sì, dalle 12")
    reply = Reply.objects.get()
    assert response.status_code == 201
    assert "Sì, dalle 12" in response.text
    assert (reply.author, reply.state, reply.private) == (world.ada, "ready", False)


def test_without_javascript_the_reply_leads_back_to_the_page(ada, conversation):
    response = send(ada, conversation, "Sì", headers={"Referer": "http://testserver/conversations/1/?view=open"})
    assert response.status_code == 302
    assert response["Location"] == f"/conversations/{conversation.pk}/?view=open"


def test_a_reply_may_answer_one_message_of_several(world, ada, conversation):
    first = conversation.messages.get()
    now_says(world, "E il lunedì?")
    send(ada, conversation, "Sì", to=str(first.pk))
    assert Reply.objects.get().to == first


def test_a_reply_never_answers_a_message_of_another_conversation(world, ada, conversation):
    other = now_says(world, "Altro", by="marco").messages.get()
    send(ada, conversation, "Sì", to=str(other.pk))
    assert Reply.objects.get().to.conversation == conversation


def test_too_long_is_said_in_words_and_the_text_stays(ada, conversation):
    response = send(ada, conversation, "x" * 502)
    assert response.status_code == 422
    assert "È troppo lunga di 2 caratteri: ce ne stanno 500. Non è stato inviato nulla." in response.text
    assert response["HX-Retarget"] == f"#composer-notice-{conversation.pk}"
    page = send(ada, conversation, "x" * 502, headers={})
    assert page.status_code == 422
    assert "x" * 502 in page.text
    assert not Reply.objects.exclude(state="draft").exists()


def test_an_empty_reply_is_not_sent(ada, conversation):
    assert send(ada, conversation, "  ").status_code == 422


def test_a_note_that_strays_into_the_reply_form_goes_nowhere(ada, conversation):
    assert send(ada, conversation, "Tra noi: non rimborsare", way="note").status_code == 422
    assert not Reply.objects.exists()


def test_who_sends_second_sees_what_came_in_before_they_send(world, ada, bruno, conversation):
    looked = seen(conversation)
    send(bruno, conversation, "Ci penso io")

    refused = send(ada, conversation, "Anche io", seen=looked)

    assert refused.status_code == 409
    assert "Bruno ha risposto" in refused.text
    assert "Ci penso io" in refused.text
    assert Reply.objects.count() == 1
    again = send(ada, conversation, "Anche io", seen=looked, looked=seen(conversation))
    assert again.status_code == 201


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "plain"])
def test_who_answered_in_another_tab_is_told_what_they_said_and_keeps_what_they_typed(ada, conversation, headers):
    both_tabs = seen(conversation)
    send(ada, conversation, "Sì, dalle 12")

    refused = send(ada, conversation, "Certo, da mezzogiorno", seen=both_tabs, headers=headers)

    assert refused.status_code == 409
    assert "“Sì, dalle 12”" in refused.text
    assert headers or "Certo, da mezzogiorno</textarea>" in refused.text
    assert Reply.objects.exclude(state="draft").count() == 1
    looked = re.search(r'name="looked" value="([^"]+)"', refused.text)[1]
    assert send(ada, conversation, "Certo, da mezzogiorno", seen=both_tabs, looked=looked).status_code == 201


def test_what_the_customer_wrote_in_between_is_shown_too(world, ada, conversation):
    looked = seen(conversation)
    now_says(world, "Lasciate stare, risolto")
    refused = send(ada, conversation, "Sì, dalle 12", seen=looked, headers={})
    assert refused.status_code == 409
    assert "Lasciate stare, risolto" in refused.text
    assert "Sì, dalle 12" in refused.text


def test_pictures_go_with_their_descriptions(world, ada, conversation):
    picture = SimpleUploadedFile("menu.gif", GIF, "image/gif")
    send(ada, conversation, "Ecco il menu", **{"picture-1": picture, "alt-1": "Il menu della domenica"})
    attachment = Reply.objects.get().attachments.get()
    assert (attachment.alt, bytes(attachment.data)) == ("Il menu della domenica", GIF)


def test_a_file_that_the_network_does_not_take_is_named(world, ada, conversation):
    response = send(ada, conversation, "Ecco", **{"picture-0": SimpleUploadedFile("a.exe", b"MZ", "application/x-exe")})
    assert response.status_code == 422
    assert "«a.exe»" in response.text


def test_a_failed_reply_can_be_tried_again(world, ada, conversation):
    send(ada, conversation, "Sì")
    Reply.objects.update(state="failed", trouble="no")
    reply = Reply.objects.get()
    assert ada.post(f"/replies/{reply.pk}/again/", headers=HTMX).status_code == 200
    assert Reply.objects.get().state == "ready"
    assert ada.post(f"/replies/{reply.pk}/again/", headers=HTMX).status_code == 409


def test_an_unclear_reply_is_settled_by_the_person_who_looked(world, ada, conversation):
    send(ada, conversation, "Sì")
    Reply.objects.update(state="unclear")
    ada.post(f"/replies/{Reply.objects.get().pk}/settlement/", {"stands": "1"}, headers=HTMX)
    assert Reply.objects.get().state == "sent"


# -- working on it together ---------------------------------------------------------------------


def test_a_note_is_kept_and_never_sent(world, ada, conversation):
    response = ada.post(f"/conversations/{conversation.pk}/notes/", {"text": "Chiedi a Carlo"}, headers=HTMX)
    assert "Chiedi a Carlo" in response.text
    assert Note.objects.get().author == world.ada
    assert not Reply.objects.exists()


def test_one_takes_it_gives_it_and_leaves_it(world, ada, conversation):
    address = f"/conversations/{conversation.pk}/assignment/"
    for to, whose in (("me", world.ada), (world.bruno.pk, world.bruno), ("", None)):
        assert ada.post(address, {"to": to}, headers=HTMX).status_code == 200
        conversation.refresh_from_db()
        assert conversation.assignee == whose


def test_nothing_is_given_to_somebody_of_another_brand(world, ada, conversation):
    response = ada.post(f"/conversations/{conversation.pk}/assignment/", {"to": world.zoe.pk}, headers=HTMX)
    assert response.status_code == 404


def test_it_is_resolved_once_and_the_second_is_told(world, ada, conversation):
    address = f"/conversations/{conversation.pk}/state/"
    assert ada.post(address, {"state": "resolved"}, headers=HTMX).status_code == 200
    late = ada.post(address, {"state": "resolved"}, headers=HTMX)
    assert late.status_code == 409
    assert "Qualcuno è stato più svelto" in late.text
    ada.post(address, {"state": "open"}, headers=HTMX)
    assert Conversation.objects.get(pk=conversation.pk).state == "open"


def test_a_snooze_says_until_when(ada, conversation):
    response = ada.post(f"/conversations/{conversation.pk}/snooze/", {"until": "tomorrow"}, headers=HTMX)
    assert "domani 9:00" in response.text
    assert Conversation.objects.get(pk=conversation.pk).state == "snoozed"


def test_a_snooze_into_the_past_changes_nothing(ada, conversation):
    response = ada.post(f"/conversations/{conversation.pk}/snooze/", {"until": "2020-01-01T09:00"}, headers=HTMX)
    assert response.status_code == 409
    assert Conversation.objects.get(pk=conversation.pk).state == "open"


def test_labels_are_put_on_and_taken_off(ada, conversation):
    ada.post(f"/conversations/{conversation.pk}/labels/", {"name": "  Orari "}, headers=HTMX)
    label = conversation.labels.get()
    assert label.name == "Orari"
    ada.post(f"/conversations/{conversation.pk}/labels/{label.pk}/removal/", headers=HTMX)
    assert not conversation.labels.exists()


def test_what_was_done_stands_between_the_words(world, ada, conversation):
    teamwork.assign(conversation, world.ada, world.bruno)
    assert "Bruno l’ha data a Ada" in ada.get(f"/conversations/{conversation.pk}/").text


def test_a_message_is_liked_hidden_and_shown_again(world, bruno, conversation):
    message = conversation.messages.get()
    bruno.post(f"/messages/{message.pk}/like/", headers=HTMX)
    bruno.post(f"/messages/{message.pk}/hidden/", {"hidden": "1"}, headers=HTMX)
    message.refresh_from_db()
    assert message.liked_at
    assert message.hidden_at
    bruno.post(f"/messages/{message.pk}/hidden/", {"hidden": "0"}, headers=HTMX)
    assert Message.objects.get(pk=message.pk).hidden_at is None


def test_what_cannot_be_done_is_said(world, bruno, conversation):
    response = bruno.post(f"/messages/{conversation.messages.get().pk}/deletion/", headers=HTMX)
    assert response.status_code == 409
    assert "Non è cambiato nulla" in response.text


# -- who may not -----------------------------------------------------------------------------------

DEEDS = ("replies", "notes", "assignment", "state", "snooze", "labels")


@pytest.mark.parametrize("deed", DEEDS)
def test_a_reader_may_look_but_do_nothing(world, conversation, deed):
    rita = signed_in(world.rita)
    assert rita.get(f"/conversations/{conversation.pk}/").status_code == 200
    assert rita.post(f"/conversations/{conversation.pk}/{deed}/", {"text": "x"}).status_code == 403


@pytest.mark.parametrize("deed", ["", "thread/", *(f"{deed}/" for deed in DEEDS), "looking/", "leaving/"])
def test_somebody_of_another_brand_cannot_know_of_it(world, conversation, deed):
    zoe = signed_in(world.zoe)
    address = f"/conversations/{conversation.pk}/{deed}"
    response = zoe.get(address) if deed in ("", "thread/") else zoe.post(address)
    assert response.status_code == 404


def test_hiding_is_for_leads(world, ada, conversation):
    message = conversation.messages.get()
    assert ada.post(f"/messages/{message.pk}/hidden/", {"hidden": "1"}).status_code == 403
    assert "nascondi" not in ada.get(f"/conversations/{conversation.pk}/").text


def test_a_reader_sees_no_composer_and_is_not_counted_as_having_read(world, conversation):
    page = signed_in(world.rita).get(f"/conversations/{conversation.pk}/").text
    assert "<textarea" not in page
    assert Conversation.objects.get(pk=conversation.pk).read_at is None


def test_times_are_the_brands(world, ada):
    world.brand.time_zone = "Asia/Tokyo"
    world.brand.save(update_fields=["time_zone"])
    conversation = world.says("Konnichiwa", at=timezone.now().replace(hour=20, minute=0, second=0) - timedelta(days=2))
    assert "05:00" in ada.get(f"/conversations/{conversation.pk}/").text
