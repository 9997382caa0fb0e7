"""Which of many names a text speaks of."""

import doctest

import pytest

from premura.text import named
from premura.text.named import ready, spoken_of

WINES = ready([
    (1, ["Riserva"]), (2, ["Riserva 2019", "la vecchia"]), (3, ["Calice", "bicchiere"]), (4, ["Banco di legno"]),
    (5, ["Box", "Wine"]), (6, ["Gâteau", "glass"]), (7, ["rosso"]), (8, ["Rosso"]),
])  # fmt: skip


def test_the_examples_in_the_module_are_true():
    assert doctest.testmod(named).failed == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Avete la RISÈRVA?", [1]),
        ("la riserva 2019 e basta", [2]),  # the longer name takes the word of the shorter
        ("la riserva, ma la riserva 2019", [2, 1]),
        ("due calici, due bicchieri", [3]),
        ("i banchi di legno", [4]),
        ("two boxes please", [5]),
        ("de beaux gateaux", [6]),
        ("three glasses", [6]),
        ("I want to win", []),
        ("boxer, calicetto, riservato", []),
        ("un rosso", [7, 8]),  # one name of two things
        ("@riserva https://example.org/riserva", []),
        ("", []),
    ],
)
def test_names_are_found_as_whole_words_in_one_number_or_the_other(text, found):
    assert spoken_of([text], WINES) == found


def test_no_name_reaches_from_one_text_into_the_next():
    assert spoken_of(["un banco di", "legno"], WINES) == []


def test_a_single_letter_is_no_name():
    assert spoken_of(["a b c"], ready([(1, ["C++", "!", ""])])) == []
