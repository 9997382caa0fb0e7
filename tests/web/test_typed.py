"""What was typed is kept without the one character that the database knows not; nobody meets a broken page for it."""

import pytest

from premura.interact import reply as replying
from premura.models import Conversation, Reply
from tests.web.test_inbox import HTMX, now_says, signed_in

NUL = "Arriva\x00 domani."
CLEAN = "Arriva domani."


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.fixture
def conversation(world) -> Conversation:
    return now_says(world, "Dov’è il mio ordine?")


@pytest.mark.parametrize("way", ["replies", "draft"])
def test_a_reply_and_a_draft_with_a_nul_are_taken_without_it(ada, conversation, way):
    given = {"text": NUL, "way": "public", "seen": str(replying.seen(conversation))}
    answer = ada.post(f"/conversations/{conversation.pk}/{way}/", given, headers=HTMX)
    assert answer.status_code < 300
    assert Reply.objects.get().text == CLEAN


def test_a_note_with_a_nul_is_taken_without_it(ada, conversation):
    assert ada.post(f"/conversations/{conversation.pk}/notes/", {"text": NUL}, headers=HTMX).status_code < 300
    assert conversation.notes.get().text == CLEAN


@pytest.mark.guarded
def test_the_guard_looks_at_words_with_a_nul(ada, conversation):
    given = {"text": NUL, "way": "public", "private\x00_reason": "1\x00"}
    assert ada.post(f"/conversations/{conversation.pk}/guard/", given, headers=HTMX).status_code == 200


@pytest.mark.parametrize("place", ["/search/?q=a%00b", "/inbox/open/?q=%00"])
def test_an_address_with_a_nul_is_a_page_like_any_other(ada, place):
    assert ada.get(place, follow=True).status_code in (200, 404)
