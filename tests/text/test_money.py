"""Which amounts a text names: in figures, in words, in whatever currency."""

import doctest
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premura.text import money
from premura.text.money import amounts


def named(text: str) -> list[float]:
    return [float(amount.value) for amount in amounts(text)]


def test_the_examples_in_the_module_are_true():
    assert doctest.testmod(money).failed == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ti ridiamo duecento euro", [200]),
        ("mille euro", [1000]),
        ("duemilacinquecento euro", [2500]),
        ("trecentotrentatré euro", [333]),
        ("2 mila euro", [2000]),
        ("due milioni di euro", [2_000_000]),
        ("euro duecento", [200]),
        ("venti euro due bottiglie", [20]),
        ("two hundred and fifty euros", [250]),
        ("dos mil quinientos euros", [2500]),
        ("quatre-vingt-dix euros, deux cents euros", [90, 200]),
        ("zweihundertfünfzig Euro, einundzwanzig Euro", [250, 21]),
        ("mil e duzentos euros", [1200]),
        ("un milione e mezzo di euro, mezzo milione di euro", [1_500_000, 500_000]),
        ("two and a half million euros, half a million euros", [2_500_000, 500_000]),
        ("un paio di centinaia di euro", [200]),
        ("a couple of hundred pounds", [200]),
        ("centinaia di migliaia di euro", [100_000]),
        ("duecento (200) euro", [200]),
        ("200 (duecento) euro", [200]),
    ],
)
def test_numbers_in_words_count(text, found):
    assert named(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1'200 euro, 1’200.50 CHF", [1200, 1200.50]),
        ("ti rimborsiamo 2k", [2000]),
        ("1.5k euro", [1500]),
        ("we'll give you a grand back", [1000]),
        ("two grand", [2000]),
        ("£200, $200, CHF 200, US$ 1,250.50", [200, 200, 200, 1250.50]),
        ("200 franchi, 20 dollari", [200, 20]),
        ("120,- €, １３０ euro, 120 €uro, 200 euri", [120, 130, 120, 200]),
        ("Fr 250, 250 Fr., SFr. 250, 250 SFr, Fr 12.50", [250, 250, 250, 250, 12.50]),
        ("2 bln €, due mln di euro, 2 milioni e mezzo di euro", [2_000_000_000, 2_000_000, 2_500_000]),
        ("£2m, 2m euro, k€ 2", [2_000_000, 2_000_000, 2_000]),
        ("half a grand", [500]),
        ("Le rimborsiamo Euro 2000", [2000]),
    ],
)
def test_every_way_of_writing_and_every_currency_counts_by_its_number(text, found):
    assert named(text) == found


@pytest.mark.parametrize(
    ("text", "most"),
    [("due-trecento euro", 300), ("venti-trenta euro", 30), ("two-three hundred euros", 300), ("2-300 euro", 300)],
)
def test_of_a_range_the_most_counts(text, most):
    assert named(text) == [most]


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("200 euro", "€"), ("2k", "€"), ("CHF 250", "CHF"), ("250 Fr.", "CHF"), ("duecento franchi", "CHF"),
        ("£200", "£"), ("two hundred quid", "£"), ("US$ 20", "$"), ("20 usd", "USD"), ("EUR 20", "€"), ("k€ 2", "€"),
    ],
)  # fmt: skip
def test_an_amount_says_in_which_currency_it_is(text, currency):
    (amount,) = amounts(text)
    assert amount.currency == currency


@pytest.mark.parametrize(
    "text",
    [
        "", "il 50% di rimborso", "mille grazie", "a cento metri", "fra 20 minuti", "una TV 4K", "a grand opening",
        "un grand cru", "once upon a time", "I have two dogs", "nel 2026", "corro la 10k", "km 2k", "una 5k",
        "we ran a 10k", "Euro 2024", "vediamo la finale di Euro 2024 da voi", "Mo-Fr 9-13", "Fr 18.30 Uhr", "Fr 25.12.",
        "un cavo di 2 m",
    ],
)  # fmt: skip
def test_a_number_of_other_things_is_no_amount(text):
    assert named(text) == []


@pytest.mark.parametrize(
    "unit",
    ["cento", "duecento ", "1 ", "e ", "1.111", "dieci e ", "k", "€ ", "Fr ", "mezzo ", "due-", "Euro 2024 ", "2k "],
)
def test_a_text_without_end_is_read_in_bounded_time(unit):
    start = time.process_time()
    amounts((unit * 100_000)[:100_000] + " euro")
    assert time.process_time() - start < 5


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_it_fail_and_all_amounts_lie_in_it(text):
    assert all(0 <= amount.start < amount.end <= len(text) for amount in amounts(text))
