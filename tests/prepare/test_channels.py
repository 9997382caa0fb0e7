"""Channels: connected, tested, lost, connected again; and the board that shows how they are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import vault
from premura.models import Channel, Conversation, Event
from premura.networks.contract import Disconnected, Unreachable
from premura.prepare import board, channels, playground
from premura.prepare.board import Health
from tests.served import HOST, in_process

Deed = Event.Deed


@pytest.fixture
def page(world):
    return playground.make_page("rossi", "Trattoria Rossi")


@pytest.fixture(autouse=True)
def served(monkeypatch):
    with in_process(monkeypatch):
        yield


def typed(page, **more) -> dict[str, str]:
    return {"host": HOST, "page": page.key, "token": page.token} | more


def test_a_connected_channel_knows_its_account_and_keeps_its_secret_sealed(world):
    page = playground.make_page("vini", "Vini Rossi")
    channel = channels.connect(world.brand, "playground", typed(page), world.elena, world.hall)
    channel.refresh_from_db()
    assert (channel.name, channel.handle, channel.owner, channel.team) == (
        "Vini Rossi",
        "vini",
        world.elena,
        world.hall,
    )
    assert page.token.encode() not in bytes(channel.sealed)
    assert vault.unseal(channel.sealed)["signing"] == page.signing
    event = Event.objects.get(deed=Deed.CHANNEL_CONNECTED)
    assert (event.by, event.facts) == (world.elena, {"handle": "vini", "again": False})


def test_connecting_the_same_account_again_keeps_its_one_channel_and_its_history(world, page):
    conversation = world.says("Buongiorno")
    channels.lost(world.rossi, "the token was taken back")
    again = channels.connect(world.brand, "playground", typed(page), world.elena)
    assert again.pk == world.rossi.pk
    again.refresh_from_db()
    assert (again.trouble, again.trouble_since, again.hook_key) == ("", None, world.rossi.hook_key)
    assert Conversation.objects.get(channel=again) == conversation
    assert Event.objects.filter(deed=Deed.CHANNEL_CONNECTED).get().facts["again"]


def test_a_wrong_token_connects_nothing(world, page):
    with pytest.raises(Disconnected):
        channels.connect(world.brand, "playground", typed(page, token="wrong"), world.elena)
    assert Channel.objects.count() == 1
    assert not Event.objects.exists()


def test_a_field_that_was_not_given_is_named(world):
    with pytest.raises(channels.NothingTyped, match="server"):
        channels.connect(world.brand, "mastodon", {"token": "t"}, world.elena)


def test_reconnecting_with_another_accounts_token_changes_nothing(world, page):
    other = playground.make_page("vini", "Vini Rossi")
    before = bytes(world.rossi.sealed)
    with pytest.raises(channels.AnotherAccount):
        channels.reconnect(world.rossi, typed(other), world.elena)
    assert bytes(Channel.objects.get(pk=world.rossi.pk).sealed) == before


def test_two_brands_may_each_have_the_same_account(world, page):
    theirs = channels.connect(world.bookshop, "playground", typed(page), world.zoe)
    assert theirs.pk != world.rossi.pk


def test_a_test_that_passes_heals_a_channel_and_one_that_is_turned_away_notes_it_once(world, page):
    channels.reconnect(world.rossi, typed(page), world.elena)
    channels.lost(world.rossi, "for a while")
    assert channels.test(world.rossi).handle == "rossi"
    assert Channel.objects.get(pk=world.rossi.pk).trouble == ""

    page.token = "another"
    page.save(update_fields=["token"])
    for _ in range(2):
        with pytest.raises(Disconnected):
            channels.test(world.rossi)
    assert "does not know this token" in Channel.objects.get(pk=world.rossi.pk).trouble
    assert Event.objects.filter(deed=Deed.CHANNEL_LOST).count() == 2  # the one above, and this


def test_a_test_of_a_network_that_cannot_be_reached_does_not_call_the_channel_lost(world, monkeypatch):
    def away(*_args, **_more):
        raise Unreachable("could not reach it")

    monkeypatch.setattr("premura.networks.playground.call", away)
    with pytest.raises(Unreachable):
        channels.test(world.rossi)
    assert Channel.objects.get(pk=world.rossi.pk).trouble == ""


def test_a_disconnected_channel_forgets_its_secret_and_says_so_when_it_is_used(world):
    channels.disconnect(world.rossi, world.elena)
    channel = Channel.objects.get(pk=world.rossi.pk)
    assert bytes(channel.sealed) == b""
    with pytest.raises(Disconnected):
        channels.test(channel)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, Health.WELL),
        ({"sealed": b""}, Health.DISCONNECTED),
        ({"trouble": "no longer accepted"}, Health.LOST),
        ({"asked_at": timedelta(hours=-1)}, Health.DEAF),
        ({"asked_at": timedelta(hours=-1), "wait_until": timedelta(minutes=5)}, Health.WAITING),
        ({"wait_until": timedelta(minutes=-5)}, Health.WELL),  # it may be asked again
    ],
    ids=str,
)
def test_the_board_says_how_a_channel_is(world, state, expected):
    now = timezone.now()
    at = {name: now + value if isinstance(value, timedelta) else value for name, value in state.items()}
    for name, value in at.items():
        setattr(world.rossi, name, value)
    assert board.health(world.rossi, now) == expected


def test_the_board_counts_who_waits_and_since_when(world):
    conversation = world.says("Siete aperti?")
    world.says("E domenica?", by="marco")
    now = timezone.now()
    (row,) = board.board([world.rossi], now)
    assert (row.waiting, row.oldest, row.answered) == (2, conversation.waiting_since, None)


def test_a_channel_on_which_somebody_waits_and_nobody_looks_is_said_to_be_unseen(world):
    conversation = world.says("Siete aperti?")
    later = conversation.waiting_since + timedelta(minutes=31)
    assert board.board([world.rossi], later)[0].unseen
    Conversation.objects.filter(pk=conversation.pk).update(read_at=later - timedelta(minutes=5))
    assert not board.board([world.rossi], later)[0].unseen


def test_where_we_do_not_answer_nobody_is_unseen(world):
    conversation = world.says("Siete aperti?")
    world.rossi.answers = False
    assert not board.board([world.rossi], conversation.waiting_since + timedelta(days=1))[0].unseen
