"""Closing a conversation with somebody angry: what is asked, what is left as it was."""

import pytest

from premura.interact import disengage
from premura.models import Conversation, Outcome
from tests.convert.test_outcome import angry
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
