"""Translation: their words beside ours, our reply in their language and back; nothing personal leaves."""

import re
import threading
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from premura.interact import guard, translate
from premura.models import Conversation, Event, Message, Reading, Reply, Term, Translated
from premura.prepare import engines
from tests.web.test_engines import made
from tests.web.test_inbox import HTMX, now_says, signed_in

SAID = "Ist der Tisch am Fenster noch frei?"


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


def in_german(world, text: str = SAID, language: str = "de", **more) -> Message:
    conversation = now_says(world, text, **more)
    message = conversation.messages.order_by("-pk").first()
    said = {"language": language, "sentiment": "neutral", "intent": "question", "urgency": 1, "flags": []}
    Reading.objects.update_or_create(
        message=message,
        defaults=said | {"brand_id": message.brand_id, "version": "t", "tier": 1, "score": 0.0, "details": {}},
    )
    Conversation.objects.filter(pk=conversation.pk).update(language=language)
    return Message.objects.select_related("reading", "conversation").get(pk=message.pk)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page))


def beside(page: str, message: Message) -> str:
    return words(page.split(f'id="translation-{message.pk}"')[1].split("said__text")[-1].split("</article>")[0])


# -- their words ------------------------------------------------------------------------------


def test_a_message_in_a_language_one_does_not_read_is_offered_in_ones_own(world, ada, served):
    message = in_german(world)
    made(world, served)
    page = ada.get(f"/conversations/{message.conversation_id}/").text
    assert "Traduci dal tedesco" in page
    assert served.asked == []  # nothing leaves before somebody asks


def test_it_stands_beside_the_original_with_who_translated_it(world, ada, served):
    message = in_german(world)
    made(world, served)
    served.words[SAID] = "Il tavolo alla finestra è ancora libero?"
    part = ada.post(f"/messages/{message.pk}/translation/", headers=HTMX).text
    assert "<!doctype" not in part
    assert "Dal tedesco, tradotto da LibreTranslate" in words(part)
    assert "Il tavolo alla finestra è ancora libero?" in part
    page = ada.get(f"/conversations/{message.conversation_id}/").text
    assert SAID in page
    assert "Il tavolo alla finestra è ancora libero?" in page
    assert "Traduci dal" not in page


def test_without_javascript_one_comes_back_to_the_conversation(world, ada, served):
    message = in_german(world)
    made(world, served)
    response = ada.post(f"/messages/{message.pk}/translation/")
    assert (response.status_code, response.url) == (302, f"/conversations/{message.conversation_id}/?view=mine")
    assert f"{SAID} (it)" in ada.get(response.url).text


def test_it_is_asked_for_once(world, ada, served):
    message = in_german(world)
    made(world, served)
    for agent in (world.ada, world.bruno, world.ada):
        signed_in(agent).post(f"/messages/{message.pk}/translation/")
    assert len(served.asked) == 1
    assert Translated.objects.count() == 1


def test_what_was_edited_since_is_asked_for_again(world, ada, served):
    message = in_german(world)
    made(world, served)
    ada.post(f"/messages/{message.pk}/translation/")
    Message.objects.filter(pk=message.pk).update(text="Doch nicht.", edited_at=timezone.now() + timedelta(seconds=1))
    assert "Traduci dal tedesco" in ada.get(f"/conversations/{message.conversation_id}/").text
    ada.post(f"/messages/{message.pk}/translation/")
    assert Translated.objects.get().text == "Doch nicht. (it)"


def test_each_agent_is_given_their_own_language(world, ada, served):
    message = in_german(world)
    made(world, served)
    world.ada.language = "fr"
    world.ada.save(update_fields=["language"])
    ada.post(f"/messages/{message.pk}/translation/")
    assert Translated.objects.get().language == "fr"


@pytest.mark.parametrize("language", ["it", "und"])
def test_what_one_reads_or_nobody_knows_is_not_offered(world, ada, served, language):
    message = in_german(world, "Ciao", language)
    made(world, served)
    assert "translation-" not in ada.get(f"/conversations/{message.conversation_id}/").text
    assert ada.post(f"/messages/{message.pk}/translation/", headers=HTMX).status_code == 422
    assert served.asked == []


# -- our own words, for colleagues ----------------------------------------------------------------

ANSWERED = "Ihr Tisch ist bis zwanzig Uhr frei, Chiara, wir freuen uns auf Sie."


def in_our_german(world, **more) -> Reply:
    asked = in_german(world)
    given = {"author": world.ada, "text": ANSWERED, "language": "de", "state": "held"} | more
    return Reply.objects.create(brand=world.brand, conversation=asked.conversation, to=asked, **given)


