"""What the guard leaves out to be quick changes nothing of what it finds."""

from collections.abc import Sequence

import numpy as np
import pytest

from premura.guard.meaning import Kept
from premura.guard.parts import has_digit, parts
from premura.text import vectors


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were encoded: each gets its length as its vector."""
    seen: list[str] = []

    def encode(texts: Sequence[str]) -> vectors.Vectors:
        seen.extend(texts)
        return np.array([[len(text)] * vectors.DIMS for text in texts], np.float32).reshape(-1, vectors.DIMS)

    monkeypatch.setattr(vectors, "available", lambda: True)
    monkeypatch.setattr(vectors, "encode", encode)
    return seen


def test_a_sentence_that_was_just_read_is_not_read_again(encoded):
    kept = Kept(3)
    assert kept.of(["uno", "tredici", "uno"])[:, 0].tolist() == [3, 7, 3]
    assert kept.of(["tredici", "dodici"])[:, 0].tolist() == [7, 6]
    assert encoded == ["uno", "tredici", "dodici"]


def test_what_was_asked_for_longest_ago_is_forgotten_first(encoded):
    kept = Kept(2)
    for some in (["uno", "due"], ["uno"], ["tre"], ["uno"], ["due"]):
        kept.of(some)
    assert encoded == ["uno", "due", "tre", "due"]


def test_more_sentences_than_are_kept_have_their_vectors_all_the_same(encoded):
    assert Kept(1).of(["uno", "tredici"])[:, 0].tolist() == [3, 7]


def test_a_text_without_words_has_no_meaning_and_is_not_read(encoded):
    assert not Kept(2).of(["", "  "]).any()
    assert encoded == []


def test_without_an_encoder_nothing_means_anything(monkeypatch):
    monkeypatch.setattr(vectors, "available", lambda: False)
    assert Kept(2).of(["uno"]).tolist() == [[0.0] * vectors.DIMS]


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("Arriva domani.", True),
        ("Arriva nel fine settimana.", True),  # a day of two words
        ("Risposta in due giorni lavorativi", True),  # without a digit
        ("Entro fine mese è da te", True),
        ("Il 3 marzo sei libera?", True),
        ("Alle 18 siamo aperti", True),
        ("Arriva lunedì", True),  # with an accent
        ("Il file si chiama _domani_", False),  # not a word by itself
        ("Costa 12 euro", False),
        ("Ora ti scrivo io", False),  # "ora" is a span only where it is counted
        ("Arriva prima possibile", False),
    ],
)
def test_a_day_is_seen_whether_or_not_a_digit_stands_in_it(text, dated):
    (part,) = parts(text)
    assert part.dated is dated


@pytest.mark.parametrize(("text", "has"), [("3 giorni", True), ("٣ giorni", True), ("m²", True), ("tre", False)])
def test_a_digit_is_one_in_whatever_script(text, has):
    assert has_digit(text) is has
