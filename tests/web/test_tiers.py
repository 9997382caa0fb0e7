"""What kind of person somebody is, noted beside their conversation by who may reply."""

import pytest

from premura.models import Contact, Event
from tests.web.test_inbox import HTMX, signed_in


@pytest.fixture
def here(world):
    return world.says("Ciao")


def give(agent, conversation, word, headers=HTMX):
    return signed_in(agent).post(f"/conversations/{conversation.pk}/tier/", {"tier": word}, headers=headers)


def test_a_word_is_noted_and_stands_as_a_chip_beside_every_conversation_of_theirs(world, here):
    panel = give(world.ada, here, "VIP")
    assert (panel.status_code, panel.text.count('<span class="chip">vip</span>')) == (200, 1)
    other = world.says("Ancora io", root="b")
    page = signed_in(world.ada).get(f"/conversations/{other.pk}/").text
    assert '<p class="chip"><span class="visually-hidden">Che persona è: </span>vip</p>' in page
    panel = signed_in(world.ada).get(f"/conversations/{other.pk}/context/", headers=HTMX).text
    assert '<option value="vip">' in panel
    history = signed_in(world.ada).get(f"/conversations/{here.pk}/").text
    assert "Ada ha annotato che persona è Chiara: vip" in history


def test_nothing_takes_it_away(world, here):
    give(world.ada, here, "vip")
    panel = give(world.ada, here, " ")
    assert 'class="chip">vip' not in panel.text
    assert Contact.objects.get().tier == ""


def test_too_long_a_word_is_told_and_changes_nothing(world, here):
    answer = give(world.ada, here, "x" * 21)
    assert answer.status_code == 422
    assert "al massimo 20 lettere" in answer.text
    plain = give(world.ada, here, "x" * 21, headers={})
    assert plain.url == f"/conversations/{here.pk}/context/"
    assert not Event.objects.filter(deed="tier given").exists()


def test_a_reader_sees_it_and_cannot_change_it(world, here):
    give(world.ada, here, "vip")
    assert give(world.rita, here, "stampa").status_code == 403
    panel = signed_in(world.rita).get(f"/conversations/{here.pk}/context/", headers=HTMX).text
    assert 'class="chip">vip' in panel
    assert "/tier/" not in panel


@pytest.mark.parametrize("name", ["zoe", "carlo"])
def test_who_may_not_read_it_cannot_know_of_it(world, here, name):
    assert give(getattr(world, name), here, "vip").status_code == 404
    assert Contact.objects.get().tier == ""
