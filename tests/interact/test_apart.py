"""What we answer in private to public words stands in both places, whatever the network tells first."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import transaction

from premura import access
from premura.interact import deliver
from premura.listen.store import Heard, Place, store
from premura.models import Conversation, Message, Reply
from premura.networks.contract import Kind, Person, Receipt, Said
from tests.web.test_inbox import signed_in

WORDS = "Chiara, ci dai il numero dell’ordine?"
CHIARA = Person("chiara", "chiara.example", "Chiara")
ROSSI = Person("rossi", "rossi")


@pytest.fixture
def reply(world) -> Reply:
    public = world.says("Dov’è il mio pacco?", key="a")
    written = Reply.objects.create(
        brand=world.brand, conversation=public, to=public.messages.get(), author=world.ada, private=True, text=WORDS,
        state="sending", key="k-1",
    )  # fmt: skip
    Reply.objects.update(written_at=NOW)  # before the transaction in which the network is heard
    written.refresh_from_db()
    return written


def direct(key: str, text: str, minutes: int, **more) -> Said:
    return Said(key, Kind.DIRECT, text=text, root="chat", written_at=NOW + timedelta(minutes=minutes), **more)


NOW = datetime.now(UTC)
HEARD = {
    "echo": direct("r-1", WORDS, 0, author=ROSSI, ours=True, with_=CHIARA, parent="a", idempotency="k-1"),
    "answer": direct("t-1", "È il 4711", 5, author=CHIARA),
}


def tell(world, reply: Reply, *what: str) -> None:
    """Let our sending end, or the network tell of all the rest at once."""
    if what == ("sent",):
        deliver.arrived(reply, Receipt("r-1", "https://piazza.example/r-1", {}))
        return
    channel = world.rossi
    place = Place(channel.pk, channel.brand_id, channel.team_id, channel.network, channel.key)
    with transaction.atomic():
        store([Heard(place, HEARD[one], NOW) for one in what])


@pytest.mark.parametrize("order", [*permutations(("sent", "echo", "answer")), ("sent", "echo", "echo", "answer")])
def test_it_stands_in_their_thread_and_in_the_talk_that_it_opened_in_every_order(world, reply, order):
    for what in order:
        tell(world, reply, what)
    public, talk = reply.conversation, Conversation.objects.get(private=True)
    assert [m.text for m in access.thread(public)] == ["Dov’è il mio pacco?", WORDS]
    assert [m.text for m in access.thread(talk)] == [WORDS, "È il 4711"]
    reply.refresh_from_db()
    assert (reply.state, reply.message.kind, reply.message.root) == ("sent", Kind.DIRECT, "chat")
    talk.refresh_from_db()
    assert (talk.state, talk.preview) == ("open", "È il 4711")


def test_a_talk_in_which_only_we_spoke_shows_our_words_in_the_list_and_waits_for_them(world, reply):
    for what in ("sent", "echo"):
        tell(world, reply, what)
    talk = Conversation.objects.get(private=True)
    assert (talk.state, talk.preview, talk.waiting_since) == ("pending", WORDS, None)


AT_ONCE = [(("sent",), ("echo", "answer")), (("echo", "answer"), ("sent",)), (("sent",), ("echo",), ("answer",))]


@pytest.mark.parametrize("told", AT_ONCE)
def test_the_talk_belongs_to_who_has_the_thread_and_to_its_team(world, reply, told):
    Conversation.objects.filter(pk=reply.conversation_id).update(team=world.kitchen, assignee=world.bruno)
    for what in told:
        tell(world, reply, *what)
    talk = Conversation.objects.get(private=True)
    assert (talk.team, talk.assignee, talk.state) == (world.kitchen, world.bruno, "open")
    assert list(talk.events.order_by("pk").values_list("deed", "by")) == [("routed", None), ("assigned", None)]
    page = signed_in(world.bruno).get(f"/conversations/{talk.pk}/").text
    assert "È andata a Cucina" in page


@pytest.mark.parametrize("has_it", ["carlo", None])
def test_an_older_talk_that_somebody_has_or_in_which_they_wait_stays_whose_it_is(world, reply, has_it):
    Conversation.objects.filter(pk=reply.conversation_id).update(team=world.kitchen, assignee=world.bruno)
    tell(world, reply, "answer")
    older = Conversation.objects.filter(private=True)
    older.update(assignee=has_it and getattr(world, has_it), opened_at=NOW - timedelta(days=1))
    for what in ("sent", "echo"):
        tell(world, reply, what)
    talk = older.get()
    assert (talk.team, talk.assignee) == (world.hall, has_it and getattr(world, has_it))


def test_it_stands_in_nobody_elses_thread_though_the_network_never_tells_of_it(world, reply):
    marco = world.says("Anche il mio!", by="marco")
    tell(world, reply, "sent")
    assert [m.text for m in access.thread(marco)] == ["Dov’è il mio pacco?", "Anche il mio!"]
    assert [m.text for m in access.thread(reply.conversation)] == ["Dov’è il mio pacco?", WORDS, "Anche il mio!"]


def test_the_thread_says_that_it_was_said_in_private_and_leads_there(world, reply):
    tell(world, reply, "sent")
    tell(world, reply, "echo")
    talk = Conversation.objects.get(private=True)
    page = signed_in(world.ada).get(f"/conversations/{reply.conversation_id}/").text
    assert f'<a href="/conversations/{talk.pk}/">in privato</a>' in page
    page = signed_in(world.ada).get(f"/conversations/{talk.pk}/").text
    assert WORDS in page
    Conversation.objects.filter(pk=talk.pk).update(team=world.kitchen)
    page = signed_in(world.ada).get(f"/conversations/{reply.conversation_id}/").text
    assert "<span>in privato</span>" in page  # the talk is another team's, and a link would lead nowhere
    assert "scritta da Ada" in page


def test_what_we_said_in_public_stays_where_it_is_when_the_network_tells_of_it(world):
    public = world.says("Dov’è il mio pacco?", key="a")
    answer = Reply.objects.create(
        brand=world.brand, conversation=public, to=public.messages.get(), author=world.ada, text="Parte domani.",
        state="sending", key="k-2",
    )  # fmt: skip
    deliver.arrived(answer, Receipt("r-2", "", {}))
    assert Message.objects.get(key="r-2").conversation_id == public.pk
