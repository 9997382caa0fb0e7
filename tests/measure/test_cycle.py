"""The care cycle in figures: each conversation counted once, where it stands, and behind the wall."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access
from premura.interact import teamwork
from premura.measure import cycle
from premura.models import Conversation, Team

State = Conversation.State


@pytest.fixture
def since():
    return timezone.now() - timedelta(days=7)


def says(world, by, days_ago=1.0, **more):
    return world.says("Ciao", by=by, at=timezone.now() - timedelta(days=days_ago), **more)


def becomes(conversation, **changes):
    Conversation.objects.filter(pk=conversation.pk).update(**changes)


@pytest.fixture
def week(world):
    """One guest for each thing that can become of what they say; Old wrote before."""
    yesterday = timezone.now() - timedelta(days=1)
    later = yesterday + timedelta(hours=1)
    said = {by: says(world, by) for by in ("new", "taken", "done", "again", "dropped", "asleep")}
    says(world, "new")
    says(world, "old", days_ago=20)
    teamwork.assign(said["taken"], world.ada, world.bruno)
    becomes(said["done"], state=State.RESOLVED, last_out_at=later, waiting_since=None)
    becomes(said["again"], last_out_at=later)  # and since then it waits again
    becomes(said["dropped"], state=State.RESOLVED, waiting_since=None)
    becomes(said["asleep"], state=State.SNOOZED)
    return said


def test_each_stage_counts_what_has_come_so_far(world, week, since):
    assert cycle.cycle(access.standing(world.bruno), since) == cycle.Cycle(
        messages=7, conversations=6, untaken=2, decided=5, answered=2, waiting=3, again=1, resolved=2, silent=1
    )


def test_behind_each_figure_stand_just_its_conversations(world, week, since):
    standing = access.standing(world.bruno)
    figures = cycle.cycle(standing, since)
    listed = {part: cycle.conversations(standing, part, since).count() for part in cycle.PARTS}
    assert listed == {
        "listen": figures.conversations, "monitor": figures.conversations, "decide": figures.decided,
        "interact": figures.answered, "convert": figures.resolved, "untaken": figures.untaken,
        "waiting": figures.waiting, "again": figures.again, "silent": figures.silent,
    }  # fmt: skip
    assert {str(row.identity) for row in cycle.conversations(standing, "silent", since)} == {"Dropped"}


def test_an_answer_from_before_their_word_is_no_answer_to_it(world, since):
    conversation = says(world, "chiara")
    becomes(conversation, last_out_at=timezone.now() - timedelta(days=3))
    standing = access.standing(world.bruno)
    assert cycle.cycle(standing, since).answered == 0
    assert not cycle.conversations(standing, "interact", since).exists()


def test_a_longer_time_holds_more_and_old_words_of_the_same_conversation_count_only_there(world, since):
    says(world, "chiara", days_ago=20)
    says(world, "chiara")
    standing = access.standing(world.bruno)
    assert cycle.cycle(standing, since).messages == 1
    assert cycle.cycle(standing, since - timedelta(days=21)).messages == 2


def test_what_only_we_said_is_not_heard(world, since):
    conversation = says(world, "chiara", days_ago=20)
    becomes(conversation, last_at=timezone.now(), last_out_at=timezone.now())
    standing = access.standing(world.bruno)
    assert cycle.cycle(standing, since).conversations == 0
    assert not cycle.conversations(standing, "listen", since).exists()


def test_an_agent_counts_their_teams_and_nobodys_and_another_brand_nothing(world, week, since):
    kitchens = says(world, "cook")
    becomes(kitchens, team=world.kitchen)
    nobodys = says(world, "lost")
    becomes(nobodys, team=None)
    other = Team.objects.create(brand=world.bookshop, name="Sala")
    world.zoe.memberships.get().teams.set([other, world.hall])  # a team of another brand opens nothing

    def counted(agent):
        standing = access.standing(agent)
        figures = cycle.cycle(standing, since)
        assert cycle.conversations(standing, "listen", since).count() == figures.conversations
        return figures.conversations

    assert [counted(who) for who in (world.bruno, world.ada, world.carlo, world.zoe)] == [8, 7, 2, 0]
