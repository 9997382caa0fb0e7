"""Equal questions under one post, as people see them, and one button for all of them.  P30."""

import re

import pytest

from premura.models import Affected, Agent, KnownIssue, Post
from tests.decide.test_asked_alike import asks
from tests.measure.said import ago, answered
from tests.web.test_inbox import signed_in


@pytest.fixture(autouse=True)
def by_words(monkeypatch):
    monkeypatch.setattr("premura.text.vectors.available", lambda: False)


@pytest.fixture
def post(world):
    Agent.objects.update(language="en")
    return Post.objects.create(
        brand=world.brand, channel=world.rossi, key="menu", text="La vendemmia è cominciata", written_at=ago(days=3)
    )


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_sheet_says_how_many_ask_the_same_and_how_they_were_answered(world, post):
    answered(asks(world, "a"), world.ada, ago(hours=4))
    waits = asks(world, "b")
    page = signed_in(world.ada).get(f"/posts/{post.pk}/").text
    assert "2 people ask the same: “Quando arriva il vino nuovo?”" in words(page)
    assert "1 answered directly, 0 by reference, 1 not at all" in words(page)
    assert f'href="/conversations/{waits.pk}/?view=all#message-' in page
    assert 'class="post__part" width="50.0%"' in page
    assert "style=" not in page.split("<main")[1]


def test_where_everybody_asks_something_else_it_says_nothing(world, post):
    asks(world, "a")
    asks(world, "b", "Siete aperti domenica sera?")
    assert "Asked by several" not in signed_in(world.ada).get(f"/posts/{post.pk}/").text


def test_one_button_makes_it_known_with_those_who_ask_and_another_puts_the_next_to_it(world, post):
    first, second = asks(world, "a"), asks(world, "b")
    ada = signed_in(world.ada)
    page = ada.get(f"/posts/{post.pk}/").text
    assert page.count('name="conversation"') == 2
    assert f'action="/posts/{post.pk}/known/"' in page
    given = {"title": "Quando arriva il vino?", "conversation": [first.pk, second.pk]}
    answer = ada.post(f"/posts/{post.pk}/known/", given, follow=True)
    issue = KnownIssue.objects.get()
    assert answer.redirect_chain[0][0] == f"/issues/{issue.pk}/"
    assert "It is known now, with 2 people who ask." in words(answer.text)
    assert "It was known already." in words(ada.post(f"/posts/{post.pk}/known/", given, follow=True).text)
    third = asks(world, "c")
    page = ada.get(f"/posts/{post.pk}/").text
    assert f'action="/issues/{issue.pk}/joining/"' in page
    assert "Put 1 more person to it" in words(page)
    assert page.count('name="conversation"') == 1
    ada.post(f"/issues/{issue.pk}/joining/", {"conversation": third.pk})
    assert Affected.objects.filter(issue=issue, state="joined").count() == 3
    assert 'name="conversation"' not in ada.get(f"/posts/{post.pk}/").text


def test_without_a_title_or_anybody_chosen_it_says_so_and_nothing_is_opened(world, post):
    first = asks(world, "a")
    ada = signed_in(world.ada)
    for given, said in (
        ({"title": " ", "conversation": first.pk}, "The question is missing"),
        ({"title": "Vino"}, "Choose at least one conversation."),
        ({"title": "Vino", "conversation": "x"}, "Choose at least one conversation."),
    ):
        assert said in words(ada.post(f"/posts/{post.pk}/known/", given, follow=True).text)
    assert not KnownIssue.objects.exists()


def test_a_reader_sees_it_without_buttons_and_may_not_and_another_brand_knows_nothing(world, post):
    first = asks(world, "a")
    asks(world, "b")
    rita = signed_in(world.rita)
    page = rita.get(f"/posts/{post.pk}/").text
    assert "2 people ask the same" in words(page)
    assert f"/posts/{post.pk}/known/" not in page
    given = {"title": "Vino", "conversation": first.pk}
    assert rita.post(f"/posts/{post.pk}/known/", given).status_code == 403
    assert signed_in(world.zoe).post(f"/posts/{post.pk}/known/", given).status_code == 404
    assert rita.get(f"/posts/{post.pk}/known/").status_code == 405
    assert not KnownIssue.objects.exists()
