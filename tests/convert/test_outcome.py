"""Outcome: who was angry is not closed without a why; what is still open is told; and it is counted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access
from premura.convert import outcome
from premura.convert.outcome import NoWhy, Said
from premura.interact import promise, teamwork
from premura.measure import outcomes
from premura.models import Conversation, Event, Outcome, Reading, Reply, WrongState
from tests.interact.test_moderate_rules import said as read_as


def angry(world, text="È uno schifo, dov’è il mio ordine?", **more) -> Conversation:
    read = {"intent": "complaint", "sentiment": "negative"} | more
    return Conversation.objects.get(pk=read_as(world, text, **read).conversation_id)


@pytest.mark.parametrize(
    ("read", "asked"),
    [
        ({"intent": "complaint", "sentiment": "neutral"}, True),
        ({"intent": "question", "sentiment": "negative"}, True),
        ({"intent": "question", "sentiment": "neutral"}, False),
        ({"intent": "praise", "sentiment": "positive"}, False),
        ({"intent": "spam", "sentiment": "negative"}, False),
    ],
)
def test_it_is_asked_of_who_complained_or_was_angry_and_of_nobody_else(world, read, asked):
    assert outcome.asks(angry(world, **read)) is asked


def test_it_is_asked_also_when_they_have_calmed_down_since(world):
    conversation = angry(world)
    read_as(world, "Va bene, grazie", intent="praise", sentiment="positive")
    Conversation.objects.filter(pk=conversation.pk).update(sentiment="positive", intent="praise")
    conversation.refresh_from_db()
    assert outcome.asks(conversation)


def test_once_noted_it_is_asked_again_only_of_new_anger(world):
    conversation = angry(world)
    Conversation.objects.filter(pk=conversation.pk).update(sentiment="negative")
    outcome.close(conversation, world.ada, Said("delivery", "  tre \n settimane ", True))
    conversation.refresh_from_db()
    assert conversation.state == "resolved"
    assert outcome.asks(conversation) is False
    made = Outcome.objects.get()
    assert (made.why, made.words, made.solution_proposed, made.by, made.brand) == (
        "delivery", "tre settimane", True, world.ada, world.brand
    )  # fmt: skip
    angry(world, "Ancora niente!")
    assert outcome.asks(conversation)


@pytest.mark.parametrize("why", ["", "weather"])
def test_without_a_why_nothing_is_noted_and_nothing_is_closed(world, why):
    conversation = angry(world)
    with pytest.raises(NoWhy):
        outcome.close(conversation, world.ada, Said(why))
    conversation.refresh_from_db()
    assert (conversation.state, Outcome.objects.count()) == ("open", 0)


def test_of_two_who_close_it_the_second_notes_nothing(world):
    conversation = angry(world)
    in_another_tab = Conversation.objects.get()
    outcome.close(conversation, world.ada, Said("delivery"))
    with pytest.raises(WrongState):
        outcome.close(in_another_tab, world.bruno, Said("price"))
    assert Outcome.objects.get().why == "delivery"


def test_it_is_put_right_later_and_both_stand_in_the_journal(world):
    conversation = angry(world)
    outcome.close(conversation, world.ada, Said("delivery"))
    outcome.note(conversation, world.bruno, Said("care", solution_proposed=False))
    made = outcome.of(conversation)
    assert made is not None
    assert (made.why, made.solution_proposed, made.by) == ("care", False, world.bruno)
    lines = Event.objects.filter(deed="outcome noted").order_by("pk")
    assert [(line.by, line.facts["why"]) for line in lines] == [(world.ada, "delivery"), (world.bruno, "care")]


def test_who_was_closed_otherwise_is_missing_a_why(world):
    conversation = angry(world)
    assert outcome.is_missing(conversation) is False
    teamwork.resolve(conversation, world.ada)
    assert outcome.is_missing(conversation)
    assert outcome.of(conversation) is None


# -- what is still open ----------------------------------------------------------------------


def asked(message, *words):
    spans = [(message.text.index(each), message.text.index(each) + len(each)) for each in words]
    Reading.objects.filter(message=message).update(details={"questions": spans})


def test_questions_since_our_last_answer_and_promises_that_stand_are_told(world):
    message = read_as(world, "Che vergogna. Dov’è il pacco? Quando arriva?", sentiment="negative")
    asked(message, "Dov’è il pacco?", "Quando arriva?")
    conversation = message.conversation
    made = promise.make(conversation, "Chiamo il deposito", timezone.now() + timedelta(hours=2), world.ada)
    found = outcome.checklist(conversation)
    assert (found.questions, found.promises) == (["Dov’è il pacco?", "Quando arriva?"], [made])


def test_what_was_answered_is_not_told_and_what_was_put_off_is(world):
    message = read_as(world, "Dov’è il pacco? Quando arriva?")
    asked(message, "Dov’è il pacco?", "Quando arriva?")
    conversation = message.conversation
    Reply.objects.create(
        brand=world.brand, conversation=conversation, to=message, author=world.ada, text="È fermo.", state="sent",
        sent_at=timezone.now(), answered_later=["Quando arriva?"],
    )  # fmt: skip
    conversation.wait(timezone.now())
    assert outcome.checklist(conversation).questions == ["Quando arriva?"]


def test_odd_readings_do_no_harm(world):
    message = read_as(world, "Dov’è?")
    Reading.objects.filter(message=message).update(details={"questions": [None, [3], [0, 99], ["a", 2]]})
    assert outcome.checklist(message.conversation).questions == []


# -- counted ---------------------------------------------------------------------------------


def test_reasons_are_counted_with_the_time_to_answer_beside_the_time_to_solution(world):
    now = timezone.now()
    for n, (why, solution) in enumerate([("delivery", True), ("delivery", False), ("price", None)]):
        conversation = angry(world, f"Che schifo {n}", by=f"guest{n}")
        Reply.objects.create(
            brand=world.brand, conversation=conversation, to=conversation.messages.get(), author=world.ada, text="Ecco",
            state="sent", sent_at=now - timedelta(hours=3),
        )  # fmt: skip
        outcome.close(conversation, world.ada, Said(why, solution_proposed=solution))
        opened = {"opened_at": now - timedelta(hours=4), "settled_at": now - timedelta(hours=1)}
        Conversation.objects.filter(pk=conversation.pk).update(**opened)
    first, second = outcomes.lately(access.standing(world.ada), now)
    assert (first.why, first.times, first.proposed, first.percent) == ("delivery", 2, 1, 50)
    assert (first.answered, first.solved) == (timedelta(hours=1), timedelta(hours=3))
    assert (second.why, second.times, second.proposed) == ("price", 1, 0)


def test_they_are_counted_for_who_may_see_them_and_for_thirty_days(world):
    conversation = angry(world)
    outcome.close(conversation, world.ada, Said("delivery"))
    assert len(outcomes.lately(access.standing(world.rita))) == 1
    for nobody in (world.carlo, world.zoe):
        assert outcomes.lately(access.standing(nobody)) == []
    assert outcomes.lately(access.standing(world.ada), timezone.now() + timedelta(days=31)) == []


def test_who_never_got_an_answer_has_no_time_to_one(world):
    outcome.close(angry(world), world.ada, Said("delivery"))
    (only,) = outcomes.lately(access.standing(world.ada))
    assert (only.answered, only.name) == (None, str(Outcome.Why.DELIVERY.label))
