"""What somebody judged is what is done: words edited meanwhile, lines that have left already, private words."""

import pytest
from django.utils import timezone

from premura import flow
from premura.interact import acts, ledger, rules, snapshots
from premura.listen import receive
from premura.models import Act, Event, Message, ModerationRule, Reply, Voice
from premura.networks.contract import Can, Kind
from premura.networks.playground import Playground
from premura.prepare import netiquette
from tests.interact.test_moderate import IBAN, LATER, clause, said, standing_of  # noqa: F401
from tests.interact.test_moderate_rules import said as read_as
from tests.test_flow import body

State = Act.State
GOOD = "Grazie a tutti, siete stati gentilissimi"


def edited(message: Message, text: str) -> Message:
    """Let the author change their words."""
    Message.objects.filter(pk=message.pk).update(
        text=text, edited_at=timezone.now(), was=[{"text": message.text, "until": timezone.now().isoformat()}]
    )
    return Message.objects.select_related("conversation__channel", "conversation__brand").get(pk=message.pk)


def brings(world, *bodies: bytes) -> None:
    receive.keep([(world.rossi.pk, "hook", each) for each in bodies])
    flow.drain()


def test_words_that_nobody_judged_are_not_deleted_and_the_request_for_the_old_ones_is_closed(world):
    act = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")
    edited(act.message, GOOD)
    with pytest.raises(acts.Changed):
        acts.agree(Act.objects.get(), world.elena, timezone.now() + LATER)
    act.refresh_from_db()
    assert (act.state, act.trouble, act.second) == (State.REFUSED, "changed", None)
    assert Message.objects.get().removed_at is None
    assert not Event.objects.filter(deed="deleted").exists()
    assert Event.objects.get(deed="deletion refused").facts["how"] == "changed"


def test_new_pictures_are_no_more_judged_than_new_words(world):
    act = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")
    Message.objects.update(media=[{"url": "https://x.example/new.png"}])
    with pytest.raises(acts.Changed):
        acts.agree(Act.objects.get(pk=act.pk), world.elena, timezone.now() + LATER)
    assert Message.objects.get().removed_at is None


def test_who_asks_for_the_new_words_closes_what_was_asked_for_the_old_ones(world):
    first = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")
    again = acts.ask_deletion(edited(first.message, IBAN + "!"), world.elena, "personal_data")
    first.refresh_from_db()
    assert (first.state, first.trouble) == (State.REFUSED, "changed")
    assert (again.state, again.snapshot["text"]) == (State.ASKED, IBAN + "!")
    acts.agree(again, world.bruno, timezone.now() + LATER)
    assert Message.objects.get().removed_at


def test_an_edit_between_look_and_hand_is_not_hidden(world):
    message = said(world)
    stamp = snapshots.stamp(message)
    with pytest.raises(acts.Changed):
        acts.seen(edited(message, GOOD), stamp)
    with pytest.raises(acts.Changed):
        acts.hide(message, world.bruno)  # as it was read before the edit
    assert Message.objects.get().hidden_at is None
    assert not Act.objects.exists()


def test_a_rule_does_not_hide_words_that_it_did_not_read(world):
    rule = rules.make(standing_of(world.bruno), "spam")
    message = read_as(world, "Guadagna 500 euro", intent="spam")
    edited(message, GOOD)
    assert acts.hide_by_rule(rule, [message]) == []
    assert Message.objects.get().hidden_at is None


def test_a_private_message_is_deleted_for_personal_data_alone_whatever_the_network_can(world, monkeypatch):
    message = said(world, "Non mi piace come mi trattate", kind=Kind.DIRECT)
    for can in (Playground.can, Playground.can - {Can.HIDE, Can.UNHIDE}):
        monkeypatch.setattr(Playground, "can", can)
        assert acts.proposed(message) == ""
        with pytest.raises(acts.OnlyData):
            acts.ask_deletion(message, world.bruno, "cannot_hide")
    assert not Act.objects.exists()
    assert acts.ask_deletion(message, world.bruno, "personal_data").state == State.ASKED


def test_a_line_that_has_left_stands_although_the_comment_is_shown_again(world, clause):  # noqa: F811
    act = acts.hide(said(world), world.bruno, clause=clause, line="Abbiamo nascosto questo commento.", language="it")
    assert not acts.line_stands(act)  # it says what is so
    Reply.objects.update(state="sent")
    acts.undo(act, world.elena)
    assert acts.line_stands(Act.objects.get())


