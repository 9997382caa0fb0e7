"""A pile-on becomes a known issue: one problem, and whoever complains under it is proposed.  P10."""

import pytest
from django.utils import timezone

from premura import access
from premura.decide import one_for_many, problems
from premura.models import Affected, Conversation, Employee, Event, KnownIssue
from tests.web.test_surges import pile_on

SAID = problems.Said("Il pacco non parte")


@pytest.fixture
def angry(world):
    found = [world.says("Vergogna", by=f"c{n}", at=timezone.now()) for n in range(4)]
    Conversation.objects.filter(pk__in=[one.pk for one in found]).update(intent="complaint", sentiment="negative")
    return found


def opened(world, pile, by=None):
    return one_for_many.open_one(access.standing(by or world.ada), SAID, pile)


def states(issue):
    return dict(Affected.objects.filter(issue=issue).values_list("conversation", "state"))


def test_who_began_it_belongs_to_it_and_who_complains_under_it_is_proposed(world, angry):
    calm = world.says("Che belle foto", by="lia", at=timezone.now())
    elsewhere = world.says("Vergogna", by="ugo", root="altro", at=timezone.now())
    Conversation.objects.filter(pk=elsewhere.pk).update(intent="complaint")
    Employee.objects.create(brand=world.brand, network="playground", handle="c3.example")
    issue, n = opened(world, pile_on(world, conversation=angry[0]))
    assert states(issue) == {angry[0].pk: "joined", angry[1].pk: "proposed", angry[2].pk: "proposed"}
    assert (n, calm.pk in states(issue)) == (2, False)
    assert set(Affected.objects.filter(state="proposed").values_list("score", flat=True)) == {None}
    assert Event.objects.filter(deed="issue opened", conversation=angry[0]).count() == 1


def test_of_two_who_press_one_opens_it_and_a_closed_one_is_not_in_the_way(world, angry):
    pile = pile_on(world, conversation=angry[0])
    issue, _n = opened(world, pile)
    with pytest.raises(one_for_many.AlreadyKnown) as known:
        opened(world, pile, world.bruno)
    assert (known.value.issue, KnownIssue.objects.count()) == (issue, 1)
    problems.move(access.standing(world.ada), issue, "close")
    assert opened(world, pile)[0] != issue


def test_whose_first_conversation_another_team_has_the_others_are_proposed_all_the_same(world, angry):
    Conversation.objects.filter(pk=angry[0].pk).update(team=world.kitchen)
    issue, _n = opened(world, pile_on(world, conversation=angry[0]))
    assert set(states(issue).values()) == {"proposed"}


def test_many_pile_ons_are_held_against_their_issues_in_one_question(world, angry, django_assert_num_queries):
    piles = [pile_on(world, conversation=one, root=f"r{n}") for n, one in enumerate(angry)]
    issue, _n = opened(world, piles[1])
    with django_assert_num_queries(1):
        one_for_many.note_issues(piles)
    assert [pile.issue for pile in piles] == [None, issue, None, None]
    with django_assert_num_queries(0):
        one_for_many.note_issues([])
