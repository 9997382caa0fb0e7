"""Promises on the screen: beside the conversation, in their list, and in words that a customer may be told."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from premura.convert import closing
from premura.convert.outcome import Said
from premura.interact import guard, promise
from premura.models import Event, Promise
from premura.templatetags.promises import TECHNICAL, technical_words, time_left, time_tone
from tests.convert.test_outcome import angry
from tests.web.test_inbox import HTMX, now_says, signed_in

DUE = datetime(2026, 11, 27, 18, 0, tzinfo=ZoneInfo("Europe/Rome"))


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.fixture
def conversation(world):
    return now_says(world, "Dov’è il mio ordine?")


def makes(client, conversation, **given):
    return client.post(f"/conversations/{conversation.pk}/promises/", given, headers=HTMX)


def settles(client, one, headers=HTMX, **given):
    return client.post(f"/promises/{one.pk}/settlement/", given, headers=headers)


def promised(world, conversation, what="Chiamo il deposito", by=None, **span):
    return promise.make(conversation, what, timezone.now() + timedelta(**span or {"hours": 5}), by or world.ada)


# -- beside the conversation -----------------------------------------------------------------


def test_one_promises_for_a_colleague_in_the_time_of_the_brand(world, ada, conversation):
    due = (timezone.localtime() + timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None)
    page = makes(ada, conversation, what="Chiamo il deposito", due=due.isoformat(), owner=world.bruno.pk, technical="1")
    assert page.status_code == 200
    made = Promise.objects.get()
    assert (made.what, made.owner, made.technical) == ("Chiamo il deposito", world.bruno, True)
    assert made.due_at == due.replace(tzinfo=ZoneInfo(world.brand.time_zone))
    assert "Chiamo il deposito" in page.text
    assert "<textarea" not in page.text


@pytest.mark.parametrize(
    "given", [{}, {"what": "Chiamo"}, {"what": "Chiamo", "due": "domani"}, {"what": "x", "due": "2020-01-01T09:00"},
              {"what": " ", "due": "2099-01-01T09:00"}], ids=str,
)  # fmt: skip
def test_what_is_no_promise_is_said_and_not_noted(world, ada, conversation, given):
    page = makes(ada, conversation, **given)
    assert page.status_code == 409
    assert "notice--brick" in page.text
    assert not Promise.objects.exists()


def test_somebody_of_another_brand_sees_to_nothing_here(world, ada, conversation):
    due = (timezone.now() + timedelta(days=2)).isoformat()
    makes(ada, conversation, what="Chiamo", due=due, owner=world.zoe.pk)
    assert Promise.objects.get().owner == world.ada


def test_it_stands_beside_the_conversation_with_both_times_and_is_kept_in_one_press(world, ada, conversation):
    made = promised(world, conversation)
    page = ada.get(f"/conversations/{conversation.pk}/").text
    assert f'id="promise-{made.pk}"' in page
    assert "word--ochre" in page
    assert "promise__words" not in page
    assert settles(ada, made, **{"as": "kept"}).status_code == 200
    assert Promise.objects.get().state == "kept"
    assert f'id="promise-{made.pk}"' not in ada.get(f"/conversations/{conversation.pk}/").text
    late = settles(ada, made, **{"as": "withdrawn", "reason": "Tardi"})
    assert late.status_code == 409


def test_it_is_taken_back_with_a_reason_which_the_history_tells(world, ada, conversation):
    made = promised(world, conversation)
    assert settles(ada, made, **{"as": "withdrawn"}).status_code == 409
    assert Promise.objects.get().state == "open"
    page = settles(ada, made, **{"as": "withdrawn", "reason": "Ha disdetto"})
    assert "Ha disdetto" in page.text
    assert Promise.objects.get().state == "withdrawn"


def test_a_technical_time_says_so_with_words_for_the_customer_in_their_language(world, ada, conversation):
    promise.make(conversation, "Analisi del laboratorio", DUE + timedelta(days=365), world.ada, technical=True)
    type(conversation).objects.filter(pk=conversation.pk).update(language="en")
    page = ada.get(f"/conversations/{conversation.pk}/").text
    assert 'lang="en">This takes its technical time' in page
    assert 'data-inserts="This takes its technical time' in page
    assert 'lang="en"' not in signed_in(world.rita).get("/promises/?whose=team").text


def test_a_reader_reads_it_and_does_nothing(world, conversation):
    made = promised(world, conversation)
    rita = signed_in(world.rita)
    page = rita.get(f"/conversations/{conversation.pk}/").text
    assert "Chiamo il deposito" in page
    assert "/settlement/" not in page
    assert settles(rita, made, **{"as": "kept"}).status_code == 403
    assert makes(rita, conversation, what="x", due="2099-01-01T09:00").status_code == 403
    assert settles(signed_in(world.carlo), made, **{"as": "kept"}).status_code == 404


# -- the list --------------------------------------------------------------------------------


def test_the_list_shows_mine_then_everybodys_with_what_lapsed_marked(world, ada, conversation):
    mine = promised(world, conversation)
    theirs = promised(world, conversation, "Chiamo io, Bruno", world.bruno)
    Promise.objects.filter(pk=mine.pk).update(due_at=timezone.now() - timedelta(hours=2, minutes=5))
    page = ada.get("/promises/").text
    assert mine.what in page
    assert theirs.what not in page
    assert "word--brick" in page
    assert f'href="/conversations/{conversation.pk}/?view=all"' in page
    page = ada.get("/promises/?whose=team").text
    assert page.index(mine.what) < page.index(theirs.what)
    assert theirs.what in signed_in(world.rita).get("/promises/").text  # a reader has none of their own
    assert mine.what not in signed_in(world.zoe).get("/promises/?whose=team").text


def test_an_empty_list_says_how_promises_are_made(ada):
    assert 'class="empty"' in ada.get("/promises/").text
    assert ada.get("/promises/?whose=x&after=never").status_code == 200


def test_it_goes_on_where_it_stopped(world, ada, conversation, monkeypatch):
    monkeypatch.setattr(promise, "PAGE", 2)
    for n in range(3):
        promised(world, conversation, f"Promessa {n}", hours=n + 1)
    first = ada.get("/promises/?whose=team").text
    more = first.split('hx-get="/promises/?')[1].split('"')[0].replace("&amp;", "&")
    rest = ada.get(f"/promises/?{more}", headers=HTMX).text
    assert "Promessa 2" in rest
    assert "Promessa 1" not in rest
    assert "<html" not in rest


def test_the_list_costs_the_same_however_long_it_is(world, ada, conversation, django_assert_max_num_queries):
    for n in range(12):
        promised(world, conversation, f"Promessa {n}", hours=n + 1)
    with django_assert_max_num_queries(16):
        ada.get("/promises/")


def test_one_says_in_the_list_that_it_is_kept_and_is_back_there(world, ada, conversation):
    made = promised(world, conversation)
    back = settles(ada, made, headers={}, **{"as": "kept", "from": "list", "whose": "team"})
    assert back.url == "/promises/?whose=team"
    assert Event.objects.get(deed="promise kept").by == world.ada
    again = settles(ada, made, headers={}, **{"as": "kept", "from": "list"})
    assert "notice" in ada.get(again.url).text


def test_under_the_list_stands_why_people_were_angry(world, ada):
    assert 'id="reasons"' not in ada.get("/promises/").text
    closing.close(angry(world), world.ada, Said("delivery", solution_proposed=True))
    page = ada.get("/promises/").text
    assert 'id="reasons"' in page
    assert "100 %" in page


# -- in words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        ({"hours": 3, "minutes": 10}, "3 h 10 left", "ochre"),
        ({"days": 3, "minutes": 1}, "3 d left", "olive"),
        ({"days": 20, "minutes": 1}, "20 days left", "olive"),
        ({"minutes": -25}, "lapsed 25 min ago", "brick"),
        ({"days": -30}, "lapsed long ago", "brick"),
    ],
)
def test_the_time_that_is_left_is_said_in_words(left, words, tone):
    now = timezone.now()
    with translation.override("en"):
        assert (time_left(now + timedelta(**left), now), time_tone(now + timedelta(**left), now)) == (words, tone)


def test_a_technical_time_is_said_in_their_language_and_in_english_where_we_have_none():
    with timezone.override(DUE.tzinfo):
        assert "entro venerdì 27 novembre alle 18:00" in technical_words(DUE, "it")
        assert "by Friday 27 November, 18:00" in technical_words(DUE, "en")
        assert technical_words(DUE, "fi") == technical_words(DUE, "en")


@pytest.mark.guarded
@pytest.mark.parametrize("language", TECHNICAL)
def test_the_guard_has_nothing_against_those_words(world, conversation, language):
    type(conversation.messages.get()).objects.update(text="Quando arriva?", language=language)
    conversation.language = language
    found = guard.check(conversation, technical_words(DUE, language), world.ada, promised_for=timezone.now())
    assert [f.rule for f in found if f.severity in ("block", "warn")] == []
