"""What is wrong is said, once, with what to do; and to strangers no more than counts and ids."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from premura import vault
from premura.interact import reply as replying
from premura.listen import quarantine, receive
from premura.measure import health, health_database
from premura.models import Channel, Quarantine, Reply, Waiting
from premura.web import health as page

NOW = datetime.now(UTC)


@pytest.fixture
def well(world, monkeypatch):
    """A world in which all is well: its worker's heart beats, and nobody remembers an older answer."""
    beat(datetime.now(UTC))  # not when this file was read: that may be minutes ago
    monkeypatch.setattr(page, "_last", None)
    monkeypatch.setattr(page, "REMEMBER_S", 0)
    return world


def beat(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [at])


def ailments() -> list[str]:
    return [complaint.what for complaint in health.complaints()]


def the_complaint() -> str:
    (complaint,) = health.complaints()
    return complaint.says


def poison(channel: Channel, body: bytes = b"{}", reason: str = "KeyError: 'kind'") -> Quarantine:
    """Keep a delivery that waits for nobody: it was set aside."""
    receive.keep([(channel.pk, "hook", body)])
    number, at = Waiting.objects.values_list("id", "received_at").get()
    Waiting.objects.all().delete()
    return Quarantine.objects.create(delivery=number, received_at=at, channel=channel, reason=reason)


def test_where_all_is_well_nobody_complains(well):
    assert health.complaints() == []


def test_without_a_worker_it_is_said_what_stands_still(well):
    beat(NOW - timedelta(minutes=3))
    assert ailments() == ["no worker"]
    assert "premura worker" in the_complaint()


def test_what_waits_for_more_than_a_minute_is_counted(well):
    receive.keep([(well.rossi.pk, "hook", b"{}"), (well.rossi.pk, "hook", b"{}")])
    assert ailments() == []
    Waiting.objects.update(received_at=timezone.now() - timedelta(minutes=5))
    assert the_complaint().startswith("2 deliveries from the networks, the oldest for 5 min.")


def test_quarantine_is_told_by_channel_with_the_first_reason(well):
    first = poison(well.rossi)
    poison(well.rossi, reason="ValueError: another")
    says = the_complaint()
    assert says.startswith("2 deliveries of Trattoria Rossi (playground)")
    assert "KeyError: 'kind'" in says
    assert f"--forget {first.delivery}" in says


def test_trying_again_puts_all_of_quarantine_back_to_be_taken_in(well):
    stays = poison(well.rossi, b"not even JSON")
    assert quarantine.try_again() == 1
    assert not Quarantine.objects.exists()
    assert [row.id for row in Waiting.objects.all()] == [stays.delivery]


def test_what_still_cannot_be_understood_comes_back_with_its_reason(well):
    from premura import flow

    stays = poison(well.rossi, b"not even JSON", reason="an old reason")
    quarantine.try_again()
    flow.drain()
    again = Quarantine.objects.get()
    assert again.delivery == stays.delivery
    assert "UnknownShape" in again.reason


def test_what_is_forgotten_waits_for_nobody(well):
    gone, stays = poison(well.rossi), poison(well.rossi)
    assert quarantine.forget([gone.delivery, 10**9]) == 1
    assert Quarantine.objects.get().delivery == stays.delivery
    assert not Waiting.objects.exists()


def test_a_channel_that_lost_its_credentials_says_why_and_where_to_go(well):
    Channel.objects.filter(pk=well.rossi.pk).update(trouble="Piazza no longer accepts our token.", trouble_since=NOW)
    assert ailments() == ["channel lost"]
    assert the_complaint().startswith("Trattoria Rossi (playground): Piazza no longer accepts our token, since 20")
    assert the_complaint().endswith("Reconnect it under Channels")


def test_a_channel_that_was_not_answered_for_long_is_deaf(well):
    Channel.objects.filter(pk=well.rossi.pk).update(asked_at=NOW - timedelta(minutes=20))
    assert ailments() == ["channel deaf"]


def test_a_channel_without_a_secret_is_nobodys_trouble(well):
    """It was disconnected by hand, or is a demo's."""
    Channel.objects.filter(pk=well.rossi.pk).update(sealed=b"", asked_at=NOW - timedelta(days=20))
    assert health.complaints() == []


def test_a_secret_that_our_keys_do_not_open_is_told_before_anybody_answers_there(well):
    from cryptography.fernet import Fernet

    Channel.objects.filter(pk=well.rossi.pk).update(sealed=Fernet(Fernet.generate_key()).encrypt(b"{}"))
    assert ailments() == ["secret sealed"]
    assert "PREMURA_KEYS" in the_complaint()


@pytest.mark.parametrize(
    ("changes", "ailment"),
    [
        ({"state": "sending", "taken_at": NOW - timedelta(minutes=11)}, "reply unclear"),
        ({"state": "unclear", "taken_at": NOW}, "reply unclear"),
        ({"state": "ready", "written_at": NOW - timedelta(hours=1)}, "reply not sent"),
        ({"state": "ready", "written_at": NOW - timedelta(hours=9), "taken_at": NOW - timedelta(minutes=5)}, None),
        ({"state": "sending", "taken_at": NOW - timedelta(minutes=2)}, None),  # the timetable still looks for it
        ({"state": "failed", "taken_at": NOW - timedelta(days=1)}, None),  # its author sees that
    ],
)
def test_a_reply_that_hangs_is_told(well, changes, ailment):
    reply = replying.submit(well.says("Siete aperti?"), "Sì, dalle 12.", by=well.ada)
    Reply.objects.filter(pk=reply.pk).update(**changes)
    assert ailments() == ([ailment] if ailment else [])


