"""What a message's problem is made of: what happened, to what, and whether that is denied.

"Il pacco non è arrivato" and "still no parcel" come out alike, "il pacco è arrivato rotto" does not.
A coarse sieve for pairs that sound alike; the words are in `lists/aspects.toml`, in six languages.

Cost: about 25 microseconds a message.
Misses: what is said without any of the words; a negation more than three words away.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

LONGEST = 2_000  # characters that are read
BEFORE, AFTER = 3, 2  # words that a negation reaches, forwards and (as in German and French) backwards
_MASKED = re.compile(r"https?://\S+|www\.\S+|\bhttps?\b|@[\w.-]+")
_RUN = re.compile(r"([a-z])\1\1+")
_BACKWARDS = frozenset({"nicht", "nie", "kein", "keine", "keinen", "pas", "plus", "jamais", "nichts", "niente", "mai"})


@dataclass(frozen=True, slots=True)
class Lists:
    """The words of aspects.toml, ready to be looked for."""

    names: tuple[str, ...]  # of the aspects, in the order of their numbers
    happened: int  # how many of them say what happened; the rest say to what
    finder: "AhoCorasick"
    of: tuple[int, ...]  # the aspect of each pattern
    negations: frozenset[str]


def fold(text: str) -> str:
    """The words of `text` in lower case, without accents, links, handles, punctuation or drawn-out letters.

    >>> fold("Nooo!! Il pacco NON è arrivato @brand https://t.co/x")
    'no il pacco non e arrivato'
    """
    return " ".join(_RUN.sub(r"\1", unmasked(text[:LONGEST]).translate(_FOLDED)).split())


def unmasked(text: str) -> str:
    """`text` without handles and links."""
    return _MASKED.sub(" ", text) if "@" in text or "http" in text or "www." in text else text


class _Folded(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, point: int) -> str:
        plain = normalize("NFKD", chr(point)).lower()
        kept = "".join(char if char.isalnum() else "" if combining(char) else " " for char in plain)
        return self.setdefault(point, kept)


_FOLDED = _Folded()


@cache
def lists() -> Lists:
    """The lists, read once."""
    from ahocorasick_rs import AhoCorasick, MatchKind

    read = tomllib.loads(files("premura.text").joinpath("lists/aspects.toml").read_text(encoding="utf-8"))
    names = tuple(read["happened"]) + tuple(read["object"])
    patterns: dict[tuple[str, int], None] = {}
    for number, words in enumerate((*read["happened"].values(), *read["object"].values())):
        for word in words.split():
            patterns[_pattern(word), number] = None
    finder = AhoCorasick([pattern for pattern, _ in patterns], matchkind=MatchKind.Standard)
    return Lists(
        names,
        len(read["happened"]),
        finder,
        tuple(number for _, number in patterns),
        frozenset(read["negation"]["not"].split()),
    )


def _pattern(word: str) -> str:
    """A word of the list as it is looked for in a folded text that has blanks at both ends."""
    stem = " " + word.replace("_", " ").replace("-", " ").rstrip("*").strip()
    return stem if word.endswith("*") else stem + " "


def tagged(texts: Sequence[str]) -> NDArray[np.float32]:
    """Which aspects each message has: (n, 2 * aspects), 1 where found; the second half is for denied ones."""
    known = lists()
    width = len(known.names)
    out = np.zeros((len(texts), 2 * width), np.float32)
    for row, text in enumerate(texts):
        for number, denied in _found(fold(text), known):
            out[row, number + width * denied] = 1.0
    return out


def _found(folded: str, known: Lists) -> set[tuple[int, bool]]:
    padded = f" {folded} "
    words = folded.split()
    nots = [i for i, word in enumerate(words) if word in known.negations]
    places = _word_at(padded) if nots else []
    found = set()
    for pattern, start, end in known.finder.find_matches_as_indexes(padded, overlapping=True):
        denied = bool(nots) and _denied(places[start], places[min(end, len(places)) - 1], nots, words)
        found.add((known.of[pattern], denied))
    return found


def _word_at(padded: str) -> list[int]:
    """The number of the word that begins at or holds each character (a blank counts to the word after it)."""
    number, places = -1, []
    for char in padded:
        if char == " ":
            number += 1
        places.append(number)
    return places


def _denied(first: int, last: int, nots: Sequence[int], words: Sequence[str]) -> bool:
    """Whether a negation reaches the words `first` to `last`."""
    for at in nots:
        if 0 < first - at <= BEFORE:
            return True
        if 0 < at - last <= AFTER and words[at] in _BACKWARDS:
            return True
    return False
