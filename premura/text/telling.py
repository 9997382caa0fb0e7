"""Do two messages tell the same problem?  The scorer behind `similarity.same_problem`.

Vectors alone cannot say: "il pacco non è arrivato" lies nearer to "il pacco è arrivato rotto" than to "my
parcel never came".  So a pair is looked at twice, whole and without the words that both share (what is left
says what parts them), and each time through vectors, through the aspects of `lists/aspects.toml` and through
a projection learnt so that tellings of one problem lie together.  A small net weighs what was seen.

Cost: 3 ms a pair (two messages and two remainders through the encoder), 0.2 ms where there is no encoder.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from premura.text import aspects, vectors

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

STEM = 5  # letters by which a word is known again in another form
WEIGHT = 1.0  # of the aspects beside the vector, in the projection
LONGEST = 400  # characters of a message that are compared
_NUMBER = re.compile(r"\d+")


class Net(NamedTuple):
    """One hidden layer over standardised features."""

    mean: Floats
    scale: Floats
    hidden: Floats
    hidden_bias: Floats
    out: Floats
    out_bias: Floats

    def score(self, features: Floats) -> Floats:
        """The chance that each row's pair is one problem."""
        seen = np.clip((features - self.mean) / self.scale, -6, 6)
        logit = np.tanh(seen @ self.hidden + self.hidden_bias) @ self.out + self.out_bias
        return np.asarray(1 / (1 + np.exp(-logit)), np.float32)


class Weights(NamedTuple):
    """All that was learnt, by train/same_problem.py."""

    rarity: Floats  # of each aspect, 0 to 1
    projection: Floats  # (512 + 2 * aspects, 128)
    full: Net
    words: Net  # for where there is no encoder


@cache
def weights() -> Weights:
    """The committed weights, read once.  Raises ValueError when the list of aspects is not the one they are for."""
    path = files("premura.text").joinpath("weights/same_problem.npz")
    with path.open("rb") as file, np.load(file, allow_pickle=False) as read:
        arrays = {name: read[name] for name in read.files}
    if tuple(arrays["aspects"].tolist()) != aspects.lists().names:
        raise ValueError("lists/aspects.toml has changed since weights/same_problem.npz was trained: train again")
    nets = [Net(*(arrays[f"{net}_{part}"].astype(np.float32) for part in Net._fields)) for net in ("full", "words")]
    return Weights(arrays["rarity"].astype(np.float32), arrays["projection"].astype(np.float32), *nets)


def scores(pairs: Sequence[tuple[str, str]]) -> Floats:
    """The chance that each pair tells one problem, 0 to 1."""
    if not pairs:
        return np.empty(0, np.float32)
    known = weights()
    seen = Seen.of(pairs)
    plain = seen.plain(known.rarity)
    if not vectors.available():
        return known.words.score(plain)
    meaning = seen.meaning(seen.vectors(), known.rarity, known.projection)
    return known.full.score(np.concatenate([plain, meaning], axis=1))


class Side(NamedTuple):
    """One way of looking at a batch of pairs: its different texts, and where each pair finds its own two."""

    texts: list[str]
    tags: Floats
    first: Places
    second: Places

    @classmethod
    def of(cls, firsts: Sequence[str], seconds: Sequence[str]) -> Side:
        """Each text is looked at once, however many pairs it stands in."""
        number = {text: i for i, text in enumerate(dict.fromkeys([*firsts, *seconds]))}
        texts = list(number)
        places = [np.array([number[text] for text in side], np.int64) for side in (firsts, seconds)]
        return cls(texts, aspects.tagged(texts), places[0], places[1])

    def pairs_of(self, rows: Floats) -> tuple[Floats, Floats]:
        return rows[self.first], rows[self.second]


