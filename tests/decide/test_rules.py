"""Rules: when something happens and it is so, they act, once, in order; and never with a reply."""

from datetime import timedelta

import pytest
from django.utils import timezone

from premura import access
from premura.decide import conditions, rulebook, rules
from premura.decide.conditions import NotARule
from premura.decide.rulebook import NameTaken, NotTried, Written
from premura.decide.trial import trial
from premura.interact import teamwork
from premura.models import Channel, Conversation, Event, Label, Message, Note, Reading, Reply, Rule, RuleRun
from tests.web.test_inbox import now_says


def elena(world):
    return access.standing(world.elena)


def made(world, name="Export", trigger="came in", when=(), do=None, *, on=True) -> Rule:
    do = [["team", world.kitchen.pk]] if do is None else do
    rule = rulebook.make(elena(world), Written(name, trigger, when, do))
    if on:
        rulebook.switch(elena(world), rule, on=True, tried=rulebook.mark(rule))
    return rule


def said(world, text="Buongiorno", **more) -> Message:
    """Chiara writes, and it is read."""
    read = {"language": "it", "sentiment": "neutral", "intent": "question", "urgency": 1, "flags": []}
    read |= {name: more.pop(name) for name in list(read) if name in more}
    conversation = now_says(world, text, **more)
    message = Message.objects.filter(conversation=conversation).latest("pk")
    given = {"brand_id": message.brand_id, "version": "1", "tier": 1, "score": 0.0, **read}
    Reading.objects.update_or_create(message=message, defaults=given)
    return message


def comes(world, *messages) -> int:
    return rules.act(world.brand.pk, [message.pk for message in messages])


def team_of(message):
    return Conversation.objects.get(pk=message.conversation_id).team


def labels_of(message) -> list[str]:
    return list(
        Label.objects.filter(conversations=message.conversation_id).order_by("name").values_list("name", flat=True)
    )


# -- what comes in ------------------------------------------------------------------------------


def test_who_writes_in_german_is_routed_and_labelled_and_the_line_names_the_rule(world):
    when = [["language", "is", ["de"]]]
    rule = made(world, when=when, do=[["team", world.kitchen.pk], ["label", "DE"], ["agent", world.carlo.pk]])
    german, italian = said(world, "Guten Tag", language="de"), said(world, by="marco")
    assert comes(world, german, italian) == 1
    assert (team_of(german), team_of(italian)) == (world.kitchen, world.hall)
    assert labels_of(german) == ["DE"]
    assert Conversation.objects.get(pk=german.conversation_id).assignee == world.carlo
    line = Event.objects.get(deed="rule acted")
    did = [["team", "Cucina"], ["label", "DE"], ["agent", "Carlo"]]
    assert (line.conversation_id, line.by, line.channel) == (german.conversation_id, None, world.rossi)
    assert line.facts == {
        "rule": rule.pk, "name": "Export", "did": did, "was": world.hall.pk, "team": world.kitchen.pk,
    }  # fmt: skip
    assert RuleRun.objects.get().did == did


def test_a_rule_never_replies_and_cannot_be_told_to(world):
    for deed in (["reply", 1], ["resolve", True], ["take", True], ["disengage", "no"], ["hide", True]):
        with pytest.raises(NotARule):
            made(world, do=[deed])
    made(world, do=[["hold", True]])
    comes(world, said(world))
    assert not Reply.objects.exists()


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        (["network", "is", ["playground"]], True),
        (["network", "not", ["playground"]], False),
        (["kind", "is", ["comment", "review"]], True),
        (["kind", "is", ["direct"]], False),
        (["private", "is", False], True),
        (["private", "is", True], False),
        (["language", "not", ["it"]], False),
        (["intent", "is", ["complaint"]], True),
        (["sentiment", "is", ["negative"]], True),
        (["urgency", "at least", 2], True),
        (["urgency", "at least", 3], False),
        (["flag", "is", ["chaser", "safety"]], True),
        (["flag", "not", ["chaser"]], False),
        (["words", "is", ["corriere", "Paccò"]], True),
        (["words", "is", ["non è arrivato"]], True),
        (["words", "is", ["arriva"]], False),
        (["words", "not", ["pacco"]], False),
        (["query", "is", "pacco NEAR/3 arriv* -grazie"], True),
        (["query", "is", "pacco AND grazie"], False),
        (["stars", "at most", 2], True),
        (["stars", "at most", 1], False),
        (["tier", "is", ["vip"]], True),
        (["tier", "not", ["vip"]], False),
        (["team", "is", [0]], False),
        (["team", "not", [0]], True),
        (["assignee", "is", "nobody"], True),
        (["assignee", "is", "somebody"], False),
        (["label", "is", ["Pacchi"]], True),
        (["label", "not", ["Pacchi", "Vini"]], False),
        (["waits", "longer than", 9], True),
        (["waits", "longer than", 60], False),
    ],
)
def test_every_condition_is_asked(world, when, fits):
    message = said(
        world, "Il PACCO non e' arrivato!", minutes_ago=11, intent="complaint", sentiment="negative", urgency=2,
        flags=["chaser"],
    )  # fmt: skip
    Message.objects.filter(pk=message.pk).update(stars=2)
    conversation = Conversation.objects.select_related("identity__contact").get()
    teamwork.label(conversation, "Pacchi", world.ada)
    contact = conversation.identity.contact
    type(contact).objects.filter(pk=contact.pk).update(tier="vip")
    made(world, when=[when])
    assert comes(world, message) == (1 if fits else 0)


