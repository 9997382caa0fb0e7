"""The screens of what we know to say: the bank, saved replies, gaps."""

import pytest
from django.utils import timezone

from premura import access
from premura.interact import deliver
from premura.models import Entry, Event, Reply, SavedReply
from premura.networks.contract import Receipt
from premura.prepare import answers, saved
from premura.prepare.answers import Said
from tests.web.test_inbox import HTMX, now_says, signed_in
from tests.web.test_readings import read

ENTRY = {
    "question": "Spedite in Germania?", "facts": "Sì, 14,90 €.", "shareable": "public", "valid_until": "",
    "variant-language": "it", "variant-tone": "", "variant-text": "",
}  # fmt: skip


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.fixture
def adas(world) -> Entry:
    return answers.make(access.standing(world.ada), Said("Siete aperti?", "Fino alle 19."))


@pytest.fixture
def reply(world) -> Reply:
    theirs = "Che bella bottega! A che ora chiudete?"
    message = now_says(world, theirs).messages.get()
    read(message, details={"questions": [[theirs.index("A che"), len(theirs)]]})
    return Reply.objects.create(
        brand=world.brand, conversation=message.conversation, to=message, author=world.ada, text="Alle 19. Ada",
        language="it", state="sent", sent_at=timezone.now(),
    )  # fmt: skip


def test_an_agent_makes_an_entry_and_finds_it_by_a_word(world, ada):
    page = ada.post("/answers/new/", ENTRY | {"variant-text": "Spediamo."}, follow=True).text
    assert "Spedite in Germania?" in page
    assert "Spediamo." in page
    assert Entry.objects.get().owner == world.ada
    assert "Spedite in Germania?" in ada.get("/answers/?q=german").text
    assert "Spedite in Germania?" not in ada.get("/answers/?q=orari").text


def test_an_entry_without_facts_is_not_kept_and_what_was_typed_stays(ada, world):
    answer = ada.post("/answers/new/", ENTRY | {"facts": " "})
    assert answer.status_code == 422
    assert "Spedite in Germania?" in answer.text
    assert not Entry.objects.exists()


def test_a_good_reply_becomes_an_entry_with_their_question_and_our_words(world, ada, reply):
    page = ada.get(f"/answers/new/?reply={reply.pk}").text
    assert 'value="A che ora chiudete?"' in page
    assert page.count("Alle 19.</textarea>") == 2  # the facts, and the first variant
    assert "autofocus" in page  # one more key keeps it
    ada.post("/answers/new/", ENTRY | {"reply": reply.pk})
    made = Entry.objects.get()
    assert made.came_from == reply
    assert Event.objects.get(deed="entry made").conversation == reply.conversation


def test_an_entry_made_of_a_reply_names_neither_who_asked_nor_who_answered_and_is_whole(world, ada, reply):
    Reply.objects.filter(pk=reply.pk).update(text="Ciao Chiara, il 7 dicembre apriamo alle 9. 1/2")
    last = Reply.objects.create(
        brand=world.brand, conversation=reply.conversation, to=reply.to, author=world.ada, language="it",
        text="La domenica siamo chiusi, Chiara. – Ada 2/2", follows=reply, state="sent", sent_at=timezone.now(),
    )  # fmt: skip
    for part in (reply, last):
        page = ada.get(f"/answers/new/?reply={part.pk}").text
        assert page.count("Il 7 dicembre apriamo alle 9. La domenica siamo chiusi.</textarea>") == 2


def test_another_brands_reply_becomes_nobodys_entry(world, reply):
    zoe = signed_in(world.zoe)
    assert zoe.get(f"/answers/new/?reply={reply.pk}").status_code == 404
    assert zoe.post("/answers/new/", ENTRY | {"reply": reply.pk}).status_code == 404
    carlo = signed_in(world.carlo)  # of another team
    assert carlo.get(f"/answers/new/?reply={reply.pk}").status_code == 404
    assert not Entry.objects.exists()


def test_the_thread_offers_to_make_an_entry_of_what_was_sent(ada, reply):
    Reply.objects.filter(pk=reply.pk).update(state="sending")
    reply.refresh_from_db()
    deliver.arrived(reply, Receipt("r-1", "https://piazza.example/r-1", {}))
    page = ada.get(f"/conversations/{reply.conversation_id}/").text
    assert f'href="/answers/new/?reply={reply.pk}" data-makes-entry' in page


def test_who_keeps_an_entry_changes_it_and_a_colleague_does_not(world, ada, adas):
    change = {"question": "Aperti?", "facts": "Fino alle 20.", "shareable": "internal", "valid_until": "2027-01-31"}
    assert ada.post(f"/answers/{adas.pk}/", change).status_code == 302
    adas.refresh_from_db()
    assert (adas.facts, adas.shareable, str(adas.valid_until)) == ("Fino alle 20.", "internal", "2027-01-31")
    carlo = signed_in(world.carlo)
    assert carlo.post(f"/answers/{adas.pk}/", change | {"facts": "Boh"}).status_code == 403
    assert 'method="post" action="/answers/' not in carlo.get(f"/answers/{adas.pk}/").text
    adas.refresh_from_db()
    assert adas.facts == "Fino alle 20."


