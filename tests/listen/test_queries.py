"""Listening queries heard in a batch, and looked back for when they are new."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access
from premura.listen import queries, spikes
from premura.models import Channel, Hourly, ListeningQuery, Message, QueryHit
from premura.prepare import queries as kept
from premura.prepare.queries import Written


@pytest.fixture
def bruno(world):
    return access.standing(world.bruno)


def says(world, text, *, days_ago=0.0, **more):
    at = timezone.now() - timedelta(days=days_ago, minutes=1)
    world.says(text, at=at, **more)
    message = Message.objects.latest("pk")
    Message.objects.filter(pk=message.pk).update(received_at=message.written_at)
    return message


def new(*messages):
    found = {}
    for message in messages:
        found.setdefault(message.brand_id, []).append(message.pk)
    return found


def hits():
    return set(QueryHit.objects.values_list("query__name", "message__text"))


def test_each_query_of_the_brand_that_finds_its_words_is_noted_and_again_is_once(world, bruno):
    kept.make(bruno, Written("Vino", "vino OR tappo"))
    kept.make(bruno, Written("Conto", '"il conto" -vino'))
    batch = new(says(world, "Il VINO e il conto"), says(world, "Il conto"), says(world, "Grazie"))
    queries.hear(batch)
    queries.hear(batch)
    assert hits() == {("Vino", "Il VINO e il conto"), ("Conto", "Il conto")}
    row = QueryHit.objects.get(query__name="Conto")
    assert (row.brand, row.at) == (world.brand, Message.objects.get(text="Il conto").written_at)


def test_a_batch_costs_three_questions_with_queries_and_one_without(world, bruno, django_assert_num_queries):
    batch = new(*(says(world, f"vino {n}") for n in range(20)))
    with django_assert_num_queries(1):
        queries.hear(batch)
    with django_assert_num_queries(0):
        queries.hear({})
    for name in ("Vino", "Il vino", "Ancora vino"):
        kept.make(bruno, Written(name, "vino"))
    with django_assert_num_queries(5):  # two of them: where to go back to
        queries.hear(batch)
    assert QueryHit.objects.count() == 60


def test_a_change_is_heard_at_once(world, bruno):
    made = kept.make(bruno, Written("Vino", "vino"))
    queries.hear(new(says(world, "Il vino")))
    kept.change(bruno, made, Written("Vino", "tappo"))
    queries.hear(new(says(world, "Il vino bianco"), says(world, "Il tappo")))
    assert hits() == {("Vino", "Il tappo")}
    kept.switch(bruno, made, on=False)
    queries.hear(new(says(world, "Un altro tappo")))
    assert hits() == {("Vino", "Il tappo")}


def test_nobody_listens_for_another_brand_or_to_what_we_said_ourselves(world, bruno):
    kept.make(access.standing(world.zoe), Written("Vino", "vino"))
    kept.make(bruno, Written("Conto", "conto"))
    ours = says(world, "Il conto")
    Message.objects.filter(pk=ours.pk).update(identity=None)
    queries.hear(new(ours, says(world, "Il vino")))
    assert hits() == set()


def test_brands_of_one_batch_have_each_their_own(world, bruno):
    theirs = Channel.objects.create(brand=world.bookshop, network="playground", key="o", name="O", handle="o")
    kept.make(access.standing(world.zoe), Written("Libri", "vino"))
    kept.make(bruno, Written("Vini", "vino"))
    queries.hear(new(says(world, "Il vino", root="a"), says(world, "Vino e libri", channel=theirs)))
    assert hits() == {("Vini", "Il vino"), ("Libri", "Vino e libri")}


def test_words_that_this_version_refuses_keep_nothing_else_from_being_heard(world, bruno):
    made = kept.make(bruno, Written("Vino", "vino"))
    kept.make(bruno, Written("Tappo", "tappo"))
    ListeningQuery.objects.filter(pk=made.pk).update(words="vino AND")
    queries.hear(new(says(world, "Il vino sa di tappo")))
    assert hits() == {("Tappo", "Il vino sa di tappo")}


def test_what_goes_wrong_is_heard_later_and_loses_no_message(world, bruno, monkeypatch):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from premura.jobs import listening

    kept.make(bruno, Written("Vino", "vino"))
    batch = new(says(world, "Il vino"))
    whole = queries._keep

    def breaks(*given):
        raise RuntimeError("no")

    monkeypatch.setattr(queries, "_keep", breaks)
    queries.hear(batch)
    assert hits() == set()
    monkeypatch.setattr(queries, "_keep", whole)
    job = ProcrastinateJob.objects.get(task_name="hear_after_all")
    listening.hear_after_all(**job.args)
    assert hits() == {("Vino", "Il vino")}


# -- looking back -------------------------------------------------------------------------------------


def back(query):
    """Do all portions, as the job does; return how many there were."""
    portions, before = 1, 0
    while before := queries.listen_back(query.pk, query.made_at.isoformat(), before):
        portions += 1
    return portions


def test_a_new_query_finds_what_was_said_in_thirty_days_portion_by_portion(world, bruno, monkeypatch):
    monkeypatch.setattr(queries, "PORTION", 2)
    for n in range(5):
        says(world, f"vino {n}", by=f"guest{n}", days_ago=n)
    says(world, "pane", by="pane")
    says(world, "vino di allora", by="allora", days_ago=40)
    made = kept.make(bruno, Written("Vino", "vino"))
    assert back(made) == 4
    assert back(made) == 4
    assert {text for _, text in hits()} == {f"vino {n}" for n in range(5)}
    assert QueryHit.objects.count() == 5


def test_what_is_changed_off_or_deleted_meanwhile_is_looked_for_no_more(world, bruno):
    says(world, "vino")
    made = kept.make(bruno, Written("Vino", "vino"))
    asked = made.made_at.isoformat()
    kept.change(bruno, made, Written("Vino", "tappo"))
    assert queries.listen_back(made.pk, asked) == 0
    kept.switch(bruno, made, on=False)
    assert queries.listen_back(made.pk, made.made_at.isoformat()) == 0
    kept.remove(bruno, made)
    assert queries.listen_back(made.pk, asked) == 0
    assert not QueryHit.objects.exists()


def test_nothing_of_another_brand_is_found_when_looking_back(world):
    says(world, "vino")
    assert back(kept.make(access.standing(world.zoe), Written("Vino", "vino"))) == 1
    assert not QueryHit.objects.exists()


def test_what_was_found_is_counted_by_the_hour_at_the_end(world, bruno):
    late = says(world, "vino di ieri", by="late")
    Message.objects.filter(pk=late.pk).update(written_at=timezone.now() - timedelta(days=5))
    for _ in range(3):
        says(world, "vino", days_ago=2)
    made = kept.make(bruno, Written("Vino", "vino"))
    back(made)
    assert list(Hourly.objects.filter(n__gt=0).values_list("what", "n")) == [(f"query {made.pk}", 3)]


def test_the_job_goes_on_until_the_end(world, bruno, monkeypatch):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from premura.jobs import listening

    monkeypatch.setattr(queries, "PORTION", 1)
    for name in "ab":
        says(world, "vino", by=name)
    made = kept.make(bruno, Written("Vino", "vino"))
    listening.listen_back(made.pk, made.made_at.isoformat())
    job = ProcrastinateJob.objects.filter(task_name="listen_back").latest("pk")
    assert job.args["before"] > 0
    listening.listen_back(**job.args)
    assert QueryHit.objects.count() == 2


# -- counting by the hour -----------------------------------------------------------------------------


def test_hits_are_counted_by_channel_and_hour_and_a_hit_that_is_gone_is_counted_no_more(world, bruno):
    made = kept.make(bruno, Written("Vino", "vino"))
    queries.hear(new(says(world, "vino"), says(world, "vino bianco"), says(world, "pane")))
    now = timezone.now()
    spikes.count_hours(now)
    counted = Hourly.objects.filter(what=f"query {made.pk}")
    assert sum(counted.values_list("n", flat=True)) == 2
    QueryHit.objects.all().delete()
    spikes.count_hours(now)
    assert sum(counted.values_list("n", flat=True)) == 0
