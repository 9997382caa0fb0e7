"""Which rule of the netiquette is proposed first: by what the message was read to say, in any language of ours."""

import pytest

from premura.interact.clauses import likeliest_first
from premura.models import Clause, Message, Reading
from premura.prepare import netiquette

STARTER = netiquette.starter()


def numbers(text: str, language: str = "it", **read) -> tuple[list[int], bool]:
    given = {"intent": "gesture", "abuse": 0, "hate": False} | read
    rules = [rule.text_in(language) for rule in STARTER]
    clauses = [Clause(number=n, title=title, text=words) for n, (title, words) in enumerate(rules, 1)]
    ranked, likely = likeliest_first(clauses, Message(text=text), Reading(**given))
    return [clause.number for clause in ranked], likely


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize(
    ("text", "read", "first"),
    [
        ("Compra ora", {"intent": "spam"}, 4),
        ("Idioti", {"intent": "abuse", "abuse": 3}, 1),
        ("…", {"intent": "abuse", "abuse": 3, "hate": True}, 2),
        ("Chiamate Mario Rossi, 347 1234567", {}, 3),
    ],
)
def test_the_rule_that_it_seems_to_break_stands_first(language, text, read, first):
    found, likely = numbers(text, language, **read)
    assert (found[0], likely) == (first, True)
    assert sorted(found) == list(range(1, 9))


def test_where_nothing_speaks_for_a_rule_they_stand_by_number_and_none_is_meant():
    assert numbers("Non sono d’accordo") == (list(range(1, 9)), False)


def test_without_a_netiquette_or_a_reading_there_is_nothing_to_propose():
    assert likeliest_first([], Message(text="Idioti"), None) == ([], False)
    clause = Clause(number=1, title="Rispetto", text="")
    assert likeliest_first([clause], Message(text="Idioti"), None) == ([clause], False)
