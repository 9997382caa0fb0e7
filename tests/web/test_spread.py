"""The page of one pile-on: the curve in words, as a picture and as a table."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from premura.models import Agent, Message, PileOn
from premura.web.spread_figures import _apart
from tests.web.test_inbox import signed_in
from tests.web.test_readings import read


@pytest.fixture
def pile(world):
    Agent.objects.update(language="en")
    world.bruno.refresh_from_db()
    began = timezone.now() - timedelta(minutes=60)
    conversation = world.says("Vergogna", at=began + timedelta(minutes=5))
    read(conversation.messages.get(), sentiment="negative", intent="complaint")
    return PileOn.objects.create(
        brand=world.brand, channel=world.rossi, root="menu", slope=1, voices=5, began_at=began, at=began, seen_at=began,
        conversation=conversation,
    )  # fmt: skip


def answer(pile, minutes):
    Message.objects.create(
        brand=pile.brand, channel=pile.channel, conversation=pile.conversation, key="ours", root="menu", kind="comment",
        text="Ci siamo.", written_at=pile.began_at + timedelta(minutes=minutes), received_at=timezone.now(),
    )  # fmt: skip


def test_it_says_how_far_it_came_and_that_we_have_not_answered_yet(world, pile):
    page = signed_in(world.bruno).get(f"/surges/{pile.pk}/").text
    assert "1 replies, 1 critics, 0 likes and shares." in page
    assert "We have not answered there yet." in page
    assert "spread__answered" not in page
    assert f'action="/surges/{pile.pk}/end/"' in page


def test_when_we_first_answered_is_marked_in_the_picture_and_said_in_words(world, pile):
    answer(pile, 15)
    page = signed_in(world.bruno).get(f"/surges/{pile.pk}/").text
    assert "We first answered after 15 min." in page.replace("\xa0", " ")
    svg = page[page.index('<svg class="spread"') : page.index("</svg>\n<details>") + 6]
    picture = ElementTree.fromstring(svg)
    assert len(picture.findall(".//polyline")) == 3
    (mark,) = picture.findall(".//line[@class='spread__answered']")
    assert 24 < float(mark.get("x1").rstrip("%")) < 26
    assert "we answered" in "".join(picture.itertext())
    assert picture.get("aria-label").endswith("We first answered after 15 min.")


def test_a_table_stands_behind_the_picture(world, pile):
    page = signed_in(world.bruno).get(f"/surges/{pile.pk}/").text
    assert page.count('<td data-label="Critics">1</td>') == 8


def test_the_list_of_surges_leads_there_and_the_page_does_not_lead_to_itself(world, pile):
    bruno = signed_in(world.bruno)
    assert f'href="/surges/{pile.pk}/"' in bruno.get("/surges/").text
    assert f'href="/surges/{pile.pk}/"' not in bruno.get(f"/surges/{pile.pk}/").text


def test_names_of_lines_that_end_together_do_not_stand_on_each_other():
    assert sorted(_apart([0, 0, 0])) == [-32, -16, 0]
    assert _apart([160, 100, 40]) == [160, 100, 40]