def test_jobs_that_were_given_up_are_counted_by_what_they_do(well):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('default', 'look_up', 'failed'), ('default', 'look_up', 'failed'), ('default', 'poll', 'failed')"
        )
    assert [dict(c.facts) for c in health.complaints()] == [
        {"task": "look_up", "count": 2}, {"task": "poll", "count": 1},
    ]  # fmt: skip


def test_a_missing_partition_is_told_the_day_before(well):
    tomorrow = f"premura_delivery_{NOW + timedelta(days=1):%Y%m%d}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {tomorrow}")
    assert ailments() == ["no partition for tomorrow"]


@pytest.mark.parametrize(
    ("said", "ailment"),
    [
        ((14, "on", "on", None, True), "database too old"),
        ((15, "off", "on", None, True), "database may lose"),
        ((15, "on", "off", None, True), "database may lose"),
        ((18, "on", "local", None, True), None),
        ((18, "on", "on", timedelta(seconds=40), True), "clocks differ"),
        ((18, "on", "on", timedelta(seconds=-40), True), "clocks differ"),
        ((18, "on", "on", timedelta(seconds=2), True), None),
    ],
)
def test_a_database_that_does_not_keep_its_promises_is_told(well, monkeypatch, said, ailment):
    def server():
        return *said[:3], datetime.now(UTC) + (said[3] or timedelta()), said[4]

    monkeypatch.setattr(health_database, "_server", server)
    assert ailments() == ([ailment] if ailment else [])


def test_a_disk_that_is_nearly_full_is_told_where_the_database_is_ours(well, monkeypatch, settings, tmp_path):
    monkeypatch.setattr(health_database, "LEAST_DISK_BYTES", 10**18)
    settings.HOME = tmp_path
    assert health.complaints() == []  # somebody else looks after it
    (tmp_path / "database-url").touch()
    assert ailments() == ["disk nearly full"]


def test_where_the_tables_are_old_nothing_else_is_asked(well):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'axes'")
    looked = list(health.look())
    assert looked[-1].complaints[0].what == "not migrated"
    assert "premura migrate" in looked[-1].complaints[0].says
    assert len(looked) == 2


def test_where_the_database_is_gone_one_complaint_says_so(well, monkeypatch):
    def gone():
        raise OperationalError("connection refused\nmore")

    monkeypatch.setattr(health_database, "_server", gone)
    assert the_complaint().startswith("It does not answer: connection refused.")


# -- over the web ----------------------------------------------------------------------------


def test_healthz_is_ok_for_anybody_who_asks(well):
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_healthz_says_503_and_nothing_that_is_not_everybodys(well):
    conversation = well.says("Ho un segreto", by="chiara")
    reply = replying.submit(conversation, "Lo teniamo.", by=well.ada)
    Reply.objects.filter(pk=reply.pk).update(state="unclear", taken_at=NOW, trouble="unclear trouble")
    Channel.objects.filter(pk=well.rossi.pk).update(trouble="token segretissimo", trouble_since=NOW)
    poison(well.rossi, b"segreto", reason="ValueError: segreto")

    answer = Client().get("/healthz")

    assert answer.status_code == 503
    assert [c["is"] for c in answer.json()["complaints"]] == ["quarantine", "reply unclear", "channel lost"]
    assert all(
        isinstance(v, int) for c in answer.json()["complaints"] for k, v in c.items() if k not in ("is", "network")
    )
    for word in ("segret", "Chiara", "chiara", "Rossi", "Ada", "unclear trouble"):
        assert word not in json.dumps(answer.json())


def test_healthz_answers_when_the_database_does_not(well, monkeypatch):
    def gone():
        raise OperationalError('could not connect to server at "10.1.2.3", user "premura"')

    monkeypatch.setattr(health_database, "_server", gone)
    answer = Client().get("/healthz")
    assert answer.json() == {"status": "needs you", "complaints": [{"is": "database does not answer"}]}
    assert answer.status_code == 503


def test_healthz_asks_the_database_once_however_often_it_is_asked(well, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(page, "REMEMBER_S", 60)
    Client().get("/healthz")
    with django_assert_num_queries(0):
        assert Client().get("/healthz").status_code == 200


def test_a_load_balancer_keeps_a_process_whose_channel_is_lost(well):
    Channel.objects.update(trouble="lost")
    assert Client().get("/livez").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/livez"])
def test_health_is_only_ever_read(well, path):
    assert Client().post(path).status_code == 405


def test_the_secret_that_is_opened_is_never_told(well):
    assert vault.unseal(bytes(well.rossi.sealed))["token"] == "t"
    assert all("signing" not in c.says for c in health.complaints())
