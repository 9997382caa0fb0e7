"""Rules and macros on the screen: written, tried before they are switched on, put in order, used."""

import html
import re

import pytest
from django.test import Client

from premura.decide import macros, rulebook
from premura.jobs import deciding
from premura.models import Conversation, Event, Label, Macro, Reply, Rule, RuleRun, SavedReply
from premura.templatetags.premura import deed
from tests.decide.test_macros import bruno as standing_of_bruno
from tests.decide.test_rules import elena as standing_of_elena
from tests.decide.test_rules import made, said
from tests.web.test_inbox import HTMX, signed_in

EXPORT = {"name": "Export", "trigger": "came in", "language": ["de"], "language-how": "is", "do_label": "DE, Estero"}


@pytest.fixture
def elena(world) -> Client:
    return signed_in(world.elena)


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page)))


def new(elena, world, **more):
    return elena.post("/deciding/rules/", EXPORT | {"do_team": str(world.kitchen.pk)} | more)


def test_a_rule_is_written_tried_and_only_then_switched_on(world, elena):
    said(world, "Guten Tag", language="de")
    answer = new(elena, world)
    rule = Rule.objects.get()
    assert answer.url == f"/deciding/rules/{rule.pk}/trial/"
    assert not rule.is_on
    assert rule.conditions == [["language", "is", ["de"]]]
    assert rule.actions == [["team", world.kitchen.pk], ["label", "DE"], ["label", "Estero"]]
    page = elena.get(answer.url).text
    assert "Guten Tag" in page
    assert page.count('class="day-bars__one"') == 1
    tried = html.unescape(re.search(r'name="tried" value="([^"]+)"', page)[1])
    # The switch on the list shows the trial first.
    switch = f"/deciding/rules/{rule.pk}/switch/"
    assert elena.post(switch, {"on": "1"}).url == answer.url
    assert not Rule.objects.get().is_on
    assert elena.post(switch, {"on": "1", "tried": tried}).url == "/deciding/rules/"
    assert Rule.objects.get().is_on
    elena.post(switch, {"on": "0"})
    assert not Rule.objects.get().is_on


def test_what_was_tried_before_the_last_change_does_not_count(world, elena):
    new(elena, world)
    rule = Rule.objects.get()
    tried = rulebook.mark(rule)
    elena.post(f"/deciding/rules/{rule.pk}/", EXPORT | {"do_hold": "on"})
    assert elena.post(f"/deciding/rules/{rule.pk}/switch/", {"on": "1", "tried": tried}).url.endswith("/trial/")
    assert not Rule.objects.get().is_on


def test_a_rule_stands_on_the_screen_as_one_sentence(world, elena):
    when = [["network", "is", ["playground"]], ["language", "is", ["de"]]]
    made(world, when=when, do=[["team", world.kitchen.pk], ["label", "DE"]])
    world.elena.language = "en"
    world.elena.save(update_fields=["language"])
    page = text(elena.get("/deciding/rules/").text)
    assert "When somebody writes on Piazza in German: to the team Cucina, label “DE”." in page
    assert "it has not done anything yet" in page


