"""Search gives the newest, and asks no more than it needs."""

import pytest
from django.db import connection

from premura import access
from premura.models import search

pytestmark = pytest.mark.django_db


def test_of_a_word_that_everybody_says_the_newest_are_found(world, monkeypatch):
    said = [world.says(f"vendemmia numero {n}", by=f"guest{n}", root=f"root{n}") for n in range(12)]
    monkeypatch.setattr(search, "MOST_HITS", 4)
    monkeypatch.setattr(search, "WINDOWS", (6, None))
    found = access.search(access.standing(world.ada), "vendemmia")
    assert [row.pk for row in found.rows] == [c.pk for c in reversed(said[-4:])]


def test_the_next_page_of_a_search_goes_on_where_the_first_ended(world):
    said = [world.says(f"vendemmia {n}", by=f"guest{n}", root=f"root{n}") for n in range(5)]
    standing = access.standing(world.ada)
    first = access.search(standing, "vendemmia", size=3)
    second = access.search(standing, "vendemmia", first.after, size=3)
    assert [row.pk for row in first.rows + second.rows] == [c.pk for c in reversed(said)]
    assert second.after == ""


def test_who_is_of_another_team_does_not_find_it(world):
    world.says("la vendemmia è finita")  # the hall's
    assert access.search(access.standing(world.ada), "vendemmia").rows
    assert access.search(access.standing(world.carlo), "vendemmia").rows == []
    assert access.search(access.standing(world.carlo), "Chiara").rows == []


def test_a_person_is_found_by_a_part_of_their_name_with_all_they_said(world):
    both = {world.says("uno", root="a").pk, world.says("due", root="b").pk}
    assert {row.pk for row in access.search(access.standing(world.bruno), "hiar").rows} == both


def test_the_hit_that_is_shown_is_the_newest_of_the_conversation(world):
    for text in ("la vendemmia comincia", "altro", "la vendemmia finisce", "ciao"):
        world.says(text)
    assert access.search(access.standing(world.ada), "vendemmia").rows[0].hit == "la vendemmia finisce"


def test_an_empty_house_answers_too(world):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM premura_message")
    assert access.search(access.standing(world.ada), "vendemmia").rows == []
