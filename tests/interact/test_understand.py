"""To understand first: what is asked is what their message does not say, in their language, at most three things."""

import re

import pytest

from premura.guard.check import check_many
from premura.guard.contract import Context, Draft, Severity
from premura.interact import understand
from premura.interact.understand import LANGUAGES, Wanting, chosen
from premura.models import Conversation, Message
from tests.interact.test_moderate_rules import said


def asked(world, text, intent="complaint", **more):
    conversation = said(world, text, intent=intent, sentiment="negative").conversation
    Conversation.objects.filter(pk=conversation.pk).update(intent=intent, language="it", **more)
    return [ask.name for ask in understand.asks(Conversation.objects.get(pk=conversation.pk))]


def test_of_who_says_nothing_but_anger_it_asks_what_happened(world):
    assert asked(world, "Vergognatevi, non se ne può più") == ["happened", "product", "date"]


def test_what_was_said_already_is_not_asked(world):
    assert asked(world, "Ieri il pacco è arrivato rotto") == ["picture", "wanted"]


def test_a_picture_says_more_than_the_question_for_one(world):
    said(world, "Ieri il pacco è arrivato rotto", intent="complaint")
    Message.objects.update(media=[{"url": "x", "mime": "image/png"}])
    assert "picture" not in asked(world, "Allora?")


def test_the_number_of_an_order_is_asked_for_in_private_only(world):
    assert "order" not in asked(world, "Il mio ordine è sparito, vergogna")
    assert "order" in asked(world, "Ripeto: il mio ordine è sparito", private=True)


def test_money_taken_twice_is_asked_about_until_they_say_how_much(world):
    assert "amount" in asked(world, "Mi avete addebitato due volte il vino")
    assert "amount" not in asked(world, "Erano 30 €")


@pytest.mark.parametrize("intent", ["praise", "gesture", "spam"])
def test_who_is_content_is_asked_nothing(world, intent):
    assert asked(world, "Che meraviglia", intent=intent) == []


def test_when_it_is_their_turn_nothing_is_asked(world):
    assert asked(world, "Vergogna", waiting_since=None, state="pending") == []


def test_it_is_asked_in_their_language_and_else_in_english(world):
    conversation = said(world, "Eine Schande", intent="complaint").conversation
    for language, words in (("de", "Was genau ist passiert?"), ("nl", "What exactly happened?")):
        conversation.messages.get().reading.__class__.objects.update(language=language)
        Conversation.objects.update(intent="complaint", language=language)
        assert understand.asks(Conversation.objects.get())[0].text == words


def test_every_rule_speaks_every_language_briefly_and_asks():
    for rule in understand._rules():
        for language in LANGUAGES:
            assert rule[language].strip()
            assert len(rule[language]) <= 80
            assert "?" in rule[language]


def test_a_question_in_another_voice_would_be_wrong_so_none_addresses_anybody():
    words = re.compile(r"\b(tu|ti|lei|vi|voi|hai|ha|tuo|suo|vostro|du|sie|ihnen|dir|vous|tu as|usted|tienes)\b", re.I)
    for rule in understand._rules():
        for language in ("it", "de", "fr", "es"):
            kept = rule[language].replace("Qué ha ", "").replace("y a-t", "").replace("Y a-t", "")
            assert not words.search(kept), kept


@pytest.mark.parametrize("found", [frozenset(), frozenset({"happened"}), frozenset({"break", "charge", "queue"})])
@pytest.mark.parametrize("intent", ["complaint", "question", "purchase", "suggestion", "abuse"])
def test_never_more_than_three(intent, found):
    assert len(chosen(Wanting(intent, private=True, found=found))) <= 3


ANGRY = {
    "it": "Vergogna, siete pessimi", "en": "Shame on you, awful", "es": "Qué vergüenza, fatal", "fr": "Quelle honte",
    "de": "Eine Schande seid ihr", "pt": "Que vergonha, péssimo",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guard_has_nothing_against_what_is_proposed(language):
    rules = understand._rules()
    given = {"lang": language, "customer_text": ANGRY[language], "customer_lang": language}
    drafts = [Draft(rule[language], public=rule.get("way") != "private", **given) for rule in rules]
    found = check_many([(draft, Context(public_answer_exists=True)) for draft in drafts])
    stopped = [(draft.text, one.rule) for draft, all_of in zip(drafts, found, strict=True) for one in all_of
               if one.severity == Severity.BLOCK]  # fmt: skip
    assert stopped == []
