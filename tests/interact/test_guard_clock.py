"""How fast a reply was written, whatever the clock of the browser that it was written in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura.interact import drafts, guard
from premura.models import Conversation, Message, Reading, Reply

SORRY = "Mi dispiace, ora controllo e ti scrivo oggi alle 18."
pytestmark = pytest.mark.guarded


@pytest.fixture
def insulted(world) -> Conversation:
    open_ = world.says("Ladri!")
    given = {"language": "it", "sentiment": "negative", "score": -1, "intent": "complaint", "urgency": 1, "tier": 1}
    Reading.objects.create(message=Message.objects.get(), brand=world.brand, version="1", abuse=2, **given)
    return open_


def waits(open_: Conversation, by, begun: timedelta) -> bool:
    """Whether it cools, begun so long before noon as the browser says."""
    now = timezone.now().replace(hour=11)
    found = guard.check(open_, SORRY, by, begun_at=now - begun, now=now)
    return "heat" in [one.rule for one in found]


def test_what_was_written_in_seconds_waits_and_what_was_not_does_not(world, insulted):
    assert waits(insulted, world.ada, timedelta(seconds=3))
    assert not waits(insulted, world.ada, timedelta(minutes=3))


def test_a_clock_that_is_plainly_wrong_says_nothing(world, insulted):
    assert not waits(insulted, world.ada, timedelta(minutes=-5))


def test_a_clock_that_runs_ahead_hurries_nobody_whose_draft_we_have_had_for_longer(world, insulted):
    now = timezone.now().replace(hour=11)
    begun = now - timedelta(seconds=3)
    draft = drafts.keep(insulted, world.ada, drafts.Written("Mi", begun_at=begun))
    Reply.objects.filter(pk=draft.pk).update(written_at=now - timedelta(seconds=40))
    found = guard.check(insulted, SORRY, world.ada, begun_at=begun, now=now)
    assert "heat" not in [one.rule for one in found]
