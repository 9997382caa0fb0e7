"""A promise is kept in mind: made by the reply that says it, told of before it lapses, and settled by a person."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.http import Http404
from django.utils import timezone

from premura import access
from premura.decide.deadlines import books
from premura.interact import leaving, promise, teamwork
from premura.interact.deliver import deliver, settle
from premura.interact.reply import Besides, submit
from premura.jobs import deciding
from premura.models import Calendar, Event, Promise, Reply, SlaPolicy, Triage, Voice, WrongState
from premura.networks.contract import Receipt, Refused, Unclear
from tests.interact.test_reply import Piazza

TEXT = "Ciao Chiara! Il pacco è fermo. Ti scriviamo entro venerdì alle 12."


def soon(**span):
    return timezone.now() + timedelta(**span)


def replied(world, text=TEXT, **besides) -> Reply:
    reply = submit(world.says("Dov’è?"), text, by=world.ada, besides=Besides(promised_for=soon(days=4), **besides))
    return Reply.objects.select_related("conversation__channel", "to", "author").get(pk=reply.pk)


def promised(world, **span) -> Promise:
    return promise.make(world.says("Dov’è?"), "Richiamo io", soon(**span or {"days": 4}), world.ada)


def passes(one, **span):
    """Let time pass for a promise."""
    one.refresh_from_db()
    ago = timedelta(**span)
    Promise.objects.filter(pk=one.pk).update(made_at=one.made_at - ago, due_at=one.due_at - ago)
    return Promise.objects.get(pk=one.pk)


def deeds(*which):
    return list(Event.objects.filter(deed__in=which).order_by("pk").values_list("deed", flat=True))


# -- made ------------------------------------------------------------------------------------


def test_a_reply_that_names_a_time_makes_a_promise_when_it_stands_there(world):
    reply = replied(world)
    assert not Promise.objects.exists()
    deliver(reply, Piazza())
    made = Promise.objects.get()
    assert (made.what, made.owner, made.due_at) == (
        "Ti scriviamo entro venerdì alle 12.",
        world.ada,
        reply.promised_for,
    )
    assert (made.reply, made.conversation, made.brand) == (reply, reply.conversation, world.brand)
    line = Event.objects.get(deed="promised")
    assert (line.by, line.facts["what"], line.facts["owner"]) == (world.ada, made.what, "Ada")


def test_without_a_day_in_its_words_the_first_sentence_is_what_was_promised(world):
    deliver(replied(world, "Ci pensiamo noi. A presto."), Piazza())
    assert Promise.objects.get().what == "Ci pensiamo noi."


def test_a_reply_without_a_time_promises_nothing(world):
    reply = submit(world.says("Dov’è?"), TEXT, by=world.ada)
    deliver(Reply.objects.select_related("conversation__channel", "to").get(pk=reply.pk), Piazza())
    assert not Promise.objects.exists()


def test_one_promise_a_reply_also_when_its_job_runs_twice(world):
    reply = replied(world)
    deliver(reply, Piazza())
    with pytest.raises(WrongState):
        deliver(Reply.objects.select_related("conversation__channel", "to").get(pk=reply.pk), Piazza())
    promise.said(reply)
    assert Promise.objects.count() == 1
    assert deeds("promised") == ["promised"]


def test_what_was_called_back_promised_nothing(world):
    Voice.objects.filter(brand=world.brand).update(undo_s=10)
    reply = replied(world)
    leaving.withdraw(reply, world.ada)
    leaving.leave(Reply.objects.select_related(*leaving.WITH_IT).get(pk=reply.pk), soon(minutes=1))
    assert not Promise.objects.exists()


def test_what_the_network_refused_promised_nothing_and_what_a_person_found_there_did(world):
    deliver(replied(world), Piazza(Refused("no")))
    unclear = replied(world)
    deliver(unclear, Piazza(Unclear("silence")))
    assert not Promise.objects.exists()
    settle(Reply.objects.get(pk=unclear.pk), world.ada, stands=True)
    assert Promise.objects.get().reply == unclear


def test_a_thread_promises_once_with_the_words_of_all_its_parts(world):
    world.rossi.network = "bluesky"
    world.rossi.save(update_fields=["network"])
    first = replied(world, "Il pacco è fermo al deposito. " * 12 + "Ti scriviamo entro venerdì alle 12.", in_parts=True)
    deliver(first, Piazza())
    part = Reply.objects.select_related("conversation__channel", "to", "follows__message").get(follows=first)
    deliver(part, Piazza(Receipt("ours-2", "")))
    assert Promise.objects.get().what.startswith("Ti scriviamo entro venerdì alle 12.")
    assert [one.answered for one in promise.open_in(first.conversation)] == [False]


def test_a_promise_is_made_by_hand_for_a_colleague(world):
    made = promise.make(
        world.says("Dov’è?"), "  Chiamare \n il deposito ", soon(hours=5), world.ada, owner=world.bruno, technical=True
    )
    assert (made.what, made.owner, made.technical, made.reply) == ("Chiamare il deposito", world.bruno, True, None)
    assert Event.objects.get(deed="promised").by == world.ada


@pytest.mark.parametrize(
    ("what", "span"), [("  ", {"hours": 1}), ("Chiamo", {"hours": -1}), ("Chiamo", {"days": 800}), ("Chiamo", None)]
)
def test_without_words_or_without_a_time_to_come_there_is_no_promise(world, what, span):
    with pytest.raises(promise.NotAPromise):
        promise.make(world.says("Dov’è?"), what, soon(**span) if span else None, world.ada)
    assert not Promise.objects.exists()


# -- settled ---------------------------------------------------------------------------------


def test_a_person_says_that_it_is_kept_and_of_two_one_does(world):
    made = promised(world)
    in_another_tab = Promise.objects.get()
    promise.keep(made, world.ada)
    with pytest.raises(WrongState):
        promise.withdraw(in_another_tab, world.bruno, "Non serve più")
    made.refresh_from_db()
    assert (made.state, made.settled_at is not None) == ("kept", True)
    assert deeds("promise kept", "promise withdrawn") == ["promise kept"]


def test_it_is_taken_back_only_with_a_reason(world):
    made = promised(world)
    with pytest.raises(promise.NoReason):
        promise.withdraw(made, world.ada, "  ")
    promise.withdraw(made, world.ada, "Ha disdetto")
    assert Promise.objects.get().state == "withdrawn"
    assert Event.objects.get(deed="promise withdrawn").facts["reason"] == "Ha disdetto"


def test_an_answer_in_time_proposes_that_it_is_kept_and_says_no_more_than_that(world):
    deliver(replied(world), Piazza())
    made = Promise.objects.get()
    assert [one.answered for one in promise.open_in(made.conversation)] == [False]
    again = submit(made.conversation, "È arrivato.", by=world.ada)
    deliver(Reply.objects.select_related("conversation__channel", "to").get(pk=again.pk), Piazza(Receipt("ours-2", "")))
    assert [(one, one.answered) for one in promise.open_in(made.conversation)] == [(made, True)]
    Reply.objects.filter(pk=again.pk).update(sent_at=soon(days=5))  # when it had lapsed
    assert [one.answered for one in promise.open_in(made.conversation)] == [False]


def test_who_asks_again_resets_nothing(world):
    made = passes(promised(world), days=3, hours=23)
    promise.warn(timezone.now())
    before = Promise.objects.values().get()
    world.says("Allora? È la terza volta che scrivo")
    assert Promise.objects.values().get() == before
    assert promise.warn(timezone.now()) == 0
    assert [one.pk for one in promise.open_in(made.conversation)] == [made.pk]


# -- before it lapses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("promised_in", "left", "warned"),
    [
        ({"days": 10}, {"hours": 25}, 0),
        ({"days": 10}, {"hours": 23}, 1),
        ({"hours": 8}, {"hours": 2, "minutes": 5}, 0),
        ({"hours": 8}, {"hours": 1, "minutes": 55}, 1),
        ({"minutes": 60}, {"minutes": 35}, 0),
        ({"minutes": 60}, {"minutes": 29}, 1),
    ],
)
def test_it_warns_a_day_before_or_a_quarter_of_its_time_and_at_least_half_an_hour(world, promised_in, left, warned):
    made = promised(world, **promised_in)
    assert promise.warn(made.due_at - timedelta(**left)) == warned


@pytest.mark.parametrize("state", ["pending", "snoozed", "resolved"])
def test_what_was_set_aside_comes_back_once_and_says_why(world, state):
    made = promised(world)
    conversation = made.conversation
    if state == "pending":
        conversation.wait(timezone.now())
    elif state == "snoozed":
        teamwork.snooze(conversation, soon(days=30), world.ada)
    else:
        teamwork.resolve(conversation, world.ada)
    passes(made, days=3, hours=22)
    assert (promise.warn(timezone.now()), promise.warn(timezone.now())) == (1, 0)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.snoozed_until) == ("open", None)
    line = Event.objects.get(deed="promise near")
    assert (line.conversation, line.channel, line.by, line.facts["what"]) == (
        conversation, world.rossi, None, "Richiamo io"
    )  # fmt: skip
    assert Promise.objects.get().warned_at


def test_on_hold_stays_on_hold_and_is_told_all_the_same(world):
    made = promised(world)
    teamwork.hold(made.conversation, world.ada)
    passes(made, days=4)
    assert promise.warn(timezone.now()) == 1
    made.conversation.refresh_from_db()
    assert made.conversation.state == "on_hold"


def test_what_is_settled_warns_of_nothing_and_what_lapsed_stays_until_somebody_settles_it(world):
    kept, late = promised(world), promised(world)
    promise.keep(kept, world.ada)
    for one in (kept, late):
        passes(one, days=5)
    assert promise.warn(timezone.now()) == 1
    assert promise.open_in(late.conversation) == [late]


def test_many_cost_no_more_than_one(world, django_assert_max_num_queries):
    books([world.brand.pk])
    for n in range(12):
        made = promise.make(world.says("Dov’è?", by=f"guest{n}"), "Chiamo", soon(hours=1), world.ada)
        passes(made, minutes=50)
    with django_assert_max_num_queries(15):
        assert promise.warn(timezone.now()) == 12


def test_what_comes_back_stands_in_the_order_of_work_with_its_reason(world):
    made = promised(world)
    made.conversation.wait(timezone.now())
    passes(made, days=3, hours=23, minutes=10)
    promise.warn(timezone.now())
    assert "promise" in [part[0] for part in Triage.objects.get(pk=made.conversation_id).parts]


def test_what_is_left_is_counted_by_both_clocks(world, monkeypatch):
    at = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # a Friday, an hour before they close
    monkeypatch.setattr("premura.interact.promise.timezone.now", lambda: at)
    made = promise.make(world.says("Dov’è?"), "Chiamo", at + timedelta(days=3), world.ada)
    assert promise.open_in(made.conversation)[0].working is None
    week = [[[540, 1020]]] * 5 + [[], []]
    hours = Calendar.objects.create(brand=world.brand, name="Ufficio", zone="UTC", week=week)
    policy = SlaPolicy.objects.create(brand=world.brand, name="Presto", calendar=hours)
    Triage.objects.update_or_create(pk=made.conversation_id, defaults={"brand": world.brand, "policy": policy})
    (one,) = promise.open_in(made.conversation)
    assert (one.working, one.hours) == (timedelta(hours=8), hours)


def test_two_workers_at_once_warn_once(world, transactional_db):
    passes(promised(world), days=4)
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:  # the other worker has it in hand
            cursor.execute("SELECT id FROM premura_promise FOR UPDATE")
        assert promise.warn(timezone.now()) == 0
        other.rollback()
    finally:
        other.close()
    assert promise.warn(timezone.now()) == 1
    assert deeds("promise near") == ["promise near"]


def test_the_timetable_asks_each_minute(world):
    passes(promised(world), days=4)
    deciding.warn_of_promises.func(0)
    assert Promise.objects.get().warned_at


# -- listed ----------------------------------------------------------------------------------


def test_the_list_is_of_ones_own_or_of_all_that_one_may_see_next_due_first(world):
    later, sooner = promised(world, days=9), promised(world, days=2)
    theirs = promise.make(world.says("Dov’è?", by="marco"), "Chiamo io", soon(days=5), world.bruno)
    ada, carlo = access.standing(world.ada), access.standing(world.carlo)
    assert promise.listed(ada).rows == [sooner, theirs, later]
    assert promise.listed(ada, mine=True).rows == [sooner, later]
    assert promise.listed(carlo).rows == []  # the hall's conversations are not his
    assert promise.listed(access.standing(world.zoe)).rows == []


def test_the_list_goes_on_where_it_stopped(world, monkeypatch):
    monkeypatch.setattr(promise, "PAGE", 2)
    made = [promised(world, days=n) for n in (1, 2, 3)]
    first = promise.listed(access.standing(world.ada))
    second = promise.listed(access.standing(world.ada), first.after)
    assert first.rows + second.rows == made
    assert second.after == ""
    assert promise.listed(access.standing(world.ada), "nonsense").rows == made[:2]


def test_one_promise_is_found_by_whoever_may_answer_there(world):
    made = promised(world)
    assert promise.one(world.bruno, made.pk)[1] == made
    for nobody in (world.zoe, world.carlo):
        with pytest.raises(Http404):
            promise.one(nobody, made.pk)
    with pytest.raises(Http404):
        promise.one(world.ada, 0)
