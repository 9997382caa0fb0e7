"""Listening queries: made, changed, tried out and deleted by leads; every change stands in the journal."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from premura import access
from premura.access import Act
from premura.models import Event, Hourly, ListeningQuery, Message, QueryHit
from premura.prepare import queries
from premura.prepare.queries import Written
from premura.text.query import Fault, QueryError


@pytest.fixture
def bruno(world):
    return access.standing(world.bruno)


def says(world, text, *, days_ago=0.01, **more):
    return world.says(text, at=timezone.now() - timedelta(days=days_ago), **more)


def hit(query, message, **more):
    given = {"brand_id": message.brand_id, "at": message.written_at} | more
    return QueryHit.objects.create(query=query, message=message, **given)


def waiting():
    return [job.args for job in ProcrastinateJob.objects.filter(task_name="listen_back").order_by("pk")]


def test_a_query_that_is_made_listens_and_looks_back_and_the_journal_says_by_whom(world, bruno):
    made = queries.make(bruno, Written("  Il   vino ", " vino NEAR/3 tappo "))
    assert (made.name, made.words, made.is_on, made.by) == ("Il vino", "vino NEAR/3 tappo", True, world.bruno)
    assert waiting() == [{"query_id": made.pk, "made_at": made.made_at.isoformat()}]
    event = Event.objects.get(deed="query changed")
    assert (event.by, event.brand, event.facts["name"], event.facts["how"]) == (
        world.bruno, world.brand, "Il vino", "made",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "error"),
    [
        (Written("Vino", "vino AND"), QueryError),
        (Written("Vino", ""), QueryError),
        (Written("Vino", "-vino"), QueryError),
        (Written("  ", "vino"), queries.NoName),
        (Written("Pane", "pane*fresco"), QueryError),
        (Written("Acqua", "vino"), queries.NameTaken),
    ],
)
def test_what_cannot_be_listened_for_is_not_kept(bruno, written, error):
    queries.make(bruno, Written("Acqua", "acqua"))
    with pytest.raises(error):
        queries.make(bruno, written)
    assert ListeningQuery.objects.count() == Event.objects.filter(deed="query changed").count() == 1


def test_a_wrong_query_says_where_it_is_wrong(bruno):
    with pytest.raises(QueryError) as caught:
        queries.make(bruno, Written("Vino", "vino AND"))
    assert (caught.value.code, caught.value.start, caught.value.found) == (Fault.NOTHING_RIGHT, 5, "AND")


def test_two_brands_may_call_theirs_the_same(world, bruno):
    queries.make(bruno, Written("Vino", "vino"))
    queries.make(access.standing(world.zoe), Written("Vino", "vino"))
    assert ListeningQuery.objects.count() == 2


def test_a_brand_has_at_most_fifty(bruno, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 2)
    for name in "ab":
        queries.make(bruno, Written(name, "vino"))
    with pytest.raises(queries.TooMany):
        queries.make(bruno, Written("c", "vino"))
    assert ListeningQuery.objects.count() == 2


def test_other_words_let_go_of_what_was_found_and_look_back_anew(world, bruno):
    says(world, "Il vino sa di tappo")
    made = queries.make(bruno, Written("Vino", "vino"))
    hit(made, Message.objects.get())
    count = {"channel": world.rossi, "brand": world.brand, "hour": timezone.now(), "n": 3}
    Hourly.objects.create(what=f"query {made.pk}", **count)
    Hourly.objects.create(what=f"query {made.pk}0", **count)
    before = made.made_at
    assert queries.change(bruno, made, Written("Vino", "tappo"))
    assert made.made_at > before
    assert not QueryHit.objects.exists()
    assert Hourly.objects.get().what == f"query {made.pk}0"
    assert [job["made_at"] for job in waiting()] == [before.isoformat(), made.made_at.isoformat()]


def test_another_name_alone_keeps_what_was_found(world, bruno):
    says(world, "Il vino sa di tappo")
    made = queries.make(bruno, Written("Vino", "vino"))
    hit(made, Message.objects.get())
    assert queries.change(bruno, made, Written("Cantina", "vino"))
    assert ListeningQuery.objects.get().name == "Cantina"
    assert (QueryHit.objects.count(), len(waiting())) == (1, 1)


def test_a_name_that_is_taken_or_words_that_are_wrong_change_nothing(bruno):
    queries.make(bruno, Written("Acqua", "acqua"))
    made = queries.make(bruno, Written("Vino", "vino"))
    for written in (Written("Acqua", "vino"), Written("Vino", "(vino")):
        with pytest.raises((queries.NameTaken, QueryError)):
            queries.change(bruno, made, written)
    assert ListeningQuery.objects.filter(name="Vino", words="vino").exists()


def test_switched_off_twice_is_once_and_switched_on_it_looks_back(bruno):
    made = queries.make(bruno, Written("Vino", "vino"))
    queries.switch(bruno, made, on=False)
    queries.switch(bruno, made, on=False)
    assert len(waiting()) == 1
    queries.switch(bruno, made, on=True)
    assert len(waiting()) == 2
    told = [event.facts["how"] for event in Event.objects.filter(deed="query changed").order_by("pk")]
    assert told == ["made", "switched off", "switched on"]


def test_other_words_of_one_that_is_off_are_looked_for_when_it_is_on_again(bruno):
    made = queries.make(bruno, Written("Vino", "vino"))
    queries.switch(bruno, made, on=False)
    queries.change(bruno, made, Written("Vino", "tappo"))
    assert len(waiting()) == 1


def test_deleted_with_all_it_found_and_only_once(world, bruno):
    says(world, "Il vino sa di tappo")
    made = queries.make(bruno, Written("Vino", "vino"))
    hit(made, Message.objects.get())
    assert queries.remove(bruno, made)
    assert not queries.remove(bruno, made)
    assert not queries.change(bruno, made, Written("Vino", "tappo"))
    assert not QueryHit.objects.exists()
    assert Message.objects.count() == 1
    assert [event.facts["how"] for event in Event.objects.filter(deed="query changed").order_by("pk")] == [
        "made", "removed",
    ]  # fmt: skip


def test_an_agent_sees_a_query_and_cannot_change_it_and_another_brand_knows_nothing_of_it(world, bruno):
    made = queries.make(bruno, Written("Vino", "vino"))
    assert queries.query(world.ada, made.pk)[1] == made
    with pytest.raises(PermissionDenied):
        queries.query(world.ada, made.pk, Act.APPROVE)
    for pk in (made.pk, made.pk + 1):
        with pytest.raises(Http404):
            queries.query(world.zoe, pk)


# -- trying -------------------------------------------------------------------------------------------


def test_trying_says_how_many_by_day_with_the_newest_in_their_words_and_keeps_nothing(world, bruno):
    for n in range(22):
        says(world, f"Il vino {n} sa di tappo", by=f"guest{n}")
    says(world, "Il VINO?", days_ago=3)
    says(world, "Il pane è buono")
    says(world, "Il vino di allora", days_ago=31)
    tried = queries.try_out(bruno, "vino")
    assert (tried.looked_at, tried.cut, tried.found) == (24, False, 23)
    assert len(tried.days) == 31
    assert [n for _day, n in tried.days if n] == [1, 22]
    assert len(tried.examples) == 20
    assert tried.examples[0].pieces == [("Il ", False), ("vino", True), (" 21 sa di tappo", False)]
    assert not ListeningQuery.objects.exists()
    assert not QueryHit.objects.exists()


def test_what_we_said_what_was_removed_and_what_another_brand_heard_is_not_tried(world, bruno):
    for text in ("Il vino", "Il vino rosso", "Il vino bianco"):
        says(world, text)
    Message.objects.filter(text="Il vino rosso").update(identity=None)
    Message.objects.filter(text="Il vino bianco").update(removed_at=timezone.now())
    assert queries.try_out(bruno, "vino").found == 1
    assert queries.try_out(access.standing(world.zoe), "vino").looked_at == 0


def test_a_trial_looks_at_the_newest_only_and_says_so(world, bruno, monkeypatch):
    monkeypatch.setattr(queries, "MOST_TRIED", 3)
    for n in range(5):
        says(world, "vino", by=f"guest{n}")
    tried = queries.try_out(bruno, "vino")
    assert (tried.looked_at, tried.cut, tried.found) == (3, True, 3)


def test_trying_asks_for_the_language_that_was_read_and_for_the_network(world, bruno):
    from premura.models import Reading

    says(world, "vino")
    message = Message.objects.get()
    Reading.objects.create(
        message=message, brand=world.brand, version="1", tier=2, language="it", sentiment="neutral", score=0,
        intent="question", urgency=1,
    )  # fmt: skip
    assert queries.try_out(bruno, "vino lang:it network:playground").found == 1
    Reading.objects.update(language="und")
    Message.objects.update(language="en-GB")
    assert queries.try_out(bruno, "vino lang:en").found == 1
    assert queries.try_out(bruno, "vino network:bluesky").found == 0


def test_a_trial_of_an_agent_shows_nothing_of_another_team(world):
    says(world, "Il vino")
    assert queries.try_out(access.standing(world.ada), "vino").found == 1
    assert queries.try_out(access.standing(world.carlo), "vino").found == 0


def test_a_long_message_is_shown_around_what_was_found(world, bruno):
    says(world, "a " * 200 + "vino" + " b" * 200)
    (found,) = queries.try_out(bruno, "vino").examples
    text = "".join(piece for piece, _ in found.pieces)
    assert text.startswith("…")
    assert text.endswith("…")
    assert ("vino", True) in found.pieces
    assert len(text) < 260


# -- looking ------------------------------------------------------------------------------------------


def test_the_list_counts_the_hits_of_seven_days_by_day_for_who_may_read_them(world, bruno, django_assert_num_queries):
    made = queries.make(bruno, Written("Vino", "vino"))
    queries.make(bruno, Written("Acqua", "acqua"))
    for days_ago in (0.001, 2, 2, 8):
        says(world, "vino", days_ago=days_ago)
    for message in Message.objects.all():
        hit(made, message)
    with django_assert_num_queries(2):
        acqua, vino = queries.listed(bruno)
    assert ([n for _day, n in vino.days if n], vino.hits, len(vino.days)) == ([2, 1], 3, 7)
    assert (acqua.query.name, acqua.hits) == ("Acqua", 0)
    assert [one.hits for one in queries.listed(access.standing(world.carlo))] == [0, 0]
    assert queries.listed(access.standing(world.zoe)) == []


def test_hits_come_page_by_page_the_newest_first_and_only_those_that_may_be_read(world, bruno):
    made = queries.make(bruno, Written("Vino", "vino"))
    for n in range(5):
        says(world, f"vino {n}", by=f"guest{n}")
    for message in Message.objects.order_by("pk"):
        hit(made, message)
    Message.objects.filter(text="vino 2").update(removed_at=timezone.now())
    first = queries.hits(bruno, made, size=2)
    rest = queries.hits(bruno, made, first.after, size=2)
    assert [one.message.text for one in [*first.rows, *rest.rows]] == ["vino 4", "vino 3", "vino 1", "vino 0"]
    assert rest.after == ""
    assert queries.hits(bruno, made, "nonsense").rows != []
    assert queries.hits(access.standing(world.carlo), made).rows == []
