"""A line of a known issue's run stays one until it stands on the network; who does not get it has not been told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access
from premura.decide import affected, problems
from premura.decide.problems import Said
from premura.interact import drafts, leaving, second
from premura.interact import reply as replying
from premura.interact.reply import Besides, submit
from premura.models import Affected, Conversation, Event, Membership, Reply, Voice
from tests.interact.test_leaving import State, fresh, passes
from tests.web.test_inbox import HTMX, now_says, signed_in

LINE = "Ciao {}, il sito è fermo da stamattina: torna su oggi alle 18 e gli ordini restano validi."
DOWN = "Il sito non funziona, quando torna?"


@pytest.fixture
def crowd(world) -> list[Conversation]:
    Voice.objects.filter(brand=world.brand).update(undo_s=10)
    return [now_says(world, DOWN, by=who, root=who) for who in ("luca", "anna", "piero", "gino")]


@pytest.fixture
def issue(world, crowd):
    """A known issue without an address to point to."""
    made = problems.open_one(access.standing(world.ada), Said("Sito fermo", "Da stamattina.", "", ""), crowd[0])
    problems.join(access.standing(world.ada), made, [one.pk for one in crowd[1:]])
    return made


def told(issue) -> list[bool]:
    return [row.told_at is not None for row in Affected.objects.filter(issue=issue).order_by("conversation")]


def tell(world, issue, one, name) -> Reply:
    seen = str(replying.seen(one))
    given = {"send": one.pk, f"text-{one.pk}": LINE.format(name), f"seen-{one.pk}": seen}
    assert signed_in(world.ada).post(f"/issues/{issue.pk}/run/", given, headers=HTMX).status_code == 200
    return Reply.objects.latest("pk")


@pytest.mark.guarded
def test_the_line_that_went_to_others_a_moment_ago_leaves_for_the_next_too(world, crowd, issue):
    lines = [tell(world, issue, one, one.identity.name) for one in crowd]
    for line in lines:
        leaving.leave(passes(line, seconds=11), timezone.now())
        assert fresh(line).state == State.READY
        Reply.objects.filter(pk=line.pk).update(state=State.SENT, sent_at=timezone.now())
    assert told(issue) == [True] * 4


@pytest.mark.guarded
def test_a_second_persons_yes_knows_that_many_are_told_the_same(world, crowd):
    Membership.objects.filter(agent=world.ada).update(is_newcomer=True)
    for one in crowd:
        held = submit(one, LINE.format(one.identity.name), by=world.ada, besides=Besides(known_issue=True))
        second.approve(fresh(held), world.bruno)
        Reply.objects.filter(pk=held.pk).update(state=State.SENT, sent_at=timezone.now())


def called_back(world, line):
    leaving.withdraw(fresh(line), world.ada)


def sent_back(world, line):
    second.send_back(fresh(line), world.bruno, "Non così.")


def came_back(world, line):
    now_says(world, "Lasci stare", by="luca", root="luca")
    leaving.leave(passes(line, seconds=11), timezone.now())


def failed(world, line):
    Reply.objects.filter(pk=line.pk).update(state=State.FAILED)
    affected.heard(Event(deed="reply failed", brand=world.brand, facts={"reply": line.pk}))


@pytest.mark.parametrize("undone", [called_back, sent_back, came_back, failed])
def test_whoever_does_not_get_their_line_is_to_be_told_again(world, crowd, issue, undone):
    Membership.objects.filter(agent=world.ada).update(is_newcomer=undone is sent_back)
    line = tell(world, issue, crowd[0], "Luca")
    tell(world, issue, crowd[1], "Anna")
    assert told(issue) == [True, True, False, False]
    undone(world, line)
    drafts.drop(fresh(line))  # whatever becomes of the draft
    assert told(issue) == [False, True, False, False]


def test_what_became_of_the_first_line_does_not_take_back_a_second(world, crowd, issue):
    line = tell(world, issue, crowd[0], "Luca")
    leaving.withdraw(fresh(line), world.ada)
    called = Event.objects.get(deed="reply withdrawn")
    tell(world, issue, crowd[0], "Luca")
    affected.heard(called)  # its job comes late
    assert told(issue)[0]


@pytest.mark.guarded
def test_a_line_that_was_called_back_goes_out_again_as_one(world, crowd, issue):
    for one in crowd[1:]:
        line = tell(world, issue, one, one.identity.name)
        Reply.objects.filter(pk=line.pk).update(state=State.SENT, sent_at=timezone.now())
    line = tell(world, issue, crowd[0], "Luca")
    leaving.withdraw(fresh(line), world.ada)
    ada, form = signed_in(world.ada), {"text": LINE.format("Luca"), "way": "public", "draft": line.pk}
    assert "guard__finding--warn" not in ada.post(f"/conversations/{crowd[0].pk}/guard/", form, headers=HTMX).text
    again = submit(crowd[0], LINE.format("Luca"), by=world.ada, besides=Besides(draft=line.pk))
    leaving.leave(passes(again, seconds=11), timezone.now())
    sent = Event(deed="reply sent", brand=world.brand, facts={"reply": again.pk}, at=timezone.now())
    assert (fresh(again).state, told(issue)[0]) == (State.READY, False)
    affected.heard(sent)
    assert told(issue)[0]


def test_who_was_told_of_one_issue_is_still_to_be_told_of_another(world, crowd, issue):
    other = problems.open_one(access.standing(world.ada), Said("Pacchi in ritardo", "", "", ""), crowd[0])
    affected.mark_told(access.standing(world.ada), other, [crowd[0].pk])
    Affected.objects.filter(issue=other).update(told_at=timezone.now() + timedelta(seconds=1))
    leaving.withdraw(fresh(tell(world, issue, crowd[0], "Luca")), world.ada)
    assert (told(issue)[0], told(other)) == (False, [True])
