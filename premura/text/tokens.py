"""A batch of messages cut into tokens and hashed features, all of it as arrays.

Nothing here loops over messages or letters: a batch is one array of code points, and a
stretch of it is hashed by one subtraction (a polynomial hash with prefix sums modulo 2^64,
Karp and Rabin 1987), so that words, pairs of words and groups of letters cost the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from unicodedata import category, normalize

import numpy as np
import regex
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]

LONGEST = 4_000  # code points of a message that are read; a longer one is read in its first and last part
BLANK, LETTER, DIGIT, MARK, PICTURE, NOTHING = range(6)
LINK, HANDLE = 0xE001, 0xE002  # private-use code points that stand for what was masked
_BASE = 0x9E3779B97F4A7C15 | 1
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_MASKED = regex.compile(r"(?:https?://|www\.)\S+|\bhttps?\b|(?<![\w.])@[\w.-]*\w")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of `count` messages, in reading order.

    `code` holds the folded code points that were kept (no accents, lower case, digits as 0, at
    most two of a kind in a row), `at` the place of each in its own message, `of` its message.
    A token `i` is `code[start[i]:end[i]]`, of kind `kind[i]`, in message `message[i]`.
    """

    count: int
    code: NDArray[np.uint32]
    at: Ints
    of: Ints
    start: Ints
    end: Ints
    kind: NDArray[np.uint8]
    message: Ints
    hashed: Hashes  # of each token
    sums: Hashes  # prefix sums: the hash of any stretch is one subtraction
    capitals: NDArray[np.float32]  # share of the letters of each message that are capitals

    def hash_of(self, start: Ints, end: Ints) -> Hashes:
        """Return the hash of each stretch `code[start:end]`; equal stretches have equal hashes, anywhere."""
        return stretch(self.sums, start, end)

    def within(self, token: int) -> tuple[int, int]:
        """Return where a token lies in its own message, as code points of what was handed in."""
        return int(self.at[self.start[token]]), int(self.at[self.end[token] - 1]) + 1


