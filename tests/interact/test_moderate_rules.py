"""Rules that hide by themselves: into a queue for people, never criticism, never more than hiding."""

import pytest
from django.http import Http404

from premura import access
from premura.interact import acts, ledger, rules
from premura.models import Act, Event, Message, Reading, Reply
from tests.web.test_inbox import now_says


def said(world, text, *, intent="question", sentiment="neutral", abuse=0, hate=False, by="chiara", **more) -> Message:
    conversation = now_says(world, text, by=by, **more)
    message = Message.objects.get(conversation=conversation, text=text)
    Reading.objects.update_or_create(
        message=message,
        defaults={
            "brand": world.brand, "version": "1", "tier": 1, "language": "it", "sentiment": sentiment, "score": 0.0,
            "intent": intent, "urgency": 1, "abuse": abuse, "hate": hate,
        },
    )  # fmt: skip
    return message


def bruno(world):
    return access.standing(world.bruno)


def test_spam_is_hidden_by_the_rule_into_the_review_queue(world):
    rule = rules.make(bruno(world), "spam")
    spam = said(world, "Guadagna 500 euro al giorno", intent="spam")
    question = said(world, "È aperto?", by="marco")
    assert rules.apply(world.brand.pk, [spam.pk, question.pk]) == 1
    act = Act.objects.get()
    assert (act.state, act.rule, act.by, act.message) == ("review", rule, None, spam)
    assert act.snapshot["text"] == "Guadagna 500 euro al giorno"
    assert Message.objects.get(pk=spam.pk).hidden_at
    assert Message.objects.get(pk=question.pk).hidden_at is None
    assert ledger.waiting(bruno(world)) == [act]
    assert not Reply.objects.exists()


def test_what_a_rule_hid_is_kept_by_a_person_or_shown_again(world):
    rules.make(bruno(world), "spam")
    for text, by in (("Clicca qui", "uno"), ("Vinci subito", "due")):
        rules.apply(world.brand.pk, [said(world, text, intent="spam", by=by).pk])
    kept, undone = Act.objects.order_by("pk")
    acts.keep(kept, world.bruno)
    acts.undo(undone, world.elena)
    kept.refresh_from_db()
    undone.refresh_from_db()
    assert (kept.state, kept.second) == ("done", world.bruno)
    assert (undone.state, undone.second, undone.message.hidden_at) == ("undone", world.elena, None)
    assert Event.objects.filter(deed="act kept").count() == 1


def test_slurs_are_hidden_and_milder_words_are_not(world):
    rules.make(bruno(world), "slurs")
    gross = said(world, "…", abuse=3, intent="abuse", sentiment="negative", by="uno")
    hateful = said(world, "……", abuse=2, hate=True, intent="abuse", by="due")
    mild = said(world, "Siete dei pagliacci", abuse=2, intent="abuse", by="tre")
    assert rules.apply(world.brand.pk, [gross.pk, hateful.pk, mild.pk]) == 2
    assert set(Act.objects.values_list("message", flat=True)) == {gross.pk, hateful.pk}


def test_words_are_found_whole_whatever_their_case_and_accents(world):
    rules.make(bruno(world), "words", ["casinò online", " "])
    hit = said(world, "Il CASINO ONLINE che paga", intent="spam", by="uno")
    miss = said(world, "casinonline", intent="spam", by="due")
    assert rules.apply(world.brand.pk, [hit.pk, miss.pk]) == 1
    assert Act.objects.get().message == hit


def test_a_rule_that_would_have_hidden_a_complaint_is_refused_with_the_very_words(world):
    said(world, "Il rimborso non arriva", intent="complaint", sentiment="negative")
    said(world, "Rimborso ricevuto, grazie", intent="praise", sentiment="positive", by="marco")
    with pytest.raises(rules.HidesOthers) as refused:
        rules.make(bruno(world), "words", ["rimborso"])
    trial = refused.value.trial
    assert [m.text for m in trial.wrong] == ["Rimborso ricevuto, grazie", "Il rimborso non arriva"]
    assert (trial.looked_at, trial.hidden, trial.of_them) == (2, 0, 2)
    assert rules.listed(bruno(world)) == []


def test_unhappy_words_are_criticism_unless_they_are_spam_or_gross(world):
    def read(**given):
        return Reading(**({"intent": "other", "sentiment": "negative", "abuse": 0, "hate": False} | given))

    assert rules.is_criticism(read())
    assert rules.is_criticism(read(intent="complaint", abuse=3))
    assert not rules.is_criticism(read(intent="spam"))
    assert not rules.is_criticism(read(abuse=3))
    assert not rules.is_criticism(read(hate=True))
    assert not rules.is_criticism(read(sentiment="neutral"))