def test_a_line_that_was_called_back_was_never_said(world, clause):  # noqa: F811
    Voice.objects.update(undo_s=30)
    act = acts.hide(said(world), world.bruno, clause=clause, line="Abbiamo nascosto questo commento.", language="it")
    acts.undo(act, world.elena)
    assert not acts.line_stands(Act.objects.get())
    assert next(ledger.exported(standing_of(world.elena)))["told"] is None


def test_the_ledger_knows_who_undid_it(world):
    act = acts.hide(said(world), world.bruno)
    acts.undo(act, world.elena)
    assert next(ledger.exported(standing_of(world.elena)))["undone_by"] == "Elena"


def test_what_was_harmless_and_is_edited_into_spam_is_hidden_by_the_rule(world, work, transactional_db, monkeypatch):
    monkeypatch.setattr(Playground, "_do", lambda _self, _deed, _ref: None)
    ModerationRule.objects.create(brand=world.brand, catches="words", words=["casinò"], by=world.bruno)
    brings(world, body("a", "Che bella la vostra cantina"), body("b", "Complimenti!"))
    work()
    assert not Act.objects.exists()
    later = {"edited_at": "2026-11-20T13:00:00+00:00"}
    brings(world, body("a", "Bonus gratis al casinò: https://x.example", **later))
    work()
    assert Act.objects.get().message.key == "a"
    assert Message.objects.get(key="a").hidden_at


def test_a_request_whose_message_its_author_takes_away_is_closed_by_nobody(world, work, transactional_db):
    brings(world, body("a", IBAN), body("b", "Grazie"))
    message = Message.objects.select_related("conversation__channel", "identity").get(key="a")
    acts.ask_deletion(message, world.bruno, "personal_data")
    gone = b'{"items":[{"is":"removed","key":"a","at":"2026-11-20T13:00:00+00:00"}]}'
    brings(world, gone)
    act = Act.objects.get()
    assert (act.state, act.trouble, act.second) == (State.REFUSED, "removed", None)
    assert Event.objects.get(deed="deletion refused").facts["how"] == "removed"
    assert not ledger.listed(standing_of(world.elena), state="asked").rows


def test_a_slur_within_a_complaint_does_not_keep_the_rule_against_slurs_from_being_switched_on(world):
    complaint = read_as(world, "Ladri maledetti, ridatemi i soldi", intent="complaint", abuse=3)
    slur = read_as(world, "…", intent="abuse", abuse=3, by="due")
    rule = rules.make(standing_of(world.bruno), "slurs")
    assert rules.trial(rule).hidden == 1
    assert rules.apply(world.brand.pk, [complaint.pk, slur.pk]) == 1
    assert Act.objects.get().message == slur


def test_a_rule_quotes_the_clause_of_its_number_that_is_in_force(world, clause):  # noqa: F811
    rules.make(standing_of(world.bruno), "spam", clause=clause)
    house = netiquette.begin(standing_of(world.elena))
    found = netiquette.rules(house)
    netiquette.save(house, [netiquette.Rule({"it": ("Con garbo", "Sempre"), "en": ("Kindly", "Always")}), *found[1:]])
    netiquette.publish(house, world.elena)
    rules.apply(world.brand.pk, [read_as(world, "Clicca qui", intent="spam").pk])
    quoted = Act.objects.get().clause
    assert (quoted.netiquette.version, quoted.number, quoted.title) == (2, 1, "Con garbo")


def test_a_rule_quotes_no_clause_where_its_number_is_gone(world, clause):  # noqa: F811
    rules.make(standing_of(world.bruno), "spam", clause=netiquette.clauses(world.brand, "it")[-1])
    house = netiquette.begin(standing_of(world.elena))
    netiquette.save(house, netiquette.rules(house)[:-1])
    netiquette.publish(house, world.elena)
    rules.apply(world.brand.pk, [read_as(world, "Clicca qui", intent="spam").pk])
    assert Act.objects.get().clause is None


def test_of_two_who_save_one_draft_the_second_is_told_and_wipes_nothing(world):
    house = netiquette.begin(standing_of(world.elena))
    found = netiquette.rules(house)
    opened = netiquette.stamp(house, found)
    netiquette.save(house, found[:3], opened)
    with pytest.raises(netiquette.ChangedMeanwhile):
        netiquette.save(house, found[:5], opened)
    assert len(netiquette.rules(house)) == 3