@pytest.mark.parametrize("language", ["de", ""])
def test_a_colleague_reads_what_we_answered_in_another_language(world, ada, served, language):
    made(world, served)
    now, asked = timezone.now(), in_german(world)
    said = Message.objects.create(
        brand=world.brand, channel=world.rossi, key="ours", conversation=asked.conversation, root=asked.root,
        kind="comment", text=ANSWERED, language=language, written_at=now, received_at=now,
    )  # fmt: skip
    page = ada.get(f"/conversations/{asked.conversation_id}/").text
    assert f'id="translate-{said.pk}"' in page
    ada.post(f"/messages/{said.pk}/translation/")
    assert "Chiara" not in served.sent()
    page = ada.get(f"/conversations/{asked.conversation_id}/").text
    assert "Dal tedesco, tradotto da LibreTranslate" in words(page)
    assert f"{ANSWERED} (it)" in page


def test_what_we_answered_in_our_own_language_is_not_offered(world, ada, served):
    made(world, served)
    now, asked = timezone.now(), now_says(world, "C'è posto?")
    Message.objects.create(
        brand=world.brand, channel=world.rossi, key="ours", conversation=asked, root=asked.root, kind="comment",
        text="Sì, il tavolo alla finestra è libero fino alle venti.", written_at=now, received_at=now,
    )  # fmt: skip
    assert "translation-" not in ada.get(f"/conversations/{asked.pk}/").text


def test_a_lead_reads_what_waits_for_their_yes_in_their_own_language(world, served):
    made(world, served)
    reply, bruno = in_our_german(world, wants_approval=[{"why": "newcomer"}]), signed_in(world.bruno)
    held = bruno.get("/held/").text
    assert f'hx-post="/replies/{reply.pk}/translation/"' in held
    assert served.asked == []  # nothing leaves before somebody asks
    part = bruno.post(f"/replies/{reply.pk}/translation/", {"from": "held"}, headers=HTMX).text
    assert f"{ANSWERED} (it)" in part
    assert "Chiara" not in served.sent()
    for page in ("/held/", f"/conversations/{reply.conversation_id}/"):
        assert f"{ANSWERED} (it)" in bruno.get(page).text
    bruno.post(f"/replies/{reply.pk}/translation/")
    assert len(served.asked) == 1


def test_without_javascript_one_comes_back_to_where_it_waits(world, served):
    made(world, served)
    reply, bruno = in_our_german(world), signed_in(world.bruno)
    assert bruno.post(f"/replies/{reply.pk}/translation/", {"from": "held"}).url == "/held/"
    assert bruno.post(f"/replies/{reply.pk}/translation/").url.startswith(f"/conversations/{reply.conversation_id}/")


def test_what_waits_and_was_changed_since_is_asked_for_again(world, ada, served):
    made(world, served)
    reply = in_our_german(world, state="scheduled")
    ada.post(f"/replies/{reply.pk}/translation/")
    Reply.objects.filter(pk=reply.pk).update(text="Doch nicht.")
    page = ada.get(f"/conversations/{reply.conversation_id}/").text
    assert f'id="translate-reply-{reply.pk}"' in page
    assert f"{ANSWERED} (it)" not in page


# -- what does not leave --------------------------------------------------------------------------


def test_personal_data_names_and_handles_do_not_leave_and_come_back(world, ada, served):
    text = "Rufen Sie mich an: 347 1234567, mail chiara.b@gmail.com, sagt Chiara zu @rossi, Bestellung IT-20394"
    message = in_german(world, text)
    made(world, served)
    ada.post(f"/messages/{message.pk}/translation/")
    for secret in ("347", "1234567", "gmail", "Chiara", "@rossi"):
        assert secret not in served.sent()
    assert Translated.objects.get().text == f"{text} (it)"


def test_a_word_of_the_glossary_stands_as_the_brand_says(world, ada, served):
    Term.objects.create(brand=world.brand, text="olio nuovo", translations={"de": "Olio Nuovo"})
    message = in_german(world, "Haben Sie Olio Nuovo?")
    made(world, served)
    ada.post(f"/messages/{message.pk}/translation/")
    assert "Olio" not in served.sent()
    assert Translated.objects.get().text == "Haben Sie olio nuovo? (it)"


def test_what_the_engine_did_not_keep_is_said(world, ada, served):
    Term.objects.create(brand=world.brand, text="Bellosguardo")
    message = in_german(world, "Ist Bellosguardo offen?")
    made(world, served)
    served.loses = True
    part = ada.post(f"/messages/{message.pk}/translation/", headers=HTMX).text
    assert "Non ha conservato: Bellosguardo" in words(part)


def test_markup_in_a_translation_is_only_text(world, ada, served):
    message = in_german(world)
    made(world, served)
    served.words[SAID] = "<script>alert(1)</script>"
    part = ada.post(f"/messages/{message.pk}/translation/", headers=HTMX).text
    assert "<script" not in part
    assert "&lt;script&gt;" in part


