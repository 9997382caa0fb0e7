"""Working on a conversation together: each deed leaves its line, and of two only one succeeds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import journal
from premura.interact import teamwork
from premura.listen.contacts import merge, unmerge
from premura.models import Contact, Conversation, Event, Identity, Label, Presence, WrongState


def deeds() -> list[str]:
    return list(Event.objects.exclude(deed="taken in").order_by("pk").values_list("deed", flat=True))


def test_every_deed_leaves_one_line_with_who_did_it(world):
    conversation = world.says("Ciao")
    teamwork.assign(conversation, world.ada, world.bruno)
    teamwork.note(conversation, "Chiedo in cucina", world.ada)
    label = teamwork.label(conversation, "Menu", world.ada)
    teamwork.unlabel(conversation, label, world.ada)
    teamwork.hold(conversation, world.ada)
    teamwork.reopen(conversation, world.ada)
    teamwork.resolve(conversation, world.ada)
    assert deeds() == ["assigned", "noted", "labelled", "unlabelled", "put on hold", "reopened", "resolved"]
    assert Event.objects.get(deed="assigned").by == world.bruno
    assert Event.objects.get(deed="assigned").facts == {"to": "Ada"}


def test_the_journal_writes_only_inside_the_transaction_of_the_deed(world, transactional_db):
    with pytest.raises(RuntimeError, match="must be inside"):
        journal.write(Event.Deed.NOTED, world.rossi)


def test_of_two_who_resolve_one_conversation_one_succeeds(world):
    conversation = world.says("Ciao")
    in_another_tab = Conversation.objects.get(pk=conversation.pk)
    teamwork.resolve(conversation, world.ada)
    with pytest.raises(WrongState, match="cannot resolve Conversation"):
        teamwork.resolve(in_another_tab, world.bruno)
    assert deeds() == ["resolved"]


def test_a_snoozed_conversation_wakes_at_its_time_and_not_before(world):
    conversation, now = world.says("Ciao"), timezone.now()
    teamwork.snooze(conversation, now + timedelta(hours=3), world.ada)
    assert teamwork.wake(now + timedelta(hours=2)) == 0
    assert teamwork.wake(now + timedelta(hours=4)) == 1
    assert Conversation.objects.get().state == "open"
    assert deeds() == ["snoozed", "woken"]


def test_a_snoozed_conversation_wakes_when_they_write(world):
    conversation = world.says("Ciao")
    teamwork.snooze(conversation, timezone.now() + timedelta(hours=3), world.ada)
    world.says("Allora?")
    conversation.refresh_from_db()
    assert (conversation.state, conversation.snoozed_until) == ("open", None)


def test_a_label_of_a_name_is_made_once(world):
    for name in ("Menu", " Menu "):
        teamwork.label(world.says("Ciao"), name, world.ada)
    assert Label.objects.count() == 1


def test_others_see_who_looks_and_who_types_and_forget_it_after_a_while(world):
    conversation = world.says("Ciao")
    assert teamwork.look(conversation, world.bruno) is True
    assert teamwork.look(conversation, world.bruno) is False
    assert teamwork.look(conversation, world.bruno, typing=True) is True
    assert teamwork.present(conversation, world.ada) == [(world.bruno, True)]
    assert teamwork.present(conversation, world.bruno) == []
    Presence.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert teamwork.present(conversation, world.ada) == []
    teamwork.leave(conversation, world.bruno)
    assert not Presence.objects.exists()


def test_two_handles_of_one_person_are_merged_and_parted_again(world):
    first, second = world.says("Ciao"), world.says("Ciao", by="chiara2")
    one, two = first.identity.contact, second.identity.contact
    merge(two, one, world.bruno)
    assert Identity.objects.filter(contact=one).count() == 2
    unmerge(Identity.objects.get(key="chiara2"), world.bruno)
    assert Identity.objects.get(key="chiara2").contact == two
    assert deeds() == ["merged", "unmerged"]


def test_contacts_of_two_brands_cannot_be_merged(world):
    mine = world.says("Ciao").identity.contact
    theirs = Contact.objects.create(brand=world.bookshop, name="X", created_at=timezone.now())
    with pytest.raises(ValueError, match="one brand"):
        merge(mine, theirs, world.bruno)
