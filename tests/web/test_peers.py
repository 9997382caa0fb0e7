"""An answer of another customer in the thread: two buttons, one decision, and thanks to take into the composer."""

import pytest

from premura.decide import peers
from premura.models import Conversation, Identity, PeerAnswer, Reply
from premura.web import others
from tests.decide.test_peers import answers, question
from tests.web.test_inbox import HTMX, signed_in

__all__ = ["question"]


@pytest.fixture
def found(world, question):
    answer = answers(world)
    Identity.objects.filter(pk=answer.identity_id).update(name="Marco Neri")
    peers.find(world.brand.pk, [answer.pk])
    return PeerAnswer.objects.get()


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


def test_under_the_answer_one_may_say_whether_it_is_right(found, ada):
    page = ada.get(f"/conversations/{found.conversation_id}/").text
    assert f'id="peer-right-{found.pk}"' in page
    assert f'action="/messages/{found.pk}/peer/"' in page
    own = ada.get(f"/conversations/{found.message.conversation_id}/").text
    assert "peer-right" not in own
    assert f"/conversations/{found.conversation_id}/" in own


def test_when_it_is_right_thanks_are_offered_and_who_asked_still_waits(found, ada):
    answer = ada.post(f"/messages/{found.pk}/peer/", {"say": "right"}, headers=HTMX)
    found.refresh_from_db()
    assert found.is_right is True
    assert f'data-inserts="{others.thanks("it", "Marco Neri")}"' in answer.text
    assert "Marco" in others.thanks("it", "Marco Neri")
    assert Conversation.objects.get(pk=found.conversation_id).state == "open"
    assert not Reply.objects.exists()


def test_when_it_is_wrong_nothing_is_offered(found, ada):
    page = ada.post(f"/messages/{found.pk}/peer/", {"say": "wrong"}, follow=True).text
    assert PeerAnswer.objects.get().is_right is False
    assert 'data-inserts="Confermiamo' not in page
    assert "peer-right" not in page


def test_the_second_who_decides_is_told(world, found, ada):
    ada.post(f"/messages/{found.pk}/peer/", {"say": "right"})
    answer = signed_in(world.bruno).post(f"/messages/{found.pk}/peer/", {"say": "wrong"}, headers=HTMX)
    assert answer.status_code == 409
    assert PeerAnswer.objects.get().is_right is True


def test_neither_right_nor_wrong_changes_nothing(found, ada):
    assert ada.post(f"/messages/{found.pk}/peer/", {"say": "perhaps"}, headers=HTMX).status_code == 409
    assert PeerAnswer.objects.get().is_right is None


def test_a_reader_sees_it_and_cannot_decide_and_others_cannot_know(world, found):
    rita = signed_in(world.rita)
    page = rita.get(f"/conversations/{found.conversation_id}/").text
    assert f'id="peer-{found.pk}"' in page
    assert "peer-right" not in page
    assert rita.post(f"/messages/{found.pk}/peer/", {"say": "right"}).status_code == 403
    assert signed_in(world.zoe).post(f"/messages/{found.pk}/peer/", {"say": "right"}).status_code == 404
    assert signed_in(world.carlo).post(f"/messages/{found.pk}/peer/", {"say": "right"}).status_code == 404


@pytest.mark.parametrize("language", ["it", "en", "es", "fr", "de", "pt", "nl"])
def test_thanks_are_whole_with_and_without_a_name(language):
    assert "Marco" in others.thanks(language, "Marco Neri")
    assert "{" not in others.thanks(language, "marco_82") + others.thanks(language, "")
