"""What somebody judged is what is done: words edited meanwhile, lines that have left already, private words."""

import httpx
import pytest
from django.utils import timezone

from premura import flow
from premura.interact import acts, drafts, ledger, rules, snapshots
from premura.interact import reply as replying
from premura.interact.drafts import Written
from premura.listen import receive
from premura.models import Act, Event, Message, ModerationRule, Reply, Voice
from premura.networks.contract import Can, Kind
from premura.networks.failures import Gone
from premura.networks.http import ask
from premura.networks.playground import Playground
from premura.prepare import netiquette
from tests.interact.test_moderate import IBAN, LATER, Deaf, clause, said, standing_of, step  # noqa: F401
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


def moved(world, *numbers: int, **first: tuple[str, str]) -> None:
    """Publish the netiquette with its rules in another order; `first`: other words for the first of them."""
    house = netiquette.begin(standing_of(world.elena))
    found = netiquette.rules(house)
    kept = [found[number - 1] for number in numbers]
    netiquette.save(house, [netiquette.Rule(dict(first)), *kept[1:]] if first else kept)
    netiquette.publish(house, world.elena)


def quoted_by(world):
    rules.apply(world.brand.pk, [read_as(world, "Clicca qui", intent="spam").pk])
    return Act.objects.get().clause


def test_a_rule_quotes_its_own_clause_where_the_clauses_changed_places_and_one_of_them_its_words(world, clause):  # noqa: F811
    rules.make(standing_of(world.bruno), "spam", clause=clause)
    moved(world, 1, 2, 3, it=("Con garbo", "Sempre"), en=("Kindly", "Always"))
    moved(world, 3, 2, 1)
    quoted = quoted_by(world)
    assert (quoted.netiquette.version, quoted.number, quoted.title) == (3, 3, "Con garbo")


def test_a_rule_whose_clause_is_gone_quotes_none_though_another_has_its_number_now(world, clause):  # noqa: F811
    rules.make(standing_of(world.bruno), "spam", clause=clause)
    moved(world, 2, 3, 4)
    assert quoted_by(world) is None
    assert rules.listed(standing_of(world.bruno))[0].quotes is None


def begun(world, clause, **more) -> tuple[Act, Reply]:  # noqa: F811
    """Hide what Chiara said, with the public line begun as Bruno's draft."""
    act = acts.hide(said(world), world.bruno, clause=clause)
    line = Written("Abbiamo nascosto questo commento.", to=act.message, begun_at=timezone.now(), **more)
    draft = drafts.keep(act.conversation, world.bruno, line)
    acts.will_tell(act, draft)
    return act, draft


def sends(draft: Reply, by, **more) -> Reply:
    besides = replying.Besides(draft=draft.pk, begun_at=draft.begun_at)
    return replying.submit(draft.conversation, draft.text, by, to=draft.to, besides=besides, **more)


def test_a_line_that_was_begun_is_the_acts_once_it_is_sent_and_is_called_back_with_it(world, clause):  # noqa: F811
    Voice.objects.update(undo_s=60)
    act, draft = begun(world, clause)
    assert not acts.line_stands(Act.objects.get())
    reply = sends(draft, world.bruno)
    assert (Act.objects.get().told, reply.state) == (reply, "scheduled")
    acts.undo(act, world.elena)
    assert Reply.objects.get().state == "draft"
    again = sends(Reply.objects.get(), world.bruno)
    Reply.objects.filter(pk=again.pk).update(state="sent")
    assert acts.line_stands(Act.objects.get())


def test_a_line_that_a_colleague_takes_over_is_the_acts_when_they_send_it(world, clause):  # noqa: F811
    _act, draft = begun(world, clause)
    reply = sends(drafts.take_over(draft, world.elena), world.elena)
    assert Act.objects.get().told == reply


def test_a_line_that_was_thrown_away_or_said_to_one_alone_was_never_said_in_public(world, clause):  # noqa: F811
    act, draft = begun(world, clause)
    drafts.drop(draft)
    assert Act.objects.get().told is None
    second = drafts.keep(act.conversation, world.bruno, Written("In privato.", to=act.message, begun_at=timezone.now()))
    acts.will_tell(act, second)
    besides = replying.Besides(draft=second.pk, begun_at=second.begun_at, private_reason=True)
    replying.submit(act.conversation, second.text, world.bruno, private=True, to=act.message, besides=besides)
    assert Act.objects.get().told is None


def test_what_its_author_deleted_before_it_could_be_shown_again_is_gone_and_its_act_stays_undone(world, monkeypatch):
    act = acts.hide(said(world), world.bruno)
    acts.undo(act, world.elena)
    step("unhidden", Deaf(Gone("127.0.0.1 answered 404: It is not there")), monkeypatch)
    act = Act.objects.get()
    message = Message.objects.select_related("conversation").get()
    assert (act.state, act.trouble) == (State.UNDONE, "")
    assert message.removed_at
    assert message.hidden_at is None
    assert message.conversation.waiting_since is None


@pytest.mark.parametrize("status", [404, 410])
def test_a_network_that_knows_no_such_message_says_that_it_is_gone(status):
    http = httpx.Client(transport=httpx.MockTransport(lambda _request: httpx.Response(status)))
    with pytest.raises(Gone):
        ask(http, "POST", "https://piazza.example/items/1")


def test_what_was_deleted_before_it_could_be_hidden_closes_the_act_and_calls_its_line_back(world, clause, monkeypatch):  # noqa: F811
    Voice.objects.update(undo_s=60)
    acts.hide(said(world), world.bruno, clause=clause, line="Abbiamo nascosto questo commento.", language="it")
    step("hidden", Deaf(Gone("127.0.0.1 answered 404")), monkeypatch)
    assert (Act.objects.get().state, Act.objects.get().trouble) == (State.FAILED, "removed")
    assert (Message.objects.get().hidden_at, Reply.objects.get().state) == (None, "draft")
    assert Message.objects.get().removed_at


def test_what_is_gone_already_when_it_is_to_be_deleted_is_deleted(world, monkeypatch):
    act = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")
    acts.agree(act, world.elena, timezone.now() + LATER)
    step("deleted", Deaf(Gone("127.0.0.1 answered 404")), monkeypatch)
    assert Act.objects.get().state == State.DONE
    assert Message.objects.get().removed_at