@pytest.mark.parametrize(
    ("text", "reading", "spared"),
    [
        ("A che ora aprite?", {"intent": "question"}, True),
        ("Vorrei sei bottiglie, il mio numero è 347 1234567", {"intent": "purchase"}, True),
        ("Bravissimi", {"intent": "praise", "sentiment": "positive"}, True),
        ("Guardate https://x.example, è vostro?", {"intent": "praise"}, True),
        ("Visitate il mio canale https://x.example/?ref=7", {"intent": "praise"}, False),
        ("Prestiti subito, 347 1234567", {"intent": "gesture"}, False),
        ("Vuoi guadagnare da casa?", {"intent": "spam"}, False),
        ("Pagliacci", {"intent": "abuse"}, False),
        ("Pagliacci, rivoglio i soldi", {"intent": "abuse", "sentiment": "negative"}, True),
    ],
)
def test_only_what_reads_as_spam_or_abuse_or_has_the_shape_of_spam_may_be_hidden(text, reading, spared):
    given = {"intent": "gesture", "sentiment": "neutral", "abuse": 0, "hate": False} | reading
    assert rules.is_spared(text, Reading(**given)) is spared


def test_a_rule_against_a_word_that_customers_ask_with_is_refused_with_their_questions(world):
    said(world, "Spedite in Svizzera?")
    with pytest.raises(rules.HidesOthers) as refused:
        rules.make(bruno(world), "words", ["svizzera"])
    assert [m.text for m in refused.value.trial.wrong] == ["Spedite in Svizzera?"]


def test_a_rule_made_in_quiet_times_leaves_later_questions_alone(world):
    rules.make(bruno(world), "words", ["svizzera"])
    asks = said(world, "Spedite in Svizzera?")
    spam = said(world, "Conti in Svizzera https://x.example", intent="spam", by="due")
    assert rules.apply(world.brand.pk, [asks.pk, spam.pk]) == 1
    assert Act.objects.get().message == spam


def test_ten_examples_are_enough_and_all_are_counted(world):
    for n in range(12):
        said(world, f"Il vino sapeva di tappo {n}", intent="complaint", by=f"guest{n}")
    with pytest.raises(rules.HidesOthers) as refused:
        rules.make(bruno(world), "words", ["vino"])
    assert len(refused.value.trial.wrong) == 10
    assert refused.value.trial.of_them == 12


def test_the_same_is_looked_at_again_when_a_rule_is_switched_on(world):
    rule = rules.make(bruno(world), "words", ["tappo"])
    rules.switch(rule, world.bruno, on=False)
    said(world, "Sa di tappo", intent="complaint")
    with pytest.raises(rules.HidesOthers):
        rules.switch(rule, world.bruno, on=True)
    assert not rules.listed(bruno(world))[0].is_on


def test_a_rule_that_comes_upon_criticism_leaves_it_to_people(world):
    rules.make(bruno(world), "words", ["tappo"])
    complaint = said(world, "Sa di tappo", intent="complaint")
    assert rules.apply(world.brand.pk, [complaint.pk]) == 0
    assert Message.objects.get().hidden_at is None


def test_a_rule_that_is_off_hides_nothing_and_one_that_is_gone_leaves_its_acts(world):
    rule = rules.make(bruno(world), "spam")
    rules.apply(world.brand.pk, [said(world, "Clicca", intent="spam").pk])
    rules.switch(rule, world.bruno, on=False)
    assert rules.apply(world.brand.pk, [said(world, "Clicca qui", intent="spam", by="due").pk]) == 0
    rules.remove(rule, world.bruno)
    assert not rules.listed(bruno(world))
    assert Act.objects.get().rule.catches == "spam"
    with pytest.raises(Http404):
        rules.rule(world.bruno, rule.pk)


def test_each_change_of_a_rule_stands_in_the_journal_with_who_did_it(world):
    rule = rules.make(bruno(world), "words", ["casinò online"])
    rules.switch(rule, world.elena, on=False)
    rules.remove(rule, world.bruno)
    rules.remove(rule, world.bruno)
    told = Event.objects.filter(deed="rule changed").order_by("pk")
    assert [(one.by, one.facts["how"]) for one in told] == [
        (world.bruno, "made"), (world.elena, "off"), (world.bruno, "removed"),
    ]  # fmt: skip
    assert {one.facts["name"] for one in told} == {"casinò online"}


def test_another_brands_messages_are_neither_tried_nor_hidden(world):
    from premura.models import Agent, Channel

    theirs = Channel.objects.create(
        brand=world.bookshop, network="playground", key="orsini", name="Orsini", handle="orsini", sealed=b"x"
    )
    said(world, "Il libro è rotto", intent="complaint", channel=theirs)
    spam = said(world, "Clicca", intent="spam", channel=theirs, by="due")
    assert isinstance(world.bruno, Agent)
    rules.make(bruno(world), "words", ["libro"])
    rules.make(bruno(world), "spam")
    assert rules.apply(world.brand.pk, [spam.pk]) == 0


@pytest.mark.parametrize(("catches", "words"), [("words", []), ("words", [" ", "!"]), ("criticism", []), ("", [])])
def test_what_is_no_rule_is_not_made(world, catches, words):
    with pytest.raises(rules.NotARule):
        rules.make(bruno(world), catches, words)
