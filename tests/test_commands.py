"""The commands: demo, doctor, person, backfill.  What they print is for people, and they break nothing."""

import io
from datetime import UTC, datetime, timedelta
from unittest import mock

import msgspec
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from premura.listen import receive
from premura.measure import health_work
from premura.models import (
    Agent,
    Brand,
    Channel,
    Conversation,
    Delivery,
    Membership,
    Message,
    PlaygroundPage,
    Team,
    Waiting,
)
from premura.networks.contract import Unreachable
from premura.networks.playground import Playground
from premura.prepare import demo, demo_live

pytestmark = pytest.mark.django_db
WORD = "una parola lunga"


def run(*arguments, stdin: str = "") -> str:
    out = io.StringIO()
    with mock.patch("sys.stdin", io.StringIO(stdin)):
        call_command(*arguments, stdout=out)
    return out.getvalue()


# -- demo --------------------------------------------------------------------------------------


def test_demo_fills_an_empty_database_says_how_to_sign_in_and_lets_more_come():
    out = run("demo", "--live", "--every", "0", "--messages", "5")
    assert "Tenuta Bellosguardo: 181 conversations on Bellosguardo (bluesky), Bellosguardo (mastodon), Piazza " in out
    assert "ada@bellosguardo.example" in out
    assert "password is: bellosguardo" in out
    assert out.splitlines()[-5].startswith("Bellosguardo · ")
    assert Conversation.objects.count() >= 165

    with pytest.raises(CommandError, match="--again"):
        run("demo")
    assert "A message every 0 seconds" in run("demo", "--live", "--every", "0", "--messages", "1")


def test_demo_leaves_a_database_in_use_alone(world):
    with pytest.raises(CommandError, match="Nothing was changed"):
        run("demo")
    assert Brand.objects.count() == 2


def test_a_demo_that_breaks_off_leaves_nothing():
    def breaks(told):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        demo.fill(breaks)
    assert not Brand.objects.exists()
    assert not PlaygroundPage.objects.exists()


def test_nobody_writes_where_the_demo_is_not():
    with pytest.raises(demo_live.NotThere):
        demo_live.say(demo_live.world().live[0], datetime.now(UTC))


def test_ctrl_c_ends_the_live_demo_quietly():
    with mock.patch("premura.management.commands.demo.demo_live.say", side_effect=KeyboardInterrupt):
        assert run("demo", "--live").endswith("Nobody writes any more.\n")


# -- doctor ------------------------------------------------------------------------------------


@pytest.fixture
def worker():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")


def test_doctor_prints_a_line_for_each_check_where_all_is_well(world, worker):
    lines = run("doctor").splitlines()
    assert "ok   Every channel is connected" in lines
    assert all(line.startswith("ok   ") for line in lines)
    assert len(lines) > 10


def test_doctor_says_what_to_do_and_ends_with_1(world, worker, capsys):
    Channel.objects.filter(pk=world.rossi.pk).update(trouble="Piazza no longer accepts our token.")
    with pytest.raises(CommandError, match=r"1 thing\(s\) need you") as caught:
        call_command("doctor")
    said = capsys.readouterr().out
    assert "BAD  Every channel is connected\n     - Trattoria Rossi (playground): Piazza no longer" in said
    assert caught.value.returncode == 1


def test_doctor_tries_quarantine_again_and_gives_it_up(world):
    receive.keep([(world.rossi.pk, "hook", b"{}")])
    (delivery,) = Waiting.objects.values_list("id", flat=True)
    from premura import flow

    flow.drain()
    assert len(list(health_work.quarantine())) == 1
    assert run("doctor", "--try-again") == "1 from quarantine wait to be taken in once more.\n"
    flow.drain()
    assert run("doctor", "--forget", str(delivery)) == "1 given up.\n"
    assert list(health_work.quarantine()) == []


# -- person ------------------------------------------------------------------------------------


