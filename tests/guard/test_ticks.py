"""The ticks: which of several questions a draft answers, each by itself."""

import pytest

from premura.guard.check import judge
from premura.guard.contract import Context, Draft
from premura.guard.ticks import ticks

EVENING = "A che ora aprite domani? Avete il parcheggio? Si possono portare i cani?"
PARCEL = "Quanto costa la spedizione in Sicilia? E quando arriva se ordino oggi?"


def ticked(text: str, theirs: str, lang: str = "it", **known: object) -> list[bool]:
    (one,) = judge([(Draft(text, lang, theirs, lang), Context(**known))])
    return [answered for _, answered in ticks(one)]


@pytest.mark.parametrize(
    ("text", "theirs", "answered"),
    [
        ("Ciao Anna, domani apriamo alle 19.", EVENING, [True, False, False]),
        ("Ciao Anna, domani apriamo alle 19 e i cani sono i benvenuti.", EVENING, [True, False, True]),
        ("Ciao Anna, domani alle 19; il parcheggio è in piazza e i cani sono i benvenuti!", EVENING, [True] * 3),
        ("Sì, il parcheggio c'è ed è gratuito.", EVENING, [False, True, False]),
        ("La spedizione in Sicilia costa 9,90 €.", PARCEL, [True, False]),
        ("Costa 9,90 € e arriva venerdì.", PARCEL, [True, True]),
        ("Ciao Marco! Che bello, la Sicilia.", PARCEL, [False, False]),
    ],
)
def test_each_of_several_questions_has_its_own_tick(text, theirs, answered):
    assert ticked(text, theirs) == answered


def test_a_draft_that_says_nothing_answers_none_of_them():
    assert ticked("Grazie del messaggio, a presto!", EVENING) == [False, False, False]


def test_one_question_is_ticked_as_the_rule_sees_it():
    assert ticked("Apriamo alle 19.", "A che ora aprite?") == [True]
    assert ticked("Grazie del messaggio, a presto!", "A che ora aprite?") == [False]


def test_who_asks_nothing_has_no_ticks():
    assert ticked("Grazie di cuore!", "Che bella serata.") == []


def test_a_promise_attached_answers_nothing_to_which_no_word_of_the_draft_refers():
    asked = "La bottiglia è arrivata rotta. Quando mi mandate quella nuova?"
    sorry = "Ciao Chiara, ci dispiace molto per la bottiglia rotta."
    assert ticked(sorry, asked, promise_attached=True) == [False]
    told = "Ci dispiace, Chiara. Appena quella nuova parte te lo scrivo."
    assert ticked(told, asked, promise_attached=True) == [True]
