"""The country in the form of a rule and in its sentence."""

import pytest

from premura.models import Agent, Rule
from tests.decide.test_rules import made
from tests.web.test_inbox import signed_in
from tests.web.test_routing_rules import text


@pytest.fixture
def elena(world):
    Agent.objects.update(language="en")
    world.elena.language = "en"
    return signed_in(world.elena)


def test_countries_are_ticked_by_their_names_and_kept_by_their_codes(world, elena):
    page = elena.get("/deciding/rules/").text
    assert 'name="country" value="DE"' in page
    assert "Germany" in page
    given = {"name": "Nord", "trigger": "came in", "country": ["DE", "AT"], "country-how": "not", "do_label": "Altrove"}
    elena.post("/deciding/rules/", given)
    rule = Rule.objects.get()
    assert rule.conditions == [["country", "not", ["AT", "DE"]]]
    opened = elena.get(f"/deciding/rules/{rule.pk}/").text
    assert opened.count("checked") >= 3  # two countries, and how they are asked
    assert opened.count('<details class="asks" open>') == 1
    assert "not with the country Austria or Germany" in text(elena.get("/deciding/rules/").text)


def test_a_country_that_nobody_knows_is_refused_and_the_fold_stays_open(elena):
    given = {"name": "Nord", "trigger": "came in", "country": ["QQ"], "do_label": "Altrove"}
    answer = elena.post("/deciding/rules/", given)
    assert answer.status_code == 422
    assert not Rule.objects.exists()


def test_a_rule_for_a_country_says_so_in_its_sentence(world, elena):
    made(world, when=[["country", "is", ["CH"]], ["language", "is", ["it"]]], do=[["label", "Ticino"]])
    page = text(elena.get("/deciding/rules/").text)
    assert "When somebody writes with the country Switzerland in Italian: label “Ticino”." in page
