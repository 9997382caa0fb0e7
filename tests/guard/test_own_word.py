"""The customer's own word, taken from them again, is a kindness; given back, it stays an insult."""

import pytest

from premura.guard.check import check
from premura.guard.contract import Context, Draft

SILLY = "Che scema che sono, non trovo il codice!"


def rules(text: str, said: str, lang: str = "it", **more: bool) -> set[str]:
    return {one.rule for one in check(Draft(text, lang, said, lang, "instagram"), Context(**more))}


@pytest.mark.parametrize(
    ("lang", "said", "text"),
    [
        ("it", SILLY, "Ma quale scema, capita a tutti: è sotto il tappo."),
        ("it", SILLY, "Macché scema, è sotto il tappo."),
        ("it", SILLY, "Altro che scema, l'abbiamo nascosto bene: è sotto il tappo."),
        ("it", SILLY, "Non sei affatto scema, è davvero nascosto: guarda sotto il tappo."),
        ("it", SILLY, "Scema? Macché, è sotto il tappo."),
        ("it", "Siete dei ladri!", "Non siamo ladri, Anna: il conguaglio è del 3 marzo e lo ricalcoliamo oggi."),
        ("en", "I'm such an idiot, where is the code?", "You're not an idiot at all: it's under the cap."),
        ("pt", "Sou burra demais, não achei o manual 🙈", "Burra nada, está escondido mesmo: é debaixo da tampa."),
    ],
)
def test_their_own_word_denied_is_no_insult(lang, said, text):
    assert "insult" not in rules(text, said, lang)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (SILLY, "Sì, scema."),
        (SILLY, "Non sei solo scema, sei anche lenta."),
        (SILLY, "Non sei scema, sei cretina."),
        (SILLY, "Ma sei scema? È scritto sotto il tappo."),
        ("Siete scemi!", "Scemi no, ma tu sì."),
        ("Non trovo il codice.", "Macché scema, è sotto il tappo."),
    ],
)
def test_given_back_doubled_or_never_theirs_it_stops(said, text):
    assert "insult" in rules(text, said)


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("Noted, you're dead right about the ramp.", False),
        ("You are dead on, Tom: open at 9.", False),
        ("You're dead right, and you're dead if I see you again.", True),
        ("You're dead meat, Tom.", True),
    ],
)
def test_being_dead_right_is_no_threat_and_being_dead_is(text, stops):
    assert ("insult" in rules(text, "The ramp is shut", "en")) is stops


def test_an_apology_that_nobody_owes_us_is_not_ours():
    said = "Sorry to nag, but my theatre tickets never arrived."
    text = "You don't need to apologise at all: we typed your email wrong. They went out at 10:15. Thanks for saying!"
    assert "missing_apology" in rules(text, said, "en", our_mistake=True)
    assert "missing_apology" not in rules("We're sorry. " + text, said, "en", our_mistake=True)


def test_the_same_words_in_their_language_behind_a_slash_are_a_translation():
    text = "Sí, el desayuno está incluido, de 7:30 a 11 h. / Yes, breakfast is included, from 7:30 to 11 am."
    asked = "Is breakfast included in the basic rate?"
    found = check(Draft(text, "es", asked, "en", "instagram"))
    assert "wrong_language" not in {one.rule for one in found}
    found = check(Draft(text.partition(" / ")[0], "es", asked, "en", "instagram"))
    assert "wrong_language" in {one.rule for one in found}