def test_all_conditions_must_hold_and_none_means_whatever_it_is(world):
    made(world, "Both", when=[["language", "is", ["it"]], ["intent", "is", ["praise"]]], do=[["label", "both"]])
    made(world, "Any", do=[["label", "any"]])
    message = said(world)
    comes(world, message)
    assert labels_of(message) == ["any"]


def test_a_later_rule_sees_what_an_earlier_one_changed(world):
    made(world, "First", do=[["label", "Export"]])
    made(world, "Second", when=[["label", "is", ["Export"]]])
    message = said(world)
    assert comes(world, message) == 1
    assert team_of(message) == world.kitchen


def test_the_order_can_be_moved_and_matters(world):
    first = made(world, "First", when=[["label", "is", ["Export"]]])
    second = made(world, "Second", do=[["label", "Export"]])
    rulebook.move(elena(world), second, up=True)
    rulebook.move(elena(world), second, up=True)  # it is on top already
    assert list(Rule.objects.order_by("place")) == [second, first]
    message = said(world)
    comes(world, message)
    assert team_of(message) == world.kitchen


def test_a_rule_that_is_off_or_of_another_brand_does_nothing(world):
    theirs = Channel.objects.create(brand=world.bookshop, network="playground", key="o", name="O", handle="o")
    made(world, on=False)
    assert comes(world, said(world)) == 0
    made(world, "On", do=[["label", "ours"]])
    foreign = said(world, "Un libro", channel=theirs, by="marco")
    assert comes(world, foreign) == 0
    assert rules.act(world.bookshop.pk, [foreign.pk]) == 0
    assert labels_of(foreign) == []


def test_what_we_said_and_what_was_removed_wakes_no_rule(world):
    made(world)
    message = said(world)
    Message.objects.filter(pk=message.pk).update(removed_at=timezone.now())
    assert comes(world, message) == 0
    Message.objects.filter(pk=message.pk).update(removed_at=None, identity=None)
    assert comes(world, message) == 0


def test_several_messages_of_one_conversation_are_one_deed(world):
    made(world, do=[["notify", ["team", world.kitchen.pk]]])
    messages = [said(world), said(world), said(world)]
    assert comes(world, *messages) == 1
    assert comes(world, *messages) == 0
    assert Note.objects.count() == 1
    assert Event.objects.filter(deed="rule acted").count() == 1


def test_what_comes_in_by_the_hundred_costs_no_more_statements(world, django_assert_max_num_queries):
    made(world, do=[["label", "DE"], ["team", world.kitchen.pk]])
    many = [said(world, by=f"guest{n}") for n in range(30)]
    with django_assert_max_num_queries(22):
        assert comes(world, *many) == 30


def test_a_team_or_person_who_is_gone_is_left_out_and_the_rest_is_done(world):
    made(world, do=[["team", world.kitchen.pk], ["label", "DE"]])
    world.kitchen.delete()
    message = said(world)
    assert comes(world, message) == 1
    assert RuleRun.objects.get().did == [["label", "DE"]]


