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
        ("120,- €, １３０ euro, 120 €uro", [120, 130, 120]),
    ],
)
def test_every_way_of_writing_and_every_currency_counts_by_its_number(text, found):
    assert named(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "", "il 50% di rimborso", "mille grazie", "a cento metri", "fra 20 minuti", "una TV 4K", "a grand opening",
        "un grand cru", "once upon a time", "I have two dogs", "nel 2026",
    ],
)  # fmt: skip
def test_a_number_of_other_things_is_no_amount(text):
    assert named(text) == []


@pytest.mark.parametrize("unit", ["cento", "duecento ", "1 ", "e ", "1.111", "dieci e ", "k", "€ "])
def test_a_text_without_end_is_read_in_bounded_time(unit):
    start = time.process_time()
    amounts((unit * 100_000)[:100_000] + " euro")
    assert time.process_time() - start < 5


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_no_text_makes_it_fail_and_all_amounts_lie_in_it(text):
    assert all(0 <= amount.start < amount.end <= len(text) for amount in amounts(text))
