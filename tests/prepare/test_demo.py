"""The demo world in the tables: as lived in as it was written, and taken in as everything else."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.db import transaction
from django.db.models import Count

from premura import vault
from premura.access import counts, standing, thread
from premura.interact.selling import selling
from premura.management.commands.demo import take_in
from premura.models import (
    Agent,
    Brand,
    Channel,
    Conversation,
    Delivery,
    Event,
    Message,
    Note,
    PlaygroundChange,
    PlaygroundItem,
    PlaygroundPage,
    Post,
    Reaction,
    Reply,
)
from premura.prepare import demo, demo_again, demo_live, playground_api
from premura.prepare.demo_world import world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
BELLOSGUARDO, ORSINI = world().brands


@pytest.fixture(scope="module", autouse=True)
def filled(django_db_setup, django_db_blocker):
    """Filled once, and rolled back at the end: each test works on a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        demo.fill(take_in, NOW)
        yield
        transaction.set_rollback(True)


def turns(*by: str):
    return [t for house in world().brands for talk in house.conversations for t in talk.turns if t.by in by]


def conversation_of(handle: str, **more) -> Conversation:
    return Conversation.objects.get(identity__handle=handle, **more)


# -- everything is there ---------------------------------------------------------------------


def test_every_conversation_message_note_and_post_is_there_once():
    houses = world().brands
    assert Conversation.objects.count() == sum(len(h.conversations) for h in houses)
    assert Message.objects.count() == len(turns("customer", "us"))
    assert Note.objects.count() == len(turns("note"))
    assert Post.objects.count() == sum(len(h.posts) for h in houses)


def test_every_conversation_stands_where_it_was_left():
    for house in world().brands:
        for talk in house.conversations:
            found = Conversation.objects.get(brand__slug=house.slug, messages__key=house.key(talk, 0))
            assert found.state == talk.state
            assert (found.assignee.email if found.assignee else None) == talk.assignee
            assert set(found.labels.values_list("name", flat=True)) == set(talk.labels)
            assert found.kind == talk.kind
            assert (found.waiting_since is not None) == (talk.state == "open")
            assert (found.snoozed_until is not None) == (talk.state == "snoozed")


def test_the_counts_of_the_views_agree_with_the_rows():
    bruno = Agent.objects.get(email="bruno@bellosguardo.example")
    rows = Conversation.objects.filter(brand__slug="bellosguardo")
    assert counts(standing(bruno))["resolved"] == rows.filter(state="resolved").count()
    assert counts(standing(bruno))["all"] == rows.count()


def test_everybody_can_sign_in_and_is_what_they_are():
    assert all(agent.check_password("bellosguardo") for agent in Agent.objects.all())
    elena = Agent.objects.get(email="elena@bellosguardo.example")
    assert set(elena.memberships.values_list("brand__slug", "role")) == {("bellosguardo", "admin"), ("orsini", "admin")}


def test_each_of_our_answers_says_who_wrote_it():
    ours = Message.objects.filter(identity=None)
    assert ours.filter(reply__author=None).count() == 0
    assert Reply.objects.filter(state="sent", message__isnull=False).count() == ours.count() == len(turns("us"))
    for reply in Reply.objects.select_related("author", "message", "to"):
        assert reply.text.endswith(reply.author.first_name)
        assert reply.message.written_at > reply.written_at > reply.message.written_at - timedelta(minutes=5)
        assert reply.to.key == reply.message.parent or reply.conversation.private


def test_what_was_changed_taken_back_and_liked_is_so():
    edited = Message.objects.exclude(edited_at=None).get()
    assert edited.text.startswith(edited.was[0]["text"])
    assert edited.text != edited.was[0]["text"]
    assert Message.objects.exclude(removed_at=None).count() == 1
    for talk in BELLOSGUARDO.conversations:
        first = Message.objects.get(channel__brand__slug="bellosguardo", key=BELLOSGUARDO.key(talk, 0))
        assert first.likes == talk.likes


def test_time_stands_as_it_is_told():
    for talk in BELLOSGUARDO.conversations:
        found = Conversation.objects.get(brand__slug="bellosguardo", messages__key=BELLOSGUARDO.key(talk, 0))
        spoken = [t for t in talk.turns if t.by != "note"]
        assert found.opened_at == NOW - timedelta(minutes=talk.turns[0].minutes_ago)
        assert found.last_at == NOW - timedelta(minutes=spoken[-1].minutes_ago)
    notes = {t.text: NOW - timedelta(minutes=t.minutes_ago) for t in turns("note")}
    assert dict(Note.objects.values_list("text", "written_at")) == notes


def test_the_history_tells_who_had_it_and_who_settled_it():
    done = Conversation.objects.filter(state="resolved", assignee__isnull=False).first()
    deeds = list(done.events.order_by("at").values_list("deed", flat=True))
    assert deeds[0] == Event.Deed.ASSIGNED
    assert deeds[-1] == Event.Deed.RESOLVED
    assert not Event.objects.filter(at__gt=NOW).exists()


def test_a_pile_on_reads_as_one_thread():
    joined = next(t for t in BELLOSGUARDO.conversations if t.answers)
    said = thread(conversation_of(joined.person.handle, root=f"demo-{joined.post}"))
    under = [m for m in said if m.depth == 1]
    assert len({m.identity_id for m in said}) > 25
    assert len(under) > 20


def test_pictures_are_shown_with_their_description():
    with_pictures = [m for m in Message.objects.all() if m.media] + [p for p in Post.objects.all() if p.media]
    assert len(with_pictures) == sum(bool(t.picture) for t in turns("customer")) + sum(
        bool(p.picture) for house in world().brands for p in house.posts
    )
    assert all(piece["url"] and piece["alt"] for thing in with_pictures for piece in thing.media)


