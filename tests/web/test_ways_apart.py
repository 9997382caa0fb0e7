"""Words that were written for one person stay apart from those that everybody reads, also without JavaScript."""

import html
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from premura.interact import deliver, guard_words, leaving
from premura.interact import reply as replying
from premura.models import Conversation, Message, Reply
from premura.web import composing
from tests.web.test_inbox import HTMX, now_says, signed_in
from tests.web.test_writing import GIF, page, post

SECRET = "Il corriere suona da tuo fratello Aldo, scala B."
LINE = "Ciao Chiara, ti abbiamo scritto in privato."


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.fixture
def conversation(world) -> Conversation:
    return now_says(world, "Dov’è il mio ordine?")


@pytest.fixture
def in_private(ada, conversation) -> Reply:
    """Ada has a draft for Chiara alone."""
    ada.post(f"/conversations/{conversation.pk}/draft/", {"text": SECRET, "way": "private"}, headers=HTMX)
    return Reply.objects.get(private=True, state="draft")


def italian(words: str) -> str:
    with translation.override("it"):
        return translation.gettext(words)


# -- private words stay private -----------------------------------------------------------------


def test_a_private_draft_is_shown_as_what_it_is(ada, conversation, in_private):
    assert 'name="stands" value="private"' in page(ada, conversation)


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_private_words_sent_by_the_public_way_are_asked_about_first_and_stay_private(
    ada, conversation, in_private, headers
):
    refused = post(ada, conversation, SECRET, headers, stands="private", draft=in_private.pk)
    assert refused.status_code == 422
    assert 'name="for_all"' in refused.text
    in_private.refresh_from_db()
    assert (in_private.state, in_private.private, in_private.text) == ("draft", True, SECRET)


def test_who_says_that_everybody_may_read_them_sends_private_words_in_public(ada, conversation, in_private):
    more = {"stands": "private", "way": "private", "draft": in_private.pk, "for_all": "1"}
    assert post(ada, conversation, SECRET, **more).status_code == 201
    assert Reply.objects.get().private is False


def test_keeping_them_under_the_public_way_makes_no_public_draft_of_private_words(ada, conversation, in_private):
    given = {"text": SECRET, "way": "public", "stands": "private", "draft": in_private.pk, "keep": "1"}
    ada.post(f"/conversations/{conversation.pk}/replies/", given)
    assert Reply.objects.get().private is True


@pytest.mark.parametrize("begun", ["", "2026-03-02T09:00:00+00:00"])
def test_other_words_that_are_refused_in_public_leave_the_private_draft_as_it_is(ada, conversation, in_private, begun):
    Reply.objects.update(begun_at=begun or None)
    given = {"stands": "private", "draft": in_private.pk, "begun_at": begun}
    refused = post(ada, conversation, LINE, {}, **given)
    in_private.refresh_from_db()
    assert (refused.status_code, in_private.text, in_private.private) == (422, SECRET, True)
    apart = Reply.objects.exclude(pk=in_private.pk).get()
    assert (apart.text, apart.private) == (LINE, True)
    assert f'name="draft" value="{apart.pk}"' in refused.text
    given |= {"draft": apart.pk, "begun_at": apart.begun_at.isoformat(), "for_all": "1"}
    post(ada, conversation, LINE, {}, **given)
    assert Reply.objects.get(state="draft") == in_private


def test_other_words_that_are_kept_in_private_leave_the_public_draft_and_take_its_picture_along(ada, conversation):
    given = {"text": LINE, "way": "public", "keep": "1", "picture-0": SimpleUploadedFile("a.gif", GIF, "image/gif")}
    ada.post(f"/conversations/{conversation.pk}/replies/", given)
    public = Reply.objects.get()
    given = {"text": SECRET, "way": "private", "stands": "public", "draft": public.pk, "keep": "1"}
    ada.post(f"/conversations/{conversation.pk}/replies/", given | {"kept": public.attachments.get().pk})
    public.refresh_from_db()
    apart = Reply.objects.exclude(pk=public.pk).get()
    assert [(one.text, one.private, one.attachments.count()) for one in (public, apart)] == [
        (LINE, False, 1), (SECRET, True, 1),
    ]  # fmt: skip


def test_what_is_kept_while_a_note_is_written_is_of_the_way_it_was_written_for(ada, conversation):
    given = {"text": SECRET, "way": "note", "stands": "private"}
    ada.post(f"/conversations/{conversation.pk}/draft/", given, headers=HTMX)
    assert Reply.objects.get().private is True


def test_a_second_draft_says_that_it_is_private(world, ada, conversation, in_private):
    given = {"text": "Ti scrivo in privato.", "way": "public", "begun_at": timezone.now().isoformat()}
    ada.post(f"/conversations/{conversation.pk}/draft/", given, headers=HTMX)
    other = page(ada, conversation).split('class="draft draft--own"')[1].split("</li>")[0]
    assert SECRET in html.unescape(other)
    assert "in privato" in other


# -- one private reply to each comment ------------------------------------------------------------

ONCE = "To this comment one can answer in private only once, and that was done."
LATEST_ONCE = "To their latest comment one can answer in private only once, and that was done."


@pytest.fixture
def answered_once(world, conversation) -> Reply:
    """Chiara has had the one private reply to her comment."""
    return Reply.objects.create(
        brand=world.brand, conversation=conversation, to=Message.objects.get(), author=world.ada, private=True,
        text="Mi dai il numero?", state="sent", sent_at=timezone.now(),
    )  # fmt: skip


@pytest.mark.windowed
def test_the_composer_says_that_the_one_private_reply_was_written_and_promises_no_more_days(
    ada, conversation, answered_once
):
    told = html.unescape(page(ada, conversation))
    assert italian(LATEST_ONCE) in told
    assert "Puoi rispondere ancora" not in told


@pytest.mark.windowed
def test_a_second_private_reply_is_refused_with_the_true_reason(ada, conversation, answered_once):
    refused = post(ada, conversation, "E l'indirizzo?", way="private", private_reason="1")
    assert refused.status_code == 422
    assert italian(f"{ONCE} Nothing was sent.") in html.unescape(refused.text)


@pytest.mark.windowed
@pytest.mark.guarded
def test_the_guard_gives_the_same_reason_while_one_types(ada, conversation, answered_once):
    given = {"text": "E l'indirizzo qual è?", "way": "private", "private_reason": "1"}
    seen = html.unescape(ada.post(f"/conversations/{conversation.pk}/guard/", given, headers=HTMX).text)
    with translation.override("it"):
        assert str(guard_words.WORDS["private_once"]) in seen
        assert str(guard_words.WORDS["window_closed"]) not in seen


@pytest.mark.windowed
def test_a_new_comment_takes_a_private_reply_again_and_the_composer_says_for_how_long(world, ada, answered_once):
    again = now_says(world, "Ci siete?", minutes_ago=0)
    assert "Puoi rispondere ancora per" in page(ada, again)


@pytest.mark.windowed
def test_a_private_reply_that_waited_while_another_left_comes_back_with_the_true_reason(world, conversation):
    to = Message.objects.get()
    given = {"brand": world.brand, "conversation": conversation, "to": to, "author": world.ada, "private": True}
    Reply.objects.create(text="Mi dai il numero?", state="sent", **given)
    waits = Reply.objects.create(text="E l'indirizzo?", state="scheduled", **given)
    why = leaving.against(waits, timezone.now())
    assert why == {"why": "private once"}
    assert composing.stopped(f"{deliver.STOPPED}private once")
    with pytest.raises(replying.PrivateOnce):
        leaving.look_again(waits, timezone.now() + timedelta(minutes=1))
