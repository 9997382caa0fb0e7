"""A reply leaves when its time has come, can be called back until then, and never leaves twice."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from premura import access
from premura.guard.contract import Finding, Severity
from premura.interact import approvals, drafts, leaving, second, windows
from premura.interact import reply as replying
from premura.interact.reply import Besides, submit
from premura.models import Approvals, Event, Membership, Message, Reply, Voice, WrongState
from premura.networks.contract import Kind, Limits, Receipt, Refused
from premura.networks.playground import Playground
from tests.interact.test_reply import Piazza

State = Reply.State


@pytest.fixture
def ten_seconds(world):
    Voice.objects.filter(brand=world.brand).update(undo_s=10)


@pytest.fixture
def piazza(monkeypatch):
    from premura import vault

    stands = Piazza()

    @contextmanager
    def opened(channel, timeout=None):
        yield stands

    monkeypatch.setattr(vault, "opened", opened)
    return stands


def objects(monkeypatch, *findings):
    monkeypatch.setattr("premura.interact.guard.check", lambda *asked, **given: findings)


def found(rule, severity=Severity.WARN):
    return Finding(rule, severity, 0, 2, rule)


def fresh(reply):
    return Reply.objects.select_related(*leaving.WITH_IT).get(pk=reply.pk)


def passes(reply, **time):
    """Let time pass for a reply that waits."""
    ago = timedelta(**time)
    one = Reply.objects.get(pk=reply.pk)
    Reply.objects.filter(pk=reply.pk).update(
        leaves_at=one.leaves_at - ago, written_at=one.written_at - ago,
        changed_at=one.changed_at and one.changed_at - ago,
    )  # fmt: skip
    return fresh(reply)


# -- the seconds in which it can be called back ----------------------------------------------


def test_what_is_sent_waits_ten_seconds_and_then_leaves(world, ten_seconds):
    reply = submit(world.says("Aperti?"), "Sì.", by=world.ada)
    assert reply.state == State.SCHEDULED
    assert timedelta(seconds=8) < reply.leaves_at - timezone.now() <= timedelta(seconds=10)
    leaving.leave(fresh(reply), timezone.now())
    assert fresh(reply).state == State.SCHEDULED
    leaving.leave(passes(reply, seconds=11), timezone.now())
    assert fresh(reply).state == State.READY
    assert Event.objects.get(deed="reply released").by == world.ada


def test_a_brand_without_a_voice_of_its_own_has_ten_seconds_too(world):
    Voice.objects.all().delete()
    assert submit(world.says("Aperti?"), "Sì.", by=world.ada).state == State.SCHEDULED


def test_what_was_called_back_never_leaves_even_if_its_job_runs(world, ten_seconds, piazza, work, transactional_db):
    reply = submit(world.says("Aperti?"), "Sì.", by=world.ada)
    leaving.withdraw(fresh(reply), world.ada)
    leaving.leave(passes_by(reply), timezone.now())
    work()
    assert (fresh(reply).state, piazza.said) == (State.DRAFT, [])


def passes_by(reply):
    one = fresh(reply)
    one.state, one.leaves_at = State.SCHEDULED, timezone.now()  # as a job sees it that looked a moment before
    return one


def test_what_has_left_cannot_be_called_back(world, ten_seconds):
    reply = submit(world.says("Aperti?"), "Sì.", by=world.ada)
    leaving.leave(passes(reply, seconds=11), timezone.now())
    with pytest.raises(WrongState):
        leaving.withdraw(fresh(reply), world.ada)


def test_its_job_lets_it_leave_by_itself(world, piazza, work, transactional_db):
    Voice.objects.filter(brand=world.brand).update(undo_s=10)
    reply = submit(world.says("Aperti?"), "Sì.", by=world.ada)
    passes(reply, seconds=12)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET scheduled_at = now() - interval '1 second' WHERE task_name = 'leave'"
        )
    work()
    assert (fresh(reply).state, len(piazza.said)) == (State.SENT, 1)


def test_the_timetable_picks_up_what_lost_its_job(world, ten_seconds, piazza, work, transactional_db):
    from premura.jobs import timetable

    reply = submit(world.says("Aperti?"), "Sì.", by=world.ada)
    assert leaving.due(timezone.now()) == []
    passes(reply, seconds=60)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    timetable._replies_that_wait()
    work()
    assert (fresh(reply).state, len(piazza.said)) == (State.SENT, 1)


def test_what_comes_in_while_it_can_be_called_back_calls_it_back(world, ten_seconds):
    asked = world.says("Aperti?")
    reply = submit(asked, "Sì.", by=world.ada, seen=replying.seen(asked))
    world.says("Lasci stare.")
    leaving.leave(passes(reply, seconds=11), timezone.now())
    assert fresh(reply).state == State.DRAFT
    assert Event.objects.get(deed="reply withdrawn").facts["why"] == "came in"


def test_what_the_guard_learns_while_it_can_be_called_back_calls_it_back(world, ten_seconds, monkeypatch):
    reply = submit(world.says("Aperti?"), "Sì.", by=world.ada)
    objects(monkeypatch, found("internal_fact", Severity.BLOCK))
    leaving.leave(passes(reply, seconds=11), timezone.now())
    assert fresh(reply).state == State.DRAFT


# -- at its time ------------------------------------------------------------------------------


def tomorrow(world, **more):
    asked = world.says("Aperti?")
    at = timezone.now() + timedelta(hours=20)
    besides = Besides(leaves_at=at, **more)
    return submit(asked, "Sì, da mezzogiorno.", by=world.ada, seen=replying.seen(asked), besides=besides)


def test_a_scheduled_reply_leaves_at_its_time_when_nothing_came_in(world):
    reply = tomorrow(world)
    leaving.leave(passes(reply, hours=19), timezone.now())
    assert fresh(reply).state == State.SCHEDULED
    leaving.leave(passes(reply, hours=1, minutes=1), timezone.now())
    assert fresh(reply).state == State.READY


def test_a_scheduled_reply_goes_back_to_its_author_when_they_wrote_again(world):
    reply = tomorrow(world)
    world.says("Lasci stare.")
    leaving.leave(passes(reply, hours=21), timezone.now())
    assert fresh(reply).state == State.DRAFT
    told = Event.objects.get(deed="reply withdrawn")
    assert (told.facts, told.by) == ({"reply": reply.pk, "why": "came in"}, None)


def test_a_scheduled_reply_goes_back_when_the_guard_says_no_at_its_time(world, monkeypatch):
    reply = tomorrow(world)
    objects(monkeypatch, found("internal_fact", Severity.BLOCK), found("collision", Severity.BLOCK))
    leaving.leave(passes(reply, hours=21), timezone.now())
    assert fresh(reply).state == State.DRAFT
    assert Event.objects.get(deed="reply withdrawn").facts["rules"] == ["internal_fact"]


def test_what_was_sent_against_a_warning_with_a_reason_still_leaves_at_its_time(world, monkeypatch):
    objects(monkeypatch, found("canned"))
    reply = tomorrow(world, overrides={"canned": "guasto di tutti"})
    leaving.leave(passes(reply, hours=21), timezone.now())
    assert fresh(reply).state == State.READY


@pytest.mark.parametrize("away", [timedelta(days=-1), timedelta(days=400)])
def test_a_reply_cannot_leave_yesterday_or_in_two_years(world, away):
    with pytest.raises(replying.WrongTime):
        submit(world.says("Aperti?"), "Sì.", by=world.ada, besides=Besides(leaves_at=timezone.now() + away))


# -- the guard at the door --------------------------------------------------------------------


def test_a_warning_without_a_reason_stops_it_and_nothing_is_kept(world, monkeypatch):
    objects(monkeypatch, found("canned"))
    with pytest.raises(replying.Objected) as caught:
        submit(world.says("Aperti?"), "Sì.", by=world.ada)
    assert [finding.rule for finding in caught.value.findings] == ["canned"]
    assert not Reply.objects.exists()


def test_a_warning_answered_with_a_reason_is_sent_and_the_reason_is_written_down(world, monkeypatch):
    objects(monkeypatch, found("canned"), found("no_personal_trace", Severity.HINT))
    besides = Besides(overrides={"canned": "guasto di tutti", "begging": "non serve"})
    reply = submit(world.says("Aperti?"), "Sì.", by=world.ada, besides=besides)
    assert (reply.state, reply.overrides) == (State.READY, {"canned": "guasto di tutti"})
    assert [line["rule"] for line in reply.objections] == ["canned", "no_personal_trace"]
    told = Event.objects.get(deed="guard overridden")
    assert told.facts == {"reply": reply.pk, "rule": "canned", "reason": "guasto di tutti"}


@pytest.mark.parametrize("rule", ["insult", "personal_data", "begging", "shaming", "missing_apology"])
def test_against_some_rules_nobody_sends_admins_included(world, monkeypatch, rule):
    objects(monkeypatch, found(rule, Severity.BLOCK))
    with pytest.raises(replying.Objected):
        submit(world.says("Aperti?"), "Sì.", by=world.elena, besides=Besides(overrides={rule: "perché sì"}))


def test_a_block_that_an_agent_overrides_waits_for_a_lead_and_a_lead_sends_it(world, monkeypatch):
    objects(monkeypatch, found("deflection", Severity.BLOCK))
    besides = Besides(overrides={"deflection": "il numero l’ha chiesto"})
    held = submit(world.says("Aperti?"), "Sì.", by=world.ada, besides=besides)
    assert (held.state, held.wants_approval) == (State.HELD, [{"why": "rule", "what": "deflection"}])
    sent = submit(world.says("E domani?"), "Sì.", by=world.bruno, besides=besides)
    assert sent.state == State.READY


def test_what_was_to_stay_inside_is_told_when_a_second_person_agrees_a_leads_word_too(world, monkeypatch):
    objects(monkeypatch, found("internal_fact", Severity.BLOCK))
    besides = Besides(overrides={"internal_fact": "lo sa già il giornale"})
    held = submit(world.says("Perché?"), "È allagato.", by=world.bruno, besides=besides)
    assert (held.state, held.wants_approval) == (State.HELD, [{"why": "rule", "what": "internal_fact"}])
    with pytest.raises(second.OwnReply):
        second.approve(fresh(held), world.bruno)
    second.approve(fresh(held), world.elena)
    assert fresh(held).state == State.READY


@pytest.mark.guarded
def test_a_question_put_off_to_a_day_is_still_put_off_when_the_reply_leaves(world):
    asked = "Buongiorno, quanto costa la spedizione in Svizzera?"
    day = timezone.now() + timedelta(days=3)
    text = "Buongiorno, il colore è verde bosco."
    later = {"leaves_at": timezone.now() + timedelta(hours=20), "promised_for": day}
    with pytest.raises(replying.Objected) as caught:
        submit(world.says(asked), text, by=world.ada, besides=Besides(**later))
    (question,) = {f.facts["question"] for f in caught.value.findings if f.rule == "question_unanswered"}
    put_off = Besides(**later, answered_later=(question,))
    reply = submit(world.says(asked), text, by=world.ada, besides=put_off)
    leaving.leave(passes(reply, hours=21), timezone.now())
    assert fresh(reply).state == State.READY


def test_what_was_written_in_heat_waits_ten_minutes_or_for_a_second_person(world, monkeypatch):
    objects(monkeypatch, found("heat", Severity.DELAY))
    reply = submit(world.says("Ladri!"), "No.", by=world.bruno)
    assert reply.state == State.SCHEDULED
    assert reply.leaves_at - timezone.now() > timedelta(minutes=9)
    assert second.cools(fresh(reply))
    with pytest.raises(second.OwnReply):
        second.approve(fresh(reply), world.bruno)
    second.approve(fresh(reply), world.elena)
    assert (fresh(reply).state, fresh(reply).approver) == (State.READY, world.elena)


# -- a second person --------------------------------------------------------------------------


def rules(world, **given):
    Approvals.objects.update_or_create(brand=world.brand, defaults=given)


def newcomer(world):
    Membership.objects.filter(agent=world.ada).update(is_newcomer=True)


@pytest.mark.parametrize(
    ("given", "asked", "text", "why"),
    [
        ({"words": ["rimborso"]}, "Voglio un Rimborso", "Ci pensiamo.", {"why": "word", "what": "rimborso"}),
        ({"words": ["avvocato"]}, "Allora?", "Senta il suo avvocato.", {"why": "word", "what": "avvocato"}),
        ({"words": ["allergia"]}, "Ho due allergie", "Ci pensiamo.", {"why": "word", "what": "allergia"}),
        ({"words": ["allergia"]}, "Mio figlio è allergico", "Vediamo.", {"why": "word", "what": "allergia"}),
        ({"amount_over": 50}, "Allora?", "Le rendiamo 50,01 €.", {"why": "amount", "what": "50.01"}),
        ({"amount_over": 1000}, "Allora?", "EUR 1.200 entro lunedì.", {"why": "amount", "what": "1200.00"}),
        ({"amount_over": 50}, "Allora?", "Ti rimborsiamo duecento euro.", {"why": "amount", "what": "200.00"}),
        ({"amount_over": 50}, "Allora?", "We refund you £200.", {"why": "amount", "what": "200.00 £"}),
    ],
)
def test_chosen_words_and_amounts_want_a_second_person(world, given, asked, text, why):
    rules(world, **given)
    reply = submit(world.says(asked), text, by=world.bruno)
    assert (reply.state, reply.wants_approval) == (State.HELD, [why])


def test_what_touches_none_of_it_leaves(world):
    rules(world, words=["rimborso", "arte"], amount_over=50, intents=["complaint"])
    asked = world.says("Aperti alle 20?")
    type(asked).objects.filter(pk=asked.pk).update(intent="question")
    asked.refresh_from_db()
    assert submit(asked, "Sì, 50 € a testa, in via dell'Arteria.", by=world.bruno).state == State.READY


def test_chosen_intents_want_a_second_person(world):
    rules(world, intents=["complaint"])
    asked = world.says("Freddo")
    asked.intent = "complaint"
    assert submit(asked, "Scusi.", by=world.bruno).wants_approval == [{"why": "intent", "what": "complaint"}]


def test_a_newcomers_reply_waits_and_its_author_never_says_yes_to_it(world):
    newcomer(world)
    reply = submit(world.says("Aperti?"), "Sì.", by=world.ada)
    assert (reply.state, reply.wants_approval) == (State.HELD, [{"why": "newcomer", "what": ""}])
    Membership.objects.filter(agent=world.ada).update(role="lead")
    with pytest.raises(second.OwnReply):
        second.approve(fresh(reply), world.ada)
    second.approve(fresh(reply), world.bruno)
    assert (fresh(reply).state, fresh(reply).approver) == (State.READY, world.bruno)
    with pytest.raises(WrongState):
        second.approve(fresh(reply), world.elena)


def test_a_held_reply_with_a_time_keeps_it(world):
    newcomer(world)
    reply = tomorrow(world)
    second.approve(fresh(reply), world.bruno)
    assert fresh(reply).state == State.SCHEDULED
    assert fresh(reply).leaves_at > timezone.now() + timedelta(hours=19)


def test_a_yes_to_what_the_customer_has_overtaken_asks_to_look_first(world):
    newcomer(world)
    asked = world.says("Aperti?")
    reply = submit(asked, "Sì.", by=world.ada, seen=replying.seen(asked))
    world.says("Lasci stare")
    with pytest.raises(replying.SomethingCameIn):
        second.approve(fresh(reply), world.bruno)
    second.approve(fresh(reply), world.bruno, str(replying.seen(asked)))
    assert fresh(reply).state == State.READY


def test_a_yes_without_a_change_is_looked_at_by_the_guard_as_it_is_then(world, monkeypatch):
    newcomer(world)
    reply = submit(world.says("Aperti?"), "Sì.", by=world.ada)
    objects(monkeypatch, found("internal_fact", Severity.BLOCK))
    with pytest.raises(replying.Objected):
        second.approve(fresh(reply), world.bruno)
    assert fresh(reply).state == State.HELD


@pytest.mark.windowed
def test_a_yes_after_the_networks_time_lets_nothing_go(world):
    newcomer(world)
    asked = world.says("Aperti?", kind=Kind.DIRECT, root="chat", at=timezone.now() - timedelta(hours=20))
    reply = submit(asked, "Sì.", by=world.ada)
    Message.objects.update(written_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(replying.WindowClosed):
        second.approve(fresh(reply), world.bruno)
    assert fresh(reply).state == State.HELD


def test_what_cools_stands_with_what_waits_for_a_yes_and_can_be_sent_back(world, monkeypatch):
    objects(monkeypatch, found("heat", Severity.DELAY))
    reply = submit(world.says("Ladri!"), "No.", by=world.ada)
    bruno, ada = access.standing(world.bruno), access.standing(world.ada)
    assert (approvals.waiting(bruno).rows, approvals.count(bruno), approvals.count(ada)) == ([reply], 1, 0)
    second.send_back(fresh(reply), world.bruno, "Domani.")
    assert (fresh(reply).state, approvals.count(bruno)) == (State.DRAFT, 0)


def test_what_is_sent_back_is_a_draft_again_with_a_word(world):
    newcomer(world)
    reply = submit(world.says("Aperti?"), "Sì.", by=world.ada)
    second.send_back(fresh(reply), world.bruno, "Salutala per nome.")
    assert fresh(reply).state == State.DRAFT
    assert Event.objects.get(deed="reply refused").facts["why"] == "Salutala per nome."
    assert [draft.pk for draft in drafts.mine(reply.conversation, world.ada)] == [reply.pk]


# -- a thread ---------------------------------------------------------------------------------

LONG = " ".join(f"Questa è la frase numero {n}, e dice una cosa." for n in range(1, 12))


@pytest.fixture
def bluesky(world):
    world.rossi.network = "bluesky"
    world.rossi.save(update_fields=["network"])
    return world.rossi


def test_a_text_too_long_for_one_says_how_it_would_stand_as_a_thread(world, bluesky):
    with pytest.raises(replying.TooLong) as caught:
        submit(world.says("Allora?"), LONG, by=world.ada)
    assert [part.rpartition(" ")[2] for part in caught.value.parts] == ["1/2", "2/2"]
    assert all(len(part) <= 300 for part in caught.value.parts)
    assert replying.as_shown(bluesky, LONG) == caught.value.parts  # so a passer-by sees it
    assert replying.as_shown(bluesky, "Sì.\n\nAda") == ["Sì.\n\nAda"]


def test_a_thread_keeps_the_paragraphs_that_fall_within_a_part(world, bluesky):
    shown = replying.as_shown(bluesky, f"Ciao Anna.\n\n{LONG}\n\nAda")
    assert shown[0].startswith("Ciao Anna.\n\nQuesta è la frase numero 1")
    assert shown[-1].endswith(f"cosa.\n\nAda {len(shown)}/{len(shown)}")


def test_elsewhere_too_long_stays_too_long(world):
    with pytest.raises(replying.TooLong) as caught:
        submit(world.says("Allora?"), LONG * 2, by=world.ada, besides=Besides(in_parts=True))
    assert caught.value.parts == []


class Sky(Piazza):
    name, can, limits = Playground.name, Playground.can, Playground.limits

    def reply(self, to, out):
        self.said.append((to["key"], out.text))
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        n = len(self.said)
        return Receipt(f"ours-{n}", f"https://bsky.example/{n}", {"key": f"ours-{n}"})


def in_parts(world) -> Reply:
    return submit(world.says("Allora?", key="theirs"), LONG, by=world.ada, besides=Besides(in_parts=True))


def send_all(sky):
    from premura.interact import deliver

    for reply in Reply.objects.filter(state=State.READY).select_related(*deliver.WITH_IT):
        deliver.deliver(reply, sky)


def test_the_parts_leave_in_order_each_under_the_one_before(world, bluesky):
    first = in_parts(world)
    sky = Sky()
    assert sorted(Reply.objects.values_list("state", flat=True)) == ["ready", "scheduled"]
    send_all(sky)
    send_all(sky)
    send_all(sky)
    assert [to for to, _ in sky.said] == ["theirs", "ours-1"]
    assert set(Reply.objects.values_list("state", flat=True)) == {State.SENT}
    assert Message.objects.get(key="ours-2").parent == "ours-1"
    assert fresh(first).next.text.endswith("2/2")


def test_a_part_that_fails_stops_the_rest_until_it_is_tried_again(world, bluesky):
    from premura.interact import deliver

    first = in_parts(world)
    sky = Sky(Refused("no"))
    send_all(sky)
    send_all(sky)
    leaving_now = leaving.due(timezone.now() + timedelta(hours=1))
    assert (fresh(first).state, fresh(first).next.state, leaving_now) == (State.FAILED, State.SCHEDULED, [])
    deliver.try_again(fresh(first), world.ada)
    send_all(sky)
    send_all(sky)
    assert set(Reply.objects.values_list("state", flat=True)) == {State.SENT}


def test_a_thread_called_back_is_one_draft_again(world, bluesky):
    Voice.objects.filter(brand=world.brand).update(undo_s=10)
    first = in_parts(world)
    leaving.withdraw(fresh(first).next, world.ada)
    assert Reply.objects.get().state == State.DRAFT
    assert Reply.objects.get().text == LONG


def test_a_thread_that_waits_for_its_time_is_looked_at_as_a_whole(world, bluesky, monkeypatch):
    at = timezone.now() + timedelta(hours=20)
    asked = world.says("Allora?")
    first = submit(asked, LONG, by=world.ada, besides=Besides(in_parts=True, leaves_at=at))
    looked = []
    monkeypatch.setattr("premura.interact.guard.check", lambda _c, text, *asked, **given: looked.append(text) or ())
    leaving.leave(passes(first, hours=21), timezone.now())
    assert looked == [LONG]
    assert fresh(first).state == State.READY


# -- in public first --------------------------------------------------------------------------


def ours(world, conversation, **more):
    reply = submit(conversation, "Eccoci.", by=world.ada, **more)
    from premura.interact import deliver

    piazza = Piazza()
    piazza.reply_privately = lambda to, out: Receipt("private-1", "")
    deliver.deliver(Reply.objects.select_related(*deliver.WITH_IT).get(pk=reply.pk), piazza)
    return reply


def test_the_private_reply_opens_once_a_public_answer_stands(world):
    asked = world.says("Dov’è il mio ordine?")
    with pytest.raises(replying.PublicFirst):
        submit(asked, "Mi dai il numero?", by=world.ada, private=True)
    ours(world, asked)
    assert submit(asked, "Mi dai il numero?", by=world.ada, private=True).private
    assert Event.objects.filter(deed="reply released").latest("pk").facts["moves"] == "after a public answer"


def test_our_answer_to_somebody_else_opens_nothing(world):
    ours(world, world.says("Buono?", by="marco"))
    with pytest.raises(replying.PublicFirst):
        submit(world.says("Dov’è il mio ordine?"), "Mi dai il numero?", by=world.ada, private=True)


def test_personal_data_is_a_reason_to_begin_in_private_and_it_is_written_down(world):
    besides = Besides(private_reason=True)
    reply = submit(world.says("Aiuto"), "Mi dica.", by=world.ada, private=True, besides=besides)
    assert reply.overrides == {"private_first": "personal data or safety"}
    assert Event.objects.get(deed="reply released").facts["moves"] == "personal data or safety"


def test_after_a_private_reply_the_closing_line_is_missing_until_one_is_said(world):
    asked = world.says("Dov’è il mio ordine?")
    assert not windows.closing_line_is_missing(asked)
    ours(world, asked, private=True, besides=Besides(private_reason=True))
    assert windows.closing_line_is_missing(asked)
    submit(asked, "Ti abbiamo scritto in privato.", by=world.ada)
    assert not windows.closing_line_is_missing(asked)


# -- the window -------------------------------------------------------------------------------


@pytest.fixture
def a_day(monkeypatch):
    base = Playground.limits
    given = Limits(base.reply, base.direct, reply_within=timedelta(hours=24))
    monkeypatch.setattr(Playground, "limits", given)


@pytest.mark.windowed
def test_piazza_takes_a_private_reply_for_seven_days_and_a_direct_message_for_one(world):
    now = timezone.now()
    old = world.says("Aiuto", at=now - timedelta(days=6))
    assert submit(old, "Mi dica.", by=world.ada, private=True, besides=Besides(private_reason=True)).private
    too_old = world.says("Aiuto", root="wine", at=now - timedelta(days=8))
    with pytest.raises(replying.WindowClosed):
        submit(too_old, "Mi dica.", by=world.ada, private=True, besides=Besides(private_reason=True))
    assert submit(too_old, "Eccoci.", by=world.ada)
    chat = world.says("Ciao", kind=Kind.DIRECT, root="chat", at=now - timedelta(hours=25))
    with pytest.raises(replying.WindowClosed):
        submit(chat, "Ciao.", by=world.ada)
    assert submit(world.says("Ancora?", kind=Kind.DIRECT, root="chat", at=now), "Sì.", by=world.ada)


def test_a_network_without_an_end_has_no_window(world):
    assert windows.left(world.says("Aperti?"), False, timezone.now()) is None


def test_the_window_is_counted_from_their_latest_words(world, a_day):
    now = timezone.now()
    asked = world.says("Aperti?", at=now - timedelta(hours=21))
    assert timedelta(hours=2, minutes=58) < windows.left(asked, False, now) <= timedelta(hours=3, minutes=1)


def test_nothing_is_sent_through_a_closed_window_nor_later_than_it_closes(world, a_day):
    closed = world.says("Aperti?", at=timezone.now() - timedelta(hours=25))
    with pytest.raises(replying.WindowClosed):
        submit(closed, "Sì.", by=world.ada)
    late = world.says("Aperti?", root="wine", at=timezone.now() - timedelta(hours=20))
    with pytest.raises(replying.WindowClosed):
        submit(late, "Sì.", by=world.ada, besides=Besides(leaves_at=timezone.now() + timedelta(hours=5)))
    assert submit(late, "Sì.", by=world.ada)