class Seen(NamedTuple):
    """A batch of pairs, whole and without what both share."""

    whole: Side
    rest: Side
    counts: Floats

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> Seen:
        """Cut the pairs up."""
        whole = Side.of([a[:LONGEST] for a, _ in pairs], [b[:LONGEST] for _, b in pairs])
        words = [aspects.fold(text).split() for text in whole.texts]
        stems = [{word[:STEM] for word in some} for some in words]
        rests: tuple[list[str], list[str]] = ([], [])
        counts = np.empty((len(pairs), len(COUNTS)), np.float32)
        for row, (i, j) in enumerate(zip(whole.first.tolist(), whole.second.tolist(), strict=True)):
            left = [word for word in words[i] if word[:STEM] not in stems[j]]
            right = [word for word in words[j] if word[:STEM] not in stems[i]]
            rests[0].append(" ".join(left))
            rests[1].append(" ".join(right))
            counts[row] = _counts(words[i], words[j], len(stems[i] & stems[j]), len(left), len(right))
        return cls(whole, Side.of(*rests), counts)

    def plain(self, rarity: Floats) -> Floats:
        """What can be seen without vectors."""
        asks = _asks(self.whole)
        return np.concatenate(
            [self.counts, asks, _shared(self.whole, rarity), _shared(self.rest, rarity)], axis=1
        )  # fmt: skip

    def vectors(self) -> tuple[Floats, Floats]:
        """The vectors of all texts, whole and of what is left."""
        whole, rest = ([_unmarked(text) for text in side.texts] for side in (self.whole, self.rest))
        return vectors.encode(whole), vectors.encode(rest)

    def meaning(self, given: tuple[Floats, Floats], rarity: Floats, projection: Floats) -> Floats:
        """What the vectors say of the pairs, whole and in what is left: plain and projected cosines."""
        seen = []
        for side, rows in zip((self.whole, self.rest), given, strict=True):
            seen += [_cosine(side, rows), _cosine(side, project(rows, side.tags, rarity, projection))]
        return np.stack(seen, axis=1)


COUNTS = ("shorter", "longer", "shared", "of_all", "of_shorter", "less_left", "more_left", "none_left",
          "number_same", "number_other", "one_denies")  # fmt: skip


def _counts(a: list[str], b: list[str], shared: int, left: int, right: int) -> tuple[float, ...]:
    stems = max(1, len({w[:STEM] for w in a} | {w[:STEM] for w in b}))
    numbers = {w for w in a if _NUMBER.fullmatch(w)}, {w for w in b if _NUMBER.fullmatch(w)}
    same, nots = len(numbers[0] & numbers[1]), aspects.lists().negations
    return (
        np.log1p(min(len(a), len(b))), np.log1p(max(len(a), len(b))), np.log1p(shared), shared / stems,
        shared / max(1, min(len(a), len(b))), np.log1p(min(left, right)), np.log1p(max(left, right)),
        float(min(left, right) == 0), float(same > 0), float(bool(numbers[0] and numbers[1]) and not same),
        float(any(w in nots for w in a) != any(w in nots for w in b)),
    )  # fmt: skip


def _asks(side: Side) -> Floats:
    """Whether one or both of a pair ask rather than tell."""
    names = aspects.lists().names
    asking = [i for i, name in enumerate(names) if name.startswith("ask_")]
    marked = np.array(["?" in text or "¿" in text for text in side.texts], bool)
    a, b = side.pairs_of((marked | (side.tags[:, asking] > 0).any(axis=1)).astype(np.float32))
    return np.stack([abs(a - b), a * b], axis=1)


def _shared(side: Side, rarity: Floats) -> Floats:
    """Which aspects a pair shares, and which only one has; what happened and what it is about apart."""
    width = len(aspects.lists().names)
    cut, seen = aspects.lists().happened, []
    a, b = side.pairs_of(side.tags)
    for some in (slice(0, cut), slice(cut, width)):
        weight = rarity[:width][some]
        yes, no = (a[:, :width][:, some], b[:, :width][:, some]), (a[:, width:][:, some], b[:, width:][:, some])
        any_a, any_b = np.maximum(yes[0], no[0]), np.maximum(yes[1], no[1])
        both = (yes[0] * yes[1] + no[0] * no[1]) @ weight
        only = (any_a * (1 - any_b)) @ weight, (any_b * (1 - any_a)) @ weight
        turned = (yes[0] * no[1] * (1 - no[0]) * (1 - yes[1]) + no[0] * yes[1] * (1 - no[1]) * (1 - yes[0])) @ weight
        apart = (both == 0) & (only[0] > 0) & (only[1] > 0)
        seen += [both, np.minimum(*only), np.maximum(*only), turned, apart.astype(np.float32)]
    return np.stack(seen, axis=1).astype(np.float32)


def project(given: Floats, tags: Floats, rarity: Floats, projection: Floats) -> Floats:
    """Vectors and aspects into the space where tellings of one problem lie together; unit length."""
    placed = np.concatenate([given, tags * (WEIGHT * rarity)], axis=1) @ projection
    return np.asarray(placed / np.maximum(np.linalg.norm(placed, axis=1, keepdims=True), 1e-9), np.float32)


def _cosine(side: Side, rows: Floats) -> Floats:
    a, b = side.pairs_of(rows)
    return np.asarray(np.einsum("ij,ij->i", a, b), np.float32)


def _unmarked(text: str) -> str:
    return aspects.unmasked(text).strip()