def test_another_brand_cannot_know_of_an_entry(world, adas):
    zoe = signed_in(world.zoe)
    assert zoe.get(f"/answers/{adas.pk}/").status_code == 404
    assert "Siete aperti" not in zoe.get("/answers/").text
    assert "Siete aperti" not in zoe.get("/answers/?q=aperti").text


def test_retiring_twice_says_that_somebody_was_faster(world, ada, adas):
    ada.post(f"/answers/{adas.pk}/retirement/")
    page = ada.post(f"/answers/{adas.pk}/retirement/", follow=True).text
    assert "Qualcuno è stato più svelto" in page
    assert ada.get("/answers/?retired=1").text.count("Siete aperti?") == 1
    ada.post(f"/answers/{adas.pk}/retirement/", {"back": "1"})
    assert Entry.objects.get().retired_at is None


def test_words_of_an_unknown_language_are_not_kept(ada, adas):
    given = {"variant-language": "xx", "variant-tone": "", "variant-text": "Ciao"}
    assert ada.post(f"/answers/{adas.pk}/words/", given).status_code == 422
    assert not adas.variants.exists()


def test_a_long_list_goes_on_without_a_gap(world, ada):
    standing = access.standing(world.ada)
    for n in range(answers.PAGE + 2):
        answers.make(standing, Said(f"Domanda numero {n:03}", "Sì"))
    page = ada.get("/answers/").text
    more = page.split('hx-get="/answers/?')[1].split('"')[0].replace("&amp;", "&")
    rest = ada.get(f"/answers/?{more}", headers=HTMX).text
    assert "<!doctype" not in rest
    assert ["Domanda numero 050" in rest, "Domanda numero 051" in rest, "Domanda numero 049" in rest] == [
        True, True, False
    ]  # fmt: skip


# -- saved replies --------------------------------------------------------------------------------


def test_a_saved_reply_is_kept_changed_and_taken_away_by_who_made_it(world, ada):
    given = {"name": "ciao", "language": "it", "text": "Ciao {name}"}
    ada.post("/answers/saved/", given)
    kept = SavedReply.objects.get()
    assert ada.post("/answers/saved/", given).status_code == 422  # the name is taken
    carlo = signed_in(world.carlo)
    assert carlo.post(f"/answers/saved/{kept.pk}/", given | {"text": "Boh"}).status_code == 403
    assert carlo.post(f"/answers/saved/{kept.pk}/removal/").status_code == 403
    ada.post(f"/answers/saved/{kept.pk}/", given | {"text": "Salve {name}"})
    kept.refresh_from_db()
    assert kept.text == "Salve {name}"
    ada.post(f"/answers/saved/{kept.pk}/removal/")
    assert ada.post(f"/answers/saved/{kept.pk}/removal/").status_code == 404
    assert not SavedReply.objects.exists()


def test_a_name_is_one_word(ada):
    given = {"name": "due parole", "language": "it", "text": "Ciao"}
    assert ada.post("/answers/saved/", given).status_code == 422


def test_each_use_is_counted_and_another_brand_cannot(world, ada):
    kept = saved.make(access.standing(world.bruno), "ciao", "it", "Ciao")
    assert ada.post(f"/answers/saved/{kept.pk}/use/").status_code == 204
    assert signed_in(world.zoe).post(f"/answers/saved/{kept.pk}/use/").status_code == 404
    assert SavedReply.objects.get().used == 1
    assert "usata una volta" in ada.get("/answers/saved/").text


def test_a_reader_reads_and_keeps_nothing(world):
    rita = signed_in(world.rita)
    assert rita.get("/answers/saved/").status_code == 200
    assert rita.post("/answers/saved/", {"name": "x", "language": "it", "text": "x"}).status_code == 403
    assert rita.get("/answers/new/").status_code == 403


# -- gaps -------------------------------------------------------------------------------------------


def test_a_gap_leads_to_those_who_asked_and_to_a_new_entry(world, ada):
    text = "Il cane può entrare in sala?"
    message = now_says(world, text).messages.get()
    read(message, flags=["asks_question"], details={"questions": [[0, len(text)]]})
    page = ada.get("/answers/gaps/").text
    assert f'href="/conversations/{message.conversation_id}/?view=all#message-{message.pk}"' in page
    assert "/answers/new/?question=Il%20cane%20pu%C3%B2" in page
    assert "una volta" in page
    assert text in ada.get("/answers/new/?question=Il%20cane%20pu%C3%B2%20entrare%20in%20sala%3F").text
    assert ada.post("/answers/gaps/").status_code == 302
    assert text not in signed_in(world.zoe).get("/answers/gaps/").text


def test_without_a_gap_the_screen_says_so(ada):
    assert "Nessuna domanda" in ada.get("/answers/gaps/").text
