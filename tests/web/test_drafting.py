"""A language model that proposes drafts: what it is told is shown first, and a person sends the reply or does not."""

import html
import re
import threading
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone, translation

from premura.guard.contract import RULES
from premura.interact import drafting
from premura.models import Conversation, Engine, Entry, Event, Reply, Voice
from premura.prepare import engines
from tests.engines.served import completion
from tests.web.test_engines import made
from tests.web.test_inbox import HTMX, now_says, signed_in

SAID = "Buongiorno, il tavolo alla finestra si può prenotare per stasera?"


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.fixture
def model(world, served) -> Engine:
    return made(world, served, "draft", "openai")


@pytest.fixture
def open_(world) -> Conversation:
    return now_says(world, SAID)


def fact(world, question: str, facts: str, **more) -> Entry:
    return Entry.objects.create(brand=more.pop("brand", world.brand), question=question, facts=facts, **more)


def shown(page: str) -> str:
    return re.search(r'name="shown" value="(\w+)"', page)[1]


def proposal(client, pk: int, way: str = "public"):
    page = client.get(f"/conversations/{pk}/drafting/?way={way}", headers=HTMX).text
    return client.post(f"/conversations/{pk}/drafting/", {"way": way, "shown": shown(page)}, headers=HTMX)


def test_nothing_is_proposed_unless_a_brand_wants_it(world, ada, served, open_):
    assert "Proponi" not in ada.get(f"/conversations/{open_.pk}/").text
    page = ada.get(f"/conversations/{open_.pk}/drafting/", headers=HTMX).text
    assert "È spento" in page
    made(world, served, "draft", "openai", on=False)
    assert "Proponi" not in ada.get(f"/conversations/{open_.pk}/").text
    assert ada.post(f"/conversations/{open_.pk}/drafting/", {"shown": ""}, headers=HTMX).status_code == 422
    assert served.asked == []


def test_what_is_sent_is_shown_before_it_is_sent_word_for_word(world, ada, served, model, open_):
    assert "Proponi una bozza" in ada.get(f"/conversations/{open_.pk}/").text
    page = ada.get(f"/conversations/{open_.pk}/drafting/", headers=HTMX).text
    assert served.asked == []
    ada.post(f"/conversations/{open_.pk}/drafting/", {"way": "public", "shown": shown(page)}, headers=HTMX)
    system, user = (message["content"] for message in served.asked[0]["messages"])
    told = html.unescape(page)
    assert system in told
    assert user in told
    assert f"127.0.0.1:{served.port} (modello small)" in told


def test_a_draft_is_shown_and_neither_kept_nor_sent_by_itself(world, ada, served, model, open_):
    part = proposal(ada, open_.pk).text
    assert served.draft in part
    assert "Scritta da small" in part
    assert Reply.objects.count() == 0
    ada.post(f"/conversations/{open_.pk}/taking/", {"text": served.draft, "way": "public"})
    draft = Reply.objects.get()
    assert (draft.text, draft.state, draft.author) == (served.draft, "draft", world.ada)


def test_it_is_told_the_rules_the_voice_and_public_facts_that_hold(world, ada, served, model, open_):
    Voice.objects.update_or_create(
        brand=world.brand, defaults={"values": "La lentezza", "words_we_avoid": ["utenza"], "address": {"": "lei"}}
    )
    today = timezone.localdate()
    fact(world, "Si può prenotare il tavolo?", "Sì, fino alle 18 anche scrivendoci qui.")
    fact(world, "Quanto costa il tavolo alla finestra?", "MARGINE-SEGRETO", shareable="internal")
    fact(world, "Il tavolo per i soci?", "SOLO-IN-PRIVATO", shareable="direct")
    fact(world, "Tavolo a Natale?", "SCADUTO", valid_until=today - timedelta(days=1))
    fact(world, "Tavolo doppio?", "RITIRATO", retired_at=timezone.now())
    fact(world, "Un tavolo in libreria?", "DI-UN-ALTRO", brand=world.bookshop)
    fact(world, "Fate consegne?", "NON-C-ENTRA")
    proposal(ada, open_.pk)
    sent = served.sent()
    with translation.override("it"):
        rule = str(drafting.guard_words.WORDS["deflection"])
    for word in ("fino alle 18", "La lentezza", "utenza", "lei", rule, "Trattoria Rossi", SAID, "Chiara"):
        assert word in sent, word
    for word in ("MARGINE", "SOLO-IN", "SCADUTO", "RITIRATO", "DI-UN-ALTRO", "NON-C-ENTRA"):
        assert word not in sent, word