def test_who_is_told_finds_a_note_signed_by_the_rules_maker_in_the_brands_language(world):
    made(world, "Allergie", do=[["notify", ["agent", world.ada.pk]], ["notify", ["team", world.kitchen.pk]]])
    message = said(world, "Sono allergica")
    comes(world, message)
    notes = Note.objects.filter(conversation=message.conversation_id).order_by("pk")
    assert [note.author for note in notes] == [world.elena, world.elena]
    assert "@Ada" in notes[0].text
    assert "@Cucina" in notes[1].text
    assert "Allergie" in notes[1].text


def test_snooze_and_hold_move_only_what_may_be_moved(world):
    message, resolved = said(world), said(world, by="marco")
    Conversation.objects.filter(pk=resolved.conversation_id).update(state="resolved")
    made(world, do=[["snooze", 120]])
    assert comes(world, message, resolved) == 1
    asleep = Conversation.objects.get(pk=message.conversation_id)
    assert asleep.state == "snoozed"
    assert timedelta(minutes=119) < asleep.snoozed_until - timezone.now() <= timedelta(minutes=120)
    assert Conversation.objects.get(pk=resolved.conversation_id).state == "resolved"


# -- loops --------------------------------------------------------------------------------------


def test_two_rules_that_undo_each_other_end_after_one_turn_each(world):
    for trigger in ("came in", "changed"):
        made(world, f"On {trigger}", trigger, [["label", "not", ["X"]]], [["label", "X"]])
        made(world, f"Off {trigger}", trigger, [["label", "is", ["X"]]], [["unlabel", "X"]])
    message = said(world)
    for _ in range(3):
        comes(world, message)
    assert RuleRun.objects.count() == 2
    assert labels_of(message) == []
    for event in Event.objects.filter(deed="rule acted"):
        assert rules.changed(event) == 0  # a rule's own deed wakes no rule
    teamwork.label(Conversation.objects.get(), "Y", world.ada)
    hers = Event.objects.get(deed="labelled")
    assert rules.changed(hers) == 1
    assert rules.changed(hers) == 0
    assert labels_of(message) == ["Y"]
    assert Event.objects.filter(deed="rule acted").count() == 4


def test_what_a_clock_does_wakes_no_rule_and_what_a_person_does_wakes_those_that_listen(world):
    message = said(world)
    made(world, "Woken", "changed", do=[["label", "X"]])
    conversation = Conversation.objects.get(pk=message.conversation_id)
    teamwork.snooze(conversation, timezone.now() - timedelta(minutes=1), world.ada)
    teamwork.wake(timezone.now())
    assert rules.changed(Event.objects.get(deed="woken")) == 0
    assert rules.changed(Event.objects.get(deed="snoozed")) == 1
    teamwork.note(conversation, "Ciao", world.ada)
    assert rules.changed(Event.objects.get(deed="noted")) == 0


# -- waiting ------------------------------------------------------------------------------------


def test_who_waits_longer_than_the_rule_says_is_acted_on_once_for_each_waiting(world):
    made(world, "Slow", "waits", [["waits", "longer than", 30]], [["label", "slow"]])
    late, early = said(world, minutes_ago=45), said(world, by="marco", minutes_ago=5)
    now = timezone.now()
    assert rules.wait_rules(now) == 1
    assert (labels_of(late), labels_of(early)) == (["slow"], [])
    assert RuleRun.objects.get().cause == late.pk
    conversation = Conversation.objects.get(pk=late.conversation_id)
    teamwork.unlabel(conversation, Label.objects.get(), world.ada)
    assert rules.wait_rules(now + timedelta(minutes=1)) == 0
    # We answer; they write again, and wait again.
    conversation.wait(now)
    Conversation.objects.filter(pk=conversation.pk).update(last_out_at=now)
    again = world.says("Ancora io", at=now + timedelta(minutes=2))
    assert again.pk == conversation.pk
    assert rules.wait_rules(now + timedelta(minutes=27)) == 1  # Marco, who has waited for half an hour by now
    assert rules.wait_rules(now + timedelta(minutes=60)) == 1
    assert labels_of(late) == ["slow"]


def test_who_is_resolved_or_snoozed_waits_for_nobody(world):
    made(world, "Slow", "waits", [["waits", "longer than", 30]])
    message = said(world, minutes_ago=45)
    teamwork.resolve(Conversation.objects.get(pk=message.conversation_id), world.ada)
    assert rules.wait_rules(timezone.now()) == 0