def test_the_first_person_makes_the_first_brand_and_can_sign_in(client):
    out = run(
        "person", "Gina@Rossi.example", "--name", "Gina Rossi", "--brand", "Trattoria Rossi", "--role", "admin",
        "--team", "Sala", "--team", "Cucina", "--password-stdin", stdin=f"{WORD}\n",
    )  # fmt: skip
    assert out == "Gina Rossi (gina@rossi.example) is admin at Trattoria Rossi.\n"
    gina = Membership.objects.get()
    assert gina.agent.check_password(WORD)
    assert set(gina.teams.values_list("name", flat=True)) == {"Sala", "Cucina"}


def test_a_person_who_is_there_gets_another_role_and_keeps_the_rest(world):
    before = world.ada.password
    run("person", world.ada.email, "--brand", "rossi", "--role", "lead")
    ada = Membership.objects.get(agent=world.ada)
    assert (ada.role, ada.agent.name, ada.agent.password) == ("lead", "Ada", before)
    assert list(ada.teams.all()) == [world.hall]


def test_a_person_of_another_brand_works_for_both_and_needs_no_second_password(world):
    run("person", world.zoe.email, "--brand", "Trattoria Rossi")
    assert Membership.objects.filter(agent=world.zoe).count() == 2


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (["nobody", "--brand", "rossi"], "", "not an e-mail address"),
        (["new@rossi.example", "--brand", "rossi"], "", "--password-stdin"),
        (["new@rossi.example", "--brand", "Rossini", "--password-stdin"], WORD, "There is no brand “Rossini”"),
        (["new@rossi.example", "--brand", "rossi", "--password-stdin"], "short", "Nobody was added"),
        (["elena@rossi.example", "--brand", "rossi", "--role", "agent"], "", "only admin"),
    ],
)
def test_what_cannot_be_done_changes_nothing_and_says_why(world, arguments, stdin, says):
    people, brands = Agent.objects.count(), Brand.objects.count()
    with pytest.raises(CommandError, match=says):
        run("person", *arguments, "--team", "Terrazza", stdin=stdin)
    assert (Agent.objects.count(), Brand.objects.count()) == (people, brands)
    assert not Team.objects.filter(name="Terrazza").exists()


def test_another_brand_is_made_when_asked_for(world):
    run("person", world.elena.email, "--brand", "Bar Rossi", "--new-brand", "--role", "admin")
    assert Brand.objects.get(slug="bar-rossi").memberships.get().agent == world.elena


# -- backfill ----------------------------------------------------------------------------------


def test_backfill_keeps_what_was_said_and_says_how_far_it_is(world, monkeypatch):
    asked = []

    def pages(self, since):
        asked.append(since)
        yield [msgspec.json.encode({"page": "rossi", "items": []})] * 2
        yield [b"{}"]

    monkeypatch.setattr(Playground, "backfill", pages)
    out = run("backfill", str(world.rossi.pk), "--days", "3")
    assert [line.strip() for line in out.splitlines()][1:3] == ["2 …", "3 …"]
    assert Delivery.objects.filter(way="backfill").count() == Waiting.objects.count() == 3
    assert abs(asked[0] - (datetime.now(UTC) - timedelta(days=3))) < timedelta(minutes=1)


def test_backfill_that_breaks_off_keeps_what_it_has(world, monkeypatch):
    def breaks(self, since):
        yield [b"{}"]
        raise Unreachable("Piazza does not answer.")

    monkeypatch.setattr(Playground, "backfill", breaks)
    with pytest.raises(CommandError, match=r"Piazza does not answer\. What was fetched before that is kept"):
        run("backfill", str(world.rossi.pk))
    assert Waiting.objects.count() == 1


def test_backfill_of_no_channel_lists_those_there_are(world):
    with pytest.raises(CommandError, match=f"{world.rossi.pk}  Trattoria Rossi"):
        run("backfill", "999999")


def test_backfill_of_a_channel_that_is_not_connected_fetches_nothing(world):
    Channel.objects.update(sealed=b"")
    with pytest.raises(CommandError, match="not connected"):
        run("backfill", str(world.rossi.pk))
    assert not Message.objects.exists()
