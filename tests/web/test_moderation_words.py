"""What moderators are told is so: an insult is no criticism, and what was not done was not done."""

import pytest

from premura.interact import acts, rules
from premura.models import Act
from premura.templatetags.moderation import act_word
from premura.text.reading import Asked, read
from tests.interact.test_moderate import IBAN, published, said
from tests.interact.test_moderate_rules import said as read_as
from tests.web.test_inbox import signed_in
from tests.web.test_moderation import fold, said_in_italian

CRITICISM = "It reads as criticism. Criticism stays where it is: it wants an answer."
INSULTS = (
    "Siete dei poveri imbecilli, fate pena",
    "Pezzi di idioti, andate a zappare",
    "Siete degli sciocchi patentati",
)
COMPLAINTS = ("Imbecilli, ho aspettato due ore e il pranzo era freddo", "Che schifo di vino", "Servizio pessimo")


def as_read(world, text: str):
    one = read([Asked(text)])[0]
    message = read_as(world, text, intent=one.intent, sentiment=one.sentiment, abuse=one.abuse, hate=one.hate)
    message.reading.details = {"intents": [list(intent) for intent in one.intents]}
    message.reading.save()
    return message


@pytest.mark.parametrize(("texts", "called"), [(INSULTS, False), (COMPLAINTS, True)])
def test_a_bare_insult_is_not_called_criticism_and_what_complains_is_however_rude(world, texts, called):
    published(world)
    bruno = signed_in(world.bruno)
    for message in (as_read(world, text) for text in texts):
        thread = fold(bruno.get(f"/conversations/{message.conversation_id}/").text, message)
        page = bruno.get(f"/messages/{message.pk}/moderation/").text
        assert (said_in_italian(CRITICISM) in thread, said_in_italian(CRITICISM) in page) == (called, called)
        assert rules.is_spared(message.text, message.reading)  # no rule hides it by itself, as ever


def test_a_person_who_says_that_it_is_abuse_is_believed(world):
    message = as_read(world, COMPLAINTS[1])
    message.reading.intent, message.reading.corrected = "abuse", ["intent"]
    message.reading.save()
    assert not rules.reads_as_criticism(message)


def test_what_never_happened_stands_in_the_ledger_as_a_question(world):
    bruno, elena = signed_in(world.bruno), signed_in(world.elena)
    asked = acts.ask_deletion(said(world, IBAN), world.bruno, "personal_data")
    banned = acts.ask_ban(said(world, "Siete tutti ladri", by="marco"), world.bruno, published(world))
    acts.refuse(asked, world.elena)
    acts.refuse(banned, world.elena)
    page = elena.get("/moderation/").text
    assert "<strong>Da cancellare?</strong>" in page
    assert "<strong>Da mettere al bando?</strong>" in page
    assert "<strong>Cancellato</strong>" not in page
    assert "<strong>Al bando</strong>" not in page
    hidden = acts.hide(said(world, "Pagliacci", by="paola"), world.bruno, words="Insulto")
    assert "<strong>Nascosto</strong>" in bruno.get("/moderation/").text
    Act.objects.filter(pk=hidden.pk).update(state="failed")
    assert act_word(Act.objects.get(pk=hidden.pk)).endswith("?")
