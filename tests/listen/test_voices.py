"""Two handles of one brand in one thread: one conversation, each word once, and always the right one's turn."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from premura import vault
from premura.interact import reply as replying
from premura.interact.deliver import deliver
from premura.interact.reply import NotPossibleHere, submit
from premura.listen import voices
from premura.listen.store import Heard, Place, store
from premura.models import Channel, Conversation, Message, Reply
from premura.networks.bluesky import Bluesky
from premura.networks.contract import Above, Kind, Person, Receipt, Said

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CHIARA, ROSSI, AIUTA = Person("chiara", "chiara"), Person("rossi", "rossi"), Person("aiuta", "rossi-aiuta")


class Sky(Bluesky):
    """Takes every reply, and gives it the same key."""

    can = Bluesky.can

    def reply(self, to, out):
        return Receipt("answer", "https://sky.example/answer", {"uri": "answer"})


@pytest.fixture
def aiuta(world):
    """The care handle beside the brand's own, on a network where both know a post by one name."""
    Channel.objects.filter(pk=world.rossi.pk).update(network="bluesky")
    world.rossi.refresh_from_db()
    return Channel.objects.create(
        brand=world.brand, network="bluesky", key="aiuta", name="Rossi Aiuta", handle="rossi-aiuta", purpose="care",
        sealed=vault.seal({"did": "aiuta"}),
    )  # fmt: skip


def hear(channel: Channel, key: str, text: str, by: Person, **more) -> None:
    """Take in one thing that was said, as `flow` does."""
    more = {"kind": Kind.MENTION, "root": "menu", "written_at": NOON + timedelta(minutes=len(key)), **more}
    said = Said(key=key, text=text, author=by, **more)
    at = Place(channel.pk, channel.brand_id, channel.team_id, channel.network, channel.key)
    with transaction.atomic():
        store(voices.place([Heard(at, said, datetime.now(UTC))]))


def answered_by(voice: Channel, world) -> Reply:
    asked = world.says("Il pacco non arriva", key="q")
    reply = submit(asked, "Ci pensiamo noi.", world.ada, voice=voice)
    return Reply.objects.select_related("conversation__channel", "channel", "to").get(pk=reply.pk)


def above() -> tuple[Above, ...]:
    return (Above("q", CHIARA, "Il pacco non arriva", NOON),)


def echoes(rossi: Channel, aiuta: Channel) -> None:
    """Let the network tell both handles of the answer: one that it is its own, the other that it was named."""
    hear(aiuta, "answer", "Ci pensiamo noi.", AIUTA, ours=True, with_=CHIARA, parent="q")
    hear(rossi, "answer", "Ci pensiamo noi.", AIUTA, above=above(), parent="q")


def test_what_the_brand_heard_the_care_handle_answers_in_the_same_conversation(world, aiuta):
    reply = answered_by(aiuta, world)
    assert reply.voice == aiuta
    deliver(reply, Sky({}, None))
    echoes(world.rossi, aiuta)
    conversation = Conversation.objects.get()
    assert (conversation.channel, conversation.state) == (world.rossi, "pending")
    assert list(conversation.messages.order_by("pk").values_list("key", "channel")) == [
        ("q", world.rossi.pk), ("answer", world.rossi.pk),
    ]  # fmt: skip


def test_an_echo_that_is_faster_than_its_receipt_makes_no_second_conversation(world, aiuta):
    reply = answered_by(aiuta, world)
    echoes(world.rossi, aiuta)
    deliver(reply, Sky({}, None))
    reply.refresh_from_db()
    assert (Conversation.objects.count(), Message.objects.count()) == (1, 2)
    assert (reply.state, reply.message.key) == ("sent", "answer")


def test_the_customers_answer_to_the_care_handle_goes_on_in_the_same_conversation(world, aiuta):
    deliver(answered_by(aiuta, world), Sky({}, None))
    hear(aiuta, "thanks-a-lot", "Grazie", CHIARA, parent="answer", written_at=datetime.now(UTC) + timedelta(minutes=1))
    conversation = Conversation.objects.get()
    assert conversation.state == "open"
    assert conversation.messages.get(text="Grazie").channel == world.rossi
    hear(aiuta, "other", "E io?", Person("dario", "dario"))
    assert Conversation.objects.exclude(pk=conversation.pk).get().channel == aiuta, "somebody else"


def test_what_our_other_handle_wrote_elsewhere_is_an_answer_and_nobody_who_waits(world, aiuta):
    world.says("Il pacco non arriva", key="q")
    hear(world.rossi, "answer", "Scrivici in privato.", AIUTA, above=above(), parent="q")
    hear(world.rossi, "hello", "Siamo qui", AIUTA, root="our-post")
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.messages.get(key="answer").identity) == ("pending", None)


def test_only_connected_handles_of_the_same_brand_and_network_can_answer(world, aiuta):
    asked = world.says("Il pacco non arriva", key="q")
    elsewhere = Channel.objects.create(brand=world.brand, network="mastodon", key="1", handle="rossi@a", sealed=b"x")
    theirs = Channel.objects.create(brand=world.bookshop, network="bluesky", key="o", handle="o", sealed=b"x")
    assert replying.voices(asked) == [world.rossi, aiuta]
    for wrong in (elsewhere, theirs):
        with pytest.raises(NotPossibleHere):
            submit(asked, "Ecco", world.ada, voice=wrong)
    Channel.objects.filter(pk=aiuta.pk).update(trouble="revoked")
    assert replying.voices(asked) == [world.rossi]
    private = world.says("In privato", key="d", root="chat", kind=Kind.DIRECT)
    assert replying.voices(private) == [world.rossi]


def test_on_mastodon_only_a_handle_of_the_same_server_can(world, aiuta):
    Channel.objects.filter(pk=world.rossi.pk).update(network="mastodon", handle="rossi@a.example")
    Channel.objects.filter(pk=aiuta.pk).update(network="mastodon", handle="aiuta@a.example")
    world.rossi.refresh_from_db()
    asked = world.says("Il pacco non arriva", key="q")
    assert replying.voices(asked) == [world.rossi, aiuta]
    Channel.objects.filter(pk=aiuta.pk).update(handle="aiuta@b.example")
    assert replying.voices(asked) == [world.rossi]


def test_the_composer_offers_the_handles_where_there_is_a_choice(world, aiuta, client):
    asked = world.says("Il pacco non arriva", key="q")
    client.force_login(world.ada)
    assert 'name="voice"' in client.get(f"/conversations/{asked.pk}/").text
    given = {"text": "Ci pensiamo noi.", "way": "public", "voice": str(aiuta.pk), "seen": str(replying.seen(asked))}
    client.post(f"/conversations/{asked.pk}/replies/", given)
    assert Reply.objects.get().channel == aiuta
    assert f'<option value="{aiuta.pk}" selected>' in client.get(f"/conversations/{asked.pk}/").text
    wrong = client.post(f"/conversations/{asked.pk}/replies/", given | {"voice": "999999"})
    assert (wrong.status_code, Reply.objects.exclude(state="draft").count()) == (422, 1)
    Channel.objects.filter(pk=aiuta.pk).update(sealed=b"")
    assert 'name="voice"' not in client.get(f"/conversations/{asked.pk}/").text