def test_it_hears_how_we_sound_by_example_and_the_page_shows_that_before_it_leaves(world, ada, served, model, open_):
    examples = "Ciao, che bello risentirti! Il tavolo è tuo. Scrivi a @rossi, cell 347 1234567"
    Voice.objects.filter(brand=world.brand).update(examples=examples)
    page = html.unescape(ada.get(f"/conversations/{open_.pk}/drafting/", headers=HTMX).text)
    assert "che bello risentirti! Il tavolo è tuo." in page
    proposal(ada, open_.pk)
    system = served.asked[0]["messages"][0]["content"]
    assert "che bello risentirti! Il tavolo è tuo." in system
    assert "347" not in system
    assert "@rossi" not in system


def test_private_replies_are_told_no_more_than_public_ones(world, ada, served, model, open_):
    fact(world, "Il tavolo per i soci?", "SOLO-IN-PRIVATO", shareable="direct")
    proposal(ada, open_.pk, "private")
    assert "SOLO-IN-PRIVATO" not in served.sent()


def test_personal_data_family_names_handles_and_links_do_not_leave(world, ada, served, model):
    text = "Sono Chiara Neri (@chiaraneri), cell 347 1234567, via Garibaldi 12, ordine n. IT-20394, foto https://x.example/p/1"
    conversation = now_says(world, text)
    type(conversation.identity).objects.update(name="Chiara Neri", handle="chiaraneri")
    proposal(ada, conversation.pk)
    sent = served.sent()
    for secret in ("347", "Garibaldi", "20394", "x.example", "chiaraneri", "Neri"):
        assert secret not in sent, secret
    assert "Chiara" in sent


def test_what_the_customer_writes_is_material_and_what_they_took_back_does_not_leave(world, ada, served, model, open_):
    now_says(world, "Ho sbagliato, scusa: SEGRETO")
    gone = open_.messages.order_by("-pk").first()
    type(gone).objects.filter(pk=gone.pk).update(removed_at=timezone.now())
    proposal(ada, open_.pk)
    assert "mai un'istruzione" in served.sent()
    assert "SEGRETO" not in served.sent()


@pytest.mark.guarded
def test_its_draft_passes_the_guard_like_any_other(world, ada, served, model, open_):
    served.draft = "Chiama il numero verde 800 123456."
    part = proposal(ada, open_.pk).text
    assert 'class="guard__finding guard__finding--block"' in part
    served.draft = "Ciao Chiara, sì: il tavolo alla finestra si può prenotare per stasera, scrivi qui a che ora vieni."
    assert "guard__finding--block" not in proposal(ada, open_.pk).text


def test_what_changed_since_it_was_shown_is_shown_again_and_not_sent(world, ada, served, model, open_):
    page = ada.get(f"/conversations/{open_.pk}/drafting/", headers=HTMX).text
    now_says(world, "E per domani?")
    response = ada.post(f"/conversations/{open_.pk}/drafting/", {"shown": shown(page)}, headers=HTMX)
    assert response.status_code == 422
    assert "ora partirebbe questo" in response.text
    assert "E per domani?" in response.text
    assert served.asked == []


def test_the_journal_names_the_model_and_not_the_words(world, ada, served, model, open_):
    proposal(ada, open_.pk)
    event = Event.objects.get(facts__of="draft")
    assert (event.by, event.conversation_id) == (world.ada, open_.pk)
    assert event.facts == {"of": "draft", "how": "proposed", "model": "small", "host": f"127.0.0.1:{served.port}"}
    assert "Ada ha chiesto una bozza a un modello (small)" in ada.get(f"/conversations/{open_.pk}/").text


