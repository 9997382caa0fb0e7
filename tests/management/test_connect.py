"""premura connect: an account connected from the command line."""

import pytest
from django.core.management import CommandError, call_command

from premura import vault
from premura.models import Channel
from premura.prepare import playground
from tests.served import HOST, in_process


@pytest.fixture
def served(world, monkeypatch, settings):
    settings.PUBLIC_URL = HOST
    with in_process(monkeypatch):
        yield


def test_a_page_on_piazza_is_opened_and_connected_without_a_question(served, world, capsys):
    call_command("connect", "playground", brand="orsini")
    channel = Channel.objects.get(brand=world.bookshop)
    assert capsys.readouterr().out == "Libreria Orsini (orsini) is connected to Libreria Orsini.\n"
    assert vault.unseal(channel.sealed)["host"] == HOST


def test_the_team_that_answers_there_is_named(served, world):
    call_command("connect", "playground", brand="rossi", team="Cucina")
    assert Channel.objects.get(brand=world.brand).team == world.kitchen
    with pytest.raises(CommandError, match=r"no team Bar\. Its teams: Cucina, Sala"):
        call_command("connect", "playground", brand="rossi", team="Bar")


def test_what_is_missing_is_asked_for_and_secrets_are_not_shown(served, world, monkeypatch):
    page, asked = playground.make_page("vini", "Vini Rossi"), []
    monkeypatch.setattr("builtins.input", lambda label: asked.append(label) or "vini")
    monkeypatch.setattr("premura.management.commands.connect.getpass", lambda label: asked.append(label) or page.token)
    call_command("connect", "playground", brand="rossi", host=f"{HOST}/")
    assert asked == ["Page: ", "Token: "]
    assert Channel.objects.filter(brand=world.brand, key="vini").exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"brand": ""}, "Which brand. Say --brand and one of: orsini, rossi"),
        ({"brand": "nobody"}, "Which brand"),
        ({"brand": "rossi", "page": "rossi", "token": "wrong"}, "It was not let in: .* Nothing was changed"),
    ],
    ids=["no brand", "unknown brand", "wrong token"],
)
def test_what_does_not_work_is_said_and_changes_nothing(served, world, given, said):
    playground.make_page("rossi", "Trattoria Rossi")
    before = list(Channel.objects.values())
    with pytest.raises(CommandError, match=said):
        call_command("connect", "playground", **given)
    assert list(Channel.objects.values()) == before


def test_a_network_that_cannot_be_reached_changes_nothing(world):
    with pytest.raises(CommandError, match=r"could not be asked: .* Nothing was changed"):
        call_command("connect", "mastodon", brand="rossi", server="http://127.0.0.1:1", token="t")
