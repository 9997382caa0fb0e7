"""Mistakes: asked of an answer that admits one and has left; noted once, read by who may see the conversation.  P51."""

import pytest
from django.http import Http404
from django.utils import timezone

from premura import access
from premura.convert import mistakes
from premura.convert.mistakes import NothingLearnt
from premura.models import Conversation, Event, Mistake, Reply


def admitted(world, text="Il tavolo non c’era", by="chiara", **more):
    """Chiara complained, and Ada answered that it was our mistake; return the conversation and the reply."""
    conversation = world.says(text, by=by)
    given = {"state": "sent", "sent_at": timezone.now(), "our_mistake": True} | more
    reply = Reply.objects.create(
        brand=world.brand, conversation=conversation, to=conversation.messages.get(), author=world.ada,
        text="Scusa e grazie, abbiamo sbagliato noi.", **given,
    )  # fmt: skip
    conversation.wait(timezone.now())
    return conversation, reply


def test_once_an_answer_that_says_so_has_left_it_is_asked_what_we_learn(world):
    conversation, reply = admitted(world)
    assert mistakes.waiting(conversation) == reply
    assert mistakes.note(conversation, world.ada, reply.pk, "  Due agende \n sono una di troppo ")
    made = Mistake.objects.get()
    assert (made.learnt, made.by, made.reply) == ("Due agende sono una di troppo", world.ada, reply)
    line = Event.objects.get(deed="mistake noted")
    assert (line.by, line.facts["learnt"]) == (world.ada, "Due agende sono una di troppo")
    assert mistakes.waiting(conversation) is None
    assert mistakes.of(conversation) == [made]


@pytest.mark.parametrize("more", [{"our_mistake": False}, {"state": "ready"}, {"state": "failed"}])
def test_nothing_is_asked_of_an_answer_that_admits_nothing_or_has_not_left(world, more):
    conversation, reply = admitted(world, **more)
    assert mistakes.waiting(conversation) is None
    with pytest.raises(Http404):
        mistakes.note(conversation, world.ada, reply.pk, "Qualcosa")


def test_of_two_who_note_it_the_second_changes_nothing(world):
    conversation, reply = admitted(world)
    assert mistakes.note(conversation, world.ada, reply.pk, "Prima")
    assert mistakes.note(conversation, world.bruno, reply.pk, "Dopo") is False
    assert Mistake.objects.get().learnt == "Prima"
    assert Event.objects.filter(deed="mistake noted").count() == 1


def test_nothing_is_learnt_from_nothing_nor_from_the_reply_of_another_conversation(world):
    conversation, reply = admitted(world)
    other = world.says("Ciao", by="marco")
    with pytest.raises(NothingLearnt):
        mistakes.note(conversation, world.ada, reply.pk, " \n ")
    with pytest.raises(Http404):
        mistakes.note(other, world.ada, reply.pk, "Qualcosa")
    assert not Mistake.objects.exists()


def test_it_is_listed_newest_first_for_who_may_see_the_conversation(world, monkeypatch):
    monkeypatch.setattr(mistakes, "PAGE", 2)
    for n in range(3):
        conversation, reply = admitted(world, f"Ahi {n}", by=f"guest{n}")
        mistakes.note(conversation, world.ada, reply.pk, f"Lezione {n}")
    first = mistakes.listed(access.standing(world.ada))
    assert [one.learnt for one in first.rows] == ["Lezione 2", "Lezione 1"]
    assert [one.learnt for one in mistakes.listed(access.standing(world.ada), first.after).rows] == ["Lezione 0"]
    Conversation.objects.update(team=world.hall)
    for nobody in (world.carlo, world.zoe):
        assert mistakes.listed(access.standing(nobody)).rows == []
    assert [one.learnt for one in mistakes.lines(access.standing(world.bruno))] == [f"Lezione {n}" for n in range(3)]
