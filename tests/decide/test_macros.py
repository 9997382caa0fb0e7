"""Macros: several deeds in one click; the click is a person's, and what is begun is never sent."""

import pytest
from django.http import Http404

from premura import access
from premura.decide import conditions, macros
from premura.decide.conditions import NotARule
from premura.decide.rulebook import NameTaken
from premura.models import Conversation, Event, Label, Macro, Note, Reply, SavedReply


def bruno(world):
    return access.standing(world.bruno)


def ada(world):
    return access.standing(world.ada)


def test_one_click_does_all_of_it_and_one_line_names_the_macro_and_the_person(world):
    macro = macros.make(bruno(world), "Rimborso", [["take", True], ["label", "Rimborso"], ["hold", True]])
    conversation = world.says("Rivoglio i soldi")
    did, reply = macros.use(ada(world), conversation, macro.pk)
    conversation = Conversation.objects.get()
    assert (conversation.assignee, conversation.state, Label.objects.get().name) == (world.ada, "on_hold", "Rimborso")
    line = Event.objects.get(deed="macro used")
    assert (line.by, line.conversation, line.facts["name"]) == (world.ada, conversation, "Rimborso")
    assert line.facts["did"] == did == [["take", "Ada"], ["label", "Rimborso"], ["hold", ""]]
    assert reply is None


def test_used_twice_it_does_only_what_is_left_to_do(world):
    macro = macros.make(bruno(world), "Chiudi", [["label", "Fatto"], ["resolve", True]])
    conversation = world.says("Grazie")
    macros.use(ada(world), conversation, macro.pk)
    did, _reply = macros.use(ada(world), conversation, macro.pk)
    assert did == []
    assert Conversation.objects.get().state == "resolved"
    assert Conversation.objects.get().waiting_since is None


def test_a_note_of_a_macro_is_signed_by_who_used_it(world):
    macro = macros.make(bruno(world), "Chef", [["notify", ["team", world.kitchen.pk]]])
    macros.use(ada(world), world.says("Allergie?"), macro.pk)
    assert Note.objects.get().author == world.ada


def test_the_saved_reply_is_handed_to_the_screen_and_nothing_is_sent(world):
    saved = SavedReply.objects.create(brand=world.brand, name="scuse", language="it", text="Scusa, {name}")
    macro = macros.make(bruno(world), "Scuse", [["reply", saved.pk]])
    _did, reply = macros.use(ada(world), world.says("Male"), macro.pk)
    assert reply == saved
    assert not Reply.objects.exists()
    saved.delete()
    assert macros.use(ada(world), world.says("Male"), macro.pk) == ([], None)


def test_a_macro_of_another_brand_does_not_exist(world):
    theirs = Macro.objects.create(brand=world.bookshop, name="Loro", actions=[["hold", True]], by=world.zoe)
    conversation = world.says("Ciao")
    with pytest.raises(Http404):
        macros.use(ada(world), conversation, theirs.pk)
    with pytest.raises(Http404):
        macros.macro(world.bruno, theirs.pk)
    assert Conversation.objects.get().state == "open"


@pytest.mark.parametrize(
    ("name", "deeds"),
    [
        ("", [["hold", True]]),
        ("x", []),
        ("x", [["reply", 99]]),
        ("x", [["resolve", True], ["snooze", 5]]),
        ("x", "all"),
    ],
)
def test_what_is_no_macro_is_not_made(world, name, deeds):
    with pytest.raises(NotARule):
        macros.make(bruno(world), name, deeds)
    assert not Macro.objects.exists()


def test_macros_are_changed_listed_and_taken_away(world):
    macro = macros.make(bruno(world), "Rimborso", [["hold", True]])
    macros.make(bruno(world), "Alla cucina", [["team", world.kitchen.pk]])
    with pytest.raises(NameTaken):
        macros.make(bruno(world), "Rimborso", [["hold", True]])
    with pytest.raises(NameTaken):
        macros.change(bruno(world), macro, "Alla cucina", [["hold", True]])
    macros.change(bruno(world), macro, "Rimborsi", [["label", "Rimborso"]])
    told = macros.listed(bruno(world), conditions.known(world.brand))
    assert [(one.macro.name, one.actions) for one in told] == [
        ("Alla cucina", [["team", "Cucina"]]), ("Rimborsi", [["label", "Rimborso"]]),
    ]  # fmt: skip
    assert macros.remove(bruno(world), macro)
    assert not macros.remove(bruno(world), macro)