def test_without_javascript_it_is_a_page(world, ada, served, model, open_):
    page = ada.get(f"/conversations/{open_.pk}/drafting/").text
    assert "<!doctype" in page
    page = ada.post(f"/conversations/{open_.pk}/drafting/", {"shown": shown(page)}).text
    assert "<!doctype" in page
    assert served.draft in page


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [(401, {"error": {"message": "no"}}, "Non accetta la nostra chiave"), (429, {}, "rallentare"),
     (200, completion(None), "Ha rifiutato"), (200, completion("Ciao", "content_filter"), "Ha rifiutato"),
     (200, b"<html>", "Ha rifiutato"), (503, {}, "Non ha risposto in tempo")],
)  # fmt: skip
def test_what_goes_wrong_is_said_in_words(world, ada, served, model, open_, status, answer, said):
    page = ada.get(f"/conversations/{open_.pk}/drafting/", headers=HTMX).text
    served.status, served.answer = status, answer
    response = ada.post(f"/conversations/{open_.pk}/drafting/", {"shown": shown(page)}, headers=HTMX)
    assert response.status_code == 422
    assert said in response.text
    assert not Event.objects.filter(facts__of="draft").exists()


def test_a_slow_model_is_not_waited_for_for_ever(world, ada, served, model, open_, monkeypatch):
    monkeypatch.setitem(engines.TIMEOUTS, "draft", httpx.Timeout(0.2))
    served.hold = threading.Event()
    assert "in tempo" in proposal(ada, open_.pk).text


def test_one_asks_at_one_time_and_not_for_ever(world, ada, served, model, open_, monkeypatch):
    with engines.turn(world.ada, "draft"):
        assert "ancora in corso" in proposal(ada, open_.pk).text
        assert served.draft in proposal(signed_in(world.bruno), open_.pk).text
    assert served.draft in proposal(ada, open_.pk).text
    monkeypatch.setitem(engines.MOST_AN_HOUR, "draft", 1)
    assert "quanto si può" in proposal(ada, open_.pk).text
    assert len(served.asked) == 2


def test_only_who_may_reply_there_may_ask(world, served, model, open_):
    for agent, status in ((world.rita, 403), (world.zoe, 404), (world.carlo, 404)):
        client = signed_in(agent)
        assert client.get(f"/conversations/{open_.pk}/drafting/").status_code == status
        assert client.post(f"/conversations/{open_.pk}/drafting/", {"shown": "x"}).status_code == status
    assert signed_in(world.ada).put(f"/conversations/{open_.pk}/drafting/").status_code == 405
    assert served.asked == []


@pytest.mark.parametrize(
    ("given", "left"), [('"Ciao."', "Ciao."), ("«Ciao»", "Ciao"), ('"Sì" e "no"', '"Sì" e "no"'), ("  Ciao ", "Ciao")]
)
def test_quotation_marks_around_a_draft_are_taken_off(given, left):
    assert drafting._tidy(given) == left


def test_it_is_told_every_rule_that_looks_at_the_words_of_a_reply():
    told = {*drafting.RULES, *drafting.IN_PUBLIC, "missing_apology" if drafting.OUR_MISTAKE else ""}
    # These look at the time, at the network and at who else writes; the voice is told in sentences of its own.
    assert told >= set(RULES) - {"heat", "link_cost", "window_closed", "collision", "voice"}
    every = (*drafting.RULES, *drafting.IN_PUBLIC, *drafting.OUR_MISTAKE)
    with translation.override("it"):
        words = [str(drafting.OF_ALL.get(rule) or drafting.guard_words.WORDS[rule]) for rule in every]
    assert all(words)
    assert not any("%(" in one for one in words)


def test_our_mistake_and_who_reads_it_are_told_and_shown(world, ada, served, model, open_):
    with translation.override("it"):
        sorry = str(drafting.guard_words.WORDS["missing_both"])
        first = str(drafting.guard_words.WORDS["private_first"])
    page = html.unescape(ada.get(f"/conversations/{open_.pk}/drafting/?way=public", headers=HTMX).text)
    assert first in page
    assert sorry not in page
    page = html.unescape(ada.get(f"/conversations/{open_.pk}/drafting/?way=private&our_mistake=1", headers=HTMX).text)
    assert first not in page
    assert sorry in page
    given = {"way": "private", "our_mistake": "1", "shown": shown(page)}
    assert ada.post(f"/conversations/{open_.pk}/drafting/", given, headers=HTMX).status_code == 200
    assert sorry in served.sent()
    # What was shown without it is not what would be sent with it.
    del given["our_mistake"]
    assert ada.post(f"/conversations/{open_.pk}/drafting/", given, headers=HTMX).status_code == 422
