"""A batch that comes in: one poisonous body never stops the rest, and nothing is lost on the way."""

import json

import pytest
from django.db import OperationalError, connection, transaction
from django.test import TestCase

from premura import bell, flow
from premura.jobs.deciding import decide_after_all
from premura.listen import receive, store
from premura.models import Channel, Conversation, Event, Message, Quarantine, Triage, Waiting

PERSON = {"key": "chiara", "handle": "chiara.example", "name": "Chiara", "avatar": "", "url": ""}


def body(key: str, text: str = "Buono", **more) -> bytes:
    said = {
        "is": "said", "key": key, "kind": "comment", "author": PERSON, "text": text, "parent": "", "root": "menu",
        "written_at": "2026-11-20T12:00:00+00:00", "ours": False, "url": "", "media": [],
    }  # fmt: skip
    return json.dumps({"items": [said | more]}).encode()


@pytest.fixture
def bring(world):
    def run(*bodies: bytes) -> None:
        receive.keep([(world.rossi.pk, "hook", each) for each in bodies])

    return run


def test_what_was_kept_is_taken_in_and_no_longer_waits(bring):
    bring(body("a"), body("b"))
    assert Waiting.objects.count() == 2
    assert flow.drain() == 2
    assert Message.objects.count() == 2
    assert not Waiting.objects.exists()
    assert flow.drain() == 0


def test_a_body_of_unknown_shape_is_set_aside_with_its_reason_and_the_rest_goes_on(bring):
    bring(body("a"), b"{not json", b'{"items": [{"is": "a new thing"}]}', body("b"))
    flow.drain()
    assert Message.objects.count() == 2
    assert not Waiting.objects.exists()
    reasons = Quarantine.objects.values_list("reason", flat=True)
    assert len(reasons) == 2
    assert all("UnknownShape" in reason for reason in reasons)


def test_a_body_that_breaks_the_storing_is_found_by_halving_and_stands_alone(bring, monkeypatch):
    bring(*(body(f"k{n}", "veleno" if n == 37 else "Buono") for n in range(60)))
    real = store.store

    def fails_on_poison(batch, *more):
        if any(getattr(heard.item, "text", "") == "veleno" for heard in batch):
            raise ValueError("no such letter")
        return real(batch, *more)

    monkeypatch.setattr(store, "store", fails_on_poison)
    flow.drain()
    assert Message.objects.count() == 59
    assert Quarantine.objects.get().reason == "ValueError: no such letter"
    assert not Waiting.objects.exists()


def test_a_database_that_goes_away_is_nobodys_fault_and_nothing_is_set_aside(bring, monkeypatch):
    bring(body("a"))

    def gone(batch, *more):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(store, "store", gone)
    with pytest.raises(OperationalError):
        flow.drain()
    assert Waiting.objects.count() == 1
    assert not Quarantine.objects.exists()


def test_a_batch_rings_once_and_names_the_conversations_that_changed(
    bring, monkeypatch, django_capture_on_commit_callbacks
):
    rung = []
    monkeypatch.setattr(bell, "ring", lambda brand, ids: rung.append((brand, len(ids))))
    bring(body("a"), body("b"), body("c", root="wine"))
    with django_capture_on_commit_callbacks(execute=True):
        flow.drain()
    assert [n for _, n in rung] == [2]
    assert Event.objects.get().facts == {"conversations": 2, "messages": 3}


def test_bodies_of_a_channel_that_is_gone_are_dropped(bring, world):
    bring(body("a"))
    world.rossi.delete()
    flow.drain()
    assert not Waiting.objects.exists()
    assert not Message.objects.exists()


def test_what_a_network_refuses_to_like_is_followed_up():
    assert flow.like_refused in flow.NEXT[Event.Deed.NOT_DONE]


def test_each_deed_that_needs_a_next_step_has_one():
    for deed, steps in flow.NEXT.items():
        assert deed in Event.Deed.values
        assert all(step.__name__ == getattr(flow, step.__name__).__name__ for step in steps)


def test_two_drains_never_take_the_same_delivery(bring):
    bring(body("a"))
    with transaction.atomic():
        assert len(receive.claim(10)) == 1
        assert receive.claim(10) == []


def test_a_brands_journal_counts_what_was_said_to_it_and_not_to_another(bring, world):
    theirs = Channel.objects.create(brand=world.bookshop, network="playground", key="o", name="O", handle="o")
    bring(body("a"), body("b"))
    receive.keep([(theirs.pk, "hook", body("c"))])
    flow.drain()
    counted = {event.brand_id: event.facts["messages"] for event in Event.objects.filter(deed="taken in")}
    assert counted == {world.brand.pk: 2, world.bookshop.pk: 1}


def test_what_cannot_be_decided_about_is_kept_all_the_same_and_decided_about_by_a_job(
    bring, monkeypatch, django_capture_on_commit_callbacks
):
    def breaks(*given):
        raise ZeroDivisionError

    bring(body("a"), body("b", root="wine"))
    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(flow, "decide", breaks)
        flow.drain()
    assert not Triage.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'decide'")
        (job,) = [json.loads(row[0]) for row in cursor.fetchall()]
    assert sorted(job["messages"]) == sorted(Message.objects.values_list("pk", flat=True))
    decide_after_all(**job)
    assert Triage.objects.count() == 2


def test_one_step_follows_what_a_person_does_and_the_bell_rings_where_that_moves_something(world, monkeypatch):
    said, rung = world.says("Dove sono i miei soldi?"), []
    flow.decide(list(Message.objects.values_list("pk", flat=True)), {said.pk})
    monkeypatch.setattr(bell, "ring", lambda brand, ids: rung.append((brand, ids)))
    with TestCase.captureOnCommitCallbacks(execute=True):
        Conversation.objects.filter(pk=said.pk).update(urgency=3)
        event = Event(deed="corrected", brand=world.brand, conversation=said)
        flow.decide_anew(event)
    assert rung == [(world.brand.pk, [said.pk])]
    with TestCase.captureOnCommitCallbacks(execute=True):
        flow.decide_anew(event)
    assert len(rung) == 1  # nothing moved the second time
