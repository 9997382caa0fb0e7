"""Where one rule ends: what is nearly the same, what is a link, what is told in two breaths, what is hot."""

from datetime import timedelta

import numpy as np
import pytest

from premura.guard import facts
from premura.guard.check import check
from premura.guard.contract import Context, Draft, Finding
from premura.guard.parts import parts

# -- the same as before -----------------------------------------------------------------------


def found(rule: str, text: str, lang: str = "it", theirs: str = "", network: str = "", **context) -> list[Finding]:
    given = check(Draft(text, lang, theirs, network=network), Context(**context))
    return [one for one in given if one.rule == rule]


def same(text: str, before: str, lang: str, **context) -> bool:
    given = found("canned", text, lang, recent_replies=(before,), **context)
    return any(one.because == "same_as_before" for one in given)


def test_two_german_replies_that_share_only_the_small_words_are_not_the_same():
    paid = "Wir haben das Geld am Dienstag auf Ihr Konto überwiesen."
    loaded = "Wir haben das Paket am Freitag auf Ihr Schiff verladen."
    assert not same(loaded, paid, "de")
    assert same(paid, paid, "de")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Hallo Anna, wir", "Guten Tag Frau Müller, wir"),
        ("Liebe Anna, wir", "Sehr geehrter Herr Dr. Koch, wir"),
        ("Wir", "Frau Koch, wir"),
    ],
)
def test_german_replies_that_differ_in_the_name_alone_are_the_same(first, second):
    rest = " haben das Geld am Dienstag auf Ihr Konto überwiesen."
    assert same(second + rest, first + rest, "de", customer="Frau Koch")


def test_a_text_without_blanks_is_the_same_when_it_is_and_another_is_not():
    late = "ご注文は明日の十時に届きます。お待たせして申し訳ございません。"
    paid = "返金の手続きは金曜日に完了しました。口座をご確認ください。"
    assert same(late, late, "ja")
    assert not same(late, paid, "ja")
    assert not same("ありがとうございます。", "ありがとうございます。", "ja")


# -- links ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Vedi cantina.it/ordini", "È su cantina.it, in fondo.", "Su www.cantina.it", "cantina.com"]
)
def test_an_address_without_its_scheme_is_a_link_on_x_and_costs_nothing_elsewhere(text):
    assert [one.because for one in found("link_cost", text, network="x")] == ["link_cost"]
    assert not found("link_cost", text, network="mastodon")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Abbiamo vino, olio ecc.ma non pane.", "it"),
        ("Scriva a anna.rossi@cantina.it oggi.", "it"),
        ("Scriva a info@cantina.it/ordini oggi.", "it"),
        ("Alle 9.30, sala 4.it costa 12.50 euro, p.es. domani.", "it"),
        ("Muchas gracias.de nada", "es"),
        ("We sent it.it arrives tomorrow", "en"),
        ("Il file foto.pdf e la S.p.A. del Sig.Rossi", "it"),
    ],
)
def test_a_missing_blank_a_mailbox_and_a_number_are_no_links(text, lang):
    assert not found("link_cost", text, lang, network="x")


@pytest.mark.parametrize("host", ["bit.ly", "lnkd.in", "amzn.to", "tiny.cc", "dub.sh"])
@pytest.mark.parametrize("network", ["x", "mastodon"])
def test_a_short_link_is_named_on_every_network_with_its_scheme_and_without(host, network):
    for text in (f"Vedi {host}/3x", f"Vedi (https://{host}/3x)"):
        (one,) = found("link_cost", text, network=network)
        assert (one.because, text[one.start : one.end].endswith("/3x")) == ("shortener", True)


# -- what is to stay inside -------------------------------------------------------------------

CORK = "Il fornitore del tappo è la Sughera Rossi di Tempio Pausania e il tappo costa 0,42 euro."


def told(text: str) -> list[bool]:
    """Return for each sentence whether it tells the fact word for word, whatever it sounds like."""
    weights = np.zeros(facts.WIDTH + 1, np.float32)
    weights[-1] = -9
    some = parts(text)
    asked = facts.Asked(some, (CORK,), "Chi fa i tappi?", np.zeros(len(some), np.float32))
    return [likely == 1 for _, _, likely in facts.told([asked], weights)[0]]


@pytest.mark.parametrize(
    "text",
    [
        "Il fornitore del tappo è la Sughera Rossi di Tempio Pausania.",
        "Il fornitore del tappo\nè la Sughera Rossi di Tempio.",
        "Il fornitore del tappo. È la Sughera Rossi. Di Tempio!",
        "Ciao Anna!\nIl fornitore del\ntappo è la Sughera\nRossi di Tempio.",
    ],
)
def test_a_fact_word_for_word_is_told_on_one_line_or_over_two_or_three(text):
    assert sum(told(text)) == 1


def test_two_sentences_that_share_words_with_a_fact_and_no_row_of_them_tell_nothing():
    assert not any(told("Il tappo di Tempio Pausania è di sughero.\nIl fornitore costa poco: è Rossi, la Sughera."))


# -- heat -------------------------------------------------------------------------------------

SORRY = "Mi dispiace, ora controllo e ti scrivo oggi alle 18."
SIGNS = [
    {"hour": 23},
    {"hour": 12, "written_in": timedelta(seconds=3)},
    {"hour": 12, "edits": 50},
    {"hostile_streak": 3},
]


@pytest.mark.parametrize("sign", SIGNS)
def test_who_was_insulted_waits_at_one_sign_more_and_who_meets_anger_does_not(sign):
    assert found("heat", SORRY, theirs="Ladri!", hostility=2 / 3, **sign)
    assert not found("heat", SORRY, theirs="Basta!", hostility=0.5, **sign)
    assert not found("heat", SORRY, **sign)


def test_an_insult_alone_makes_nobody_wait_and_anger_with_two_signs_does():
    assert not found("heat", SORRY, theirs="Ladri!", hostility=1.0, hour=12, edits=2)
    assert found("heat", SORRY, theirs="Basta!", hostility=0.5, hour=23, edits=50)
