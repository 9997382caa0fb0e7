"""People: invited, given another role, let go; and nobody becomes somebody else."""

import pytest
from django.core.exceptions import ValidationError

from premura.interact import approvals
from premura.interact.reply import submit
from premura.models import Agent, Membership
from premura.prepare import people

PASSWORD = "quattro parole di fila"


def membership(agent) -> Membership:
    return Membership.objects.select_related("agent", "brand").get(agent=agent)


def test_who_is_invited_sets_a_password_once_by_their_link(world):
    made = people.invite(world.brand, " Livia@Rossi.example ", "Livia", "agent", [world.hall])
    assert not made.agent.has_usable_password()
    link = people.welcome(made, world.elena)

    agent = people.welcomed(*link)
    people.set_password(agent, PASSWORD)

    assert Agent.objects.get(email="livia@rossi.example").check_password(PASSWORD)
    assert people.welcomed(*link) is None


def test_whoever_is_invited_is_a_newcomer_there_until_the_tick_is_taken_away(world):
    livia = people.invite(world.brand, "livia@rossi.example", "Livia", "agent")
    zoe = people.invite(world.brand, world.zoe.email, "Zoe", "agent")
    asked = world.says("Aperti?")
    assert [submit(asked, "Sì.", by=one.agent).state for one in (livia, zoe)] == ["held", "held"]
    assert not Membership.objects.get(agent=world.zoe, brand=world.bookshop).is_newcomer
    approvals.settle(world.brand, approvals.Rules(True, [], [], None), [zoe.pk], world.elena)
    assert submit(asked, "Sì.", by=livia.agent).state == "ready"


def test_who_comes_before_anybody_could_say_yes_is_no_newcomer(world):
    assert not people.invite(world.bookshop, "orsola@orsini.example", "Orsola", "admin").is_newcomer
    assert people.invite(world.bookshop, "pia@orsini.example", "Pia", "agent").is_newcomer


def test_a_password_that_everybody_uses_is_not_taken(world):
    made = people.invite(world.brand, "livia@rossi.example", "Livia", "agent")
    with pytest.raises(ValidationError):
        people.set_password(made.agent, "password")


def test_nobody_is_invited_twice(world):
    with pytest.raises(people.AlreadyHere):
        people.invite(world.brand, "ADA@rossi.example", "Ada", "admin")
    assert membership(world.ada).role == "agent"


def test_who_works_elsewhere_keeps_their_name_and_password(world):
    made = people.invite(world.brand, world.zoe.email, "Somebody", "reader")
    assert (made.agent, made.agent.name, made.agent.has_usable_password()) == (world.zoe, "Zoe", True)


def test_an_admin_cannot_become_somebody_of_another_brand_by_a_link(world):
    made = people.invite(world.brand, world.zoe.email, "Zoe", "reader")
    with pytest.raises(people.NotOursAlone):
        people.welcome(made, world.elena)


@pytest.mark.parametrize("link", [("", ""), ("Mg", "x"), ("%%", "x-y"), ("OTk5OTk5OTk5OTk5OTk5OTk5", "x")])
def test_a_link_that_was_made_up_opens_nothing(world, link):
    assert people.welcomed(*link) is None


def test_a_role_and_teams_are_changed(world):
    people.change(membership(world.ada), "lead", [world.kitchen])
    assert membership(world.ada).role == "lead"
    assert list(membership(world.ada).teams.all()) == [world.kitchen]


@pytest.mark.parametrize("deed", [lambda m: people.change(m, "lead", []), people.part], ids=["demoted", "let go"])
def test_the_last_admin_stays(world, deed):
    with pytest.raises(people.LastAdmin):
        deed(membership(world.elena))
    people.change(membership(world.bruno), "admin", [])
    deed(membership(world.elena))


def test_who_is_let_go_cannot_sign_in_and_leaves_nothing_behind(world):
    conversation = world.says("Buongiorno")
    type(conversation).objects.filter(pk=conversation.pk).update(assignee=world.ada)
    people.part(membership(world.ada))
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert not Agent.objects.get(pk=world.ada.pk).is_active


def test_who_comes_back_may_sign_in_again(world):
    people.part(membership(world.ada))
    people.invite(world.brand, world.ada.email, "Ada", "agent")
    assert Agent.objects.get(pk=world.ada.pk).is_active


def test_who_works_for_another_brand_too_can_still_sign_in(world):
    made = people.invite(world.brand, world.zoe.email, "Zoe", "reader")
    people.part(made)
    assert Agent.objects.get(pk=world.zoe.pk).is_active
