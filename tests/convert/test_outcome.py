"""Outcome: who was angry is not closed without a why; what is still open is told; and it is counted."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from premura import access
from premura.convert import closing, outcome
from premura.convert.closing import NoReason, Question, checklist
from premura.convert.outcome import NoWhy, Said
from premura.interact import promise, teamwork
from premura.measure import outcomes
from premura.models import Conversation, Event, Outcome, Reading, Reply, WrongState
from premura.templatetags.outcomes import quiet
from tests.decide.test_twins import posts
from tests.interact.test_moderate_rules import said as read_as
from tests.measure.said import ago
from tests.measure.said import answered as ours


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
    closing.close(conversation, world.ada, Said("delivery", "  tre \n settimane ", True))
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
        closing.close(conversation, world.ada, Said(why))
    conversation.refresh_from_db()
    assert (conversation.state, Outcome.objects.count()) == ("open", 0)


def test_of_two_who_close_it_the_second_notes_nothing(world):
    conversation = angry(world)
    in_another_tab = Conversation.objects.get()
    closing.close(conversation, world.ada, Said("delivery"))
    with pytest.raises(WrongState):
        closing.close(in_another_tab, world.bruno, Said("price"))
    assert Outcome.objects.get().why == "delivery"


def test_it_is_put_right_later_and_both_stand_in_the_journal(world):
    conversation = angry(world)
    closing.close(conversation, world.ada, Said("delivery"))
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
    found = checklist(conversation)
    assert ([one.words for one in found.questions], found.promises) == (["Dov’è il pacco?", "Quando arriva?"], [made])
    assert {one.message for one in found.questions} == {message.pk}
    assert found.sorts == ["questions", "promises"]


def test_what_was_answered_is_not_told_and_what_was_put_off_is(world):
    message = read_as(world, "Dov’è il pacco? Quando arriva?")
    asked(message, "Dov’è il pacco?", "Quando arriva?")
    conversation = message.conversation
    Reply.objects.create(
        brand=world.brand, conversation=conversation, to=message, author=world.ada, text="È fermo.", state="sent",
        sent_at=timezone.now(), answered_later=["Quando arriva?"],
    )  # fmt: skip
    conversation.wait(timezone.now())
    assert checklist(conversation).questions == [Question("Quando arriva?", None)]


def test_odd_readings_do_no_harm(world):
    message = read_as(world, "Dov’è?")
    Reading.objects.filter(message=message).update(details={"questions": [None, [3], [0, 99], ["a", 2]]})
    assert checklist(message.conversation).questions == []


# -- closed all the same ---------------------------------------------------------------------


def waiting(world):
    """Chiara is calm and asked something, and Ada promised to call."""
    message = read_as(world, "Dov’è il pacco?")
    asked(message, "Dov’è il pacco?")
    due = timezone.now() + timedelta(hours=2)
    return message.conversation, promise.make(message.conversation, "Chiamo il deposito", due, world.ada)


def test_what_is_open_is_closed_only_with_a_reason_which_stands_in_the_journal(world):
    conversation, made = waiting(world)
    with pytest.raises(NoReason):
        closing.close(conversation, world.ada, Said(need="info"), kept=[made.pk], reason="  ")
    made.refresh_from_db()
    assert (made.state, Outcome.objects.count(), Conversation.objects.get().state) == ("open", 0, "open")
    closing.close(conversation, world.ada, Said(), reason="  Ha scritto \n anche per mail ")
    line = Event.objects.get(deed="resolved")
    assert line.facts == {"open": ["questions", "promises"], "reason": "Ha scritto anche per mail"}
    assert (line.by, Outcome.objects.count()) == (world.ada, 0)


def test_a_promise_that_is_said_to_be_kept_needs_no_reason(world):
    conversation, made = waiting(world)
    Reading.objects.update(details={})
    closing.close(conversation, world.ada, Said(), kept=[made.pk])
    made.refresh_from_db()
    assert (made.state, Conversation.objects.get().state) == ("kept", "resolved")
    assert "reason" not in Event.objects.get(deed="resolved").facts


def test_a_promise_of_another_conversation_is_not_kept_by_closing_this_one(world):
    _conversation, made = waiting(world)
    other = read_as(world, "Ciao", by="marco", intent="gesture").conversation
    closing.close(other, world.ada, Said(), kept=[made.pk])
    made.refresh_from_db()
    assert made.state == "open"


def test_where_we_went_on_in_private_the_public_line_is_missing_until_it_is_said(world):
    message = read_as(world, "Il vino sapeva di tappo", intent="complaint")
    given = {"brand": world.brand, "conversation": message.conversation, "to": message, "author": world.ada}
    now = timezone.now()
    Reply.objects.create(text="Scrivimi", private=True, state="sent", sent_at=now - timedelta(hours=1), **given)
    assert checklist(message.conversation).sorts == ["closing line"]
    Reply.objects.create(text="Ti abbiamo scritto", state="sent", sent_at=now, **given)
    assert not checklist(message.conversation)


def test_like_posts_without_an_answer_of_their_own_are_open_too(world):
    one, two, three = posts(world, "aaa")
    ours(one.conversation, world.ada, ago(minutes=5), parent=two)
    left = checklist(Conversation.objects.get())
    assert ("posts" in left.sorts, {post.pk for post in left.twins}) == (True, {one.pk, three.pk})


@pytest.mark.parametrize(
    ("intents", "need"),
    [(["question"], "info"), (["question", "complaint"], "fix"), (["praise"], "thanks"), (["purchase"], ""), ([], "")],
)
def test_what_they_needed_is_proposed_only_where_it_is_obvious(world, intents, need):
    conversation = world.says("Ciao")
    Reading.objects.all().delete()
    Conversation.objects.update(intent="")
    conversation.refresh_from_db()
    for intent in intents:
        conversation = read_as(world, f"Ciao {intent}", intent=intent).conversation
    assert outcome.proposed_need(conversation) == need


def test_what_they_needed_and_whether_it_was_met_is_noted_of_who_was_not_angry_too(world):
    conversation = read_as(world, "Avete la 42?").conversation
    made = outcome.note(conversation, world.ada, Said(need="size", need_met=False, solution_proposed=True))
    assert (made.why, made.need, made.need_met, made.solution_proposed) == ("", "size", False, True)
    outcome.note(conversation, world.ada, Said(words="Arriva giovedì"))  # not asked of it: it stays
    made.refresh_from_db()
    assert (made.need, made.words) == ("size", "Arriva giovedì")
    outcome.note(conversation, world.ada, Said(need="weather", need_met=True))
    made.refresh_from_db()
    assert (made.need, made.need_met) == ("", None)


# -- counted ---------------------------------------------------------------------------------


def test_reasons_are_counted_with_the_time_to_answer_beside_the_time_to_solution(world):
    now = timezone.now()
    for n, (why, solution) in enumerate([("delivery", True), ("delivery", False), ("price", None)]):
        conversation = angry(world, f"Che schifo {n}", by=f"guest{n}")
        Reply.objects.create(
            brand=world.brand, conversation=conversation, to=conversation.messages.get(), author=world.ada, text="Ecco",
            state="sent", sent_at=now - timedelta(hours=3),
        )  # fmt: skip
        closing.close(conversation, world.ada, Said(why, solution_proposed=solution))
        opened = {"opened_at": now - timedelta(hours=4), "settled_at": now - timedelta(hours=1)}
        Conversation.objects.filter(pk=conversation.pk).update(**opened)
    first, second = outcomes.lately(access.standing(world.ada), now)
    assert (first.why, first.times, first.proposed, first.percent) == ("delivery", 2, 1, 50)
    assert (first.answered, first.solved) == (timedelta(hours=1), timedelta(hours=3))
    assert (second.why, second.times, second.proposed) == ("price", 1, 0)


def test_they_are_counted_for_who_may_see_them_and_for_thirty_days(world):
    conversation = angry(world)
    closing.close(conversation, world.ada, Said("delivery"))
    assert len(outcomes.lately(access.standing(world.rita))) == 1
    for nobody in (world.carlo, world.zoe):
        assert outcomes.lately(access.standing(nobody)) == []
    assert outcomes.lately(access.standing(world.ada), timezone.now() + timedelta(days=31)) == []


def test_who_never_got_an_answer_has_no_time_to_one(world):
    closing.close(angry(world), world.ada, Said("delivery"))
    (only,) = outcomes.lately(access.standing(world.ada))
    assert (only.answered, only.name) == (None, str(Outcome.Why.DELIVERY.label))


def test_needs_are_counted_with_how_often_they_were_met_where_that_was_said(world):
    for n, (need, met) in enumerate([("size", True), ("size", False), ("size", None), ("heard", None)]):
        conversation = read_as(world, f"Avete la 42? {n}", by=f"guest{n}").conversation
        outcome.note(conversation, world.ada, Said(need=need, need_met=met))
    size, heard = outcomes.needs(access.standing(world.ada))
    assert (size.need, size.times, size.said, size.met, size.percent) == ("size", 3, 2, 1, 50)
    assert (heard.times, heard.percent) == (1, None)
    assert outcomes.needs(access.standing(world.zoe)) == []
    assert outcomes.needs(access.standing(world.ada), timezone.now() + timedelta(days=31)) == []
    assert outcomes.lately(access.standing(world.ada)) == []  # nobody was angry


# -- what they did since our last word ---------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "answered_d", "wrote_d", "intent", "said"),
    [
        ("pending", 3.5, 4, "question", "They have been silent for 3 days"),
        ("resolved", 1.2, 2, "complaint", "They have been silent for 1 day"),
        ("pending", 0.5, 2, "question", ""),
        ("resolved", 2, 1, "praise", "They thanked us"),
        ("resolved", 2, 1, "complaint", ""),
        ("open", 5, 6, "question", ""),
        ("resolved", None, 6, "question", ""),
    ],
)
def test_whether_they_are_silent_or_thanked_us_is_said_in_words(state, answered_d, wrote_d, intent, said):
    now = timezone.now()
    ours = now - timedelta(days=answered_d) if answered_d else None
    theirs = now - timedelta(days=wrote_d)
    with translation.override("en"):
        found = quiet(Conversation(state=state, last_out_at=ours, last_in_at=theirs, intent=intent))
    assert found == said
