"""Replies that wait for a second person: seen by leads, let go or sent back, never by their author."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from premura.guard.contract import Finding, Severity
from premura.interact import freeze, guard_words
from premura.interact import reply as replying
from premura.models import Agent, Approvals, Conversation, Membership, Message, Reply
from tests.web.test_inbox import HTMX, now_says, signed_in


@pytest.fixture
def bruno(world):
    return signed_in(world.bruno)


@pytest.fixture
def held(world) -> Reply:
    Membership.objects.filter(agent=world.ada).update(is_newcomer=True)
    asked = now_says(world, "Dov’è il mio ordine?")
    return replying.submit(asked, "Arriva domani.", by=world.ada, seen=replying.seen(asked))


def test_a_lead_sees_what_waits_with_what_the_customer_wrote_and_why(bruno, held):
    page = bruno.get("/held/").text
    for words in ("Dov’è il mio ordine?", "Arriva domani.", "chi l’ha scritta è nuovo", 'data-count="held">1<'):
        assert words in page


def test_nothing_waits_says_so(bruno):
    assert "Nessuna aspetta te" in bruno.get("/held/").text


def test_an_agent_is_shown_neither_the_page_nor_the_count(world, held):
    ada = signed_in(world.ada)
    assert ada.get("/held/").status_code == 403
    assert 'data-count="held"' not in ada.get("/inbox/open/").text


def test_what_another_brand_holds_is_nobodys_business(world, held):
    Membership.objects.filter(agent=world.zoe).update(role="lead")
    zoe = signed_in(world.zoe)
    assert "Arriva domani." not in zoe.get("/held/").text
    assert zoe.post(f"/replies/{held.pk}/approval/").status_code == 404


def approve(client, held, **more):
    given = {"from": "held", "seen": str(replying.seen(held.conversation))} | more
    return client.post(f"/replies/{held.pk}/approval/", given, headers=HTMX)


def test_one_yes_lets_it_go_and_the_second_is_told(world, bruno, held):
    assert "Parte." in approve(bruno, held).text
    held.refresh_from_db()
    assert (held.state, held.approver) == ("ready", world.bruno)
    again = approve(signed_in(world.elena), held)
    assert again.status_code == 409
    assert "Non aspetta più" in again.text


def test_its_author_never_says_yes_however_high(world, held):
    Membership.objects.filter(agent=world.ada).update(role="admin")
    answer = approve(signed_in(world.ada), held)
    assert answer.status_code == 409
    held.refresh_from_db()
    assert held.state == "held"


def test_a_lead_may_change_it_before_they_say_yes(world, bruno, held):
    approve(bruno, held, text="Ciao Chiara, arriva domani.")
    held.refresh_from_db()
    assert (held.text, held.author, held.state) == ("Ciao Chiara, arriva domani.", world.ada, "ready")


def test_a_change_that_does_not_fit_is_not_made(bruno, held):
    answer = approve(bruno, held, text="è" * 600)
    assert answer.status_code == 409
    held.refresh_from_db()
    assert (held.text, held.state) == ("Arriva domani.", "held")


def test_when_they_wrote_again_a_lead_looks_first(world, bruno, held):
    seen = str(replying.seen(held.conversation))
    now_says(world, "Lasci stare")
    answer = approve(bruno, held, seen=seen)
    assert answer.status_code == 409
    assert "Hanno scritto ancora" in answer.text


def yes_of(page: str, held) -> dict[str, str]:
    """Return what the page sends with its yes."""
    form = re.search(rf'action="/replies/{held.pk}/approval/".*?</form>', page, re.S)[0]
    return {"seen": re.search(r'name="seen" value="([^"]*)"', form)[1]}


def test_what_came_in_since_its_author_looked_stands_on_the_page_and_the_yes_is_about_that(world, bruno, held):
    now_says(world, "ANNULLATE TUTTO")
    submitted = replying.submit(held.conversation, "Ci penso io.", by=world.elena)
    page = bruno.get("/held/").text
    for words in ("ANNULLATE TUTTO", "Elena", "Ci penso io."):
        assert words in page.split('class="held__new')[1].split("<form")[0]
    now_says(world, "E in fretta")
    later = approve(bruno, held, **yes_of(page, held))
    assert (later.status_code, "E in fretta" in later.text) == (409, True)
    approve(bruno, held, **yes_of(later.text, held))
    held.refresh_from_db()
    assert (held.state, submitted.state) == ("ready", "ready")


def test_what_its_author_had_read_is_not_new(bruno, held):
    assert "held__new" not in bruno.get("/held/").text


@pytest.mark.parametrize("said", [["Ancora"] * 7, ["Senta. " * 300]], ids=["many", "long"])
def test_what_does_not_fit_on_the_page_is_read_in_the_conversation_before_any_yes(world, bruno, held, said):
    for words in said:
        now_says(world, words)
    page = bruno.get("/held/").text
    assert f'action="/replies/{held.pk}/approval/"' not in page
    assert f'href="/conversations/{held.conversation_id}/?view=all">' in page.split('class="actions"')[1]


def test_what_was_edited_or_taken_away_since_is_marked_and_read_first(world, bruno, held):
    before = yes_of(bruno.get("/held/").text, held)
    asked = held.conversation.messages.get()
    was = [{"text": asked.text, "until": timezone.now().isoformat()}]
    Message.objects.filter(pk=asked.pk).update(text="Annullate l’ordine", was=was, edited_at=timezone.now())
    answer = approve(bruno, held, **before)
    assert answer.status_code == 409
    new = answer.text.split('class="held__new')[1].split("<form")[0]
    for words in ("modificato", "Annullate l’ordine", "Dov’è il mio ordine?"):
        assert words in new
    Message.objects.filter(pk=asked.pk).update(removed_at=timezone.now())
    assert approve(bruno, held, **yes_of(answer.text, held)).status_code == 409
    approve(bruno, held, **yes_of(bruno.get("/held/").text, held))
    held.refresh_from_db()
    assert held.state == "ready"


def test_the_page_asks_as_often_for_one_that_waits_as_for_many(world, bruno, held, django_assert_num_queries):
    bruno.get("/held/")  # the first time more is asked
    with CaptureQueriesContext(connection) as one:
        bruno.get("/held/")
    for who in ("marco", "tom", "eva"):
        asked = now_says(world, "E il mio?", by=who, root=who)
        replying.submit(asked, "Arriva domani.", by=world.ada, seen=replying.seen(asked))
        now_says(world, "Anzi, no", by=who, root=who)
    with django_assert_num_queries(len(one)):
        assert bruno.get("/held/").text.count("Anzi, no") == 3


def test_a_lead_mends_a_reply_with_the_spelling_of_the_language_that_it_is_in(world, bruno):
    Membership.objects.filter(agent=world.ada).update(is_newcomer=True)
    asked = now_says(world, "Wo ist meine Bestellung?")
    Conversation.objects.filter(pk=asked.pk).update(language="de")
    held = replying.submit(asked, "Morgen.", by=world.ada)
    for kept in ("en", "und", ""):  # where none is kept: the customer's
        Reply.objects.filter(pk=held.pk).update(language=kept)
        field = re.search(rf'<textarea id="text-{held.pk}"[^>]*>', bruno.get("/held/").text)[0]
        assert f'lang="{"en" if kept == "en" else "de"}" spellcheck="true"' in field


def test_a_held_thread_is_shown_whole(world, bruno):
    world.rossi.network = "bluesky"
    world.rossi.save(update_fields=["network"])
    Membership.objects.filter(agent=world.ada).update(is_newcomer=True)
    text = " ".join(f"Questa è la frase numero {n}, e dice una cosa." for n in range(1, 12))
    besides = replying.Besides(in_parts=True)
    replying.submit(now_says(world, "Allora?"), text, by=world.ada, besides=besides)
    page = bruno.get("/held/").text
    assert "frase numero 1," in page
    assert "frase numero 11, e dice una cosa. 2/2" in page
    assert "<textarea" not in page


def test_it_goes_back_with_a_word_that_its_author_reads(world, bruno, held):
    bruno.post(f"/replies/{held.pk}/refusal/", {"why": "Salutala per nome.", "from": "held"}, headers=HTMX)
    page = signed_in(world.ada).get(f"/conversations/{held.conversation_id}/").text
    assert "Bruno ti ha rimandato la risposta: Salutala per nome." in page
    assert ">Arriva domani.</textarea>" in page
    assert bruno.post(f"/replies/{held.pk}/refusal/", headers=HTMX).status_code == 409


def test_a_lead_says_yes_in_the_thread_too(bruno, held):
    page = bruno.get(f"/conversations/{held.conversation_id}/").text
    assert f'id="approve-{held.pk}"' in page
    answer = bruno.post(f"/replies/{held.pk}/approval/", headers=HTMX)
    assert "In partenza" in answer.text


def test_an_admin_says_when_a_second_person_is_wanted_and_who_is_new(world):
    elena = signed_in(world.elena)
    assert elena.get("/held/settings/").status_code == 200
    ada = Membership.objects.get(agent=world.ada)
    given = {
        "newcomers": "on", "members": [ada.pk], "words": "rimborso\nrimborso\n avvocato ", "intents": ["complaint"],
        "amount_over": "150,50",
    }  # fmt: skip
    assert elena.post("/held/settings/", given).status_code == 302
    rules = Approvals.objects.get(brand=world.brand)
    assert (rules.words, rules.intents, str(rules.amount_over)) == (["rimborso", "avvocato"], ["complaint"], "150.50")
    assert Membership.objects.get(agent=world.ada).is_newcomer
    elena.post("/held/settings/", {"words": ""})
    assert not Membership.objects.filter(is_newcomer=True).exists()


@pytest.mark.parametrize(
    ("language", "written", "meant"),
    [("it", "1.000,50", "1000.50"), ("it", "1000,50", "1000.50"), ("it", "1.000", "1000.00"), ("it", "1,50", "1.50"),
     ("en", "1,000.50", "1000.50"), ("en", "1000.50", "1000.50"), ("en", "1,000", "1000.00")],
)  # fmt: skip
def test_an_amount_is_read_as_the_readers_language_writes_it(world, language, written, meant):
    Agent.objects.update(language=language)
    world.elena.refresh_from_db()
    assert signed_in(world.elena).post("/held/settings/", {"amount_over": written}).status_code == 302
    assert str(Approvals.objects.get(brand=world.brand).amount_over) == meant


def test_a_rule_that_is_no_rule_changes_nothing(world):
    elena = signed_in(world.elena)
    assert elena.post("/held/settings/", {"amount_over": "molto"}).status_code == 422
    assert not Approvals.objects.exists()


def test_what_was_written_in_heat_stands_there_too_and_one_yes_lets_it_go(world, bruno, monkeypatch):
    hot = (Finding("heat", Severity.DELAY, 0, 2, "heat"),)
    monkeypatch.setattr("premura.interact.guard.check", lambda *asked, **given: hot)
    asked = now_says(world, "Ladri!")
    cooling = replying.submit(asked, "No.", by=world.ada, seen=replying.seen(asked))
    page = bruno.get("/held/").text
    assert f'id="held-{cooling.pk}"' in page
    assert 'data-count="held">1<' in page
    approve(bruno, cooling)
    cooling.refresh_from_db()
    assert (cooling.state, cooling.approver) == ("ready", world.bruno)
    assert f'id="held-{cooling.pk}"' not in bruno.get("/held/").text


def test_a_yes_on_a_stopped_account_says_that_it_is_kept(world, bruno, held):
    freeze.freeze(world.brand, world.bruno)
    approve(bruno, held)
    held.refresh_from_db()
    assert (held.state, held.approver) == ("scheduled", world.bruno)


def test_a_yes_that_the_guard_now_stops_says_by_which_rule_and_it_goes_on_waiting(bruno, held, monkeypatch):
    told = (Finding("internal_fact", Severity.BLOCK, 0, 2, "internal_fact"),)
    monkeypatch.setattr("premura.interact.guard.check", lambda *asked, **given: told)
    answer = approve(bruno, held)
    assert answer.status_code == 409
    assert str(guard_words.rule("internal_fact")) in answer.text
    held.refresh_from_db()
    assert held.state == "held"
