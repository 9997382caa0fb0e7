"""Whether a text says a word in one of its forms."""

import doctest

import pytest

from premura.text import forms
from premura.text.forms import says


def test_the_examples_in_the_module_are_true():
    assert doctest.testmod(forms).failed == 0


@pytest.mark.parametrize(
    ("topic", "others"),
    [
        ("allergia", "allergie allergico allergica allergici allergiche allergene allergique allergisch allergies"),
        ("rimborso", "rimborsi rimborsiamo rimborsare rimborsato rimborserà"),
        ("arte", "arti ARTE"),
        ("avvocato", "avvocati"),
        ("refund", "refunds refunded refunding"),
        ("rimbors", "rimborso"),
    ],
)
def test_a_topic_is_found_in_its_forms(topic, others):
    assert [other for other in others.split() if not says(f"Sì, {other}!", topic)] == []


@pytest.mark.parametrize(
    ("topic", "text"),
    [("arte", "arteria"), ("arte", "artico e parte"), ("allergia", "allegria"), ("gas", "gasata"), ("", "niente")],
)
def test_a_word_that_only_begins_alike_is_another(topic, text):
    assert not says(text, topic)


def test_a_phrase_is_found_as_a_whole():
    assert says("Vi mando i codici fiscali", "codice fiscale")
    assert not says("Il codice, non quello fiscale", "codice fiscale")
