"""Closing a conversation with somebody angry: what is asked, what is left as it was."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura.decide import macros
from premura.interact import disengage, promise
from premura.models import Conversation, Event, Label, Message, Outcome, Promise
from tests.convert.test_outcome import angry, waiting
from tests.decide.test_macros import bruno as standing_of_bruno
from tests.interact.test_moderate_rules import said as read_as
from tests.web.test_inbox import HTMX, now_says, signed_in


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


def resolves(client, conversation, headers=HTMX):
    return client.post(f"/conversations/{conversation.pk}/state/", {"state": "resolved"}, headers=headers)


def notes(client, conversation, headers=HTMX, **given):
    return client.post(f"/conversations/{conversation.pk}/outcome/", given, headers=headers)


def state(conversation):
    return Conversation.objects.get(pk=conversation.pk).state


def test_nobody_angry_is_resolved_at_once_as_ever(world, ada):
    conversation = now_says(world, "È aperto?")
    assert 'id="outcome-form"' not in resolves(ada, conversation).text
    assert state(conversation) == "resolved"


def test_somebody_angry_is_asked_about_first_and_then_resolved(world, ada):
    conversation = angry(world)
    page = resolves(ada, conversation)
    assert page.status_code == 200
    assert 'id="conversation-trouble"' in page.text
    assert 'hx-swap-oob="true"' in page.text
    assert 'name="why" required autofocus' in page.text
    assert state(conversation) == "open"
    page = notes(ada, conversation, why="delivery", words="Tre settimane", solution="yes", resolve="1")
    assert page.status_code == 200
    assert 'id="outcome-form"' not in page.text
    assert state(conversation) == "resolved"
    made = Outcome.objects.get()
    assert (made.why, made.words, made.solution_proposed, made.by) == ("delivery", "Tre settimane", True, world.ada)


def test_all_but_the_why_may_be_left_out(world, ada):
    conversation = angry(world)
    page = notes(ada, conversation, words="Tre settimane", solution="no", resolve="1")
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert 'value="Tre settimane"' in page.text
    assert 'value="no" checked' in page.text
    assert state(conversation) == "open"
    notes(ada, conversation, why="care", resolve="1")
    assert state(conversation) == "resolved"
    assert Outcome.objects.get().solution_proposed is None


def test_without_javascript_it_is_a_page_and_leads_back(world, ada):
    conversation = angry(world)
    page = resolves(ada, conversation, headers={})
    assert page.status_code == 200
    assert "<html" in page.text
    assert f'action="/conversations/{conversation.pk}/outcome/"' in page.text
    assert notes(ada, conversation, headers={}, resolve="1").status_code == 422
    back = notes(ada, conversation, headers={}, why="care", resolve="1")
    assert back.url.startswith(f"/conversations/{conversation.pk}/")
    assert state(conversation) == "resolved"


def test_the_second_to_close_is_told_and_changes_nothing(world, ada):
    conversation = angry(world)
    notes(ada, conversation, why="care", resolve="1")
    late = notes(signed_in(world.bruno), conversation, why="price", resolve="1")
    assert late.status_code == 409
    assert Outcome.objects.get().why == "care"
    assert resolves(ada, conversation).status_code == 409


def test_it_stands_beside_the_conversation_and_is_put_right_there(world, ada):
    conversation = angry(world)
    notes(ada, conversation, why="care", words="Scortesi", resolve="1")
    page = ada.get(f"/conversations/{conversation.pk}/").text
    assert 'id="outcome"' in page
    assert "Scortesi" in page
    assert notes(ada, conversation, words="x").status_code == 409
    assert notes(ada, conversation, why="price").status_code == 200
    assert (Outcome.objects.get().why, state(conversation)) == ("price", "resolved")
    assert "<textarea" not in notes(ada, conversation, why="price").text


def test_left_unanswered_on_purpose_asks_nothing_and_can_be_said_later(world, ada):
    conversation = angry(world)
    disengage.disengage(conversation, world.ada, "Insulti")
    assert state(conversation) == "resolved"
    assert 'id="outcome"' in ada.get(f"/conversations/{conversation.pk}/").text


def test_a_reader_sees_it_and_cannot_say_it(world, ada):
    conversation = angry(world)
    notes(ada, conversation, why="care", resolve="1")
    rita = signed_in(world.rita)
    page = rita.get(f"/conversations/{conversation.pk}/").text
    assert 'id="outcome"' in page
    assert "/outcome/" not in page
    assert notes(rita, conversation, why="price").status_code == 403
    assert notes(rita, conversation, resolve="1").status_code == 403
    assert notes(signed_in(world.zoe), conversation, why="price").status_code == 404


# -- nobody is angry, and something is open -----------------------------------------------------


def test_what_is_open_is_listed_with_the_way_to_each_and_asks_for_a_reason(world, ada):
    conversation, made = waiting(world)
    page = resolves(ada, conversation).text
    message = conversation.messages.get()
    assert f'/#message-{message.pk}"' in page.replace("?view=mine", "")
    assert f"#promise-{made.pk}" in page
    assert "<q>Dov’è il pacco?</q>" in page
    assert 'name="why"' not in page
    assert '<option value="info" selected>' in page
    page = notes(ada, conversation, resolve="1", need="info", kept=made.pk)
    assert page.status_code == 422
    assert 'id="outcome-reason-wrong"' in page.text
    assert f'value="{made.pk}" checked' in page.text
    assert (state(conversation), Promise.objects.get().state, Outcome.objects.count()) == ("open", "open", 0)
    notes(ada, conversation, resolve="1", need="info", met="no", solution="yes", kept=made.pk, reason="Al telefono")
    assert (state(conversation), Promise.objects.get().state) == ("resolved", "kept")
    noted = Outcome.objects.get()
    assert (noted.why, noted.need, noted.need_met, noted.solution_proposed) == ("", "info", False, True)
    assert Event.objects.get(deed="resolved").facts == {"open": ["questions"], "reason": "Al telefono"}
    assert "Al telefono" in ada.get(f"/conversations/{conversation.pk}/").text


def test_odd_promises_to_keep_keep_nothing(world, ada):
    conversation, _made = waiting(world)
    for kept in ("x", "9" * 30, "-1"):
        notes(ada, conversation, resolve="1", kept=kept, reason="Fatto")
    assert (state(conversation), Promise.objects.get().state) == ("resolved", "open")


def test_how_a_question_went_out_can_be_said_after_it_was_closed_in_one_press(world, ada):
    conversation = read_as(world, "Avete la 42?").conversation
    Conversation.objects.update(intent="question")
    assert 'id="outcome-form"' not in resolves(ada, conversation).text
    assert 'id="again-need"' in ada.get(f"/conversations/{conversation.pk}/").text
    page = notes(ada, conversation, need="size", met="yes", solution="yes")
    assert page.status_code == 200
    assert Outcome.objects.get().need_met is True
    assert 'id="again-why"' not in page.text


def test_a_macro_that_resolves_asks_first_where_something_is_open_and_does_all_the_rest(world, ada):
    conversation, _made = waiting(world)
    macro = macros.make(standing_of_bruno(world), "Fatto", [["label", "Fatto"], ["resolve", True]])
    page = ada.post(f"/conversations/{conversation.pk}/macros/{macro.pk}/", headers=HTMX)
    assert page.status_code == 200
    assert 'id="outcome-form"' in page.text
    assert (state(conversation), Label.objects.get().name) == ("open", "Fatto")
    page = ada.post(f"/conversations/{conversation.pk}/macros/{macro.pk}/")
    assert 'id="outcome-form"' in page.text
    promise.keep(Promise.objects.get(), world.ada)
    notes(ada, conversation, resolve="1", reason="Ha scritto per mail")
    assert state(conversation) == "resolved"


def test_a_macro_resolves_at_once_where_nothing_is_open_and_asks_of_who_is_angry(world, ada):
    macro = macros.make(standing_of_bruno(world), "Fatto", [["resolve", True]])
    calm = read_as(world, "Ciao", intent="gesture", by="marco").conversation
    ada.post(f"/conversations/{calm.pk}/macros/{macro.pk}/", headers=HTMX)
    assert state(calm) == "resolved"
    conversation = angry(world)
    assert 'name="why"' in ada.post(f"/conversations/{conversation.pk}/macros/{macro.pk}/", headers=HTMX).text
    assert state(conversation) == "open"


def test_who_came_back_and_what_they_needed_stand_among_the_figures_with_the_way_to_them(world, ada):
    conversation = angry(world)
    notes(ada, conversation, why="care", need="heard", met="yes", resolve="1")
    Message.objects.update(received_at=timezone.now() - timedelta(hours=1))
    read_as(world, "Ancora niente", intent="complaint")
    for address in ("/promises/", "/figures/coverage/?days=28"):
        page = ada.get(address).text
        assert 'href="/figures/coverage/again/?days=28"' in page, address
    assert 'id="needs"' in ada.get("/promises/").text
    assert f"/conversations/{conversation.pk}/" in ada.get("/figures/coverage/again/?days=28").text
    assert ada.get("/figures/speed/").status_code == 200
