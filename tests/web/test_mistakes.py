"""What we learnt, on the screen: asked beside the conversation, listed, and to take along."""

import pytest

from premura.convert import mistakes
from premura.models import Mistake
from tests.convert.test_mistakes import admitted
from tests.web.test_inbox import HTMX, signed_in


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


def notes(client, conversation, reply, learnt="Due agende sono una di troppo", headers=HTMX):
    given = {"reply": reply.pk, "learnt": learnt}
    return client.post(f"/conversations/{conversation.pk}/mistake/", given, headers=headers)


def test_beside_the_conversation_it_is_asked_and_then_said(world, ada):
    conversation, reply = admitted(world)
    assert 'name="learnt"' in ada.get(f"/conversations/{conversation.pk}/").text
    page = notes(ada, conversation, reply)
    assert page.status_code == 200
    assert 'name="learnt"' not in page.text
    assert "Due agende sono una di troppo" in page.text
    assert notes(signed_in(world.bruno), conversation, reply, "Altro").status_code == 409
    assert Mistake.objects.get().learnt == "Due agende sono una di troppo"


def test_without_words_nothing_is_noted_and_it_says_so(world, ada):
    conversation, reply = admitted(world)
    assert notes(ada, conversation, reply, " ").status_code == 409
    assert notes(ada, conversation, reply, " ", headers={}).status_code == 302
    assert not Mistake.objects.exists()
    assert ada.post(f"/conversations/{conversation.pk}/mistake/", {"learnt": "x"}).status_code == 404


def test_a_reader_is_not_asked_and_another_brand_knows_of_nothing(world):
    conversation, reply = admitted(world)
    rita = signed_in(world.rita)
    assert 'name="learnt"' not in rita.get(f"/conversations/{conversation.pk}/").text
    assert notes(rita, conversation, reply).status_code == 403
    assert notes(signed_in(world.zoe), conversation, reply).status_code == 404


def test_the_list_leads_to_the_conversations_and_a_lead_takes_it_along(world, ada):
    assert "/mistakes/log.csv" not in signed_in(world.bruno).get("/mistakes/").text  # nothing to take along yet
    conversation, reply = admitted(world)
    mistakes.note(conversation, world.ada, reply.pk, "=Due agende")
    page = ada.get("/mistakes/").text
    assert f'href="/conversations/{conversation.pk}/?view=all"' in page
    assert "=Due agende" in page
    assert "/mistakes/log.csv" not in page
    bruno = signed_in(world.bruno)
    assert "/mistakes/log.csv" in bruno.get("/mistakes/").text
    table = b"".join(bruno.get("/mistakes/log.csv").streaming_content).decode()
    assert "'=Due agende" in table
    assert f"/conversations/{conversation.pk}/" in table
    assert ada.get("/mistakes/log.csv").status_code == 403
    assert "Due agende" not in signed_in(world.zoe).get("/mistakes/").text
