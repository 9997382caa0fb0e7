"""Those on duty are told where more people complain of our care than of the matter.  P12."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from premura import access, journal
from premura.models import Agent, Event, Membership, Post
from premura.web import surges

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SAID = "more people now complain about how we answer than about the matter"


@pytest.fixture
def bruno(client, world):
    Agent.objects.update(language="en")
    client.force_login(world.bruno, BACKEND)
    return client


def alarm(world, *, hours_ago=0.5):
    post = Post.objects.create(brand=world.brand, channel=world.rossi, key="menu", text="La vendemmia è cominciata")
    said = world.says("Tre giorni e nessuno risponde")
    said.post = post
    said.save(update_fields=["post"])
    with transaction.atomic():
        line = journal.write(Event.Deed.SERVICE_ALARM, said, care=4, matter=2)
    Event.objects.filter(pk=line.pk).update(at=timezone.now() - timedelta(hours=hours_ago))
    return said


def test_the_line_on_top_of_the_inbox_says_it_to_who_is_on_duty(world, bruno):
    alarm(world)
    assert SAID in bruno.get("/inbox/mine/").text
    Membership.objects.filter(agent=world.bruno).update(on_duty=False)
    assert SAID not in bruno.get("/inbox/mine/").text


def test_after_some_hours_the_line_is_gone_and_the_page_still_tells_it(world, bruno):
    said = alarm(world, hours_ago=5)
    assert SAID not in bruno.get("/inbox/mine/").text
    page = bruno.get("/surges/").text
    assert SAID in page
    assert "4 about how we answer, 2 about the matter" in page
    assert "La vendemmia" in page
    assert f'href="/conversations/{said.pk}/?view=all"' in page


def test_a_week_later_nothing_of_it_is_left(world, bruno):
    alarm(world, hours_ago=24 * 8)
    assert SAID not in bruno.get("/surges/").text


def test_another_team_and_another_brand_are_not_told(world):
    alarm(world)
    now = timezone.now()
    for agent in (world.carlo, world.zoe):
        standing = access.standing(agent)
        assert surges.notice(standing) == ""
        assert surges.surges.alarms(standing, now) == []


def test_the_conversation_tells_it_among_what_happened(world, bruno):
    said = alarm(world)
    assert "how we answer (4) than about the matter (2)" in bruno.get(f"/conversations/{said.pk}/").text