def test_those_whom_a_rule_is_not_about_do_not_stand_in_the_way(world, monkeypatch):
    monkeypatch.setattr(rules, "MOST_AT_ONCE", 1)
    made(
        world, "Slow", "waits", [["waits", "longer than", 30], ["kind", "is", ["comment"]], ["language", "is", ["de"]]]
    )
    german = said(world, minutes_ago=90)
    Conversation.objects.filter(pk=german.conversation_id).update(language="de")
    said(world, by="marco", minutes_ago=40)
    assert rules.wait_rules(timezone.now()) == 1
    assert team_of(german) == world.kitchen


def test_one_rule_that_cannot_be_followed_does_not_stop_the_others(world, caplog):
    broken = made(world, "Broken", "waits", [["waits", "longer than", 30]])
    made(world, "Slow", "waits", [["waits", "longer than", 30]], [["label", "slow"]])
    Rule.objects.filter(pk=broken.pk).update(conditions=[["moon", "is", ["full"]]])
    message = said(world, minutes_ago=45)
    assert rules.wait_rules(timezone.now()) == 1
    assert labels_of(message) == ["slow"]
    assert f"rule {broken.pk}" in caplog.text


# -- writing rules ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "why", "of"),
    [
        ([["moon", "is", ["full"]]], "unknown", "conditions"),
        (["network"], "unknown", "conditions"),
        ("all", "too many", "conditions"),
        ([["network", "is", ["icq"]]], "unknown", "network"),
        ([["network", "is", []]], "unknown", "network"),
        ([["network", "at least", ["playground"]]], "how", "network"),
        ([["urgency", "at least", 7]], "number", "urgency"),
        ([["urgency", "at least", "2"]], "number", "urgency"),
        ([["private", "is", "yes"]], "unknown", "private"),
        ([["channel", "is", [999999]]], "unknown", "channel"),
        ([["words", "is", [" "]]], "words", "words"),
        ([["words", "is", ["!!"]]], "query", "words"),
        ([["words", "is", [3]]], "unknown", "words"),
        ([["query", "is", "pacco AND"]], "query", "query"),
        ([["query", "is", "-pacco"]], "query", "query"),
        ([["assignee", "is", "me"]], "unknown", "assignee"),
        ([["waits", "longer than", 0]], "number", "waits"),
        ([["stars", "at most", True]], "number", "stars"),
        ([["urgency", "at least", 1]] * 21, "too many", "conditions"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused_with_its_place(world, when, why, of):
    with pytest.raises(NotARule) as wrong:
        made(world, when=when)
    assert (wrong.value.why, wrong.value.of) == (why, of)
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("do", "why", "of"),
    [
        ([], "nothing to do", "actions"),
        ([["fly", True]], "unknown", "actions"),
        ([["team", 999999]], "unknown", "team"),
        ([["label", " "]], "words", "label"),
        ([["notify", ["moon", 1]]], "unknown", "notify"),
        ([["snooze", 0]], "number", "snooze"),
        ([["snooze", 60], ["hold", True]], "against", "actions"),
        ([["hold", True], ["hold", True]], "twice", "hold"),
        ([["label", "x"]] * 21, "too many", "actions"),
    ],
)
def test_an_action_that_makes_no_sense_is_refused_with_its_place(world, do, why, of):
    with pytest.raises(NotARule) as wrong:
        made(world, do=do)
    assert (wrong.value.why, wrong.value.of) == (why, of)


def test_teams_and_channels_of_another_brand_cannot_be_named(world):
    from premura.models import Team

    theirs = Team.objects.create(brand=world.bookshop, name="Banco")
    for when, do in (
        ((), [["team", theirs.pk]]),
        ((), [["agent", world.zoe.pk]]),
        ([["team", "is", [theirs.pk]]], None),
    ):
        with pytest.raises(NotARule):
            made(world, when=when, do=do)


def test_a_reader_is_given_nothing(world):
    with pytest.raises(NotARule):
        made(world, do=[["agent", world.rita.pk]])


def test_a_rule_about_waiting_says_how_long(world):
    with pytest.raises(NotARule) as wrong:
        made(world, trigger="waits")
    assert (wrong.value.why, wrong.value.of) == ("how long", "waits")


def test_two_rules_of_one_name_cannot_be_told_apart(world):
    first, second = made(world), made(world, "Other")
    with pytest.raises(NameTaken):
        made(world)
    with pytest.raises(NameTaken):
        rulebook.change(elena(world), second, Written(first.name, "came in", [], [["hold", True]]))
    assert Rule.objects.get(pk=second.pk).actions == [["team", world.kitchen.pk]]


def test_a_rule_that_is_changed_is_off_until_it_is_tried_again_and_a_new_name_changes_nothing(world):
    rule = made(world)
    assert not rulebook.change(elena(world), rule, Written("Estero", "came in", [], [["team", world.kitchen.pk]]))
    assert Rule.objects.get().is_on
    tried = rulebook.mark(rule)
    assert rulebook.change(elena(world), rule, Written("Estero", "came in", [], [["team", world.hall.pk]]))
    assert not Rule.objects.get().is_on
    for mark in ("", tried):
        with pytest.raises(NotTried):
            rulebook.switch(elena(world), rule, on=True, tried=mark)
    rulebook.switch(elena(world), rule, on=True, tried=rulebook.mark(rule))
    assert Rule.objects.get().is_on
    assert [e.facts["how"] for e in Event.objects.filter(deed="rule changed").order_by("pk")] == [
        "made", "switched on", "changed", "changed", "switched on",
    ]  # fmt: skip


def test_each_rule_tells_when_it_last_acted_and_how_often(world):
    made(world)
    first, second = said(world), said(world, by="marco")
    comes(world, first, second)
    Conversation.objects.update(team=world.kitchen)
    comes(world, said(world, by="lucia"))  # routed anew
    comes(world, said(world, by="marco"))  # it is there already: nothing done, nothing counted
    RuleRun.objects.filter(cause=first.pk).update(at=timezone.now() - timedelta(days=40))
    (told,) = rulebook.listed(elena(world), conditions.known(world.brand))
    assert told.times == 2
    assert timezone.now() - told.last_at < timedelta(minutes=1)
    assert told.actions == [["team", "Cucina"]]


# -- the trial ----------------------------------------------------------------------------------


def test_the_trial_counts_conversations_by_day_and_shows_their_words(world):
    rule = made(world, when=[["words", "is", ["pacco"]]], on=False)
    for n, by in enumerate(("chiara", "chiara", "marco")):
        said(world, f"Il pacco {n}", by=by, minutes_ago=60 * 24 * 3 * n + 1)
    said(world, "Grazie", by="lucia")
    said(world, "Il pacco vecchio", by="ada", minutes_ago=60 * 24 * 40)
    tried = trial(rule)
    assert (tried.looked_at, tried.touched, tried.cut) == (4, 2, False)
    assert [n for _day, n in tried.days if n] == [1, 1, 1]
    assert len(tried.days) == 31
    assert [example.message.text for example in tried.examples] == ["Il pacco 0", "Il pacco 2"]
    assert not RuleRun.objects.exists()


def test_the_trial_is_bounded_and_says_so(world, monkeypatch):
    monkeypatch.setattr("premura.decide.trial.MOST", 3)
    monkeypatch.setattr("premura.decide.trial.MOST_EXAMPLES", 2)
    rule = made(world, on=False)
    for n in range(5):
        said(world, by=f"guest{n}")
    tried = trial(rule)
    assert (tried.looked_at, tried.touched, tried.cut, len(tried.examples)) == (3, 3, True, 2)


def test_the_trial_of_a_rule_about_waiting_looks_at_how_long_they_waited_then(world):
    rule = made(world, "Slow", "waits", [["waits", "longer than", 60]], on=False)
    answered, waiting = said(world, minutes_ago=300), said(world, by="marco", minutes_ago=120)
    said(world, "Ci siete?", by="marco", minutes_ago=90)
    said(world, by="lucia", minutes_ago=10)
    conversation = Conversation.objects.get(pk=answered.conversation_id)
    Message.objects.create(
        brand=world.brand, channel=world.rossi, conversation=conversation, key="ours", root="menu", kind="comment",
        text="Eccoci", written_at=timezone.now() - timedelta(minutes=270), received_at=timezone.now(),
    )  # fmt: skip
    tried = trial(rule)
    assert tried.touched == 1
    assert [example.message for example in tried.examples] == [waiting]


def test_the_trial_of_a_rule_about_changes_looks_at_what_people_did(world):
    rule = made(world, "Changed", "changed", on=False)
    message = said(world, "Il pacco")
    conversation = Conversation.objects.get()
    teamwork.label(conversation, "X", world.ada)
    teamwork.note(conversation, "Ciao", world.ada)
    tried = trial(rule)
    assert (tried.looked_at, tried.touched) == (1, 1)
    assert tried.examples[0].message == message
