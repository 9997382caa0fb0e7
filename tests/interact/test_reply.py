"""A reply is written by a person and sent once, whatever happens on the way."""

from datetime import timedelta
from threading import Barrier, Thread

import httpx
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from premura.interact import leaving
from premura.interact import reply as replying
from premura.interact.deliver import deliver, look_for
from premura.interact.reply import Besides, NotPossibleHere, Seen, SomethingCameIn, TooLong, submit
from premura.models import Conversation, Event, Message, Reply, WrongState
from premura.networks.contract import Disconnected, Receipt, Refused, Unclear, Unreachable
from premura.networks.playground import Playground

State = Reply.State


class Piazza(Playground):
    """The network's side: answers as told, and counts what it was asked to say."""

    name, can, limits = Playground.name, Playground.can, Playground.limits

    def __init__(self, *answers, found=None):
        super().__init__({}, httpx.Client())
        self.answers, self.found, self.said = list(answers), found, []

    def reply(self, to, out):
        self.said.append(out)
        answer = self.answers.pop(0) if self.answers else Receipt("ours-1", "https://piazza.example/ours-1")
        if isinstance(answer, Exception):
            raise answer
        return answer

    write = reply

    def find(self, to, out):
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def answer(world, **more) -> Reply:
    reply = submit(world.says("È aperto domenica?"), "Sì, da mezzogiorno.", by=world.ada, **more)
    return Reply.objects.select_related("conversation__channel", "to").get(pk=reply.pk)


def test_a_reply_is_sent_and_stands_in_the_thread_as_our_message(world):
    reply, piazza = answer(world), Piazza()
    deliver(reply, piazza)
    reply.refresh_from_db()
    assert (reply.state, reply.url, reply.message.text) == (State.SENT, "https://piazza.example/ours-1", reply.text)
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.waiting_since) == ("pending", None)
    assert [out.key for out in piazza.said] == [reply.key]


def test_a_reply_without_a_person_cannot_exist(world):
    conversation = world.says("È aperto?")
    with pytest.raises(IntegrityError), transaction.atomic():
        Reply.objects.create(
            brand=world.brand, conversation=conversation, to=conversation.messages.get(), author=None, text="Sì"
        )


def test_a_reply_that_may_have_arrived_is_never_sent_again_by_itself(world):
    reply, piazza = answer(world), Piazza(Unclear("silence"), found=Unclear("cannot say"))
    deliver(reply, piazza)
    assert reply.state == State.UNCLEAR
    look_for(reply, piazza)
    with pytest.raises(WrongState):
        deliver(Reply.objects.get(), piazza)
    assert len(piazza.said) == 1
    assert Reply.objects.get().state == State.UNCLEAR


def test_an_unclear_reply_that_the_network_shows_is_sent(world):
    reply, piazza = answer(world), Piazza(Unclear("silence"), found=Receipt("ours-1", "https://piazza.example/1"))
    deliver(reply, piazza)
    look_for(reply, piazza)
    assert (reply.state, Message.objects.filter(key="ours-1").count()) == (State.SENT, 1)


def test_an_unclear_reply_that_certainly_is_not_there_is_sent_again_with_the_same_key(world):
    reply, piazza = answer(world), Piazza(Unclear("silence"), found=None)
    deliver(reply, piazza)
    look_for(reply, piazza)
    deliver(reply, piazza)
    assert reply.state == State.SENT
    assert {out.key for out in piazza.said} == {reply.key}


def test_a_network_that_cannot_be_reached_is_asked_again(world):
    reply, piazza = answer(world), Piazza(Unreachable("no line"))
    with pytest.raises(Unreachable):
        deliver(reply, piazza)
    assert Reply.objects.get().state == State.READY
    deliver(Reply.objects.select_related("conversation__channel", "to").get(), piazza)
    assert Reply.objects.get().state == State.SENT


def test_a_refusal_is_final_and_says_why(world):
    reply = answer(world)
    deliver(reply, Piazza(Refused("the post is gone")))
    assert (reply.state, reply.trouble) == (State.FAILED, "the post is gone")


def test_lost_credentials_mark_the_channel(world):
    deliver(answer(world), Piazza(Disconnected("wrong token")))
    world.rossi.refresh_from_db()
    assert world.rossi.trouble == "wrong token"
    assert Event.objects.filter(deed="channel lost").count() == 1


