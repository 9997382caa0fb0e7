"""Listening queries hear what was edited: once, at the time of the edit; and what they heard stays heard."""

import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from premura import access, flow
from premura.listen import queries, receive, spikes
from premura.models import Hourly, Message, QueryHit
from premura.prepare import queries as kept
from premura.prepare.queries import Written

NOW = timezone.now().replace(minute=30, second=0, microsecond=0)
PERSON = {"key": "chiara", "handle": "chiara.example", "name": "Chiara", "avatar": "", "url": ""}


@pytest.fixture
def bruno(world):
    return access.standing(world.bruno)


@pytest.fixture
def wine(bruno):
    return kept.make(bruno, Written("Vino", "vino"))


@pytest.fixture
def says(world):
    def bring(text, *, key="x", at=NOW - timedelta(hours=2), edited=None, **more):
        said = {
            "is": "said", "key": key, "kind": "comment", "author": PERSON, "text": text, "parent": "", "root": "menu",
            "written_at": at.isoformat(), "ours": False, "url": "", "media": [],
        } | ({"edited_at": edited.isoformat()} if edited else {})  # fmt: skip
        receive.keep([(world.rossi.pk, "hook", json.dumps({"items": [said | more]}).encode())])
        flow.drain()
        message = Message.objects.get(key=key)
        Message.objects.filter(pk=message.pk).update(received_at=at)
        return message

    return bring


def counted(query) -> dict[datetime, int]:
    spikes.count_hours(NOW + timedelta(minutes=29))
    return dict(Hourly.objects.filter(what=f"query {query.pk}", n__gt=0).values_list("hour", "n"))


def hour(at):
    return at.replace(minute=0)


def test_an_edited_message_whose_new_words_are_found_is_a_hit_at_the_time_of_the_edit(says, wine):
    message = says("Il pane")
    assert not QueryHit.objects.exists()
    edited = NOW - timedelta(minutes=10)
    says("Il vino", edited=edited)
    hit = QueryHit.objects.get()
    assert (hit.query, hit.message_id, hit.brand_id, hit.at) == (wine, message.pk, message.brand_id, edited)


def test_it_is_counted_once_in_the_hour_of_the_edit_and_not_in_the_hour_in_which_it_came(says, wine):
    says("Il vino di prima", key="before")
    says("Il pane")
    for n, minutes in enumerate((10, 5, 1)):  # edited over and over, and still there
        says(f"Il vino {n}", edited=NOW - timedelta(minutes=minutes))
    assert QueryHit.objects.count() == 2
    expected = {hour(NOW - timedelta(hours=2)): 1, hour(NOW): 1}
    assert counted(wine) == expected
    assert counted(wine) == expected


def test_a_hit_whose_words_are_gone_stays_where_and_when_it_was_heard(says, wine):
    said = says("Il vino")
    says("Il pane", edited=NOW)
    hit = QueryHit.objects.get()
    assert (hit.message_id, hit.at) == (said.pk, said.written_at)
    assert counted(wine) == {hour(said.written_at): 1}


def test_a_hit_that_is_edited_and_still_found_stays_in_its_hour(says, wine):
    said = says("Il vino")
    says("Il vino bianco", edited=NOW)
    assert QueryHit.objects.get().at == said.written_at


def test_new_and_edited_ones_of_one_batch_are_heard_together(world, says, wine, django_assert_num_queries):
    old = says("Il pane")
    Message.objects.filter(pk=old.pk).update(text="Il vino", edited_at=NOW)
    world.says("Altro vino", by="dino", at=NOW)
    new = Message.objects.latest("pk")
    brand = world.brand.pk
    with django_assert_num_queries(5):  # as many as for new ones alone
        queries.hear({brand: [new.pk]}, {brand: [old.pk]})
    assert dict(QueryHit.objects.values_list("message", "at")) == {old.pk: NOW, new.pk: new.written_at}


def test_where_nothing_was_edited_nothing_more_is_asked(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        queries.hear({}, {})
    with django_assert_num_queries(1):
        queries.hear({world.brand.pk: [1]}, {})


def test_nobody_hears_an_edit_of_another_brand_nor_of_ours(world, says, wine):
    kept.make(access.standing(world.zoe), Written("Pane", "pane"))
    says("Grazie")
    says("Il pane", edited=NOW)
    Message.objects.update(identity=None)
    says("Il vino", edited=NOW + timedelta(minutes=1))
    assert not QueryHit.objects.exists()


def test_an_edit_that_comes_twice_or_late_is_heard_as_it_stands_now(says, wine):
    says("Buono")
    says("Il pane", edited=NOW)
    says("Il vino", edited=NOW - timedelta(minutes=5))  # older than what we have
    assert not QueryHit.objects.exists()
    says("Il vino", edited=NOW + timedelta(minutes=1))
    says("Il vino", edited=NOW + timedelta(minutes=1))
    assert QueryHit.objects.count() == 1


def test_an_edit_that_could_not_be_listened_to_is_heard_by_a_job_at_the_time_of_the_edit(says, wine, monkeypatch):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from premura.jobs import listening

    whole = queries._keep

    def breaks(*given):
        raise RuntimeError("no")

    says("Il pane")
    monkeypatch.setattr(queries, "_keep", breaks)
    says("Il vino", edited=NOW)
    monkeypatch.setattr(queries, "_keep", whole)
    listening.hear_after_all(**ProcrastinateJob.objects.filter(task_name="hear_after_all").latest("pk").args)
    assert QueryHit.objects.get().at == NOW


def test_a_query_that_looks_back_counts_an_edit_only_once(says, bruno):
    late = kept.make(bruno, Written("Vino", "vino"))
    says("Il pane")
    says("Il vino", edited=NOW)
    spikes.count_query(late.pk, NOW - timedelta(days=30), NOW + timedelta(hours=1))
    assert counted(late) == {hour(NOW): 1}
