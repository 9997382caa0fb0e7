"""Who never had an answer: counted by age, listed with who wrote first on top."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from premura import access
from premura.interact import disengage
from premura.measure import unanswered
from premura.models import Conversation, Employee, Message
from tests.measure.said import ago, answered, resolved, wrote


def listed(agent, private=None, after=""):
    return unanswered.listed(access.standing(agent), timezone.now(), private, after)


def ages(agent):
    return unanswered.ages(access.standing(agent), timezone.now())


def names(page):
    return [str(row.identity) for row in page.rows]


def test_open_or_closed_who_had_no_word_of_ours_is_there_the_oldest_first(world):
    wrote(world, "new", ago(hours=2))
    resolved(wrote(world, "closed", ago(days=3)), ago(days=2))
    answered(wrote(world, "heard", ago(days=5)), world.ada, ago(days=4))
    wrote(world, "old", ago(days=40))
    assert names(listed(world.bruno)) == ["Old", "Closed", "New"]
    assert ages(world.bruno) == unanswered.Ages([1, 1, 0, 1], [0, 0, 0, 0])


def test_to_ask_again_makes_nobody_younger_and_who_did_it_twice_is_marked(world):
    wrote(world, "patient", ago(days=5))
    wrote(world, "chaser", ago(days=6))
    for day in (3, 1):
        wrote(world, "chaser", ago(days=day), flags=["chaser"])
    page = listed(world.bruno)
    assert [(str(row.identity), row.chased) for row in page.rows] == [("Chaser", 2), ("Patient", 0)]
    assert page.rows[0].begun < ago(days=5)


def test_public_and_private_are_told_apart(world):
    wrote(world, "loud", ago(days=2))
    wrote(world, "quiet", ago(days=2), private=True)
    assert (names(listed(world.bruno, private=False)), names(listed(world.bruno, private=True))) == (
        ["Loud"],
        ["Quiet"],
    )
    assert ages(world.bruno) == unanswered.Ages([0, 1, 0, 0], [0, 1, 0, 0])


def test_spam_our_people_whom_we_left_alone_liked_gestures_and_what_was_taken_back_are_not_there(world):
    wrote(world, "spam", ago(days=2), "spam")
    Employee.objects.create(brand=world.brand, network="playground", handle="rita.example")
    wrote(world, "rita", ago(days=2))
    troll = wrote(world, "troll", ago(days=2))
    disengage.disengage(troll, world.ada, "Insulti")
    heart = wrote(world, "heart", ago(days=2), "gesture")
    assert names(listed(world.bruno)) == ["Heart"]
    Message.objects.filter(conversation=heart).update(liked_at=timezone.now())
    Message.objects.filter(conversation=wrote(world, "sorry", ago(days=2))).update(removed_at=timezone.now())
    assert names(listed(world.bruno)) == []
    assert ages(world.bruno).all == 0
    disengage.engage(troll, world.ada)  # we answer after all, and have not yet
    assert names(listed(world.bruno)) == ["Troll"]


def test_a_liked_question_is_still_a_question(world):
    Message.objects.filter(conversation=wrote(world, "asks", ago(days=2))).update(liked_at=timezone.now())
    assert names(listed(world.bruno)) == ["Asks"]


def test_the_counts_are_those_of_a_slow_look(world):
    dice = Random(3)
    for n in range(40):
        at = ago(hours=dice.choice([3, 30, 200, 1000]))
        conversation = wrote(world, f"p{n}", at, private=dice.random() < 0.5)
        if dice.random() < 0.4:
            answered(conversation, world.ada, at + timedelta(minutes=5))
    found, now = unanswered.Ages([0] * 4, [0] * 4), timezone.now()
    for one in Conversation.objects.all():
        if not one.messages.filter(identity=None).exists():
            age = now - one.messages.earliest("written_at").written_at
            (found.private if one.private else found.public)[sum(age > edge for edge in unanswered.EDGES)] += 1
    assert ages(world.bruno) == found
    assert len(listed(world.bruno).rows) == found.all


def test_a_long_list_goes_on_and_a_strange_mark_is_the_first_page(world, monkeypatch):
    monkeypatch.setattr(unanswered, "PAGE", 2)
    for n in range(5):
        wrote(world, f"p{n}", ago(days=9 - n))
    first = listed(world.bruno)
    second = listed(world.bruno, after=first.after)
    assert names(first) + names(second) + names(listed(world.bruno, after=second.after)) == [
        "P0",
        "P1",
        "P2",
        "P3",
        "P4",
    ]
    assert names(listed(world.bruno, after="x-y")) == ["P0", "P1"]


@pytest.mark.parametrize(("who", "seen"), [("bruno", 2), ("rita", 2), ("ada", 1), ("carlo", 1), ("zoe", 0)])
def test_an_agent_sees_their_teams_and_another_brand_nothing(world, who, seen):
    wrote(world, "a", ago(days=2))
    Conversation.objects.filter(pk=wrote(world, "b", ago(days=2)).pk).update(team=world.kitchen)
    agent = getattr(world, who)
    assert (len(listed(agent).rows), ages(agent).all) == (seen, seen)
