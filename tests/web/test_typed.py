"""What was typed is kept without what the database cannot give back; nobody meets a broken page for it."""

import pytest

from premura.interact import reply as replying
from premura.models import Conversation, Promise, Reply
from tests.web.test_inbox import HTMX, now_says, signed_in

NUL = "Arriva\x00 domani."
CLEAN = "Arriva domani."
NO_TIMES = ["0001-01-01T00:00", "9999-12-31T23:59:59-12:00"]


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


@pytest.mark.parametrize("field", ["promised_for", "begun_at"])
@pytest.mark.parametrize("given", NO_TIMES)
def test_a_draft_with_a_year_that_nobody_can_read_back_is_kept_without_it(ada, conversation, field, given):
    page = f"/conversations/{conversation.pk}/"
    assert ada.post(f"{page}draft/", {"text": CLEAN, "way": "public", field: given}, headers=HTMX).status_code == 200
    kept = Reply.objects.get()
    assert (kept.text, getattr(kept, field)) == (CLEAN, None)
    assert ada.get(page).status_code == 200


@pytest.mark.parametrize("given", NO_TIMES)
def test_nothing_leaves_sleeps_or_is_promised_until_a_year_that_nobody_can_read_back(ada, conversation, given):
    page = f"/conversations/{conversation.pk}/"
    reply = {"text": CLEAN, "way": "public", "seen": str(replying.seen(conversation)), "later": "at"}
    assert ada.post(f"{page}replies/", reply | {"leaves_at": given}).status_code == 422
    assert ada.post(f"{page}snooze/", {"until": given}, headers=HTMX).status_code == 409
    assert ada.post(f"{page}promises/", {"what": "Chiamo", "due": given}, headers=HTMX).status_code == 409
    conversation.refresh_from_db()
    assert (Reply.objects.get().state, conversation.snoozed_until, Promise.objects.exists()) == ("draft", None, False)
    assert ada.get(page).status_code == 200
