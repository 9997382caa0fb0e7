"""Find the stretches of a customer's message that want an answer, with and without question mark.

A message is cut into clauses (sentences.py); what its words and its neighbours say gives each clause a number
(questions_words.py), a small network looks at that number in its surroundings, and neighbouring clauses that want an
answer are one stretch.  Rhetorical questions, quotes and questions to other users are left out, as labels.md says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.text.questions_words import LANGUAGES, Lexicon, Tables, gate, in_vain, learnt, lexicon, tables, weighed
from premura.text.sentences import (
    ASK,
    CRY,
    EDGE,
    LONGEST,
    QUOTE,
    SOFT,
    STOP,
    WORD,
    Clause,
    Hinges,
    Worth,
    clauses,
    lowered,
    plain,
)
from premura.text.street import addresses

Floats = NDArray[np.float32]

LOW = -8.0  # what a clause that is not there counts
FROM = 0.0  # odds from which a clause wants an answer
HARDLY = -1.5  # odds from which one with a question mark ends a stretch that began before it
GATE = -1.4  # odds from which a sentence without question mark is looked at closer
HINT = 0.6  # what one word at least counts in a message without question mark that is looked at
AT_ONCE = 1_000  # messages
WHOLE = 3  # words that a second question has at least: "and when?" goes with the first
LONG = 7  # digits of a telephone number
SOME = 200  # rows of a product that is too small for threads, which would cost more than they save

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
    Cost     about 35 microseconds for a message of 100 characters, in batches; twice that while its words are new.
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
    cut: list[tuple[int, str, list[Clause]]] = []
    own: list[float] = []
    bias = learnt().bias
    for number in numbers:
        text = texts[number]
        lang = known_language(langs[number] if langs is not None else "", text)
        if "?" not in text and not _may_ask(text, lang):
            continue
        lower = lowered(text)
        parts = clauses(lower, _hinges(lang), worth(lang))
        if any(part.read for part in parts):
            cut.append((number, lang, parts))
            own += scores(parts, tables(lang), bias)
    if not cut:
        return
    parted = [parts for _, _, parts in cut]
    read = np.flatnonzero([part.read for parts in parted for part in parts])
    odds = np.full(len(own), LOW, np.float32)
    odds[read] = surrounded(columns(parted, np.array(own, np.float32))[read])
    every, place = odds.tolist(), 0
    for number, lang, parts in cut:
        some = every[place : place + len(parts)]
        place += len(parts)
        if max(some) > FROM:
            found[number] = joined(texts[number], lang, parts, some)


def known_language(lang: str, text: str) -> str:
    """Return the language whose lists are to be used: the one that was said, or the one whose small words are here."""
    if lang in LANGUAGES or (lang := lang[:2]) in LANGUAGES:
        return lang
    words = plain(lowered(text[:500]))
    return max(LANGUAGES, key=lambda name: sum(map(lexicon(name).common.__contains__, words)))


def _may_ask(text: str, lang: str) -> bool:
    """Say at the lowest cost whether a message without question mark has a word that questions have."""
    return max(map(tables(lang)[False].raw.__getitem__, text[:LONGEST].lower().split()), default=LOW) > HINT


@cache
def _hinges(lang: str) -> Hinges:
    return replace(lexicon(lang).hinges, words=tables(lang)[False].words)


@cache
def worth(lang: str) -> Worth:
    """Return what says whether a sentence without question mark is read."""
    least, stated = GATE - learnt().gate_bias, tables(lang)[False]
    return lambda words: bool(gate(words, stated) > least)


def scores(parts: Sequence[Clause], both: tuple[Tables, Tables], bias: float) -> list[float]:
    """Return what the words say of each clause."""
    return [
        weighed(parts, i, end, both[end == ASK]) + bias
        if parts[i].read and not in_vain(parts[i].words, both[0].lexicon)
        else LOW
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
    found = np.empty(len(rows), np.float32)
    for start in range(0, len(rows), SOME):
        some = rows[start : start + SOME]
        found[start : start + SOME] = np.maximum(some @ net.first + net.first_bias, 0) @ net.last + net.last_bias
    return found


def forget() -> None:
    """Read the weights anew at the next message: for who has just trained them."""
    for kept in (learnt, tables, worth, _hinges):
        kept.cache_clear()


def joined(text: str, lang: str, parts: Sequence[Clause], odds: Sequence[float]) -> tuple[Stretch, ...]:
    """Return the clauses that want an answer; neighbours in one sentence are one stretch, not "if … and how …".

    Before a question mark a stretch goes up to the mark, or is none where the clause with the mark is surely none.
    No stretch begins with an address or a telephone number: who says where they are asks nothing by it.
    """
    found: list[Stretch] = []
    begun: list[int] = []  # the sentence of each
    was = False  # whether the clause before is one
    before: Sequence[str] = ()  # its words
    known, streets = lexicon(lang), tuple(addresses(text))
    for part, sure in zip(parts, odds, strict=True):
        here = bool(begun) and begun[-1] == part.sentence
        wanted = sure > FROM or (here and was and part.after == ASK and sure > HARDLY)
        wanted = wanted and (was or part.after == ASK or not _says_where(text, part, streets))
        if wanted and here and was and not _asks_anew(before, part, known):
            found[-1] = Stretch(found[-1].start, part.asked_to)
        elif wanted:
            found.append(Stretch(part.start, part.asked_to))
            begun.append(part.sentence)
        elif part.after == ASK:
            while begun and begun[-1] == part.sentence:
                found.pop()
                begun.pop()
        was, before = wanted, part.words
    return tuple(found)


def _says_where(text: str, part: Clause, streets: Sequence[tuple[int, int]]) -> bool:
    """Whether a clause is of an address, or a long number with little beside it."""
    said = text[part.start : part.end]
    digits = sum(map(str.isdigit, said))
    if digits >= LONG and digits >= sum(map(str.isalpha, said)):
        return True
    return any(start <= part.start and part.end <= end for start, end in streets)


def _asks_anew(before: Sequence[str], part: Clause, known: Lexicon) -> bool:
    """Whether a clause after "se siete aperti" is another question: "e quanto costa", "e se posso pagare dopo".

    Before a question mark it is not: whoever sets one mark asks one thing.
    """
    words = part.words
    follows = part.after != ASK and len(words) >= WHOLE and words[0] in known.joins and words[1] in known.anew
    return follows and not known.ifs.isdisjoint(before[:2])
