"""What kind of person somebody is: a word of the brand that SLA policies and rules ask for.  P9."""

import pytest
from django.utils import timezone

from premura import access
from premura.decide import deadlines, triage
from premura.listen import contacts, tiers
from premura.models import Contact, Conversation, Event, Rule, SlaPolicy

NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def for_vips(world):
    deadlines.install([world.brand])
    return SlaPolicy.objects.create(brand=world.brand, name="VIP", place=0, tiers=["vip"], first=5)


def lines():
    found = Event.objects.filter(deed="tier given").order_by("pk")
    return [(line.facts["how"], line.facts["tier"]) for line in found]


def target(conversation):
    at = Conversation.objects.get(pk=conversation.pk).due_at
    return at and round((at - conversation.waiting_since).total_seconds() / 60)


@pytest.mark.django_db(transaction=True)
def test_all_that_a_vip_has_open_on_any_handle_gets_the_vips_target_and_loses_it_with_the_word(world, for_vips, work):
    here = world.says("Ciao, a che ora aprite?", at=NOW)
    there = world.says("Sono sempre io", by="chiara2", root="b", at=NOW)
    triage.everything(world.brand.pk, NOW)
    contacts.merge(there.identity.contact, here.identity.contact, world.bruno)
    before = target(here)
    assert before != 5
    assert tiers.give(here, "  VIP ", world.ada)
    work()
    assert (target(here), target(there)) == (5, 5)
    assert tiers.give(here, "", world.ada)
    work()
    assert target(here) == before
    assert lines() == [("given", "vip"), ("taken away", "")]


def test_the_same_word_twice_is_one_deed(world):
    here = world.says("Ciao")
    assert tiers.give(here, "stampa", world.ada)
    assert tiers.give(here, "Stampa", world.bruno) is False
    assert lines() == [("given", "stampa")]


@pytest.mark.parametrize("word", ["x" * 21, "vip, stampa", "vi\0p"])
def test_what_is_no_kind_changes_nothing(world, word):
    here = world.says("Ciao")
    with pytest.raises(tiers.NoTier):
        tiers.give(here, word, world.ada)
    assert (Contact.objects.get().tier, lines()) == ("", [])


def test_who_is_taken_for_one_person_keeps_their_own_kind_and_else_gets_the_others(world):
    vip, press, nobody = (world.says("Ciao", by=who, root=who) for who in ("a", "b", "c"))
    tiers.give(vip, "vip", world.ada)
    tiers.give(press, "stampa", world.ada)
    contacts.merge(vip.identity.contact, nobody.identity.contact, world.bruno)
    contacts.merge(press.identity.contact, nobody.identity.contact, world.bruno)
    assert Contact.objects.get(pk=nobody.identity.contact_id).tier == "vip"
    assert Contact.objects.get(pk=press.identity.contact_id).tier == "stampa"  # should it be taken back


def test_kinds_that_policies_rules_and_people_have_are_offered_and_never_another_brands(world, for_vips):
    Rule.objects.create(brand=world.brand, name="S", by=world.elena, conditions=[["tier", "is", ["Stampa"]]])
    Rule.objects.create(brand=world.bookshop, name="S", by=world.zoe, conditions=[["tier", "is", ["lettori"]]])
    tiers.give(world.says("Ciao"), "fornitore", world.ada)
    assert tiers.known(access.standing(world.ada)) == ["fornitore", "stampa", "vip"]
    assert tiers.known(access.standing(world.zoe)) == ["lettori"]


def test_who_is_parted_again_is_of_the_kind_they_came_with(world):
    vip, press = (world.says("Ciao", by=who, root=who) for who in ("a", "b"))
    tiers.give(vip, "vip", world.ada)
    tiers.give(press, "stampa", world.ada)
    contacts.merge(press.identity.contact, vip.identity.contact, world.bruno)
    moved = Conversation.objects.select_related("identity__contact").get(pk=press.pk)
    assert moved.identity.contact.tier == "vip"
    contacts.unmerge(moved.identity, world.bruno)
    moved = Conversation.objects.select_related("identity__contact").get(pk=press.pk)
    assert moved.identity.contact.tier == "stampa"
