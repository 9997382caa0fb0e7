"""What the guard takes for a receipt at the desk: a colleague who has said that they do it, and by when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura.interact import guard, promise
from premura.models import Agent, Conversation, Promise

ELSEWHERE = "Ciao Chiara, noi siamo solo il team social: di questo si occupa il reparto spedizioni."
pytestmark = pytest.mark.guarded


@pytest.fixture
def open_(world) -> Conversation:
    return world.says("Dov’è il mio pacco?")


def stops(conversation: Conversation, by: Agent) -> bool:
    return "only_social_team" in [found.rule for found in guard.check(conversation, ELSEWHERE, by)]


def promised(conversation: Conversation, owner: Agent, by: Agent) -> Promise:
    return promise.make(conversation, "Chiamare il deposito", timezone.now() + timedelta(hours=5), by, owner=owner)


def test_another_team_may_be_named_once_somebody_there_has_it_with_a_date(world, open_):
    assert stops(open_, world.ada)
    promised(open_, world.carlo, world.bruno)
    assert not stops(open_, world.ada)


def test_what_one_has_promised_oneself_hands_nothing_over(world, open_):
    promised(open_, world.ada, world.ada)
    assert stops(open_, world.ada)


@pytest.mark.parametrize("became", [{"state": "kept"}, {"state": "withdrawn"}, {"due_at": "2020-01-01T10:00Z"}])
def test_what_is_settled_or_late_is_no_receipt(world, open_, became):
    Promise.objects.filter(pk=promised(open_, world.carlo, world.bruno).pk).update(**became)
    assert stops(open_, world.ada)


def test_who_has_left_and_another_conversation_hand_nothing_over(world, open_):
    promised(world.says("E il mio?", by="tom", root="tom"), world.carlo, world.bruno)
    assert stops(open_, world.ada)
    promised(open_, world.carlo, world.bruno)
    Agent.objects.filter(pk=world.carlo.pk).update(is_active=False)
    assert stops(open_, world.ada)
