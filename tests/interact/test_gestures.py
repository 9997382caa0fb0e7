"""A like that settles a gesture; and what becomes of it where the network does not take the like."""

import pytest
from django.utils import timezone

from premura import flow
from premura.interact import gestures, moderate, teamwork
from premura.models import Conversation, Event, Message, WrongState
from premura.networks.contract import Can, Refused
from premura.networks.playground import Playground
from premura.templatetags.premura import deed as told
from tests.interact.test_moderate import Deaf, said, step

pytestmark = pytest.mark.usefixtures("likes")


@pytest.fixture
def likes(monkeypatch):
    monkeypatch.setattr(Playground, "can", Playground.can | {Can.LIKE})


def not_done() -> Event:
    return Event.objects.filter(deed="not done").latest("pk")


def liked(world, monkeypatch, network=None) -> Message:
    """Ada likes what Chiara wrote; the network says no."""
    message = said(world, "❤️")
    gestures.like(message, world.ada)
    step("liked", network or Deaf(Refused("likes are switched off")), monkeypatch)
    return message


def stands(message) -> Conversation:
    return Conversation.objects.get(pk=message.conversation_id)


def test_what_a_refused_like_had_settled_waits_again_as_long_as_before_and_the_journal_says_why(world, monkeypatch):
    message = said(world, "❤️")
    since = stands(message).waiting_since
    gestures.like(message, world.ada)
    assert stands(message).state == "resolved"
    step("liked", Deaf(Refused("likes are switched off")), monkeypatch)
    assert gestures.refused(not_done())
    now = stands(message)
    assert (now.state, now.waiting_since) == ("open", since)
    line = Event.objects.get(deed="reopened")
    assert (line.by, line.facts["why"]) == (None, "likes are switched off")
    assert "likes are switched off" in told(line)
    assert Message.objects.get(pk=message.pk).liked_at is None


def test_it_comes_back_once(world, monkeypatch):
    liked(world, monkeypatch)
    assert gestures.refused(not_done())
    teamwork.resolve(Conversation.objects.get(), world.ada)
    assert not gestures.refused(not_done())
    assert Conversation.objects.get().state == "resolved"


@pytest.mark.parametrize("deed", ["note", "reopen and resolve", "label"])
def test_it_stays_as_it_is_where_somebody_did_something_since(world, monkeypatch, deed):
    message = liked(world, monkeypatch)
    if deed == "note":
        teamwork.note(stands(message), "Già visto", world.bruno)
    elif deed == "label":
        teamwork.label(stands(message), "Fan", world.bruno)
    else:
        teamwork.reopen(stands(message), world.bruno)
        teamwork.resolve(stands(message), world.bruno)
    assert not gestures.refused(not_done())
    assert stands(message).state == "resolved"


def test_a_like_that_settled_nothing_brings_nothing_back(world, monkeypatch):
    message = said(world, "Che bello!")
    moderate.like(message, world.ada)
    step("liked", Deaf(Refused("no")), monkeypatch)
    teamwork.resolve(stands(message), world.ada)
    assert not gestures.refused(not_done())
    assert stands(message).state == "resolved"


def test_another_deed_that_was_not_done_brings_nothing_back(world, monkeypatch):
    message = said(world, "❤️")
    gestures.like(message, world.ada)
    other = Event(deed="not done", conversation=stands(message), facts={"undone": "hidden", "message": message.pk})
    assert not gestures.refused(other)
    assert stands(message).state == "resolved"


def test_where_it_cannot_be_settled_it_is_not_liked_either(world):
    message = said(world, "❤️")
    Conversation.objects.update(state="resolved", settled_at=timezone.now())
    with pytest.raises(WrongState):
        gestures.like(message, world.ada)
    assert Message.objects.get(pk=message.pk).liked_at is None
    assert flow.Deed.LIKED not in Event.objects.values_list("deed", flat=True)
