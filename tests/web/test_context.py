"""What is known of a person, on the screen: asked for when it is opened, a page without a script, nothing sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura.interact import promise
from premura.models import Contact, Conversation, Outcome
from tests.decide.test_gestures import sends
from tests.decide.test_trolls import insults
from tests.interact.test_moderate_rules import said
from tests.web.test_inbox import HTMX, now_says, signed_in


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.fixture
def here(world):
    conversation = said(world, "Vergogna, non se ne può più", intent="complaint", sentiment="negative").conversation
    Conversation.objects.filter(pk=conversation.pk).update(intent="complaint", sentiment="negative", language="it")
    return conversation


def panel(client, conversation, headers=HTMX):
    return client.get(f"/conversations/{conversation.pk}/context/", headers=headers)


def leads(client, conversation, headers=HTMX, **given):
    return client.post(f"/conversations/{conversation.pk}/lead/", given, headers=headers)


# -- the panel ------------------------------------------------------------------------------------


def test_the_conversation_only_offers_it_and_the_panel_says_it(world, ada, here):
    now_says(world, "Quando aprite?", root="ieri")
    promise.make(here, "Chiamo il deposito", timezone.now() + timedelta(hours=1), world.ada)
    page = ada.get(f"/conversations/{here.pk}/").text
    assert f'hx-get="/conversations/{here.pk}/context/" hx-trigger="toggle once"' in page
    assert f'<a href="/conversations/{here.pk}/context/">' in page
    assert 'id="context-asks"' not in page
    text = panel(ada, here).text
    assert "<!doctype" not in text
    for words in ("Quando aprite?", "Chiamo il deposito", 'role="img"', 'id="context-owed"', 'id="context-stops"'):
        assert words in text
    assert 'class="tones__negative"' in text
    assert 'class="tones__neutral"' in text


def test_a_question_to_understand_is_a_start_for_the_composer_and_nothing_more(world, ada, here):
    text = panel(ada, here).text
    assert 'data-inserts="Che cosa è successo di preciso?"' in text
    assert text.count("data-inserts=") == 3
    assert f'action="/conversations/{here.pk}/replies/"' not in text


def test_without_a_script_it_is_a_page_with_nothing_to_put_into_a_composer(world, ada, here):
    page = panel(ada, here, headers={}).text
    assert "<!doctype" in page
    assert "Che cosa è successo di preciso?" in page
    assert "data-inserts" not in page


def test_a_reader_sees_it_and_cannot_press(world, here):
    sends(world, "Buono", intent="praise", root="a")
    rita = signed_in(world.rita)
    text = panel(rita, here).text
    assert "Che cosa è successo di preciso?" in text
    assert "data-inserts" not in text
    assert "/lead/" not in text
    assert leads(rita, here, do="mark").status_code == 403
    assert Contact.objects.filter(lead_at__isnull=False).count() == 0


def test_other_teams_and_brands_cannot_know_of_it(world, here):
    for nobody in (world.carlo, world.zoe):
        client = signed_in(nobody)
        assert panel(client, here).status_code == 404
        assert client.get(f"/conversations/{here.pk}/troll/").status_code == 404
        assert leads(client, here, do="mark").status_code == 404


def test_it_asks_the_database_a_fixed_number_of_times(world, ada, here, django_assert_max_num_queries):
    for n in range(15):
        now_says(world, f"Di nuovo {n}", root=f"r{n}")
    with django_assert_max_num_queries(24):
        panel(ada, here)


# -- who may become a customer -----------------------------------------------------------------------


def test_a_lead_is_marked_buys_and_is_taken_back_on_the_panel(world, ada, here):
    assert 'value="mark"' in panel(ada, here).text
    assert 'value="bought"' in leads(ada, here, do="mark").text
    assert leads(ada, here, do="bought", **{"with": " "}).status_code == 409
    assert "A-1023" in leads(ada, here, do="bought", **{"with": "A-1023"}).text
    assert 'value="bought"' in leads(ada, here, do="not_bought").text
    assert 'value="mark"' in leads(ada, here, do="take_back").text
    history = ada.get(f"/conversations/{here.pk}/").text
    assert "A-1023" in history.split('id="history"')[1]


def test_pressed_twice_or_wrongly_it_says_so_and_changes_nothing(world, ada, here):
    leads(ada, here, do="mark")
    assert leads(ada, here, do="mark").status_code == 409
    assert leads(ada, here, do="nothing").status_code == 409
    assert leads(ada, here, do="not_bought").status_code == 409
    assert Contact.objects.get(name="Chiara").lead_at


def test_without_a_script_a_deed_leads_back_to_the_page(world, ada, here):
    assert leads(ada, here, headers={}, do="mark").url == f"/conversations/{here.pk}/context/"


def test_who_praised_twice_is_proposed(world, ada):
    for root in "ab":
        conversation = sends(world, "Che buono!", intent="praise", root=root)
    text = panel(ada, conversation).text
    assert "90 giorni" in text or "90 days" in text
    assert Contact.objects.get(name="Chiara").lead_at is None


# -- who may be a troll ----------------------------------------------------------------------------------


def test_the_hint_is_asked_for_only_where_there_is_abuse(world, ada, here):
    assert "/troll/" not in ada.get(f"/conversations/{here.pk}/").text
    insulted = insults(world)
    assert f'hx-get="/conversations/{insulted.pk}/troll/"' in ada.get(f"/conversations/{insulted.pk}/").text


def test_the_hint_says_its_signs_and_how_to_go_about_it(world, ada):
    insulted = insults(world)
    text = ada.get(f"/conversations/{insulted.pk}/troll/", headers=HTMX).text
    assert 'id="troll"' in text
    assert "<form" not in text
    assert text.count("<li>") == 4 + 5  # signs and steps
    page = ada.get(f"/conversations/{insulted.pk}/troll/").text
    assert "<!doctype" in page
    assert 'id="troll"' in page


def test_where_too_little_speaks_for_it_there_is_no_hint(world, ada, here):
    assert ada.get(f"/conversations/{here.pk}/troll/", headers=HTMX).text.strip() == ""
    assert 'id="troll"' not in ada.get(f"/conversations/{here.pk}/troll/").text


# -- what became of it ------------------------------------------------------------------------------------


def closes(client, conversation, **given):
    return client.post(f"/conversations/{conversation.pk}/outcome/", {"resolve": "1", **given}, headers=HTMX)


def test_closing_asks_what_became_of_a_troll_and_needs_no_why_then(world, ada):
    insulted = insults(world)
    page = ada.post(f"/conversations/{insulted.pk}/state/", {"state": "resolved"}, headers=HTMX).text
    assert 'name="troll"' in page
    assert 'name="why" required' not in page
    assert closes(ada, insulted).status_code == 422
    assert closes(ada, insulted, troll="defused").status_code == 200
    made = Outcome.objects.get()
    assert (made.troll, made.why, Conversation.objects.get(pk=insulted.pk).state) == ("defused", "", "resolved")


def test_it_is_asked_also_where_nobody_seemed_angry(world, ada):
    insulted = insults(world, sentiment="neutral")
    page = ada.post(f"/conversations/{insulted.pk}/state/", {"state": "resolved"}, headers=HTMX).text
    assert 'name="troll"' in page
    assert Conversation.objects.get(pk=insulted.pk).state == "open"


def test_where_it_was_not_hinted_at_nothing_of_it_is_asked_or_kept(world, ada, here):
    page = ada.post(f"/conversations/{here.pk}/state/", {"state": "resolved"}, headers=HTMX).text
    assert 'name="troll"' not in page
    assert closes(ada, here, troll="defused").status_code == 422
    assert closes(ada, here, why="care", troll="defused").status_code == 200
    assert Outcome.objects.get().troll == ""


def test_it_stands_beside_the_conversation_and_is_put_right_there(world, ada):
    insulted = insults(world)
    closes(ada, insulted, troll="defused")
    page = ada.get(f"/conversations/{insulted.pk}/").text
    assert '<select id="again-troll" name="troll">' in page
    url = f"/conversations/{insulted.pk}/outcome/"
    assert ada.post(url, {"why": "care", "troll": "escalated"}, headers=HTMX).status_code == 200
    assert (Outcome.objects.get().troll, Outcome.objects.get().why) == ("escalated", "care")
    ada.post(url, {"why": "care"}, headers=HTMX)
    assert Outcome.objects.get().troll == "escalated"  # a form that does not ask it leaves it
    ada.post(url, {"why": "care", "troll": ""}, headers=HTMX)
    assert Outcome.objects.get().troll == ""


def test_what_works_and_what_leads_came_to_stand_on_the_screen_of_outcomes(world, ada):
    insulted = insults(world)
    closes(ada, insulted, troll="defused")
    leads(ada, insulted, do="mark")
    leads(ada, insulted, do="bought", **{"with": "A-1"})
    page = ada.get("/promises/").text
    assert 'id="troll-works"' in page
    assert 'id="leads"' in page
    empty = signed_in(world.zoe).get("/promises/").text
    assert 'id="troll-works"' not in empty
    assert 'id="leads"' not in empty
