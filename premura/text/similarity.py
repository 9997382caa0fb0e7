"""What one message repeats of another: the same words (a repost, copypasta), or the same problem in other words.

Reposts: `fingerprint` for the very same words, `sketches`, `near` and `bands` for almost the same.
Problems: `same_problem` for pairs, `nearest` for new messages against the recent ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from premura.text.aspects import fold

Sketch = NDArray[np.uint32]

WIDTH = 64  # hashes a sketch
BAND = 4  # hashes a band: two messages that share three quarters of their shingles share a band with p = .998
SHINGLE = 7  # letters
LONGEST = 1_000  # letters of a folded text that are sketched
_SEED = 20_261
_WINDOW = np.array([pow(0x9E3779B97F4A7C15, k, 1 << 64) for k in range(1, SHINGLE + 1)], np.uint64)


def fingerprint(text: str) -> int:
    """A number that is the same for texts with the same words, fit for a signed 8-byte column.

    Case, accents, punctuation, emoji, drawn-out letters, links and handles do not count.  Without any word, the
    text itself counts, so that a heart is not the fingerprint of every emoji.
    Cost: 8 microseconds for 100 characters.

    >>> fingerprint("Allora??? Il pacco è ARRIVATOOO @brand") == fingerprint("allora, il pacco e' arrivato")
    True
    """
    words = fold(text) or text.strip()
    return int.from_bytes(blake2b(words.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def sketches(texts: Sequence[str]) -> Sketch:
    """One MinHash sketch a message: (n, 64) uint32, to be kept as `row.tobytes()` (256 bytes).

    The share of equal places of two sketches is about the share of shingles (7 letters) that the folded texts
    have in common.
    Cost: 12 to 20 microseconds a message in batches.
    Misses: texts of less than three words; compare those by fingerprint only.
    """
    from rensa import RMinHash

    if not texts:
        return np.empty((0, WIDTH), np.uint32)
    hashes, offsets = _shingles([fold(text)[:LONGEST] for text in texts])
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(hashes, offsets, WIDTH, _SEED)
    return np.array(matrix.to_rows(), np.uint32)


def _shingles(folded: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The hashes of all stretches of 7 letters of each text, in one row, and where each text begins and ends."""
    letters = np.frombuffer("".join(text.ljust(SHINGLE) for text in folded).encode("utf-32-le", "replace"), np.uint32)
    lengths = np.maximum(np.fromiter(map(len, folded), np.int64, len(folded)), SHINGLE)
    ends = np.cumsum(lengths)
    hashes = np.zeros(len(letters) - SHINGLE + 1, np.uint64)
    for k in range(SHINGLE):
        hashes += letters[k : k + len(hashes)].astype(np.uint64) * _WINDOW[k]
    hashes ^= hashes >> np.uint64(29)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(32)
    own = np.ones(len(letters), bool)  # a stretch that runs on into the next text is nobody's
    for k in range(1, SHINGLE):
        own[ends - k] = False
    offsets = np.concatenate([[0], np.cumsum(lengths - SHINGLE + 1)]).astype(np.uint64)
    return hashes[own[: len(hashes)]], offsets


def near(a: Sketch | bytes, b: Sketch | bytes) -> float:
    """How much two messages have in common, 0 to 1, from their sketches.  From .7 on: a repost, slightly changed."""
    one = np.frombuffer(a, np.uint32) if isinstance(a, bytes) else a
    other = np.frombuffer(b, np.uint32) if isinstance(b, bytes) else b
    return float((one == other).mean())


def bands(sketch: Sketch | bytes) -> tuple[int, ...]:
    """Sixteen signed 8-byte keys: messages that have much in common share at least one, so equality finds them.

    At .5 in common two messages share a key with probability .64, at .75 with .998, at .25 with .06.
    Cost: 10 microseconds; many at once cost less by `keys`.
    """
    one = np.frombuffer(sketch, np.uint32) if isinstance(sketch, bytes) else sketch
    return tuple(keys(one[None])[0].tolist())


