"""How a pile-on spread: counted since it began, with the moment at which we first answered."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from premura.listen import spread
from premura.models import Channel, Message, PileOn, Reaction
from tests.web.test_readings import read


@pytest.fixture
def began():
    return timezone.now() - timedelta(minutes=60)


@pytest.fixture
def pile(world, began):
    at = {"began_at": began, "at": began, "seen_at": began}
    return PileOn.objects.create(brand=world.brand, channel=world.rossi, root="menu", slope=1, voices=5, **at)


def says(world, at, by, *, negative=True, root="menu"):
    conversation = world.says("Vergogna", by=by, at=at, root=root)
    said = conversation.messages.order_by("-pk").first()
    read(said, sentiment="negative" if negative else "neutral", intent="complaint" if negative else "question")
    return conversation


def likes(world, target, at, n, *, gesture="like", undone=False):
    Reaction.objects.bulk_create(
        Reaction(
            brand=world.brand, channel=world.rossi, key=f"{target}-{gesture}-{at}-{i}", target=target, gesture=gesture,
            by_key=f"p{i}", by_name="P", at=at, undone_at=at if undone else None,
        )
        for i in range(n)
    )  # fmt: skip


def test_replies_critics_likes_and_shares_only_grow_and_each_critic_counts_once(world, pile, began):
    for n, by in enumerate(("anna", "bea", "anna", "carla")):
        conversation = says(world, began + timedelta(minutes=10 * n), by)
    says(world, began + timedelta(minutes=35), "dario", negative=False)
    likes(world, "menu", began + timedelta(minutes=20), 3)
    likes(world, conversation.messages.get().key, began + timedelta(minutes=30), 2, gesture="share")
    found = spread.spread(pile, timezone.now())
    assert (found.last.said, found.last.critics, found.last.support) == (5, 3, 5)
    numbers = [(one.said, one.critics, one.support) for one in found.moments]
    assert numbers == sorted(numbers)
    assert found.is_whole


def test_what_was_before_it_elsewhere_or_taken_back_does_not_count(world, pile, began):
    says(world, began - timedelta(hours=1), "anna")
    says(world, began + timedelta(minutes=1), "bea", root="another")
    likes(world, "menu", began + timedelta(minutes=1), 4, undone=True)
    likes(world, "another", began + timedelta(minutes=1), 4)
    last = spread.spread(pile, timezone.now()).last
    assert (last.said, last.critics, last.support) == (0, 0, 0)


def test_after_it_ended_nothing_is_added(world, pile, began):
    says(world, began + timedelta(minutes=5), "anna")
    says(world, began + timedelta(minutes=50), "bea")
    pile.ended_at = began + timedelta(minutes=30)
    assert spread.spread(pile, timezone.now()).last.said == 1


def test_our_first_answer_is_marked_and_an_empty_pile_on_is_no_trouble(world, pile, began):
    assert spread.spread(pile, timezone.now()).answered_at is None
    conversation = says(world, began + timedelta(minutes=5), "anna")
    theirs = conversation.messages.get()
    for n, minutes in enumerate((40, 12)):
        Message.objects.create(
            brand=world.brand, channel=world.rossi, conversation=conversation, key=f"ours{n}", parent=theirs.key,
            root="menu", kind="comment", text="Ci siamo.", written_at=began + timedelta(minutes=minutes),
            received_at=timezone.now(),
        )  # fmt: skip
    found = spread.spread(pile, timezone.now())
    assert found.answered_at == began + timedelta(minutes=12)
    assert found.last.said == 1


def test_only_who_sees_its_channel_knows_of_it(world, pile):
    for agent in (world.ada, world.bruno, world.rita):
        assert spread.pile_on(agent, pile.pk)[1] == pile
    for agent in (world.carlo, world.zoe):
        with pytest.raises(Http404):
            spread.pile_on(agent, pile.pk)
    Channel.objects.update(team=None)
    assert spread.pile_on(world.carlo, pile.pk)[1] == pile
    with pytest.raises(Http404):
        spread.pile_on(world.bruno, 999_999)


def test_it_asks_four_questions_however_many_spoke(world, pile, began, django_assert_num_queries):
    for n in range(12):
        says(world, began + timedelta(minutes=n), f"guest{n}")
    with django_assert_num_queries(4):
        spread.spread(pile, timezone.now())