def test_the_second_of_two_agents_is_shown_what_came_in_between(world):
    conversation = world.says("È aperto?")
    seen = replying.seen(conversation)
    submit(conversation, "Sì.", by=world.bruno, seen=seen)
    with pytest.raises(SomethingCameIn) as caught:
        submit(conversation, "Sì, certo.", by=world.ada, seen=seen)
    assert [reply.text for reply in caught.value.replies] == ["Sì."]
    assert Reply.objects.count() == 1
    submit(conversation, "Sì, certo.", by=world.ada, seen=replying.seen(conversation))
    assert Reply.objects.count() == 2


def test_an_answer_that_was_seen_is_no_news_when_the_network_tells_of_it(world):
    conversation = world.says("È aperto?")
    theirs = submit(conversation, "Sì.", by=world.bruno, seen=replying.seen(conversation))
    seen = replying.seen(conversation)
    deliver(Reply.objects.select_related("conversation__channel", "to").get(pk=theirs.pk), Piazza())
    assert replying.seen(conversation).message > seen.message
    submit(conversation, "Da mezzogiorno.", by=world.ada, seen=seen)
    assert Reply.objects.count() == 2


def test_words_of_theirs_that_came_meanwhile_must_be_looked_at_first(world):
    conversation = world.says("È aperto?")
    seen = replying.seen(conversation)
    world.says("Lasci stare, ho trovato.")
    with pytest.raises(SomethingCameIn) as caught:
        submit(conversation, "Sì.", by=world.ada, seen=seen)
    assert [m.text for m in caught.value.messages] == ["Lasci stare, ho trovato."]


def test_a_page_that_shows_my_reply_lets_me_say_more(world):
    conversation = world.says("È aperto?")
    submit(conversation, "Sì.", by=world.ada, seen=replying.seen(conversation))
    submit(conversation, "Da mezzogiorno.", by=world.ada, seen=replying.seen(conversation))
    assert Reply.objects.count() == 2


def test_what_i_said_in_another_tab_stops_me_from_saying_it_again(world):
    conversation = world.says("È aperto?")
    both_tabs = replying.seen(conversation)
    submit(conversation, "Sì.", by=world.ada, seen=both_tabs)
    with pytest.raises(SomethingCameIn) as caught:
        submit(conversation, "Sì, certo.", by=world.ada, seen=both_tabs)
    assert (caught.value.why, [reply.text for reply in caught.value.own]) == ("said already", ["Sì."])
    assert (caught.value.replies, caught.value.messages) == ([], [])
    assert Reply.objects.count() == 1


def test_a_thread_is_one_answer_and_its_page_lets_me_add_to_it(world):
    world.rossi.network = "mastodon"
    world.rossi.save(update_fields=["network"])
    conversation = world.says("È aperto?")
    seen, thread = replying.seen(conversation), Besides(in_parts=True)
    submit(conversation, "Una frase intera. " * 40, by=world.ada, seen=seen, besides=thread)
    assert Reply.objects.count() > 1
    with pytest.raises(SomethingCameIn) as caught:
        submit(conversation, "Una frase intera. " * 40, by=world.ada, seen=seen, besides=thread)
    assert len(caught.value.own) == 1
    submit(conversation, "A domenica.", by=world.ada, seen=replying.seen(conversation))


def test_what_i_called_back_or_never_arrived_was_not_said_already(world):
    conversation = world.says("È aperto?")
    seen, tomorrow = replying.seen(conversation), timezone.now() + timedelta(days=1)
    waits = submit(conversation, "Sì.", by=world.ada, seen=seen, besides=Besides(leaves_at=tomorrow))
    leaving.withdraw(waits, world.ada)
    again = submit(conversation, "Sì, da mezzogiorno.", by=world.ada, seen=seen, besides=Besides(draft=waits.pk))
    deliver(Reply.objects.select_related("conversation__channel", "to").get(pk=again.pk), Piazza(Refused("no")))
    assert submit(conversation, "Sì, dalle 12.", by=world.ada, seen=seen).state == State.READY


