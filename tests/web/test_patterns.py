"""Beside a conversation: like posts each with its own answer, and who agrees with a complaint."""

import re

import pytest

from premura.listen.patterns import joins, repeats
from premura.models import Agent, Conversation, Employee, Message
from tests.measure.said import ago, answered, wrote
from tests.web.test_inbox import HTMX, signed_in

AGAIN = "Il mio rimborso non arriva da un mese, vergogna"


@pytest.fixture(autouse=True)
def in_english(world):
    Agent.objects.update(language="en")


@pytest.fixture
def ada(world, in_english):
    return signed_in(world.ada)


@pytest.fixture
def posts(world) -> list[Message]:
    """Chiara posts three times under one item and once under another; the second has its answer."""
    said = [
        wrote(world, "chiara", ago(hours=9 - n), text=f"{AGAIN} {n}", root=root).messages.latest("pk")
        for n, root in enumerate("aaab")
    ]
    repeats.find([message.pk for message in said])
    ours = answered(said[1].conversation, world.ada, ago(minutes=9), parent=said[1])
    ours.reply.text = "Ciao Chiara! Il rimborso è partito lunedì mattina."
    ours.reply.url = "https://rossi.example/9"
    ours.reply.save(update_fields=["text", "url"])
    return said


def page(client, conversation, **asked) -> str:
    return client.get(f"/conversations/{conversation.pk}/", asked).text


def test_an_agent_sees_how_often_it_was_posted_and_what_has_an_answer(ada, posts):
    text = page(ada, posts[0].conversation)
    assert "Posted 4 times · 1 answered" in text
    panel = text[text.index('id="about-twins-1"') :]
    assert panel.count("not answered yet") == 3
    assert f'href="#message-{posts[0].pk}"' in panel
    assert re.search(rf'href="/conversations/{posts[3].conversation_id}/\?view=mine#message-{posts[3].pk}"', panel)


def test_a_twin_without_an_answer_is_marked_in_the_thread(ada, posts):
    text = page(ada, posts[0].conversation)
    assert text.count("Posted more than once: this one has no answer yet.") == 2


def test_one_twin_is_answered_with_or_without_a_script(ada, posts):
    text = page(ada, posts[0].conversation)
    panel = text[text.index('id="about-twins-1"') :]
    assert f'href="?view=mine&amp;to={posts[0].pk}#composer" data-answers="{posts[0].pk}"' in panel
    assert f"/conversations/{posts[3].conversation_id}/?view=mine&amp;to={posts[3].pk}#composer" in panel
    assert f'name="to" value="{posts[0].pk}"' in page(ada, posts[0].conversation, to=posts[0].pk)


def test_a_variant_of_our_answer_goes_into_the_composer_and_is_never_sent(ada, posts):
    text = page(ada, posts[0].conversation)
    offered = re.findall(r'data-inserts="(Chiara, [^"]+)" data-answers="(\d+)"', text)
    assert {int(to) for _, to in offered} == {posts[0].pk, posts[2].pk}
    assert len({words for words, _ in offered}) == 2
    assert all("Il rimborso è partito lunedì mattina." in words for words, _ in offered)
    assert all("https://rossi.example/9" in words for words, _ in offered)


def test_who_only_reads_sees_the_posts_and_no_way_to_answer(world, posts):
    text = page(signed_in(world.rita), posts[0].conversation)
    assert "Posted 4 times · 1 answered" in text
    assert "Answer this one" not in text
    assert "Answer it with a variant" not in text


def test_where_nothing_was_said_yet_there_is_no_variant(world, ada):
    said = [wrote(world, "dino", ago(hours=2), text=AGAIN, root=root).messages.get() for root in "ab"]
    repeats.find([message.pk for message in said])
    text = page(ada, said[0].conversation)
    assert "Posted 2 times · 0 answered" in text
    assert "Answer it with a variant" not in text


def test_who_posted_once_has_no_such_list(world, ada):
    assert "about-twins" not in page(ada, wrote(world, "dino", ago(hours=2), text=AGAIN))


# -- who agrees ---------------------------------------------------------------------------------------


@pytest.fixture
def complaint(world) -> Conversation:
    return wrote(world, "chiara", ago(hours=9), text="Il forno è rotto", intent="complaint", root="menu")


def joined(world, names: str) -> list[Conversation]:
    said = [
        wrote(world, by, ago(hours=5 - n / 10), text="Anche a me!", flags=["me_too"], root="menu")
        for n, by in enumerate(names.split())
    ]
    joins.find([one.messages.get().pk for one in said])
    return said


def test_who_agrees_stands_beside_the_complaint_each_with_how_it_stands(world, ada, complaint):
    _waits, spoken, settled, shut = joined(world, "dino eva ugo lia")
    for one in (spoken, settled):
        answered(one, world.ada, ago(minutes=5))
    Conversation.objects.filter(pk__in=[settled.pk, shut.pk]).update(state="resolved", waiting_since=None)
    text = page(ada, complaint)
    panel = text[text.index('id="about-agree"') :]
    assert "4 people agree" in panel
    told = re.findall(r"<strong>(\w+)</strong>.*?<span class=\"faint\">([^·]+) ·", panel, re.DOTALL)
    assert told[:4] == [
        ("Lia", "closed without an answer"), ("Ugo", "resolved"), ("Eva", "answered"), ("Dino", "waits for an answer"),
    ]  # fmt: skip
    assert f"/conversations/{spoken.pk}/?view=mine" in panel


def test_more_of_them_are_shown_when_asked_for(world, ada, complaint):
    joined(world, "a1 a2 a3 a4 a5 a6 a7")
    text = page(ada, complaint)
    (more,) = re.findall(rf'hx-get="(/conversations/{complaint.pk}/joined/\?[^"]+)"', text)
    rest = ada.get(more, headers=HTMX).text
    assert re.findall(r"<strong>(\w+)</strong>", rest) == ["A2", "A1"]
    assert "Show more" not in rest
    assert "7 people agree" in ada.get(more).text


def test_a_mark_that_makes_no_sense_is_the_first_page_and_nobody_is_said(world, ada, complaint):
    assert "Nobody has joined this complaint." in ada.get(f"/conversations/{complaint.pk}/joined/?after=x").text
    assert "about-agree" not in page(ada, complaint)


def test_who_joined_is_led_to_the_complaint(world, ada, complaint):
    (dino,) = joined(world, "dino")
    text = page(ada, dino)
    assert "They agree with" in text
    assert f'/conversations/{complaint.pk}/?view=mine"' in text


def test_who_works_for_us_is_not_counted_once_they_are_known(world, ada, complaint):
    joined(world, "dino eva")
    Employee.objects.create(brand=world.brand, network="playground", handle="dino.example")
    assert "1 person agrees" in page(ada, complaint)


def test_another_brand_and_another_team_see_nothing_of_it(world, complaint):
    joined(world, "dino")
    assert signed_in(world.zoe).get(f"/conversations/{complaint.pk}/joined/").status_code == 404
    assert signed_in(world.carlo).get(f"/conversations/{complaint.pk}/joined/").status_code == 404
