"""What comes first, with its reasons; until when; and what belongs together."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from premura import flow
from premura.decide import retime, triage, weights
from premura.decide.order import POINTS
from premura.interact import teamwork
from premura.listen.patterns import joins, repeats
from premura.models import (
    Agreement,
    Calendar,
    Conversation,
    Employee,
    Event,
    Message,
    PileOn,
    Promise,
    Reading,
    SlaPolicy,
    Spill,
    Triage,
    Weights,
)
from premura.networks.contract import Kind
from tests.conftest import NOON

ROME = ZoneInfo("Europe/Rome")


def decide(*conversations, now=None) -> None:
    """Do what follows a batch that brought all that was said so far."""
    flow.decide(list(Message.objects.values_list("pk", flat=True)), {one.pk for one in conversations})
    if now:
        triage.triage([one.pk for one in conversations], now)


def read(conversation, intent="complaint", sentiment="negative", urgency=1, flags=()) -> Conversation:
    """Say how all its messages were read, as the batch that stored them would have."""
    for message in conversation.messages.all():
        Reading.objects.update_or_create(
            message=message,
            defaults={
                "brand_id": conversation.brand_id, "version": "t", "tier": 1, "language": "it", "score": -0.5,
                "sentiment": sentiment, "intent": intent, "urgency": urgency, "flags": list(flags),
            },
        )  # fmt: skip
    Conversation.objects.filter(pk=conversation.pk).update(
        intent=intent, sentiment=sentiment, urgency=urgency, flags=list(flags), language="it"
    )
    return Conversation.objects.get(pk=conversation.pk)


def parts(conversation) -> dict[str, int]:
    return {name: points for name, points, *_ in Triage.objects.get(conversation=conversation).parts}


def due(conversation):
    return Conversation.objects.get(pk=conversation.pk).due_at


# -- how soon --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("intent", "kind", "minutes"),
    [("complaint", Kind.COMMENT, 60), ("question", Kind.COMMENT, 240), ("gesture", Kind.COMMENT, 1440),
     ("question", Kind.DIRECT, 60)],
)  # fmt: skip
def test_a_brand_begins_with_the_installed_targets(world, intent, kind, minutes):
    said = read(world.says("Allora, questo conto?", kind=kind), intent, "neutral")
    decide(said)
    assert due(said) == said.waiting_since + timedelta(minutes=minutes)
    assert SlaPolicy.objects.filter(brand=world.brand).count() == 9


def test_praise_has_its_answer_the_same_day(world):
    said = read(world.says("Che cena meravigliosa!"), "praise", "positive")
    decide(said)
    assert due(said) == datetime(2026, 11, 21, 0, 0, tzinfo=ROME)


@pytest.mark.parametrize(
    ("day", "hour", "until"),
    [(20, 10, (20, 19)), (20, 14, (20, 19)), (20, 20, (23, 19)), (22, 11, (23, 19))],  # a Friday; a Sunday
)
def test_the_same_day_is_a_working_day_where_a_calendar_counts(world, day, hour, until):
    hours = [[9 * 60, 13 * 60], [15 * 60, 19 * 60]]
    calendar = Calendar.objects.create(
        brand=world.brand, name="Sala", zone="Europe/Rome", week=[hours] * 5 + [[], []], country="IT"
    )
    SlaPolicy.objects.create(brand=world.brand, name="Lodi", same_day=True, calendar=calendar)
    said = read(world.says("Che cena!", at=datetime(2026, 11, day, hour, 0, tzinfo=ROME)), "praise", "positive")
    decide(said)
    assert due(said) == datetime(2026, 11, *until, 0, tzinfo=ROME)


def test_a_calendar_with_a_lunch_break_and_holidays_moves_the_target(world):
    day = [[9 * 60, 13 * 60], [15 * 60, 19 * 60]]
    calendar = Calendar.objects.create(
        brand=world.brand, name="Sala", zone="Europe/Rome", week=[day] * 5 + [[], []], country="IT"
    )
    SlaPolicy.objects.create(brand=world.brand, name="Problemi", first=120, calendar=calendar)
    said = read(world.says("Conto sbagliato", at=datetime(2026, 12, 7, 18, 0, tzinfo=ROME)))  # then the Immaculate
    decide(said)
    assert due(said) == said.waiting_since.replace(tzinfo=None).replace(day=9, hour=10, minute=0).replace(
        tzinfo=ROME
    ).astimezone(ROME)


def test_a_chaser_resets_no_clock(world):
    first = read(world.says("Il conto è sbagliato"))
    decide(first)
    target = due(first)
    again = read(world.says("Allora??", at=NOON + timedelta(minutes=30)), flags=["chaser"])
    decide(again)
    assert (again.pk, due(again)) == (first.pk, target)
    assert parts(again)["chaser"] > 0


def test_the_next_answer_has_a_target_of_its_own(world):
    said = read(world.says("Il conto è sbagliato"), "question")
    Conversation.objects.filter(pk=said.pk).update(last_out_at=NOON)
    SlaPolicy.objects.create(brand=world.brand, name="Tutto", first=10, next=30)
    decide(said)
    assert due(said) == said.waiting_since + timedelta(minutes=30)
    row = Triage.objects.get()
    assert (row.first_due_at, row.next_due_at) == (None, due(said))


# -- what comes first ------------------------------------------------------------------------------


def test_who_called_twice_and_is_urgent_stands_above_a_question(world):
    calm = read(world.says("A che ora chiudete?", by="dino", root="a"), "question", "neutral")
    angry = read(world.says("È la terza volta che scrivo!", root="b"), urgency=2, flags=["last_resort", "chaser"])
    decide(calm, angry, now=NOON + timedelta(minutes=5))
    assert list(Conversation.objects.in_order("first")) == [angry, calm]
    assert {"urgency", "last_resort", "chaser"} <= parts(angry).keys()
    evidence = {name: of for name, _, _, of in Triage.objects.get(conversation=angry).parts}
    assert evidence["last_resort"] == [angry.messages.get().pk]


def test_time_alone_moves_what_waits_and_those_on_duty_are_warned_once(world):
    said = read(world.says("Il conto è sbagliato"))
    decide(said, now=NOON + timedelta(minutes=1))
    assert "breach_near" not in parts(said)
    soon = said.waiting_since + timedelta(minutes=50)
    assert triage.stir(soon) == 1
    assert triage.stir(soon) == 0
    assert "breach_near" in parts(said)
    assert Event.objects.filter(deed="target near").count() == 1
    late = said.waiting_since + timedelta(minutes=61)
    triage.stir(late)
    assert "breached" in parts(said)
    assert Event.objects.filter(deed="target near").count() == 1


def test_who_waits_while_we_wait_for_a_colleague_keeps_their_time_and_those_on_duty_are_warned(world):
    said = read(world.says("Il conto è sbagliato"))
    teamwork.hold(said, world.ada)
    decide(said, now=NOON + timedelta(minutes=1))
    assert due(said) == said.waiting_since + timedelta(minutes=60)
    assert parts(said) == {"negative": 5}
    triage.stir(said.waiting_since + timedelta(minutes=50))
    assert Event.objects.filter(deed=Event.Deed.TARGET_NEAR, conversation=said).count() == 1
    assert parts(said)["breach_near"] == 15


def test_who_writes_again_while_we_wait_for_a_colleague_is_our_turn_again(world):
    said = world.says("Il conto è sbagliato")
    teamwork.hold(said, world.ada)
    assert world.says("Allora?").state == "open"


def test_who_is_worth_no_points_near_a_breach_is_warned_of_all_the_same(world):
    Weights.objects.create(brand=world.brand, points={"breach_near": 0})
    said = read(world.says("Il conto è sbagliato"))
    decide(said, now=said.waiting_since + timedelta(minutes=50))
    triage.stir(said.waiting_since + timedelta(minutes=50))
    triage._warn([said.pk], said.waiting_since + timedelta(minutes=50))
    assert Event.objects.filter(deed=Event.Deed.TARGET_NEAR, conversation=said).count() == 1
    assert weights.weigh(Conversation.objects.get(pk=said.pk), POINTS) == 20  # and may be weighed again


def test_a_brand_chooses_its_own_points(world):
    said = read(world.says("Conto sbagliato"), flags=["churn_threat"])
    Weights.objects.create(brand=world.brand, points={"churn_threat": 50, "negative": 0})
    decide(said, now=NOON)
    assert {name: n for name, n in parts(said).items() if n} == {"churn_threat": 50}


def test_a_promise_near_its_time_counts(world):
    said = read(world.says("Quando arriva?"), "question", "neutral")
    Promise.objects.create(
        brand=world.brand, conversation=said, owner=world.ada, what="Arriva oggi", due_at=NOON + timedelta(minutes=30)
    )
    decide(said, now=NOON)
    assert "promise" in parts(said)


def test_who_works_for_us_is_no_customer_and_has_no_target(world):
    Employee.objects.create(brand=world.brand, network="playground", handle="chiara.example")
    said = read(world.says("Venite, stasera cucino io!"), "praise", "positive")
    decide(said, now=NOON)
    assert due(said) is None
    assert parts(said) == {"employee": -20}


def test_another_brands_weights_and_policies_touch_nothing(world):
    SlaPolicy.objects.create(brand=world.bookshop, name="Subito", first=1)
    Weights.objects.create(brand=world.bookshop, points={"negative": 500})
    said = read(world.says("Conto sbagliato"))
    decide(said, now=NOON)
    assert due(said) == said.waiting_since + timedelta(minutes=60)
    assert parts(said) == {"negative": 5}


def test_what_is_answered_waits_for_nobody(world, work):
    said = read(world.says("Conto sbagliato"))
    decide(said)
    Conversation.objects.filter(pk=said.pk).update(state="pending", waiting_since=None, last_out_at=timezone.now())
    triage.triage([said.pk], timezone.now())
    assert Conversation.objects.get().priority == 0
    assert Triage.objects.get().parts == []


# -- what belongs together -------------------------------------------------------------------------


def test_the_same_words_again_are_counted_and_each_keeps_its_answer(world):
    text = "Vergogna, il mio rimborso non arriva da un mese e nessuno risponde"
    posts = [read(world.says(text + end, root=f"post-{n}")) for n, end in enumerate(("", "!!", " @rossi", "."))]
    other = read(world.says("Il vino invece era buono", root="wine"), "praise", "positive")
    stranger = read(world.says(text, by="dino", root="post-0"))
    decide(*posts, other, stranger, now=NOON)
    assert [parts(one).get("repeats", 0) for one in (*posts, other, stranger)] == [15, 15, 15, 15, 0, 0]
    Conversation.objects.filter(pk=posts[0].pk).update(state="resolved")
    assert Conversation.objects.filter(state="open").count() == 5  # closing one closes no twin


def test_repeats_that_come_in_several_batches_are_one_group(world):
    text = "Vergogna, il mio rimborso non arriva da un mese"
    for n in range(3):
        world.says(text, root=f"post-{n}")
        repeats.find([Message.objects.latest("pk").pk])
    assert repeats.find(Message.objects.values_list("pk", flat=True)) == set()  # twice says nothing new
    first = Message.objects.earliest("pk")
    assert {m.repeat.first_id for m in Message.objects.select_related("repeat")} == {first.pk}


def test_who_joins_a_complaint_is_counted_under_it(world):
    angry = read(world.says("Il forno è rotto e la pizza cruda", root="menu"))
    joined = [read(world.says("Anche la mia!", by=name, root="menu"), flags=["me_too"]) for name in ("dino", "eva")]
    elsewhere = read(world.says("Anche a me", by="ugo", root="other"), flags=["me_too"])
    decide(angry, *joined, elsewhere, now=NOON)
    assert parts(angry)["agree"] == 6
    assert {one.by_id for one in Agreement.objects.all()} == {one.pk for one in joined}
    decide(angry, *joined, now=NOON)
    assert Agreement.objects.count() == 2


def test_who_had_no_solution_in_private_and_complains_in_public_comes_first(world):
    private = world.says("Il mio ordine è perso", kind=Kind.DIRECT, root="dm")
    public = read(world.says("Mai più da voi!", root="menu", at=NOON + timedelta(hours=3)))
    praised = read(world.says("Che bel locale", by="dino", root="menu"), "praise", "positive")
    decide(private, public, praised, now=NOON + timedelta(hours=3))
    assert Spill.objects.get().private_id == private.pk
    assert parts(public)["spill"] == 30


def test_a_solved_private_conversation_spills_nothing(world):
    private = world.says("Il mio ordine è perso", kind=Kind.DIRECT, root="dm")
    Conversation.objects.filter(pk=private.pk).update(state="resolved")
    public = read(world.says("Mai più da voi!", root="menu", at=NOON + timedelta(hours=3)))
    joins.find([public.messages.get().pk])
    assert not Spill.objects.exists()


def test_a_pile_on_lifts_what_it_is_about(world):
    said = read(world.says("Vergogna!", root="menu"))
    PileOn.objects.create(
        brand=world.brand, channel=world.rossi, root="menu", began_at=NOON, at=NOON, seen_at=NOON, slope=3, voices=9
    )
    decide(said, now=NOON)
    assert parts(said)["pile_on"] == 60


def piled(world, at, **more):
    return PileOn.objects.create(
        brand=world.brand, channel=world.rossi, root="menu", began_at=at, at=at, seen_at=at, slope=3, voices=9, **more
    )


def test_during_a_pile_on_the_time_is_shorter_and_counts_from_when_it_was_seen_for_who_wrote_before(world):
    before = read(world.says("Vergogna!", root="menu", at=NOON - timedelta(hours=2)))
    since = read(world.says("Fate schifo", by="dino", root="menu", at=NOON + timedelta(minutes=5)))
    else_ = read(world.says("Il conto è sbagliato", by="enzo", root="b"))
    pile = piled(world, NOON)
    decide(before, since, else_, now=NOON)
    assert Triage.objects.get(conversation=before).policy.name == "Durante una valanga"
    assert [due(one) - one.waiting_since for one in (since, else_)] == [timedelta(minutes=30), timedelta(hours=1)]
    assert due(before) == NOON + timedelta(minutes=30)
    assert retime.retime(world.brand.pk) == 0
    PileOn.objects.filter(pk=pile.pk).update(ended_at=NOON)
    assert retime.retime(world.brand.pk) == 2
    decide(before, since, now=NOON)
    assert due(before) == before.waiting_since + timedelta(hours=1)


def test_a_private_word_and_praise_have_their_usual_time_during_a_pile_on(world):
    praise = read(world.says("Io mi trovo bene", root="menu"), "praise", "positive")
    private = read(world.says("Mi rispondete?", by="dino", root="menu", kind=Kind.DIRECT), "question", "neutral")
    piled(world, NOON)
    decide(praise, private, now=NOON)
    names = set(Triage.objects.values_list("policy__name", flat=True))
    assert names == {"Complimento o idea", "Messaggio privato"}


def test_points_and_a_policy_that_were_given_by_hand_stand_whatever_comes(world):
    said = read(world.says("A che ora chiudete?"), "question", "neutral")
    decide(said, now=NOON)
    fast = SlaPolicy.objects.create(brand=world.brand, name="Stampa", first=5, place=99)
    Triage.objects.update(extra=40, chosen=fast)
    decide(said, now=NOON)
    assert (parts(said), due(said)) == ({"extra": 40}, said.waiting_since + timedelta(minutes=5))
    retime.retime(world.brand.pk)
    assert due(said) == said.waiting_since + timedelta(minutes=5)


def test_a_changed_policy_moves_what_is_open_and_no_others(world):
    said = read(world.says("Conto sbagliato"))
    asked = read(world.says("A che ora chiudete?", by="dino", root="b"), "question", "neutral")
    decide(said, asked, now=NOON)
    SlaPolicy.objects.filter(brand=world.brand, name="Domanda").update(first=30)
    assert retime.retime(world.brand.pk) == 1
    assert due(asked) == asked.waiting_since + timedelta(minutes=30)
    assert retime.retime(world.brand.pk) == 0


def test_a_country_that_is_no_longer_known_costs_its_holidays_and_nothing_else(world):
    day = [[9 * 60, 18 * 60]]
    calendar = Calendar.objects.create(brand=world.brand, name="Sala", zone="Europe/Rome", week=[day] * 7, country="XX")
    SlaPolicy.objects.create(brand=world.brand, name="Tutto", first=60, calendar=calendar)
    said = read(world.says("Conto sbagliato"))
    decide(said)
    assert due(said) == said.waiting_since + timedelta(minutes=60)
