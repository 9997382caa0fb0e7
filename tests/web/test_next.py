"""The button and key for what is next, duty, and when it takes a lead or another team."""

import pytest

from premura.decide import assign
from premura.models import Conversation, Event, Membership
from tests.web.test_inbox import HTMX, now_says, signed_in


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


def now(conversation):
    return Conversation.objects.get(pk=conversation.pk)


def test_next_opens_the_best_conversation_and_it_is_hers(world, ada):
    conversation = now_says(world, "Un tavolo per due?")
    assert 'action="/next/"' in ada.get("/inbox/open/").text
    answer = ada.post("/next/")
    assert answer["Location"] == f"/conversations/{conversation.pk}/?view=mine"
    assert now(conversation).assignee == world.ada
    assert "Ada l’ha presa come prossima" in ada.get(answer["Location"]).text


def test_when_nothing_is_left_the_words_say_so_and_she_stays_where_she_was(world, ada):
    conversation = now_says(world, "Un tavolo per due?")
    ada.post("/next/")
    where = f"http://testserver/conversations/{conversation.pk}/?view=mine"
    answer = ada.post("/next/", headers={"Referer": where})
    assert answer["Location"] == f"/conversations/{conversation.pk}/?view=mine"
    assert "Non ti aspetta altro" in ada.get(answer["Location"]).text
    assert ada.post("/next/", headers={"Referer": "http://x/conversations/y/"})["Location"] == "/inbox/mine/"


def test_who_has_enough_is_told_kindly(world, ada):
    for name in ("a", "b"):
        now_says(world, "Un tavolo?", by=name)
    Membership.objects.filter(agent=world.ada).update(most_open=1)
    ada.post("/next/")
    assert "Hai 1 conversazione aperta" in ada.post("/next/", follow=True).text


def test_a_reader_has_no_next(world):
    rita = signed_in(world.rita)
    assert 'action="/next/"' not in rita.get("/inbox/open/").text
    assert rita.post("/next/").status_code == 403


def test_who_says_that_they_are_away_is_shown_so_and_gets_nothing(world, ada):
    conversation = now_says(world, "Un tavolo per due?")
    answer = ada.post("/duty/", {"on": ""}, headers={"Referer": "http://testserver/held/"})
    assert answer["Location"] == "http://testserver/held/"
    assert "Non sei di turno" in ada.post("/next/", follow=True).text
    assert now(conversation).assignee is None
    page = signed_in(world.bruno).get(f"/conversations/{conversation.pk}/").text
    assert "Ada, non di turno</option>" in page
    ada.post("/duty/", {"on": "1"}, headers={"Referer": "https://evil.example/"})
    other = now_says(world, "E per tre?", by="b")  # the first Bruno looks at
    assert ada.post("/next/")["Location"] == f"/conversations/{other.pk}/?view=mine"
    assert ", non di turno" not in signed_in(world.bruno).get(f"/conversations/{conversation.pk}/").text


# -- a lead ---------------------------------------------------------------------------------------


@pytest.fixture
def hers(world):
    conversation = now_says(world, "Vi denuncio")
    Conversation.objects.filter(pk=conversation.pk).update(assignee=world.ada)
    return conversation


def test_a_lead_is_asked_sees_it_on_top_and_takes_over_signing_by_name(world, ada, hers):
    answer = ada.post(f"/conversations/{hers.pk}/escalation/", {"reason": "Parla di avvocati"}, headers=HTMX)
    assert "Parla di avvocati" in answer.text
    bruno = signed_in(world.bruno)
    page = bruno.get("/held/").text
    assert "Parla di avvocati" in page
    assert 'data-count="held">1<' in page
    after = bruno.post(f"/conversations/{hers.pk}/takeover/", follow=True).text
    assert 'data-inserts="– Bruno"' in after
    assert "È subentrato Bruno" in after
    assert now(hers).assignee == world.bruno
    assert "Parla di avvocati" not in bruno.get("/held/").text
    assert 'data-inserts="– Ada' not in ada.get(f"/conversations/{hers.pk}/").text


def test_without_a_reason_no_lead_is_asked(ada, hers):
    answer = ada.post(f"/conversations/{hers.pk}/escalation/", {"reason": " "}, headers=HTMX)
    assert answer.status_code == 409
    assert not Event.objects.filter(deed="escalated").exists()


def test_saying_that_no_lead_is_needed_twice_says_that_somebody_was_faster(world, ada, hers):
    assign.escalate(hers, world.ada, "Parla di avvocati")
    assert ada.post(f"/conversations/{hers.pk}/escalation/", {"over": "1"}, headers=HTMX).status_code == 200
    assert ada.post(f"/conversations/{hers.pk}/escalation/", {"over": "1"}, headers=HTMX).status_code == 409


def test_only_a_lead_takes_over_and_of_another_brand_nobody(world, ada, hers):
    assert ada.post(f"/conversations/{hers.pk}/takeover/").status_code == 403
    Membership.objects.filter(agent=world.zoe).update(role="lead")
    zoe = signed_in(world.zoe)
    assert zoe.post(f"/conversations/{hers.pk}/takeover/").status_code == 404
    assert zoe.post(f"/conversations/{hers.pk}/escalation/", {"reason": "x"}).status_code == 404


# -- not ours -------------------------------------------------------------------------------------


def test_what_is_not_ours_goes_to_another_team_with_the_reason_and_leaves_our_list(world, ada, hers):
    answer = ada.post(f"/conversations/{hers.pk}/dispute/", {"reason": "Parla del piatto", "to": world.kitchen.pk})
    assert answer["Location"] == "/inbox/mine/"
    assert "È a Cucina adesso" in ada.get("/inbox/mine/").text
    assert ada.get(f"/conversations/{hers.pk}/").status_code == 404
    assert "Parla del piatto" in signed_in(world.carlo).get(f"/conversations/{hers.pk}/").text


@pytest.mark.parametrize(("given", "status"), [({}, 409), ({"reason": "Boh"}, 409), ({"reason": "B", "to": "x"}, 404)])
def test_what_goes_nowhere_stays_where_it_is(world, ada, hers, given, status):
    assert ada.post(f"/conversations/{hers.pk}/dispute/", given, headers=HTMX).status_code == status
    assert now(hers).team == world.hall