def test_a_rule_is_opened_with_all_that_it_asks_and_kept_as_it_is(world, elena):
    when = [
        ["waits", "longer than", 30], ["network", "not", ["bluesky"]], ["channel", "is", [world.rossi.pk]],
        ["kind", "is", ["comment", "review"]], ["private", "is", False], ["language", "is", ["it", "und"]],
        ["intent", "is", ["complaint"]], ["sentiment", "not", ["positive"]], ["urgency", "at least", 2],
        ["flag", "is", ["chaser"]], ["stars", "at most", 2], ["tier", "is", ["vip", "press"]],
        ["team", "is", [0, world.hall.pk]], ["assignee", "is", "nobody"], ["label", "not", ["Fatto"]],
        ["words", "is", ["non arriva", "rimborso"]], ["query", "is", "pacco -grazie"],
    ]  # fmt: skip
    do = [
        ["team", world.kitchen.pk], ["agent", world.carlo.pk], ["label", "A"], ["label", "B"], ["unlabel", "C"],
        ["notify", ["team", world.hall.pk]], ["notify", ["agent", world.ada.pk]], ["snooze", 60],
    ]  # fmt: skip
    rule = made(world, "All", "waits", when, do)
    page = elena.get(f"/deciding/rules/{rule.pk}/").text
    assert page.count('<details class="asks" open>') == 17
    from premura.decide import conditions
    from premura.web.rule_forms import RuleForm

    known = conditions.known(world.brand)
    blank = RuleForm(
        known, conditions=rule.conditions, actions=rule.actions, initial={"name": "All", "trigger": "waits"}
    )
    shown = {field.name: field.value() for field in blank if field.value() not in (None, "", False)}
    elena.post(f"/deciding/rules/{rule.pk}/", shown)
    kept = Rule.objects.get()
    assert (kept.conditions, kept.actions, kept.is_on) == (rule.conditions, rule.actions, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"do_label": "", "do_team": ""},
        {"language": ["klingon"]},
        {"query": "pacco AND"},
        {"trigger": "moon"},
        {"trigger": "waits"},
        {"do_snooze": "60", "do_hold": "on"},
        {"do_team": "999999"},
        {"stars": "9"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(world, elena, wrong):
    answer = new(elena, world, **wrong)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "%(" not in answer.text
    assert not Rule.objects.exists()


def test_a_name_that_is_taken_is_said(world, elena):
    new(elena, world)
    assert new(elena, world).status_code == 422
    assert Rule.objects.count() == 1


def test_rules_move_up_and_down_and_are_taken_away_without_javascript(world, elena):
    first, second = made(world, "Uno"), made(world, "Due")
    elena.post(f"/deciding/rules/{second.pk}/place/", {"to": "up"})
    assert list(Rule.objects.order_by("place")) == [second, first]
    elena.post(f"/deciding/rules/{second.pk}/place/", {"to": "down"})
    elena.post(f"/deciding/rules/{second.pk}/place/", {"to": "sideways"})
    assert list(Rule.objects.order_by("place")) == [first, second]
    elena.post(f"/deciding/rules/{first.pk}/", {"do": "remove"})
    assert list(Rule.objects.all()) == [second]


def test_a_lead_sees_rules_and_makes_macros_but_no_rules(world):
    made(world)
    bruno = signed_in(world.bruno)
    page = bruno.get("/deciding/rules/").text
    assert "Export" in page
    assert 'action="/deciding/rules/"' not in page
    assert bruno.post("/deciding/rules/", EXPORT).status_code == 403
    bruno.post("/deciding/macros/", {"macro-name": "Rimborso", "macro-do_agent": "me", "macro-do_label": "Rimborso"})
    assert Macro.objects.get().actions == [["take", True], ["label", "Rimborso"]]


def test_the_job_acts_on_what_came_in_and_the_thread_says_which_rule(world, elena):
    made(world, "Export", do=[["label", "DE"], ["snooze", 90]])
    message = said(world, "Guten Tag")
    deciding.rules_came_in(world.brand.pk, [message.pk])
    assert RuleRun.objects.count() == 1
    world.elena.language = "en"
    world.elena.save(update_fields=["language"])
    page = text(elena.get(f"/conversations/{message.conversation_id}/").text)
    assert "The rule “Export”: label “DE”, snoozed for 1 h 30" in page


# -- macros --------------------------------------------------------------------------------------


def test_a_macro_is_used_over_a_conversation_and_begins_the_answer_without_sending_it(world):
    saved = SavedReply.objects.create(brand=world.brand, name="scuse", language="it", text="Ciao {name}, scusa.")
    macro = macros.make(standing_of_bruno(world), "Scuse", [["take", True], ["label", "Scuse"], ["reply", saved.pk]])
    conversation = world.says("Il vino sapeva di tappo")
    ada = signed_in(world.ada)
    assert (
        f'action="/conversations/{conversation.pk}/macros/{macro.pk}/"'
        in ada.get(f"/conversations/{conversation.pk}/").text
    )
    page = ada.post(f"/conversations/{conversation.pk}/macros/{macro.pk}/", headers=HTMX).text
    assert "Ciao Chiara, scusa." in page
    draft = Reply.objects.get()
    assert (draft.state, draft.author, draft.text) == ("draft", world.ada, "Ciao Chiara, scusa.")
    assert Conversation.objects.get().assignee == world.ada
    assert Event.objects.get(deed="macro used").by == world.ada
    saved.refresh_from_db()
    assert saved.used == 1


def test_without_javascript_the_macro_leads_back_to_the_conversation(world):
    macro = macros.make(standing_of_bruno(world), "Fatto", [["label", "Fatto"], ["resolve", True]])
    conversation = world.says("Grazie")
    answer = signed_in(world.ada).post(f"/conversations/{conversation.pk}/macros/{macro.pk}/")
    assert answer.status_code == 302
    assert answer.url.startswith(f"/conversations/{conversation.pk}/")
    assert (Conversation.objects.get().state, Label.objects.get().name) == ("resolved", "Fatto")


def test_what_somebody_has_begun_stays_when_a_macro_begins_another(world):
    saved = SavedReply.objects.create(brand=world.brand, name="scuse", language="it", text="Scusa.")
    macro = macros.make(standing_of_bruno(world), "Scuse", [["reply", saved.pk]])
    conversation = world.says("Male")
    address = f"/conversations/{conversation.pk}/macros/{macro.pk}/"
    signed_in(world.ada).post(address, {"text": "Cara Chiara, "}, headers=HTMX)
    assert sorted(Reply.objects.values_list("text", "state")) == [("Cara Chiara, ", "draft"), ("Scusa.", "draft")]


def test_a_macro_of_nobody_and_a_reader_use_nothing(world):
    conversation = world.says("Ciao")
    macro = macros.make(standing_of_bruno(world), "Fatto", [["resolve", True]])
    address = f"/conversations/{conversation.pk}/macros/{macro.pk}/"
    assert signed_in(world.rita).post(address).status_code == 403
    assert signed_in(world.carlo).post(address).status_code == 404  # of another team
    assert signed_in(world.ada).post(f"/conversations/{conversation.pk}/macros/999999/").status_code == 404
    assert Conversation.objects.get().state == "open"


def test_a_macro_is_changed_and_taken_away(world):
    bruno = signed_in(world.bruno)
    macro = macros.make(standing_of_bruno(world), "Fatto", [["take", True], ["resolve", True]])
    page = bruno.get(f"/deciding/macros/{macro.pk}/").text
    assert '<option value="me" selected>' in page
    answer = bruno.post(f"/deciding/macros/{macro.pk}/", {"name": "Fatto", "do_resolve": "on", "do_hold": "on"})
    assert answer.status_code == 422
    bruno.post(f"/deciding/macros/{macro.pk}/", {"name": "Finito", "do_resolve": "on"})
    assert Macro.objects.get().actions == [["resolve", True]]
    bruno.post(f"/deciding/macros/{macro.pk}/", {"do": "remove"})
    assert not Macro.objects.exists()


def test_the_journal_says_what_a_macro_did_in_words(world):
    macro = macros.make(standing_of_bruno(world), "Fatto", [["hold", True]])
    conversation = world.says("Ciao")
    for _ in range(2):
        macros.use(standing_of_bruno(world), conversation, macro.pk)
    first, second = (deed(event) for event in Event.objects.filter(deed="macro used").order_by("pk"))
    assert "Fatto" in first
    assert first != second  # nothing was left to do


def test_a_rule_of_a_team_that_is_gone_is_still_shown_and_can_be_changed(world, elena):
    rule = made(world, when=[["team", "is", [world.kitchen.pk]]])
    world.kitchen.delete()
    assert elena.get("/deciding/rules/").status_code == 200
    assert elena.get(f"/deciding/rules/{rule.pk}/").status_code == 200
    assert elena.get(f"/deciding/rules/{rule.pk}/trial/").status_code == 200
    assert rulebook.rule(world.elena, rule.pk)[0] == standing_of_elena(world)


def test_everything_that_can_be_asked_or_done_has_its_words():
    from premura.decide import actions, conditions
    from premura.templatetags import routing

    assert set(routing.CONDITIONS) == {(name, how) for name, field in conditions.FIELDS.items() for how in field.hows}
    assert set(routing.DEEDS) >= set(actions.DEEDS)
    assert set(routing.WHEN) == set(Rule.Trigger.values)
    assert {*conditions.FIELDS} <= set(routing.OF)
