"""Solved where they asked, and each of many like posts with an answer of its own."""

import pytest

from premura import access
from premura.measure import coverage
from premura.measure.coverage import Kept, Repeats
from premura.models import Conversation, Message, Repeat, Reply
from tests.measure.said import ago, answered, resolved, wrote


def kept(agent, days=7):
    return coverage.in_channel(access.standing(agent), ago(days=days))


def listed(agent, part, days=7):
    return [str(row.identity) for row in coverage.conversations(access.standing(agent), part, ago(days=days))]


def done(world, by, *, private_first=False, closing=False, days_ago=1, **more):
    """Somebody asked, we answered, perhaps elsewhere, perhaps with a closing line, and it was resolved."""
    conversation = wrote(world, by, ago(days=days_ago, hours=5))
    answered(conversation, world.ada, ago(days=days_ago, hours=4))
    if private_first or more:
        answered(conversation, world.ada, ago(days=days_ago, hours=3), private=private_first, **more)
    if closing:
        answered(conversation, world.ada, ago(days=days_ago, hours=2))
    resolved(conversation, ago(days=days_ago, hours=1))
    return conversation


def test_what_went_on_in_private_is_moved_unless_a_public_line_closes_it(world):
    done(world, "here")
    done(world, "moved", private_first=True)
    done(world, "closed", private_first=True, closing=True)
    assert kept(world.bruno) == Kept(resolved=3, moved=1, closed=1)
    assert (kept(world.bruno).here, kept(world.bruno).percent) == (2, 67)
    assert (listed(world.bruno, "moved"), listed(world.bruno, "closed")) == (["Moved"], ["Closed"])


@pytest.mark.parametrize("rule", ["deflection", "go_local", "only_social_team"])
def test_a_reply_that_sends_them_to_another_channel_is_moved_and_does_not_close_itself(world, rule):
    done(world, "phone", overrides={rule: "Solo il negozio lo sa"})
    done(world, "canned", overrides={"canned": "Va bene così"})
    assert kept(world.bruno) == Kept(resolved=2, moved=1, closed=0)
    done(world, "told", overrides={rule: "Solo il negozio lo sa"}, closing=True)
    assert kept(world.bruno) == Kept(resolved=3, moved=1, closed=1)


def test_a_closing_line_that_was_taken_away_closes_nothing(world):
    conversation = done(world, "moved", private_first=True, closing=True)
    newest = conversation.messages.filter(identity=None).latest("written_at")
    Message.objects.filter(pk=newest.pk).update(removed_at=ago(minutes=1))
    assert kept(world.bruno) == Kept(resolved=1, moved=1, closed=0)


def test_a_private_answer_to_private_words_stays_where_it_was_asked(world):
    conversation = wrote(world, "quiet", ago(hours=5), private=True)
    answered(conversation, world.ada, ago(hours=4))
    resolved(conversation, ago(hours=3))
    assert kept(world.bruno) == Kept(resolved=1, moved=0, closed=0)


def test_open_unanswered_and_older_ones_do_not_count(world):
    answered(wrote(world, "open", ago(hours=5)), world.ada, ago(hours=4))
    resolved(wrote(world, "silent", ago(hours=5)), ago(hours=4))
    done(world, "old", days_ago=9)
    assert kept(world.bruno) == Kept(0, 0, 0)
    assert kept(world.bruno).percent == 0
    assert kept(world.bruno, days=28).resolved == 1


def test_an_agent_sees_their_teams_and_another_brand_nothing(world):
    done(world, "halls", private_first=True)
    kitchens = done(world, "kitchens", private_first=True)
    Conversation.objects.filter(pk=kitchens.pk).update(team=world.kitchen)
    assert [kept(who).moved for who in (world.bruno, world.ada, world.carlo, world.zoe)] == [2, 1, 1, 0]
    assert (listed(world.ada, "moved"), listed(world.zoe, "moved")) == (["Halls"], [])


# -- the same words again ----------------------------------------------------------------------------------


def again(world, by, at, first=None, **more):
    """Somebody posts the same words again; return the message."""
    conversation = wrote(world, by, at, text="Il mio ordine non è ancora arrivato", **more)
    message = Message.objects.filter(conversation=conversation).latest("pk")
    Repeat.objects.update_or_create(
        message=message, defaults={"brand": world.brand, "conversation": conversation, "first": first or message}
    )
    return message


def posts(agent, days=7):
    return coverage.repeats(access.standing(agent), ago(days=days))


def test_each_like_post_is_answered_by_itself_and_one_answer_does_not_close_its_twins(world):
    first = again(world, "chiara", ago(hours=9), root="a")
    under_b = [again(world, "chiara", ago(hours=8 - n), first, root="b") for n in range(3)]
    answered(first.conversation, world.ada, ago(hours=4), parent=first)
    answered(under_b[0].conversation, world.ada, ago(hours=3), parent=under_b[1])
    twins = [again(world, "marco", ago(hours=2), root="a")]
    twins.append(again(world, "marco", ago(hours=1), twins[0], root="b"))
    for twin in twins:
        answered(twin.conversation, world.ada, ago(minutes=30), parent=twin)
    assert posts(world.bruno) == Repeats(posts=6, answered=4, people=2, whole=1)
    assert listed(world.bruno, "repeats") == ["Chiara"]


def test_in_private_one_answer_is_enough_for_what_stands_above_it(world):
    first = again(world, "chiara", ago(hours=9), private=True)
    again(world, "chiara", ago(hours=8), first, private=True)
    answered(first.conversation, world.ada, ago(hours=5))
    again(world, "chiara", ago(hours=2), first, private=True)
    assert posts(world.bruno) == Repeats(posts=3, answered=2, people=1, whole=0)


def test_an_answer_hung_elsewhere_counts_for_what_stood_alone_and_one_taken_away_for_nothing(world):
    alone = again(world, "chiara", ago(hours=9), root="a")
    other = again(world, "chiara", ago(hours=8), alone, root="b")
    ours = [answered(one.conversation, world.ada, ago(hours=4), parent=one) for one in (alone, other)]
    Message.objects.filter(pk=ours[1].pk).update(parent="b")
    Reply.objects.filter(message=ours[1]).delete()
    assert posts(world.bruno).answered == 2
    Message.objects.filter(pk=ours[0].pk).update(removed_at=ago(hours=1))
    assert posts(world.bruno).answered == 1


def test_older_posts_those_taken_back_and_another_teams_do_not_count(world):
    first = again(world, "chiara", ago(days=9), root="a")
    second = again(world, "chiara", ago(hours=2), first, root="b")
    assert (posts(world.bruno).posts, posts(world.bruno, days=28).posts) == (1, 2)
    assert [posts(who).posts for who in (world.ada, world.carlo, world.zoe)] == [1, 0, 0]
    Message.objects.filter(pk=second.pk).update(removed_at=ago(hours=1))
    assert posts(world.bruno) == Repeats(0, 0, 0, 0)
