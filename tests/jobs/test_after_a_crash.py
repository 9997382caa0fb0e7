"""What a killed worker or a database that was away left behind is picked up, and done once."""

from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from premura import flow, vault
from premura.interact import reply as replying
from premura.jobs import timetable
from premura.models import Reply
from premura.networks.contract import Receipt
from premura.queue import later
from tests.interact.test_reply import Piazza

LATER = timedelta(hours=1)


@pytest.fixture
def piazza(monkeypatch):
    network = Piazza(found=Receipt("ours-1", "https://piazza.example/1"))

    @contextmanager
    def opened(channel, timeout=None):
        yield network

    monkeypatch.setattr(vault, "opened", opened)
    return network


@pytest.fixture
def reply(world):
    return replying.submit(world.says("È aperto?"), "Sì.", by=world.ada)


def jobs() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text FROM procrastinate_jobs WHERE status <> 'succeeded' ORDER BY id")
        return cursor.fetchall()


def test_a_step_that_the_database_broke_off_waits_to_be_done_again(reply, piazza, work, monkeypatch, transactional_db):
    def away(event):
        raise OperationalError("the connection is lost")

    monkeypatch.setitem(flow.NEXT, "reply released", (away,))
    work()
    assert [status for task, status in jobs() if task == "step"] == ["todo"]


def test_what_a_job_asks_for_is_kept_or_lost_with_its_transaction(reply, piazza, work, monkeypatch, transactional_db):
    def undone(event):
        with suppress(ValueError), transaction.atomic():
            later("leave", reply_id=1)
            raise ValueError

    def kept(event):
        with transaction.atomic():
            later("leave", reply_id=2)

    monkeypatch.setitem(flow.NEXT, "reply released", (undone, kept))
    work()
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'reply_id' FROM procrastinate_jobs WHERE task_name = 'leave'")
        assert cursor.fetchall() == [("2",)]


def test_a_released_reply_that_no_job_cares_for_is_sent_by_the_clock(reply, piazza):
    Reply.objects.update(written_at=timezone.now() - LATER)
    timetable._replies_on_their_way()
    assert Reply.objects.get().state == "sent"
    assert len(piazza.said) == 1


def test_a_reply_whose_sending_broke_off_is_looked_for_and_not_sent_twice(reply, piazza):
    reply.take()
    Reply.objects.update(taken_at=timezone.now() - LATER)
    timetable._replies_on_their_way()
    assert Reply.objects.get().state == "sent"
    assert piazza.said == []


def test_a_reply_whose_sending_broke_off_and_that_is_not_there_is_sent(reply, piazza):
    piazza.found = None
    reply.take()
    Reply.objects.update(taken_at=timezone.now() - LATER)
    timetable._replies_on_their_way()
    assert Reply.objects.get().state == "sent"
    assert len(piazza.said) == 1


def test_a_reply_that_was_released_just_now_is_left_to_its_own_job(reply, piazza):
    timetable._replies_on_their_way()
    assert Reply.objects.get().state == "ready"


def test_a_stalled_drain_beside_a_waiting_one_does_not_stop_the_others_from_being_picked_up(
    world, work, transactional_db
):
    gone = "now() - interval '1 hour'"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute(f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES ({gone}) RETURNING id")
        worker = cursor.fetchone()[0]
        for task, lock, status in (
            ("drain", "drain 0", "doing"),
            ("tidy", None, "doing"),
            ("drain", "drain 0", "todo"),
        ):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, args, worker_id)"
                " VALUES ('default', %s, %s, %s::procrastinate_job_status, '{\"timestamp\": 0}', %s)",
                [task, lock, status, worker if status == "doing" else None],
            )
        cursor.execute("UPDATE procrastinate_jobs SET args = '{}' WHERE task_name = 'drain'")
    timetable.every_minute.defer(timestamp=0)
    work()
    assert [task for task, _ in jobs() if task in ("drain", "tidy", "every_minute")] == []
