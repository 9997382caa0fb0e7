"""Whom the team told the same lately, as the desk knows it: what waits to leave counts like what has left."""

import pytest
from django.utils import timezone

from premura.interact import guard, leaving
from premura.models import Conversation, Reply

BROKEN = "Ciao, ci dispiace per la bottiglia rotta: la nuova parte domani mattina con il corriere e arriva venerdì."
State = Reply.State
pytestmark = pytest.mark.guarded


def waits(world, by: str, state: str = State.SCHEDULED) -> Reply:
    asked = world.says("La bottiglia è arrivata rotta.", by=by, root=by)
    return Reply.objects.create(
        brand=world.brand, conversation=asked, to=asked.messages.get(), author=world.ada, text=BROKEN, state=state
    )


def is_the_same(conversation: Conversation, by) -> bool:
    return any(found.because == "same_as_before" for found in guard.check(conversation, BROKEN, by))


@pytest.mark.parametrize(("state", "counts"), [(one, one not in ("draft", "failed")) for one in State.values])
def test_what_is_on_its_way_to_others_counts_as_told(world, state, counts):
    waits(world, "anna", state)
    assert is_the_same(world.says("La mia è arrivata rotta.", by="marco", root="marco"), world.ada) == counts


def test_a_reply_that_waits_is_not_called_back_for_one_that_was_written_after_it(world):
    first, second = waits(world, "anna"), waits(world, "marco")
    found = {one.pk: leaving.against(one, timezone.now()).get("rules", []) for one in (first, second)}
    assert ("canned" in found[first.pk], "canned" in found[second.pk]) == (False, True)
