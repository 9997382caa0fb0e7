"""Who comes back within seven days of what we called resolved counts against how well it was done.  P26."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access
from premura.decide import macros
from premura.interact import teamwork
from premura.measure import coverage
from premura.models import Conversation, Event, Message
from tests.decide.test_macros import bruno as standing_of_bruno
from tests.interact.test_moderate_rules import said as read_as

DAY = timedelta(days=1)


def since():
    return timezone.now() - 28 * DAY


def counted(agent):
    found = coverage.again(access.standing(agent), since())
    return found.resolved, found.again


def resolved(world, by="chiara", *, days_ago):
    """Ada resolved what somebody wrote, so many days ago."""
    conversation = read_as(world, f"Ahi {by}", by=by, intent="complaint").conversation
    Message.objects.filter(conversation=conversation).update(received_at=timezone.now() - (days_ago + 1) * DAY)
    teamwork.resolve(conversation, world.ada)
    Event.objects.filter(deed="resolved", conversation=conversation).update(at=timezone.now() - days_ago * DAY)
    return conversation


def test_who_writes_again_within_seven_days_is_counted_once_and_listed(world):
    conversation = resolved(world, days_ago=3)
    resolved(world, "marco", days_ago=3)
    assert counted(world.ada) == (2, 0)
    read_as(world, "Ancora niente", intent="complaint")
    read_as(world, "E allora?", intent="question")
    assert counted(world.ada) == (2, 1)
    assert coverage.again(access.standing(world.ada), since()).percent == 50
    assert list(coverage.conversations(access.standing(world.ada), "again", since())) == [conversation]


@pytest.mark.parametrize(("intent", "days_ago"), [("praise", 3), ("gesture", 3), ("complaint", 8)])
def test_who_thanks_us_or_comes_back_later_is_not_counted(world, intent, days_ago):
    resolved(world, days_ago=days_ago)
    read_as(world, "Eccomi", intent=intent)
    assert counted(world.ada) == (1, 0)


def test_what_a_macro_resolved_counts_like_what_a_person_resolved(world):
    macro = macros.make(standing_of_bruno(world), "Fatto", [["label", "Fatto"], ["resolve", True]])
    conversation = read_as(world, "Ahi", intent="complaint").conversation
    macros.use(standing_of_bruno(world), conversation, macro.pk)
    assert counted(world.ada) == (1, 0)
    macros.use(standing_of_bruno(world), conversation, macro.pk, stays=True)
    Event.objects.filter(deed="macro used").order_by("pk").first().delete()
    assert counted(world.ada) == (0, 0)


def test_another_brand_and_another_team_count_nothing_of_it(world):
    resolved(world, days_ago=1)
    Conversation.objects.update(team=world.hall)
    assert counted(world.zoe) == counted(world.carlo) == (0, 0)
    assert counted(world.bruno) == (1, 0)