def keys(many: Sketch) -> NDArray[np.int64]:
    """The keys of `bands` for a batch of sketches: (n, 16).  Cost: under a microsecond a message."""
    parts = many.reshape(len(many), -1, BAND).astype(np.uint64)
    mixed = np.tile(np.arange(1, parts.shape[1] + 1, dtype=np.uint64), (len(many), 1))
    for k in range(BAND):
        mixed = (mixed ^ parts[:, :, k]) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(31)
    return mixed.view(np.int64)


class Why(StrEnum):
    """What decided whether two messages tell the same problem."""

    SAME_WORDS = "same_words"  # nothing but punctuation parts them
    MEANING = "meaning"  # sentence vectors, aspects and words together
    WORDS = "words"  # aspects and words alone: the encoder is not installed
    NO_WORDS = "no_words"  # one of them has no word to compare


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two messages tell the same problem."""

    score: float  # 0 to 1; the same from .5 on
    same: bool
    why: Why


def same_problem(pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
    """Whether the messages of each pair tell the same problem, be it in other words or another language.

    Takes: pairs of any strings, in any order (a pair turned round has the same score).
    Returns: a verdict a pair, in order.
    Cost: 2 to 4 ms a pair with the encoder, 0.2 ms without.
    Source: weights/same_problem.npz, trained on pairs written by ourselves (corpus/pairs) that share words or
    problem but seldom both.
    Misses: fragments that only their thread explains ("idem", "still nothing").
    """
    from premura.text import telling, vectors

    folded = [(fold(a), fold(b)) for a, b in pairs]
    ask = [i for i, (a, b) in enumerate(folded) if a and b and a != b]
    scores = telling.scores([pairs[i] for i in ask])
    why = Why.MEANING if vectors.available() else Why.WORDS
    out = [_plain(*pair, *texts) for pair, texts in zip(folded, pairs, strict=True)]
    for i, score in zip(ask, scores, strict=True):
        out[i] = Verdict(round(float(score), 4), bool(score >= 0.5), why)
    return out


def _plain(a: str, b: str, first: str, second: str) -> Verdict:
    """The verdict on a pair that needs no thought: the same words, or none to compare."""
    if a and a == b:
        asks = "?" in first, "?" in second
        return Verdict(1.0 if asks[0] == asks[1] else 0.9, True, Why.SAME_WORDS)
    same = first.strip() == second.strip() and bool(first.strip())
    return Verdict(1.0 if same else 0.0, same, Why.SAME_WORDS if same else Why.NO_WORDS)


class Neighbour(NamedTuple):
    """A recent message that lies near a new one."""

    new: int  # which of the new ones
    recent: int  # which of the recent ones
    cosine: float


def nearest(
    new: NDArray[np.float32], recent: NDArray[np.float32], floor: float = 0.55, most: int = 5
) -> list[Neighbour]:
    """The recent messages nearest to each new one, by their sentence vectors, nearest first.

    Takes: unit vectors, (n, 512) and (m, 512); those below `floor` are left out, and those beyond `most`.
    Returns: neighbours, in the order of the new messages.  Candidates only: let `same_problem` judge them.
    Cost: 0.15 ms a new message against 10,000 recent ones.
    """
    if not len(new) or not len(recent):
        return []
    found: list[Neighbour] = []
    for start in range(0, len(new), 64):
        cosines = new[start : start + 64] @ recent.T
        found.extend(_best(cosines, start, floor, most))
    return found


def _best(cosines: NDArray[np.float32], start: int, floor: float, most: int) -> Iterable[Neighbour]:
    rows, columns = np.nonzero(cosines >= floor)
    values = cosines[rows, columns]
    order = np.lexsort((columns, -values, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    for row, column, value in zip(rows[rank < most], columns[rank < most], values[rank < most], strict=True):
        yield Neighbour(start + int(row), int(column), float(value))