@pytest.mark.django_db(transaction=True)
def test_of_three_posts_of_one_form_at_once_exactly_one_is_said(world):
    conversation, refused = world.says("È aperto?"), []
    seen, together = replying.seen(conversation), Barrier(3)

    def post():
        together.wait(10)
        try:
            submit(conversation, "Sì.", by=world.ada, seen=seen)
        except SomethingCameIn as error:
            refused.append([reply.text for reply in error.own])
        finally:
            connection.close()

    threads = [Thread(target=post) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert refused == [["Sì."], ["Sì."]]
    assert Reply.objects.count() == 1


def test_seen_reads_what_the_screen_gives_back_and_takes_nonsense_for_nothing():
    assert Seen.of(str(Seen(12, 7))) == Seen(12, 7)
    assert Seen.of("") == Seen.of("x.y") == Seen(0, 0)


def test_a_text_too_long_for_the_network_is_refused_with_how_much(world):
    with pytest.raises(TooLong) as caught:
        submit(world.says("Ciao"), "è" * 512, by=world.ada)
    assert (caught.value.over, caught.value.most) == (12, 500)
    assert not Reply.objects.exists()


def test_a_network_without_private_replies_takes_none(world):
    world.rossi.network = "bluesky"
    world.rossi.save(update_fields=["network"])
    with pytest.raises(NotPossibleHere):
        submit(world.says("Ciao"), "Ciao", by=world.ada, private=True)


def test_who_wrote_again_while_our_reply_was_on_its_way_still_waits(world):
    reply = answer(world)
    world.says("E a pranzo?")
    deliver(reply, Piazza())
    conversation = Conversation.objects.get()
    assert conversation.state == "open"
    assert conversation.waiting_since is not None


def test_the_networks_echo_of_our_reply_is_joined_and_not_doubled(world):
    from premura.networks.contract import Person

    reply = answer(world)
    chiara = Person("chiara", "chiara.example", "Chiara")
    world.says("Sì, da mezzogiorno.", key="ours-1", by="rossi", ours=True, with_=chiara)
    deliver(reply, Piazza())
    reply.refresh_from_db()
    assert Message.objects.filter(key="ours-1").count() == 1
    assert (reply.state, reply.message.key) == (State.SENT, "ours-1")


def test_an_echo_tells_what_became_of_an_unclear_reply(world):
    from premura.networks.contract import Person

    reply = answer(world)
    deliver(reply, Piazza(Unclear("silence")))
    chiara = Person("chiara", "chiara.example", "Chiara")
    world.says("Sì, da mezzogiorno.", key="ours-9", by="rossi", ours=True, with_=chiara)
    reply.refresh_from_db()
    assert (reply.state, reply.message.key) == (State.SENT, "ours-9")


def test_a_released_reply_goes_out_by_itself(world, work, monkeypatch, transactional_db):
    piazza = Piazza()
    from contextlib import contextmanager

    from premura import vault

    @contextmanager
    def opened(channel, timeout=None):
        yield piazza

    monkeypatch.setattr(vault, "opened", opened)
    answer(world)
    work()
    assert Reply.objects.get().state == State.SENT
    assert len(piazza.said) == 1


def test_a_reply_on_a_channel_that_is_not_connected_fails_and_says_so(world, work, transactional_db):
    answer(world)
    world.rossi.sealed = b""
    world.rossi.save(update_fields=["sealed"])
    work()
    reply = Reply.objects.get()
    assert (reply.state, reply.trouble) == (State.FAILED, "the channel is not connected")


def test_a_like_that_the_network_refuses_is_taken_back(world, work, transactional_db):
    from premura.interact import moderate

    world.says("Buonissimo")
    message = Message.objects.select_related("conversation__channel").get()
    moderate.like(message, world.ada)
    assert Message.objects.get().liked_at
    world.rossi.sealed = b""
    world.rossi.save(update_fields=["sealed"])
    work()
    assert Message.objects.get().liked_at is None
    assert Event.objects.get(deed="not done").facts["why"] == "the channel is not connected"


def test_nothing_is_promised_on_a_channel_that_is_not_connected(world):
    from premura.interact import moderate
    from premura.networks.contract import Can

    world.rossi.sealed = b""
    world.rossi.save(update_fields=["sealed"])
    conversation = world.says("È aperto?")
    with pytest.raises(replying.NotConnected):
        submit(conversation, "Sì.", by=world.ada)
    assert not moderate.may(Message.objects.select_related("conversation__channel").get(), Can.LIKE)


def test_a_worker_that_tries_again_looks_at_the_thread_first(world):
    asked = world.says("È aperto domenica?")
    reply = submit(asked, "Sì, da mezzogiorno.", by=world.ada, seen=replying.seen(asked))
    reply = Reply.objects.select_related("conversation__channel", "to").get(pk=reply.pk)
    with pytest.raises(Unreachable):
        deliver(reply, Piazza(Unreachable("silence")))
    world.says("Lasci stare.")
    piazza = Piazza()
    deliver(Reply.objects.get(), piazza)
    assert (piazza.said, Reply.objects.get().state, Reply.objects.get().trouble) == (
        [],
        State.FAILED,
        "stopped: came in",
    )