def test_the_journal_says_that_it_was_translated_and_not_what(world, ada, served):
    message = in_german(world)
    made(world, served)
    ada.post(f"/messages/{message.pk}/translation/")
    event = Event.objects.get(deed="translated")
    assert (event.by, event.conversation_id) == (world.ada, message.conversation_id)
    assert event.facts == {"message": message.pk, "source": "de", "target": "it", "engine": "libretranslate"}


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [(403, {"error": "Invalid API key"}, "Non accetta la nostra chiave"), (429, {}, "rallentare"),
     (500, {}, "Non ha risposto in tempo"), (400, {"error": "de is not supported"}, "de is not supported")],
)  # fmt: skip
def test_what_goes_wrong_is_said_in_words_and_the_offer_stays(world, ada, served, status, answer, said):
    message = in_german(world)
    made(world, served)
    served.status, served.answer = status, answer
    response = ada.post(f"/messages/{message.pk}/translation/", headers=HTMX)
    assert response.status_code == 422
    assert said in response.text
    assert "Traduci dal tedesco" in response.text
    page = ada.post(f"/messages/{message.pk}/translation/", follow=True).text
    assert said in page
    assert Translated.objects.count() == 0


def test_a_dead_or_a_slow_server_is_told_so_and_one_may_ask_again(world, ada, served, monkeypatch):
    monkeypatch.setitem(engines.TIMEOUTS, "translate", httpx.Timeout(0.2))
    message = in_german(world)
    made(world, served)
    served.hold = threading.Event()
    assert "in tempo" in ada.post(f"/messages/{message.pk}/translation/", headers=HTMX).text
    served.hold.set()
    assert "(it)" in ada.post(f"/messages/{message.pk}/translation/", headers=HTMX).text


def test_without_a_translator_nothing_is_offered_and_the_screen_says_so_in_one_sentence(world, ada, served):
    message = in_german(world)
    page = ada.get(f"/conversations/{message.conversation_id}/").text
    assert "Traduci" not in page
    assert "Scrivono in tedesco e non c'è un traduttore impostato" in page.replace("&#x27;", "'")
    assert ada.post(f"/messages/{message.pk}/translation/", headers=HTMX).status_code == 422
    made(world, served, on=False)
    assert "Traduci" not in ada.get(f"/conversations/{message.conversation_id}/").text


def test_one_asks_at_one_time_and_not_for_ever(world, ada, served, monkeypatch):
    message = in_german(world)
    made(world, served)
    with engines.turn(world.ada, "translate"):
        assert "ancora in corso" in ada.post(f"/messages/{message.pk}/translation/", headers=HTMX).text
    monkeypatch.setitem(engines.MOST_AN_HOUR, "translate", 1)
    assert "quanto si può" in ada.post(f"/messages/{message.pk}/translation/", headers=HTMX).text
    assert served.asked == []


def test_a_reader_may_not_ask_and_another_brand_knows_of_nothing(world, ada, served):
    message = in_german(world)
    made(world, served)
    assert signed_in(world.rita).post(f"/messages/{message.pk}/translation/").status_code == 403
    assert signed_in(world.zoe).post(f"/messages/{message.pk}/translation/").status_code == 404
    assert signed_in(world.carlo).post(f"/messages/{message.pk}/translation/").status_code == 404
    assert ada.post("/messages/999999/translation/").status_code == 404
    assert ada.get(f"/messages/{message.pk}/translation/").status_code == 405
    assert served.asked == []
    ada.post(f"/messages/{message.pk}/translation/")
    page = signed_in(world.rita).get(f"/conversations/{message.conversation_id}/").text
    assert f"{SAID} (it)" in page  # who may read, reads what is there


def test_a_thread_costs_the_same_however_much_of_it_is_foreign(world, ada, served, django_assert_num_queries):
    made(world, served)
    for n in range(6):
        message = in_german(world, f"Frage {n}")
    standing = translate_standing(world.ada)
    messages = list(message.conversation.messages.select_related("reading"))
    Translated.objects.create(message=message, brand=world.brand, language="it", text="Domanda", by="deepl")
    with django_assert_num_queries(3):
        assert len(translate.beside(messages, standing)) == 6


def translate_standing(agent):
    from premura import access

    return access.standing(agent)


# -- our words --------------------------------------------------------------------------------

OURS = "Sì, il tavolo alla finestra è libero per stasera."
THEIRS = "Ja, der Tisch am Fenster ist heute Abend noch frei."
BACK = "Sì, il tavolo alla finestra stasera è ancora libero."


@pytest.fixture
def german(world, served):
    message = in_german(world)
    made(world, served)
    served.words |= {OURS: THEIRS, THEIRS: BACK}
    return message.conversation_id


