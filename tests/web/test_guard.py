"""What the guard says on the screen: where the words are that it means, one reason a rule, and what is heard."""

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from premura.guard.contract import Finding, Severity
from premura.interact import guard as guarding
from premura.interact import reply as replying
from premura.models import Reply
from premura.web import guard
from tests.web.test_hints import looked
from tests.web.test_inbox import now_says, signed_in

VAGUE = "Ti rispondiamo a breve. Ti aggiorniamo presto."
REASON = 'name="override-vague_promise"'


@pytest.fixture
def ada(world):
    return signed_in(world.ada)


@pytest.fixture
def open_(world):
    return now_says(world, "Buongiorno, la bottiglia è arrivata rotta. E adesso?")


def sent(client, conversation, text: str, **more):
    return client.post(
        f"/conversations/{conversation.pk}/replies/",
        {"text": text, "way": "public", "seen": replying.seen(conversation), **more},
    )


def two(*rules: str, severity=Severity.WARN):
    return tuple(Finding(rule, severity, n, n + 4, rule) for n, rule in enumerate(rules))


@pytest.mark.guarded
def test_a_refused_reply_shows_the_words_that_are_meant_whatever_blanks_and_lines_are_above_them(ada, world, open_):
    for above in ("Ciao Chiara,\r\n\r\n\r\n", "   Ciao Chiara.\n", "\r\n \r\nCiao. "):
        answer = sent(ada, open_, f"{above}Sei una cretina.\r\nArriva domani alle 9.")
        assert answer.status_code == 422
        meant = [html.unescape(words) for words in re.findall(r'guard__words">(.*?)</q>', answer.text, re.S)]
        assert any(words.startswith("Sei una cretina") for words in meant), meant


def test_one_reason_is_enough_where_one_rule_speaks_twice(ada, open_, monkeypatch):
    seen = guarding.Looked(two("vague_promise", "vague_promise"), ())
    monkeypatch.setattr(guarding, "look", lambda *_given, **_more: seen)
    page = looked(ada, open_, VAGUE)
    assert page.count('data-rule="vague_promise"') == 2
    assert page.count(REASON) == 1
    page = looked(ada, open_, VAGUE, **{"override-vague_promise": "lo sa già"})
    assert f'{REASON} form="reply-form" maxlength="300" value="lo sa già"' in page


def test_of_two_reasons_for_one_rule_the_one_that_is_filled_counts_and_stays(world, ada, open_, monkeypatch):
    monkeypatch.setattr(guarding, "check", lambda *_given, **_more: two("vague_promise", "vague_promise"))
    refused = sent(ada, open_, VAGUE, **{"override-vague_promise": ["", " "]})
    assert refused.status_code == 422
    answer = sent(ada, open_, VAGUE, **{"override-vague_promise": ["lo sa già", ""]})
    assert answer.status_code == 302
    assert Reply.objects.exclude(state="draft").get().overrides == {"vague_promise": "lo sa già"}


@pytest.mark.guarded
def test_a_question_that_is_put_off_keeps_its_tick(ada, world):
    asked = now_says(world, "Buongiorno, quanto costa la spedizione in Svizzera?")
    day = (timezone.now() + timedelta(days=3)).isoformat()
    text = "Buongiorno, il colore è verde bosco."
    (question,) = re.findall(r'name="answered_later" value="([^"]+)"', looked(ada, asked, text, promised_for=day))
    page = looked(ada, asked, text, promised_for=day, answered_later=question)
    assert f'value="{question}" form="reply-form" checked' in page
    assert "question_unanswered" not in page


@pytest.mark.parametrize(
    ("who", "rule", "said", "state"),
    [
        ("ada", "vague_promise", "A lead must agree;", "held"),
        ("bruno", "vague_promise", "Your reason is enough;", "ready"),
        ("bruno", "internal_fact", "A second person must agree;", "held"),
    ],
)
def test_who_needs_a_second_persons_yes_is_told_so_and_nobody_else(world, open_, monkeypatch, who, rule, said, state):
    found, agent = (Finding(rule, Severity.BLOCK, 0, 4, rule, facts={"fact": "lo sconto"}),), getattr(world, who)
    monkeypatch.setattr(guarding, "look", lambda *_given, **_more: guarding.Looked(found, ()))
    monkeypatch.setattr(guarding, "check", lambda *_given, **_more: found)
    agent.language = "en"
    agent.save(update_fields=["language"])
    client = signed_in(agent)
    assert said in looked(client, open_, "Sei tu.")
    assert said in html.unescape(sent(client, open_, "Sei tu.").text)
    sent(client, open_, "Sei tu.", **{f"override-{rule}": "lo chiede lui"})
    assert Reply.objects.exclude(state="draft").get().state == state


def test_who_hears_the_screen_is_told_what_stops_what_waits_and_what_to_look_at():
    found = [
        *two("insult", "insult", severity=Severity.BLOCK), *two("vague_promise", "canned"),
        *two("heat", severity=Severity.DELAY), *two("link_cost", severity=Severity.HINT),
    ]  # fmt: skip
    with override("en"):
        said = guard.summary(found)
    assert said == (
        "Stops: insult (2). Waits: The thread is hot. It will leave in ten minutes, or at once when somebody else "
        "agrees. Careful: promise without a date, ready-made. Hint: link."
    )


def test_what_is_heard_changes_when_one_finding_takes_the_place_of_another():
    assert guard.summary(two("canned")) != guard.summary(two("vague_promise"))
    assert guard.summary(()) == ""
