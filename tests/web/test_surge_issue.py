"""From a pile-on to the form of a known issue; and the badge that tells who is on duty, wherever they work."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura.models import Agent, Conversation, KnownIssue, Membership, PileOn, Post
from tests.web.test_inbox import HTMX, signed_in
from tests.web.test_surges import pile_on


@pytest.fixture
def first(world):
    Agent.objects.update(language="en")
    for one in (world.ada, world.bruno, world.rita, world.zoe):
        one.refresh_from_db()
    Post.objects.create(
        brand=world.brand, channel=world.rossi, key="menu", text="Il nuovo menù", url="https://p.example/menu"
    )
    made = world.says("Il pacco non parte, vergogna", at=timezone.now())
    world.says("Anche il mio", by="ugo", at=timezone.now())
    Conversation.objects.update(intent="complaint", sentiment="negative")
    return made


@pytest.fixture
def pile(world, first):
    return pile_on(world, conversation=first)


# -- one for many ---------------------------------------------------------------------------------


def test_the_form_begins_with_what_is_known_and_opens_the_issue_with_its_people(world, pile):
    ada = signed_in(world.ada)
    assert f'href="/surges/{pile.pk}/issue/"' in ada.get("/surges/").text
    page = ada.get(f"/surges/{pile.pk}/issue/").text
    assert 'value="Il pacco non parte, vergogna"' in page
    assert "people turn against “Il nuovo menù” (8 so far)." in page
    assert "https://p.example/menu" in page
    answer = ada.post(f"/surges/{pile.pk}/issue/", {"title": "Pacchi fermi"})
    issue = KnownIssue.objects.get()
    assert answer.url == f"/issues/{issue.pk}/"
    page = ada.get(answer.url).text
    assert "1 conversation under it is proposed." in page
    assert "complains under the same item" in page
    assert "alike:" not in page


def test_where_it_is_known_already_both_pages_lead_there(world, pile):
    ada = signed_in(world.ada)
    ada.post(f"/surges/{pile.pk}/issue/", {"title": "Pacchi fermi"})
    issue = KnownIssue.objects.get()
    for page in (ada.get("/surges/").text, ada.get(f"/surges/{pile.pk}/").text):
        assert f'<a href="/issues/{issue.pk}/">Known issue: Pacchi fermi</a>' in page
        assert f"/surges/{pile.pk}/issue/" not in page
    assert ada.get(f"/surges/{pile.pk}/issue/").url == f"/issues/{issue.pk}/"
    assert ada.post(f"/surges/{pile.pk}/issue/", {"title": "Di nuovo"}).url == f"/issues/{issue.pk}/"
    assert KnownIssue.objects.count() == 1


def test_without_a_title_nothing_is_opened(world, pile):
    answer = signed_in(world.ada).post(f"/surges/{pile.pk}/issue/", {"title": " "})
    assert (answer.status_code, KnownIssue.objects.count()) == (422, 0)


def test_a_reader_is_not_offered_it_and_another_brand_cannot_know_of_it(world, pile):
    rita = signed_in(world.rita)
    assert f"/surges/{pile.pk}/issue/" not in rita.get("/surges/").text
    assert rita.get(f"/surges/{pile.pk}/issue/").status_code == 403
    assert signed_in(world.zoe).get(f"/surges/{pile.pk}/issue/").status_code == 404


def test_a_pile_on_that_knows_no_first_critic_begins_with_the_item(world, first):
    pile = pile_on(world)
    assert 'value="Il nuovo menù"' in signed_in(world.ada).get(f"/surges/{pile.pk}/issue/").text


# -- the badge ------------------------------------------------------------------------------------

TOLD = "Many people turn against one item just now."


@pytest.mark.parametrize("page", ["/inbox/open/", "/search/", "/issues/", "/account/"])
def test_who_is_on_duty_is_told_on_every_page(world, pile, page):
    text = signed_in(world.ada).get(page).text
    for place in ('<div id="rail-surge" role="status">', '<span id="top-surge" role="status">'):
        badge = text.split(place)[1][:700]
        assert f'href="/surges/{pile.pk}/"' in badge
        assert TOLD in badge
    assert f'hx-get="/surges/?badge={pile.pk}."' in text


def test_while_all_is_calm_or_they_are_away_nobody_is_told(world, first):
    ada = signed_in(world.ada)
    assert "Pile-on" not in ada.get("/search/").text
    assert 'hx-get="/surges/?badge="' in ada.get("/search/").text
    pile_on(world, ended=True)
    assert "Pile-on" not in ada.get("/search/").text
    pile_on(world, root="b")
    Membership.objects.filter(agent=world.ada).update(on_duty=False)
    assert "Pile-on" not in ada.get("/search/").text
    assert "badge=" not in ada.get("/search/").text


def test_after_a_minute_the_badge_comes_changes_and_goes_and_else_is_not_read_out_again(world, pile):
    ada = signed_in(world.ada)

    def asked(shown):
        return ada.get(f"/surges/?badge={shown}", headers=HTMX)

    assert TOLD in asked("").text
    assert asked(f"{pile.pk}.").status_code == 204
    other = pile_on(world, root="b", ago=1)
    text = asked(f"{pile.pk}.").text
    assert f'hx-get="/surges/?badge={other.pk}.{pile.pk}."' in text
    assert '<span class="count">2</span>' in text
    PileOn.objects.update(ended_at=timezone.now() - timedelta(minutes=1))
    assert TOLD not in asked(f"{other.pk}.{pile.pk}.").text


def test_another_brand_and_another_team_are_not_told(world, pile):
    assert "Pile-on" not in signed_in(world.zoe).get("/search/").text
    assert "Pile-on" not in signed_in(world.carlo).get("/search/").text