def test_the_composer_offers_their_language(world, ada, german):
    assert "Traduci la mia risposta in tedesco" in words(ada.get(f"/conversations/{german}/").text)


def test_a_reply_is_shown_with_its_translation_and_the_way_back_and_nothing_is_kept(world, ada, german, served):
    part = ada.post(f"/conversations/{german}/translation/", {"text": OURS, "way": "public"}, headers=HTMX).text
    for text in (OURS, THEIRS, BACK, "Hai scritto", "Leggerebbero", "Cioè"):
        assert text in part
    assert [one["target"] for one in served.asked] == ["de", "it"]
    assert Reply.objects.count() == 0
    assert Event.objects.get(deed="translated").facts == {
        "reply": True, "source": "it", "target": "de", "engine": "libretranslate"
    }  # fmt: skip


def test_without_javascript_it_is_a_page_from_which_the_translation_becomes_ones_draft(world, ada, german):
    page = ada.post(f"/conversations/{german}/translation/", {"text": OURS, "way": "public"}).text
    assert "<!doctype" in page
    assert f'value="{THEIRS}"' in page
    draft = Reply.objects.get()
    assert f'name="draft" value="{draft.pk}"' in page
    given = {"text": THEIRS, "way": "public", "draft": draft.pk}
    response = ada.post(f"/conversations/{german}/taking/", given)
    assert response.status_code == 302
    draft = Reply.objects.get()
    assert (draft.text, draft.state, draft.author, draft.private) == (THEIRS, "draft", world.ada, False)
    assert THEIRS in ada.get(response.url).text


@pytest.mark.guarded
def test_a_translation_with_the_original_below_passes_the_guard_and_the_original_alone_does_not(world, ada, german):
    conversation = Conversation.objects.get(pk=german)
    turned = translate.reply(conversation, OURS, world.ada)
    assert turned.both == f"{THEIRS}\n\n{OURS}"
    for text, stopped in ((OURS, True), (THEIRS, False), (turned.both, False)):
        rules = {finding.rule for finding in guard.check(conversation, text, world.ada)}
        assert ("wrong_language" in rules) is stopped, text


def test_glossary_and_personal_data_are_kept_on_both_ways(world, ada, german, served):
    Term.objects.create(brand=world.brand, text="olio nuovo", translations={"de": "Olio Nuovo"})
    part = ada.post(
        f"/conversations/{german}/translation/",
        {"text": "L'olio nuovo costa 12 euro, chiami il 347 1234567"},
        headers=HTMX,
    ).text
    assert "347" not in served.sent()
    assert "lio nuovo" not in served.sent().lower()
    assert "L&#x27;Olio Nuovo costa 12 euro, chiami il 347 1234567 (de)" in part
    assert "L&#x27;olio nuovo costa 12 euro, chiami il 347 1234567 (de) (it)" in part


def test_what_was_lost_on_the_way_is_said_before_it_is_taken(world, ada, german, served):
    Term.objects.create(brand=world.brand, text="Bellosguardo")
    served.loses = True
    part = ada.post(
        f"/conversations/{german}/translation/", {"text": "Vieni da Bellosguardo stasera"}, headers=HTMX
    ).text
    assert "Non ha conservato: Bellosguardo" in words(part)


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_written_is_not_asked_about(world, ada, german, served, text):
    response = ada.post(f"/conversations/{german}/translation/", {"text": text}, headers=HTMX)
    assert response.status_code == 422
    assert "Scrivi prima la risposta" in response.text
    assert served.asked == []


def test_a_reply_in_their_language_is_told_so(world, ada, german, served):
    response = ada.post(f"/conversations/{german}/translation/", {"text": THEIRS}, headers=HTMX)
    assert response.status_code == 422
    assert "È già in questa lingua: tedesco" in response.text
    assert served.asked == []


def test_a_wrong_key_is_said_and_noted_for_the_admins(world, ada, german, served):
    served.status, served.answer = 403, {"error": "Invalid API key"}
    response = ada.post(f"/conversations/{german}/translation/", {"text": OURS}, headers=HTMX)
    assert "Non accetta la nostra chiave" in response.text
    assert "Invalid API key" in signed_in(world.elena).get("/engines/").text


def test_only_who_may_reply_there_may_ask(world, german, served):
    for agent, status in ((world.rita, 403), (world.zoe, 404), (world.carlo, 404)):
        client = signed_in(agent)
        assert client.post(f"/conversations/{german}/translation/", {"text": OURS}).status_code == status
        assert client.post(f"/conversations/{german}/taking/", {"text": OURS}).status_code == status
    assert served.asked == []
    assert signed_in(world.ada).get(f"/conversations/{german}/translation/").status_code == 405
