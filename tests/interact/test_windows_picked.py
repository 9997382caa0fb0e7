"""How long a network takes a private reply, where it takes one to each comment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura.interact import leaving
from premura.interact import reply as replying
from premura.interact.reply import Besides, submit
from premura.models import Conversation, Message, Reply
from premura.networks.contract import Kind

pytestmark = pytest.mark.windowed


def privately(conversation: Conversation, by, key: str) -> Reply:
    to = Message.objects.get(key=key)
    return submit(conversation, "Mi dica.", by, private=True, to=to, besides=Besides(private_reason=True))


@pytest.fixture
def wrote_twice(world) -> Conversation:
    now = timezone.now()
    world.says("La bottiglia è arrivata rotta.", key="old", at=now - timedelta(days=9))
    return world.says("Ehi, ci siete?", key="new", at=now - timedelta(minutes=5))


def test_the_time_for_a_private_reply_runs_from_the_comment_that_it_answers(world, wrote_twice):
    with pytest.raises(replying.WindowClosed):
        privately(wrote_twice, world.ada, "old")
    assert privately(wrote_twice, world.ada, "new")


def test_a_comment_takes_one_private_reply_and_the_next_comment_another(world, wrote_twice):
    privately(wrote_twice, world.ada, "new")
    with pytest.raises(replying.WindowClosed):
        privately(wrote_twice, world.ada, "new")
    again = world.says("Pronto?", key="newer", at=timezone.now())
    assert privately(again, world.ada, "newer")


def test_a_private_reply_that_waits_is_not_in_its_own_way(world, wrote_twice):
    first = privately(wrote_twice, world.ada, "new")
    Reply.objects.filter(pk=first.pk).update(state=Reply.State.HELD)
    waits = Reply.objects.select_related("conversation__channel", "to").get(pk=first.pk)
    leaving.look_again(waits, timezone.now())


def test_one_that_surely_did_not_arrive_uses_nothing_up(world, wrote_twice):
    first = privately(wrote_twice, world.ada, "new")
    Reply.objects.filter(pk=first.pk).update(state=Reply.State.FAILED)
    assert privately(wrote_twice, world.ada, "new")


def test_in_a_private_conversation_as_many_may_be_written_as_one_likes(world):
    chat = world.says("Ciao", kind=Kind.DIRECT, root="chat", key="chat", at=timezone.now())
    assert privately(chat, world.ada, "chat")
    assert privately(chat, world.ada, "chat")
