"""A planned post is looked at before it is published.  P87."""

import re

import pytest

from premura.guard.contract import Finding, Severity
from premura.interact import guard as guarding
from premura.models import Act, Entry, Message, Phrase, Reply
from tests.web.test_inbox import HTMX, signed_in

ADDRESS = "/posts/check/"


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.mark.guarded
def test_a_post_that_begs_is_shown_where_it_begs_and_why(ada):
    answer = ada.post(ADDRESS, {"text": "Domani il menù nuovo. Metti mi piace e condividi, se vuoi vederlo!"})
    assert answer.status_code == 200
    assert "Metti mi piace e condividi" in answer.text.partition("guard__words")[2]


@pytest.mark.guarded
def test_a_post_that_invites_a_story_is_clean(ada):
    answer = ada.post(ADDRESS, {"text": "Domani riapre il forno. Qual era il pane di casa vostra?"})
    assert "La guardia non ha niente da dire." in answer.text
    assert "guard__finding" not in answer.text


@pytest.mark.guarded
def test_what_was_to_stay_inside_is_not_published_either(world, ada):
    Entry.objects.create(
        brand=world.brand, question="Il forno nuovo?", facts="Il forno nuovo apre in via Po il 3 maggio",
        shareable="internal", owner=world.ada,
    )  # fmt: skip
    text = "Una sorpresa per voi: il forno nuovo apre in via Po il 3 maggio!"
    assert "internal_fact" in {found.rule for found in guarding.check_post(world.brand, text)}
    assert "guard__finding--block" in ada.post(ADDRESS, {"text": text}).text


@pytest.mark.guarded
def test_the_brands_own_words_count_for_posts_too(world):
    Phrase.objects.create(brand=world.brand, rule="begging", text="cuoricini per noi", by=world.ada)
    found = guarding.check_post(world.brand, "Domani cuoricini per noi, grazie!")
    assert "begging" in {one.rule for one in found}


def test_nothing_can_be_sent_all_the_same_and_nothing_is_kept(world, ada, monkeypatch):
    found = (Finding("begging", Severity.WARN, 0, 5, "begging", fix=""),)
    monkeypatch.setattr(guarding, "check_post", lambda _brand, _text: found)
    answer = ada.post(ADDRESS, {"text": "Mi piace per noi"})
    assert "guard__finding--warn" in answer.text
    assert "override-" not in answer.text
    assert not (Reply.objects.exists())
    assert not (Message.objects.exists())
    assert not (Act.objects.exists())


def test_it_says_where_the_post_fits_as_each_network_counts(world, ada):
    answer = ada.post(ADDRESS, {"text": "è " * 400}, headers=HTMX)
    assert "Piazza: 799 / " in answer.text
    assert "<html" not in answer.text


def test_an_empty_post_is_nothing_to_say_anything_of(ada):
    assert ada.post(ADDRESS, {"text": "  "}).status_code == 200
    assert "guard-list" in ada.get(ADDRESS).text


@pytest.mark.guarded
def test_each_mark_and_each_fix_is_where_the_words_stand_however_many_lines_are_above_them(ada):
    text = "Domani il menù nuovo.\r\n\r\nEccolo.\r\nMetti mi piace e condividi, se vuoi vederlo!"
    page = ada.post(ADDRESS, {"text": text}).text
    typed = text.replace("\r\n", "\n")
    marks = [(int(start), int(end)) for start, end in re.findall(r'data-start="(\d+)" data-end="(\d+)"', page)]
    assert any(typed[start:end].lstrip().startswith("Metti mi piace e condividi") for start, end in marks)


@pytest.mark.guarded
def test_who_hears_the_screen_is_told_by_name_what_speaks_against_a_post(ada):
    page = ada.post(ADDRESS, {"text": "Domani il menù nuovo. Metti mi piace e condividi, se vuoi vederlo!"}).text
    assert re.search(r'data-says="\w+: [^"]+\."', page)
    assert 'data-says="Va tutto bene' in ada.post(ADDRESS, {"text": "Domani riapre il forno."}).text
