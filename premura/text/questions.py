"""Find the stretches of a customer's message that want an answer, with and without question mark.

A message is cut into clauses (sentences.py); what its words and its neighbours say gives each clause a number
(questions_words.py), a small network looks at that number in its surroundings, and neighbouring clauses that want an
answer are one stretch.  Rhetorical questions, quotes and questions to other users are left out, as labels.md says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.text.questions_words import LANGUAGES, Tables, gate, learnt, lexicon, tables, weighed
from premura.text.sentences import ASK, CRY, EDGE, QUOTE, SOFT, STOP, WORD, Clause, Worth, clauses, folded

Floats = NDArray[np.float32]

LOW = -8.0  # what a clause that is not there counts
FROM = 0.0  # odds from which a clause wants an answer
GATE = -1.4  # odds from which a sentence without question mark is looked at closer
AT_ONCE = 1_000  # messages

_TOLD_APART = (ASK, CRY, STOP, QUOTE, SOFT, WORD)


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A question: `text[start:end]`, in code points."""

    start: int
    end: int


def find(text: str, lang: str = "") -> tuple[Stretch, ...]:
    """Return the questions of one message.

    >>> text = "Buongiorno, quanto costa la spedizione? Grazie"
    >>> [text[found.start : found.end] for found in find(text, "it")]
    ['quanto costa la spedizione?']
    """
    return find_many([text], [lang])[0]


def find_many(texts: Sequence[str], langs: Sequence[str] | None = None) -> list[tuple[Stretch, ...]]:
    """Return the questions of each message, in the order of the text.

    Takes    langs as long as texts; where a language has no list ("", "und", "nl") the words of the message decide
             whose lists are used.
    Raises   ValueError where the lengths differ.
    Cost     COST
    Source   lists/questions.toml and weights/questions.npz, both Premura's own.
    Misses   what stands after the first 20,000 characters; who is meant by "tu" in talk among users.
    """
    if langs is not None and len(langs) != len(texts):
        raise ValueError("langs needs one entry for each text")
    found: list[tuple[Stretch, ...]] = [()] * len(texts)
    for start in range(0, len(texts), AT_ONCE):
        _read(texts, langs, range(start, min(start + AT_ONCE, len(texts))), found)
    return found


def _read(texts: Sequence[str], langs: Sequence[str] | None, numbers: range, found: list[tuple[Stretch, ...]]) -> None:
    """Put the questions of some messages into `found`."""
    cut: list[tuple[int, list[Clause]]] = []
    own: list[float] = []
    bias = learnt().bias
    for number in numbers:
        text = texts[number]
        if "?" not in text and _triggers().isdisjoint(text.lower().split()):
            continue
        plain = folded(text)
        lang = known_language(langs[number] if langs is not None else "", plain)
        parts = clauses(plain, lexicon(lang).hinges, worth(lang))
        if any(part.read for part in parts):
            cut.append((number, parts))
            own += scores(parts, tables(lang), bias)
    if not cut:
        return
    odds = surrounded(columns([parts for _, parts in cut], np.array(own, np.float32)))
    wanted = ((odds > FROM) & (np.array(own) > LOW)).tolist()
    place = 0
    for number, parts in cut:
        found[number] = joined(parts, wanted[place : place + len(parts)])
        place += len(parts)


def known_language(lang: str, plain: str) -> str:
    """Return the language whose lists are to be used: the one that was said, or the one whose small words are here."""
    if lang[:2] in LANGUAGES:
        return lang[:2]
    words = plain[:500].split()
    return max(LANGUAGES, key=lambda name: sum(map(lexicon(name).common.__contains__, words)))


@cache
def _triggers() -> frozenset[str]:
    """Return the words of which a question without question mark has one."""
    names = ("which", "if", "may", "you", "ask", "want", "thing", "some", "or")
    return frozenset().union(*(lexicon(lang).of(*names) for lang in LANGUAGES))


@cache
def worth(lang: str) -> Worth:
    """Return what says whether a sentence is read: with a question mark always, else by its words at first sight."""
    least, plain = GATE - learnt().gate_bias, tables(lang)[False]

    def is_worth(sentence: Sequence[Clause]) -> bool:
        return sentence[-1].after == ASK or bool(gate(sentence, plain) > least)

    return is_worth