def cut(texts: Sequence[str]) -> Tokens:
    """Cut a batch into tokens: words, numbers, runs of one punctuation mark, single emoji, links and handles.

    Takes    any strings; a long one is read in its first and last 2,000 code points.
    Cost     about 10 microseconds for a message of 100 characters, in batches.
    Misses   languages written without blanks: a run of their letters is one word.
    """
    texts = [text if len(text) <= LONGEST else text[: LONGEST // 2] + " " + text[-LONGEST // 2 + 1 :] for text in texts]
    raw, of, begins = _points(texts)
    fold, kinds = _tables()
    known = np.minimum(raw, len(fold) - 1)
    code = np.where(raw < len(fold), fold[known], raw).astype(np.uint32)
    kind = np.where(raw < len(fold), kinds[known], PICTURE).astype(np.uint8)
    capitals = _capitals(raw, code, kind, of, len(texts))
    bounds = np.zeros(len(raw), bool)
    bounds[begins[begins < len(raw)]] = True
    code, kind, keep = _without_runs(code, kind, bounds)
    at = np.arange(len(raw)) - begins[of] if len(raw) else np.zeros(0, np.int64)
    code, kind, of, at = code[keep], kind[keep], of[keep], at[keep]
    start, end = _edges(code, kind, of)
    sums = prefix_sums(code)
    return Tokens(
        len(texts), code, at, of, start, end, kind[start], of[start], stretch(sums, start, end), sums, capitals
    )  # fmt: skip


def _points(texts: Sequence[str]) -> tuple[NDArray[np.uint32], Ints, Ints]:
    """Return all code points with links and handles masked, the message of each, and where each message begins."""
    joined = "\n".join(texts)
    raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).copy()
    if "http" in joined or "@" in joined or "www." in joined:
        for found in _MASKED.finditer(joined):
            start, end = found.span()
            raw[start:end] = 0x200B
            raw[start] = HANDLE if joined[start] == "@" else LINK
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    begins = np.cumsum(lengths) - lengths
    of = np.repeat(np.arange(len(texts)), lengths)[: len(raw)]
    return raw, of, begins


@cache
def _tables() -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Return for each code point below 0x3100, and the full-width letters, what it folds to and its kind."""
    size = 0x10000
    fold = np.arange(size, dtype=np.uint32)
    kinds = np.full(size, LETTER, np.uint8)
    for point in (*range(0x3100), *range(0xD800, 0xE000), *range(0xFE00, 0x10000)):
        char = chr(point)
        base = normalize("NFKD", char)[0].lower()[0] if 0x80 <= point < 0x2000 or point > 0xFE00 else char.lower()[0]
        sort = category(char)
        fold[point] = ord(base)
        kinds[point] = _kind(sort)
        if kinds[point] == DIGIT:
            fold[point] = ord("0")
    for quote in "’‘`´ʼ":
        fold[ord(quote)] = ord("'")
    kinds[0xE000:0xF900] = PICTURE
    kinds[LINK] = kinds[HANDLE] = MARK
    kinds[ord("\n")] = kinds[ord("\t")] = kinds[ord("\r")] = BLANK
    fold[kinds == BLANK] = 32
    return fold, kinds


def _kind(sort: str) -> int:
    if sort[0] == "L":
        return LETTER
    if sort[0] == "N":
        return DIGIT if sort == "Nd" else MARK
    if sort[0] == "Z":
        return BLANK
    if sort[0] in "CM":
        return NOTHING  # controls, joiners, variation selectors, combining accents
    return PICTURE if sort in ("So", "Sk") else MARK


def _capitals(
    raw: NDArray[np.uint32], code: NDArray[np.uint32], kind: NDArray[np.uint8], of: Ints, count: int
) -> NDArray[np.float32]:
    letters = kind == LETTER
    upper = letters & (raw < 0x180) & (raw != code) & _is_upper()[np.minimum(raw, 0x17F)]
    whole = np.bincount(of[letters], minlength=count)
    return (np.bincount(of[upper], minlength=count) / np.maximum(whole, 5)).astype(np.float32)


@cache
def _is_upper() -> NDArray[np.bool_]:
    return np.array([chr(point).isupper() for point in range(0x180)])


def _without_runs(
    code: NDArray[np.uint32], kind: NDArray[np.uint8], bounds: NDArray[np.bool_]
) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.bool_]]:
    """Keep what is something, and of a run of the same letter or mark the first two."""
    keep = kind != NOTHING
    keep[(code >= 0x1F3FB) & (code <= 0x1F3FF)] = False  # the colour of a hand
    if len(code) > 2:
        same = (code[2:] == code[1:-1]) & (code[1:-1] == code[:-2]) & (kind[2:] != DIGIT)
        same &= ~bounds[2:] & ~bounds[1:-1]
        keep[2:] &= ~same
    return code, kind, keep


def _edges(code: NDArray[np.uint32], kind: NDArray[np.uint8], of: Ints) -> tuple[Ints, Ints]:
    """Return where tokens start and end."""
    if not len(code):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    new = np.ones(len(code), bool)
    new[1:] = (kind[1:] != kind[:-1]) | (of[1:] != of[:-1]) | (kind[1:] == PICTURE)
    new[1:] |= (kind[1:] == MARK) & (code[1:] != code[:-1])
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(code))
    real = kind[starts] != BLANK
    return starts[real], ends[real]


# -- hashes ------------------------------------------------------------------------------------


class _Powers:
    """Powers of the base and of its inverse modulo 2^64, as many as the longest batch needed so far."""

    up: Hashes = np.ones(1, np.uint64)
    down: Hashes = np.ones(1, np.uint64)

    @classmethod
    def to(cls, size: int) -> tuple[Hashes, Hashes]:
        if len(cls.up) < size:
            size = max(size, 2 * len(cls.up))
            with np.errstate(over="ignore"):
                steps = np.full(size, _BASE, np.uint64), np.full(size, _INVERSE, np.uint64)
                for step in steps:
                    step[0] = 1
                cls.up, cls.down = np.cumprod(steps[0]), np.cumprod(steps[1])
        return cls.up, cls.down


def prefix_sums(code: NDArray[np.uint32]) -> Hashes:
    up, _ = _Powers.to(len(code) + 1)
    sums = np.zeros(len(code) + 1, np.uint64)
    np.cumsum((code.astype(np.uint64) + np.uint64(1)) * up[: len(code)], out=sums[1:])
    return sums


def stretch(sums: Hashes, start: Any, end: Any) -> Hashes:
    _, down = _Powers.to(len(sums))
    return mixed((sums[end] - sums[start]) * down[start])


def mixed(hashes: Hashes) -> Hashes:
    """Return the hashes with their bits well spread (the finish of SplitMix64, Steele and others 2014)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX
    return hashes ^ (hashes >> np.uint64(27))
