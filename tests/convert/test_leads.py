"""Leads: a person says who may become a customer and what showed it; software only proposes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access
from premura.convert import leads
from premura.models import Contact, Conversation, Event
from tests.decide.test_gestures import sends


@pytest.fixture
def here(world):
    return access.conversation(world.ada, sends(world, "Che buono!", intent="praise").pk)[1]


def contact():
    found = Contact.objects.get(name="Chiara")
    return bool(found.lead_at), bool(found.bought_at), found.bought


def deeds():
    return list(Event.objects.filter(deed="lead marked").order_by("pk").values_list("facts__how", flat=True))


def test_marked_bought_and_both_taken_back_with_a_line_each(world, here):
    assert leads.mark(here, world.ada)
    leads.bought(here, world.ada, "  A-1023 \n")
    assert contact() == (True, True, "A-1023")
    assert leads.take_back(here, world.ada) is False  # first the purchase
    assert leads.not_bought(here, world.ada)
    assert contact() == (True, False, "")
    assert leads.take_back(here, world.ada)
    assert contact() == (False, False, "")
    assert deeds() == ["marked", "bought", "not bought", "taken back"]


def test_of_two_who_mark_the_second_changes_nothing(world, here):
    assert leads.mark(here, world.ada)
    at = Contact.objects.get(name="Chiara").lead_at
    assert leads.mark(here, world.bruno) is False
    assert Contact.objects.get(name="Chiara").lead_at == at
    assert deeds() == ["marked"]


@pytest.mark.parametrize("shown_by", ["", "  ", "x" * 101])
def test_nobody_bought_without_something_that_shows_it(world, here, shown_by):
    leads.mark(here, world.ada)
    with pytest.raises(leads.NoProof):
        leads.bought(here, world.ada, shown_by)
    assert contact() == (True, False, "")


def test_who_was_never_marked_did_not_buy_as_a_lead(world, here):
    with pytest.raises(leads.NotALead):
        leads.bought(here, world.ada, "A-1")
    assert (contact(), deeds()) == ((False, False, ""), [])


def test_two_praises_propose_and_nothing_is_set_by_itself(world, here):
    standing = access.standing(world.ada)
    assert leads.is_proposed(standing, here) is False
    sends(world, "Di nuovo buono!", intent="praise", root="b")
    assert leads.is_proposed(standing, here)
    assert contact() == (False, False, "")
    leads.mark(here, world.ada)
    assert leads.is_proposed(standing, here) is False


def test_old_praise_and_what_another_team_reads_proposes_nobody(world, here):
    sends(world, "Buono", intent="praise", root="b", minutes_ago=100 * 24 * 60)
    other = sends(world, "Buonissimo", intent="praise", root="c")
    Conversation.objects.filter(pk=other.pk).update(team=world.kitchen)
    assert leads.is_proposed(access.standing(world.ada), here) is False
    assert leads.is_proposed(access.standing(world.bruno), here)


def test_a_contact_of_another_brand_is_never_changed(world, here):
    Contact.objects.filter(name="Chiara").update(brand=world.bookshop)
    assert leads.mark(here, world.ada) is False
    assert Contact.objects.filter(lead_at__gte=timezone.now() - timedelta(days=1)).count() == 0
