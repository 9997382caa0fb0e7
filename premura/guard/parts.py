"""A draft cut into its sentences, with the words and the dates in them."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from unicodedata import normalize

from premura.guard.dates import named

MOST_PARTS = 60
LONGEST = 6_000  # characters that are looked at together
OVERLAP = 200  # of a sentence without an end that is longer still

_FACES = "\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff"
_END = re.compile(rf"[.!?…]+[\"»”')\]]*(?=\s|$)|\n+|(?<=\s)[{_FACES}][{_FACES}\s]*|[{_FACES}]+(?=\s|$)")
_SHORT = re.compile(
    r"(?:^|[\s(])(?:sigg?|sig\.ra|dott|dott\.ssa|dr|prof|avv|ing|geom|artt?|nr?|num|tel|es|ecc|p\.?zza|pag|c\.?a|v\.?le|"
    r"c\.?so|ca|ore|h|mrs?|ms|st|no|e\.g|i\.e|approx|ext|sra?|av|núm|mme|mlle|m|bd|str|z\.b|bzw|ggf|evtl|[a-z])\.$",
    re.I,
)
_BESIDES_WORDS, _DASH = re.compile(r"[\W_]+$"), re.compile(r"[\s,;:·|/–—-]+$")
_WORD, _PLAIN_WORD = re.compile(r"[^\W_]+"), re.compile("[a-z0-9]+")


class Part(NamedTuple):
    """One sentence of a draft: `text[start:end]`, without blanks around it."""

    start: int
    end: int
    text: str
    plain: str  # lower case, without accents and apostrophes
    words: tuple[str, ...]
    dated: bool  # names a day, an hour or a span of time
    stems: frozenset[str]  # of its longer words: six letters tell a word from its neighbours, not from its forms


_DIGIT = re.compile("[0-9]")
_SAYS = re.compile(r"[A-Za-z0-9]")  # nearly every sentence; what else is a letter costs more to ask
_ACCENT = re.compile("[\u0300-\u036f]+")


def parts(text: str) -> tuple[Part, ...]:
    """Return the sentences of a draft in reading order; at most sixty, of the first 6,000 characters: see `beyond`.

    >>> [part.text for part in parts("Ciao sig. Rossi! Arriva domani alle 9.30. 😊 A presto")]
    ['Ciao sig. Rossi!', 'Arriva domani alle 9.30.', 'A presto']
    """
    text = text[:LONGEST]
    found: list[Part] = []
    at = 0
    for sign in _END.finditer(text):
        if sign[0] == "." and _SHORT.search(text, max(0, sign.start() - 9), sign.end()):
            continue
        _add(found, text, at, sign.end())
        at = sign.end()
    _add(found, text, at, len(text))
    return tuple(found[:MOST_PARTS])


def unsigned(text: str, name: str) -> str:
    """Return a draft without its author's name at the very end: who signs has said neither more nor less.

    >>> unsigned("Arriva domani. – Ada", "Ada"), unsigned("Arriva domani, Ada 🌿", "Ada"), unsigned("Ada", "Ada")
    ('Arriva domani.', 'Arriva domani', 'Ada')
    """
    bare = _BESIDES_WORDS.sub("", text)
    before = bare[: -len(name)] if name and bare.casefold().endswith(name.casefold()) else ""
    said = _DASH.sub("", before)
    return said if said and not before[-1:].isalnum() else text


def beyond(text: str, some: Sequence[Part]) -> int:
    """Return where begins what is not among these sentences of a text; its length where all of it is."""
    if len(some) == MOST_PARTS:
        return some[-1].end
    if len(text) <= LONGEST:
        return len(text)
    return some[-1].start if len(some) > 1 else LONGEST - OVERLAP


def _add(found: list[Part], text: str, start: int, end: int) -> None:
    raw = text[start:end]
    bare = raw.strip()
    if not _SAYS.search(bare) and not any(map(str.isalnum, bare)):
        return
    start += len(raw) - len(raw.lstrip())
    folded = folded_of(bare)
    words = tuple((_PLAIN_WORD if folded.isascii() else _WORD).findall(folded))
    found.append(Part(start, start + len(bare), bare, folded, words, named(folded, words), stems(words)))


def folded_of(text: str) -> str:
    """Return the text in lower case, without accents, apostrophes as blanks."""
    lower = text.lower().replace("’", " ").replace("'", " ")
    if lower.isascii():
        return lower
    return _ACCENT.sub("", normalize("NFD", lower))


def stems(words: Iterable[str]) -> frozenset[str]:
    """Return the beginnings of the longer words."""
    return frozenset([word[:6] for word in words if len(word) > 3])


def has_digit(text: str) -> bool:
    """Whether a digit stands in a text, in whatever script."""
    return _DIGIT.search(text) is not None or (not text.isascii() and any(map(str.isdigit, text)))


def words_before(some: Sequence[Part]) -> list[int]:
    """Return for each part how many words stand before it."""
    counts, total = [], 0
    for part in some:
        counts.append(total)
        total += len(part.words)
    return counts