def scores(parts: Sequence[Clause], both: tuple[Tables, Tables], bias: float) -> list[float]:
    """Return what the words say of each clause."""
    return [
        weighed(parts, i, end, both[end == ASK]) + bias if parts[i].read else LOW
        for i, end in enumerate(sentence_ends(parts))
    ]


def sentence_ends(parts: Sequence[Clause]) -> list[int]:
    """Return for each clause the mark that ends its sentence."""
    ends: list[int] = []
    end, sentence = EDGE, -1
    for part in reversed(parts):
        if part.sentence != sentence:
            end, sentence = part.after, part.sentence
        ends.append(end)
    return ends[::-1]


def columns(cut: Sequence[Sequence[Clause]], own: Floats) -> Floats:
    """Return what the network sees of each clause: its own score, and those of its surroundings."""
    own = np.clip(own, LOW, -LOW)
    sizes = np.array([len(parts) for parts in cut])
    message = np.repeat(np.arange(len(cut)), sizes)
    flat = [part for parts in cut for part in parts]
    sentence = np.array([part.sentence for part in flat]) + message * 100_000
    before, after = np.array([part.before for part in flat]), np.array([part.after for part in flat])
    words = np.log2([len(part.words) for part in flat])
    new = np.append(True, sentence[1:] != sentence[:-1])
    first, which = np.flatnonzero(new), np.cumsum(new) - 1
    last = np.append(first[1:], len(flat)) - 1
    begin = np.cumsum(sizes) - sizes
    place = np.arange(len(flat))
    end = after[last][which]
    gone = place - begin[message]
    rows: list[NDArray[Any]] = [own]
    for step in (1, 2):
        rows += [_shifted(own, step, sentence), _shifted(own, -step, sentence)]
    rows += [_shifted(own, 1, message), _shifted(own, -1, message)]
    rows += [np.maximum.reduceat(own, first)[which], own[first][which], own[last][which]]
    rows += [np.maximum.reduceat(own, begin[sizes > 0])[np.cumsum(gone == 0) - 1]]
    rows += [end == ASK, end == CRY, np.bincount(message, after == ASK)[message]]
    rows += [mark == sort for mark in (before, after) for sort in _TOLD_APART]
    rows += [np.minimum(place - first[which], 6), np.minimum(last[which] - place, 6)]
    rows += [np.minimum(gone, 8), np.minimum(sizes[message] - gone, 8), gone == 0, words]
    rows += [np.log2(sizes[message]), np.log2(np.bincount(message, 2**words)[message])]
    return np.stack(rows, axis=1).astype(np.float32)


def _shifted(own: Floats, step: int, group: NDArray[np.int64]) -> Floats:
    """Return the score of the clause `step` places before, LOW where that belongs to another group."""
    found = np.full(len(own), LOW, np.float32)
    if abs(step) < len(own):
        one, two = (slice(step, None), slice(None, -step)) if step > 0 else (slice(None, step), slice(-step, None))
        found[one] = np.where(group[one] == group[two], own[two], LOW)
    return found


def surrounded(rows: Floats) -> Floats:
    """Return the odds that each clause wants an answer."""
    net = learnt()
    return np.asarray(np.maximum(rows @ net.first + net.first_bias, 0) @ net.last + net.last_bias, np.float32)


def forget() -> None:
    """Read the weights anew at the next message: for who has just trained them."""
    for kept in (learnt, tables, worth):
        kept.cache_clear()


def joined(parts: Sequence[Clause], wanted: Sequence[bool]) -> tuple[Stretch, ...]:
    """Return the clauses that want an answer; neighbours in one sentence are one stretch."""
    found: list[Stretch] = []
    sentence = -1
    for part, want in zip(parts, wanted, strict=True):
        if want and part.sentence == sentence:
            found[-1] = Stretch(found[-1].start, part.asked_to)
        elif want:
            found.append(Stretch(part.start, part.asked_to))
        sentence = part.sentence if want else -1
    return tuple(found)
