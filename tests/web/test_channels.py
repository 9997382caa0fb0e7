"""The presence board, and connecting a channel on the screen."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from premura import vault
from premura.models import Channel
from premura.prepare import playground
from tests.served import HOST, in_process


@pytest.fixture
def elena(client, world):
    client.force_login(world.elena)
    return client


@pytest.fixture
def page(world, monkeypatch, settings):
    settings.PUBLIC_URL = HOST
    with in_process(monkeypatch):
        yield playground.make_page("rossi", "Trattoria Rossi")


def at(channel: Channel) -> str:
    return f"/channels/{channel.pk}/"


def test_the_board_shows_each_channel_with_its_owner_promise_and_who_waits(elena, world):
    world.says("Siete aperti?")
    Channel.objects.update(owner=world.bruno, promise="Entro due ore.", asked_at=timezone.now())
    text = elena.get("/channels/").text
    for words in ("Trattoria Rossi", "Piazza", "Bruno", "Entro due ore.", 'href="/channels/new/"'):
        assert words in text
    assert Channel.objects.get().hook_key not in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"trouble": "the token was revoked"}, "the token was revoked"),
        ({"sealed": b""}, "word--brick"),
        ({"wait_until": timezone.now() + timedelta(minutes=5)}, "word--ochre"),
        ({"answers": False, "promise": "Scrivici su Bluesky."}, "Scrivici su Bluesky."),
    ],
    ids=["lost", "disconnected", "waiting", "silent"],
)
def test_the_board_says_in_words_what_is_wrong(elena, world, change, words):
    Channel.objects.update(asked_at=timezone.now(), **change)
    if "trouble" in change:
        Channel.objects.update(trouble_since=timezone.now())
    assert words in elena.get("/channels/").text


def test_a_page_on_piazza_is_opened_and_connected_in_one_step(elena, world, page):
    Channel.objects.all().delete()
    answered = elena.post("/channels/new/playground/open/")
    channel = Channel.objects.get()
    assert answered["Location"] == at(channel)
    assert (channel.key, channel.owner, channel.trouble) == ("rossi", world.elena, "")
    assert elena.get(at(channel)).status_code == 200


def test_a_channel_is_connected_with_what_was_typed(elena, world, page):
    typed = {"host": HOST, "page": "rossi", "token": page.token}
    answered = elena.post("/channels/new/playground/", typed)
    assert answered["Location"] == at(world.rossi)  # the same account: the same channel
    assert page.token not in elena.get(at(world.rossi)).text


def test_a_wrong_token_is_refused_in_words_and_what_was_typed_is_not_shown_again(elena, world, page):
    answered = elena.post("/channels/new/playground/", {"host": HOST, "page": "rossi", "token": "sbagliato"})
    assert answered.status_code == 422
    assert "Piazza does not know this token" in answered.text
    assert "sbagliato" not in answered.text


def test_an_empty_field_is_named_and_nobody_is_asked(elena, world):
    answered = elena.post("/channels/new/mastodon/", {"server": "social.example", "token": ""})
    assert answered.status_code == 422
    assert "field__error" in answered.text


def test_a_channel_is_tested_and_the_answer_is_said(elena, world, page):
    elena.post("/channels/new/playground/", {"host": HOST, "page": "rossi", "token": page.token})
    Channel.objects.update(asked_at=None)
    answered = elena.post(f"{at(world.rossi)}test/", follow=True)
    assert "notice--olive" in answered.text
    assert Channel.objects.get().asked_at


def test_a_lost_channel_is_reconnected_and_keeps_its_conversations(elena, world, page):
    world.says("Buongiorno")
    Channel.objects.update(trouble="revoked", trouble_since=timezone.now())
    elena.post(f"{at(world.rossi)}reconnect/", {"host": HOST, "page": "rossi", "token": page.token})
    channel = Channel.objects.get()
    assert (channel.trouble, channel.conversations.count()) == ("", 1)


def test_another_account_does_not_take_a_channels_place(elena, world, page):
    other = playground.make_page("vini", "Vini Rossi")
    typed = {"host": HOST, "page": "vini", "token": other.token}
    answered = elena.post(f"{at(world.rossi)}reconnect/", typed)
    assert answered.status_code == 422
    assert Channel.objects.get().key == "rossi"


def test_what_a_channel_is_for_is_settled(elena, world):
    given = {"purpose": "both", "promise": "Entro due ore.", "owner": str(world.bruno.pk), "team": "", "silent": "on"}
    assert elena.post(f"{at(world.rossi)}settings/", given).status_code == 302
    channel = Channel.objects.get()
    assert (channel.purpose, channel.promise, channel.owner, channel.team, channel.answers) == (
        "both", "Entro due ore.", world.bruno, None, False,
    )  # fmt: skip


def test_a_channel_may_be_for_one_country_which_is_chosen_by_its_name(elena, world):
    page = elena.get(at(world.rossi)).text
    assert '<option value="DE">Germania</option>' in page
    assert '<option value="" selected>' in page
    given = {"purpose": "care", "country": "DE"}
    assert elena.post(f"{at(world.rossi)}settings/", given).status_code == 302
    assert Channel.objects.get().country == "DE"
    assert '<option value="DE" selected>' in elena.get(at(world.rossi)).text
    for wrong in ("de", "XX", "Germania"):
        assert elena.post(f"{at(world.rossi)}settings/", given | {"country": wrong}).status_code == 422
    assert Channel.objects.get().country == "DE"
    elena.post(f"{at(world.rossi)}settings/", given | {"country": ""})
    assert Channel.objects.get().country == ""


def test_hashtags_are_typed_with_or_without_their_sign_where_the_network_can_watch(elena, world):
    assert 'name="hashtags"' not in elena.get(at(world.rossi)).text, "Piazza has none"
    Channel.objects.update(network="bluesky")
    elena.post(f"{at(world.rossi)}settings/", {"purpose": "care", "hashtags": "#Vino, rossi_aiuta #vino"})
    assert Channel.objects.get().hashtags == ["vino", "rossi_aiuta"]
    assert "#vino #rossi_aiuta" in elena.get(at(world.rossi)).text
    for wrong in ("#vino-rosso", "#2026", " ".join(f"#t{n}" for n in range(11))):
        given = {"purpose": "care", "hashtags": wrong}
        assert elena.post(f"{at(world.rossi)}settings/", given).status_code == 422
    assert Channel.objects.get().hashtags == ["vino", "rossi_aiuta"]


def test_nobody_of_another_brand_is_made_to_answer_for_a_channel(elena, world):
    given = {"purpose": "care", "owner": str(world.zoe.pk)}
    assert elena.post(f"{at(world.rossi)}settings/", given).status_code == 422


def test_a_channel_is_disconnected(elena, world):
    elena.post(f"{at(world.rossi)}disconnect/")
    assert bytes(Channel.objects.get().sealed) == b""


def test_without_the_demo_piazza_is_not_offered(elena, world, settings):
    settings.DEMO = False
    assert "/channels/new/playground/" not in elena.get("/channels/new/").text
    assert elena.get("/channels/new/playground/").status_code == 404
    assert elena.post("/channels/new/playground/open/").status_code == 404


@pytest.mark.parametrize("deed", ["settings", "test", "reconnect", "disconnect"])
def test_channels_are_mended_by_admins_of_their_brand(client, world, deed):
    path = f"{at(world.rossi)}{deed}/"
    client.force_login(world.zoe)
    assert client.post(path).status_code == 404
    assert client.get(at(world.rossi)).status_code == 404
    for lesser in (world.ada, world.bruno, world.rita):
        client.force_login(lesser)
        assert client.post(path).status_code == 403
        assert client.get(at(world.rossi)).status_code == 200
    assert client.get(path).status_code == 405


@pytest.mark.parametrize("path", ["", "bluesky/", "mastodon/", "playground/"])
def test_channels_are_added_by_admins(client, world, path):
    client.force_login(world.bruno)
    assert client.get(f"/channels/new/{path}").status_code == 403


# -- Mastodon, by its own page ------------------------------------------------------------------


@pytest.fixture
def asked(elena, monkeypatch):
    """Elena asked at social.example, and has not come back yet; returns the state that goes with it."""
    from premura.networks import mastodon_sign_in

    def call(_http, _method, url, **_more):
        return {"client_id": "id", "client_secret": "geheim"} if url.endswith("/apps") else {"access_token": "t"}

    monkeypatch.setattr(mastodon_sign_in, "call", call)
    answered = elena.post("/channels/new/mastodon/ask/", {"server": "social.example"})
    assert 'href="https://social.example/oauth/authorize?' in answered.text
    return re.search(r"state=([\w-]+)", answered.text)[1]


def test_the_servers_secret_is_sealed_while_we_wait(elena, asked):
    kept, _brand = elena.session["mastodon_asked"]
    assert "geheim" not in kept
    assert vault.unseal(kept.encode())["client_secret"] == "geheim"


def test_the_code_that_comes_back_connects_the_channel(elena, world, asked, monkeypatch):
    from premura.networks.contract import Account
    from premura.networks.mastodon import Mastodon

    monkeypatch.setattr(Mastodon, "connect", classmethod(lambda _cls, typed, _http: dict(typed)))
    account = Account("https://social.example/@rossi", "rossi@social.example")
    monkeypatch.setattr(Mastodon, "account", lambda _self: account)
    elena.get("/channels/mastodon/back/", {"code": "c", "state": asked})
    channel = Channel.objects.get(network="mastodon")
    assert vault.unseal(channel.sealed) == {"server": "https://social.example", "token": "t"}


@pytest.mark.parametrize("query", [{}, {"code": "c"}, {"code": "c", "state": "guessed"}, {"state": "guessed"}], ids=str)
def test_an_answer_that_we_did_not_ask_for_connects_nothing(elena, world, asked, query):
    answered = elena.get("/channels/mastodon/back/", query)
    assert answered["Location"] == "/channels/new/mastodon/"
    assert not Channel.objects.filter(network="mastodon").exists()


def test_an_answer_is_taken_once(elena, world, asked):
    elena.get("/channels/mastodon/back/", {"code": "c", "state": "guessed"})
    assert "mastodon_asked" not in elena.session
