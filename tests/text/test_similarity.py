"""Reposts are found by their words, and one problem told twice by what it is about."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from premura.text import aspects, similarity, telling, vectors
from premura.text.similarity import Why, bands, fingerprint, keys, near, nearest, same_problem, sketches
from premura.train.same_problem import measure, read

CORPUS = Path(__file__).parents[2] / "corpus"
LONG = "Ciao, il pacco che ho ordinato la settimana scorsa non è ancora arrivato, quando lo consegnate?"


@pytest.mark.parametrize(
    "other",
    [
        "CIAO IL PACCO CHE HO ORDINATO LA SETTIMANA SCORSA NON È ANCORA ARRIVATO QUANDO LO CONSEGNATE",
        "Ciao!! il pacco che ho ordinato la settimana scorsa non e ancora arrivatoooo... quando lo consegnate 😡",
        "@brand " + LONG + " https://t.co/abc",
    ],
)
def test_capitals_accents_marks_and_handles_do_not_make_another_message(other):
    assert fingerprint(LONG) == fingerprint(other)


def test_another_word_makes_another_fingerprint():
    assert fingerprint("il pacco è arrivato") != fingerprint("il pacco non è arrivato")
    assert fingerprint("😡") != fingerprint("❤️")


def test_a_fingerprint_and_its_bands_fit_a_column_of_eight_bytes():
    for number in (fingerprint(LONG), *bands(sketches([LONG])[0])):
        assert -(2**63) <= number < 2**63


def test_a_repost_with_a_few_words_more_is_near_and_shares_a_band():
    one, other, third = sketches(
        [LONG, LONG + " Rispondete per favore", "Buongiorno, a che ora aprite sabato a Bologna?"]
    )
    assert near(one, other) > 0.7
    assert set(bands(one)) & set(bands(other))
    assert near(one, third) < 0.1
    assert not set(bands(one)) & set(bands(third))


def test_a_sketch_kept_as_bytes_is_as_good_as_new():
    one, other = sketches([LONG, LONG + " Allora?"])
    assert near(one.tobytes(), other.tobytes()) == near(one, other)
    assert bands(one.tobytes()) == bands(one) == tuple(keys(np.stack([other, one]))[1].tolist())


def test_a_sketch_does_not_depend_on_the_messages_around_it_nor_on_the_day():
    texts = ["ok", LONG, "", "altra cosa ancora, del tutto diversa", LONG]
    many = sketches(texts)
    assert (many == np.concatenate([sketches([text]) for text in texts])).all()
    assert bands(many[1])[:2] == (6182912338084250486, -7331205733685089101)


SAME = [
    ("il pacco non è arrivato", "my parcel never turned up"),
    ("mi avete addebitato due volte lo stesso ordine", "charged twice for one order"),
    ("siamo senza internet da ieri", "Seit gestern kein Internet"),
    ("l'app si blocca al login", "no puedo entrar en la app"),
    ("non mi avete ancora rimborsato", "still waiting for my refund"),
]
OTHER = [
    ("il pacco non è arrivato", "il pacco è arrivato rotto"),
    ("l'app si blocca al login", "l'app si blocca al pagamento"),
    ("no line since the storm", "line slow in the evening"),
    ("mi avete addebitato due volte l'ordine", "non mi avete rimborsato l'ordine"),
    ("la camera era sporca", "la camera era gelida"),
    ("my card was declined at the till", "my card never arrived in the post"),
]


@pytest.mark.parametrize("pair", SAME)
def test_one_problem_is_known_in_other_words_and_other_languages(pair):
    assert same_problem([pair])[0].same


@pytest.mark.parametrize("pair", OTHER)
def test_like_words_do_not_make_one_problem(pair):
    assert not same_problem([pair])[0].same


def test_which_message_stands_first_does_not_matter():
    for a, b in SAME + OTHER:
        one, other = same_problem([(a, b), (b, a)])
        assert one.score == pytest.approx(other.score, abs=1e-3)


def test_the_very_same_words_are_one_problem_and_no_words_are_none():
    same, none, hearts = same_problem([("Il pacco?!", "il pacco"), ("", "il pacco non arriva"), ("❤️", "❤️")])
    assert (same.same, same.why) == (True, Why.SAME_WORDS)
    assert (none.same, none.why, none.score) == (False, Why.NO_WORDS, 0.0)
    assert hearts.same


def test_without_the_encoder_words_and_aspects_still_decide(monkeypatch):
    monkeypatch.setattr(vectors, "available", lambda: False)
    monkeypatch.setattr(vectors, "encode", None)
    verdicts = same_problem([*SAME[:1], *OTHER[:1]])
    assert [verdict.same for verdict in verdicts] == [True, False]
    assert {verdict.why for verdict in verdicts} == {Why.WORDS}


def test_what_was_held_back_is_judged_as_well_as_the_model_card_says():
    figures = measure(read([CORPUS / "pairs" / "held.txt"]))
    assert figures["all"] >= 0.80
    assert figures["without_encoder"] >= 0.74


def test_a_list_that_changed_after_the_training_is_noticed(monkeypatch):
    known = aspects.lists()
    telling.weights.cache_clear()
    monkeypatch.setattr(telling.aspects, "lists", lambda: known.__class__((*known.names, "new"), *known_rest(known)))
    with pytest.raises(ValueError, match="train again"):
        telling.weights()


def known_rest(known):
    return known.happened, known.finder, known.of, known.negations


@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80)), max_size=4))
@example([("\ud800", "a"), ("a" * 100_000, "😀" * 100_000), ("non " * 30_000, "\x00" * 99)])
@settings(max_examples=30, deadline=None)
def test_whatever_is_written_a_verdict_comes_out(pairs):
    verdicts = same_problem(pairs)
    assert len(verdicts) == len(pairs)
    assert all(0 <= verdict.score <= 1 for verdict in verdicts)
    for a, b in pairs:
        assert fingerprint(a) == fingerprint(a)
        assert sketches([a, b]).shape == (2, similarity.WIDTH)


def test_the_nearest_come_first_and_the_far_not_at_all():
    new = vectors.encode(["il pacco non è arrivato", "a che ora aprite?"])
    recent = vectors.encode(
        ["vorrei un tavolo per due", "my parcel never arrived", "das Paket ist nie angekommen", "😍"]
    )
    found = nearest(new, recent, floor=0.5)
    assert [(one.new, one.recent) for one in found] == [(0, 2), (0, 1)]
    assert found[0].cosine > found[1].cosine > 0.5
    assert nearest(new, recent, floor=0.5, most=1) == found[:1]
    assert nearest(new[:0], recent) == nearest(new, recent[:0]) == []


def test_the_command_answers_every_line_in_order_and_says_which_were_bad():
    lines = [{"a": "il pacco non è arrivato", "b": "my parcel never turned up", "id": 7}, {"a": "solo uno"}]
    given_in = "\n".join([*map(json.dumps, lines), "{", json.dumps({"a": "ok", "b": "ok"})])
    done = subprocess.run(
        [sys.executable, "-m", "premura", "same-problem"],
        input=given_in, capture_output=True, text=True, check=True, env=os.environ | {"DATABASE_URL": ""},
    )  # fmt: skip
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert (out[0]["id"], out[0]["same"]) == (7, True)
    assert out[1]["line"] == 2
    assert out[2]["line"] == 3
    assert out[3] == {"score": 1.0, "same": True, "why": "same_words"}