# -- Piazza is real --------------------------------------------------------------------------


def test_what_is_in_the_inbox_stands_on_piazza_under_the_same_key():
    heard = Message.objects.filter(channel__network="playground").values_list("key", "text")
    posts = Post.objects.filter(channel__network="playground").values_list("key", "text")
    assert {*heard, *posts} == set(PlaygroundItem.objects.values_list("key", "text"))


def test_looking_again_at_piazza_changes_nothing():
    """A backfill and a look-up bring all of it once more, in Piazza's own words."""
    before = list(Message.objects.order_by("pk").values("text", "likes", "conversation", "identity", "parent", "root"))
    for page in PlaygroundPage.objects.all():
        channel = Channel.objects.get(key=page.key)
        keys = list(page.items.values_list("key", flat=True))
        bodies = []
        for start in range(0, len(keys), 100):
            bodies += playground_api.look_up(page, keys[start : start + 100])["bodies"]
        with vault.opened(channel) as network:
            items = [i for body in bodies for i in network.hear(msgspec.json.encode(body), page.key)]
        take_in([(channel, item, NOW) for item in items])
    after = list(Message.objects.order_by("pk").values("text", "likes", "conversation", "identity", "parent", "root"))
    assert after == before
    assert (
        Post.objects.filter(channel__network="playground").count() == PlaygroundItem.objects.filter(kind="post").count()
    )


def test_the_channels_on_piazza_can_be_opened_and_the_others_have_nothing_to_open():
    for channel in Channel.objects.filter(network="playground"):
        page = PlaygroundPage.objects.get(key=channel.key)
        assert vault.unseal(channel.sealed)["token"] == page.token
        assert not channel.is_deaf(NOW)
    assert all(not c.sealed for c in Channel.objects.exclude(network="playground"))


def test_likes_on_piazza_are_somebodys_and_have_a_time():
    page = PlaygroundPage.objects.get(key="bellosguardo")
    for item in PlaygroundItem.objects.filter(page=page).annotate(n=Count("likes")):
        assert Reaction.objects.filter(target=item.key, undone_at=None).count() == item.n
    assert not Reaction.objects.filter(at__gt=NOW).exists()


def test_the_demo_follows_when_premura_moves(settings):
    settings.PUBLIC_URL = "http://127.0.0.1:9999"
    demo_again.move_along()
    demo_again.move_along()
    channel = Channel.objects.get(network="playground", brand__slug="bellosguardo")
    message = channel.messages.filter(identity__isnull=False).select_related("identity").first()
    assert vault.unseal(channel.sealed)["host"] == "http://127.0.0.1:9999"
    for address in (channel.url, message.url, message.identity.avatar):
        assert address.startswith("http://127.0.0.1:9999/playground/")


# -- again ------------------------------------------------------------------------


def test_again_deletes_the_demo_and_nothing_else():
    others = Brand.objects.create(name="Trattoria Rossi", slug="rossi")
    mine = Channel.objects.create(brand=others, network="mastodon", key="r", name="Rossi", handle="r@rossi.example")
    people = set(Agent.objects.values_list("pk", flat=True))
    Message.objects.filter(identity__isnull=False).update(text="scritto sopra")

    demo.fill(take_in, again=True)

    assert not Message.objects.filter(text="scritto sopra").exists()
    assert Conversation.objects.count() == sum(len(h.conversations) for h in demo.world().brands)
    assert Channel.objects.filter(pk=mine.pk, brand=others).exists()
    assert set(Agent.objects.values_list("pk", flat=True)) == people


# -- what trickles in ------------------------------------------------------------------------


def test_everything_that_trickles_in_has_its_place():
    items, before = PlaygroundItem.objects.count(), Message.objects.count()
    for coming in world().live:
        _, told = demo_live.say(coming, NOW)
        if told:
            take_in([told], live=True)
    on_piazza = sum(c.channel.startswith("piazza") for c in world().live)
    assert PlaygroundItem.objects.count() == items + on_piazza
    assert Message.objects.count() == before + len(world().live) - on_piazza
    assert PlaygroundChange.objects.count() == on_piazza  # told to the webhook, signed, by the job


def test_who_asks_again_goes_on_in_the_same_conversation():
    before = Conversation.objects.count()
    cinzia = next(c for c in world().live if c.person.key == "cinzia" and c.channel == "bsky")
    _, told = demo_live.say(cinzia, NOW)
    take_in([told], live=True)
    assert Conversation.objects.count() == before
    found = conversation_of(cinzia.person.handle, channel__network="bluesky")
    assert (found.state, found.preview) == ("open", cinzia.text)


def test_a_live_message_tells_the_open_screens(django_capture_on_commit_callbacks, monkeypatch):
    rung = []
    monkeypatch.setattr("premura.bell.ring", lambda brand, conversations: rung.append((brand, set(conversations))))
    coming = next(c for c in world().live if c.channel == "masto")
    with django_capture_on_commit_callbacks(execute=True):
        take_in([demo_live.say(coming, NOW)[1]], live=True)
    found = conversation_of(coming.person.handle, channel__network="mastodon", preview=coming.text)
    assert (found.brand_id, {found.pk}) in rung


def test_no_delivery_is_made_up():
    assert not Delivery.objects.exists()


def test_who_wants_to_buy_has_the_products_beside_them():
    (asks,) = Conversation.objects.filter(state="open", intent="purchase", preview__contains="cassa da 6 mista")
    assert [offer.product.name for offer in selling(asks).offers] == ["Scalzacane", "Merla", "Rosa di Maggio"]
