"""What the words of a clause say about it being a question: the lists, and what training learnt about each word.

One function, `weighed`, reads a clause; it adds up whatever the tables hold.  At run time they hold learnt numbers,
and while training they hold names, so that both read a clause in exactly the same way.
"""

import tomllib
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.text.sentences import Clause, Hinges, folded

LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
HERE = Path(__file__).parent
WEIGHTS = HERE / "weights" / "questions.npz"
OPENERS = ("which", "if", "because", "some", "thank", "you")
SLOTS = (
    "1",
    "2",
    "3",
    "4",
    "L",
    "L2",
    "b",
    "<1",
    "<L",
    "<b",
    "<<1",
    "<<L",
    ">1",
    ">2",
    ">b",
    ">>1",
    ">>2",
    "g",
    "g1",
    "g2",
    "gc",
)
BY_WORD = frozenset(("1", "2", "3", "4", "L", "L2", "b", "g"))  # places where each word counts, not only its class
MOST = 40  # words of a clause that are read
ROOM = 20_000  # words that a table remembers

Names = Callable[[Any], Any]


class Table(dict[Any, Any]):
    """What a word is worth in one place of a clause; worked out once for each word."""

    def __init__(self, worth: Names) -> None:
        self.worth = worth

    def __missing__(self, word: Any) -> Any:
        worth = self.worth(word)
        if len(self) < ROOM:
            self[word] = worth
        return worth


class Lexicon:
    """The lists of one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.words: dict[str, set[str]] = {}
        self.starts: list[tuple[str, str]] = []
        self.ends: list[tuple[str, str]] = []
        self.phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, entries in _lists()[lang].items():
            for word in folded(entries).split():
                self._enter(name, word)
        self.hinges = Hinges(self.of(*OPENERS), self.of("small", "and"), self.of("greet"))
        self.common = self.of("which", "if", "small", "me", "not", "because")

    def _enter(self, name: str, word: str) -> None:
        if "_" in word:
            first, *rest = word.split("_")
            self.phrases.setdefault(first, []).append((tuple(rest), name))
        elif word.endswith("*"):
            self.starts.append((word[:-1], name))
        elif word.startswith("*"):
            self.ends.append((word[1:], name + "~"))
        else:
            self.words.setdefault(word, set()).add(name)

    def of(self, *names: str) -> frozenset[str]:
        """Return the single words of some classes."""
        return frozenset(word for word, classes in self.words.items() if not classes.isdisjoint(names))

    def classes(self, word: str) -> tuple[str, ...]:
        """Return the classes in which a word stands."""
        found = set(self.words.get(word, ()))
        found |= {name for start, name in self.starts if word.startswith(start)}
        found |= {name for end, name in self.ends if len(word) > len(end) + 1 and word.endswith(end)}
        if word.isdigit():
            found.add("number")
        return tuple(sorted(found))


@cache
def lexicon(lang: str) -> Lexicon:
    return Lexicon(lang)


@cache
def _lists() -> dict[str, dict[str, str]]:
    with (HERE / "lists" / "questions.toml").open("rb") as file:
        return tomllib.load(file)


class Tables:
    """All tables of one language, for clauses before a question mark (`asked`) or not.

    `worth` turns names into what is added up.
    """

    def __init__(self, lang: str, asked: bool, worth: Callable[[tuple[str, ...]], Any]) -> None:
        self.lexicon = lexicon(lang)
        self.zero = worth(())
        self.asked = asked
        self.worth = worth
        self.at = {slot: Table(partial(self._at, slot)) for slot in SLOTS}
        self.pair = Table(self._pair)
        self.phrase = Table(lambda name: self._both((name,)))
        self.shape = Table(lambda key: self._both((f"{key[0]}{key[1]}",)))

    def _both(self, names: tuple[str, ...]) -> Any:
        """Return what names are worth anywhere, and what they are worth before such an end of a sentence."""
        mark = "?" if self.asked else "."
        return self.worth(names + tuple(mark + name for name in names))

    def _at(self, slot: str, word: str) -> Any:
        names = tuple(f"{slot}:{name}" for name in self.lexicon.classes(word))
        if slot in BY_WORD:
            names += (f"{slot}={self.lexicon.lang}{word}",)
        return self._both(names)

    def _pair(self, words: tuple[str, str]) -> Any:
        one, two = (self.lexicon.classes(word) or ("0" if word else "-",) for word in words)
        return self._both(tuple(f"12:{a}+{b}" for a in one for b in two))


def weighed(clauses: Sequence[Clause], i: int, end: int, tables: Tables) -> Any:
    """Return what the words of clause `i` and of its neighbours are worth together; `end` ends its sentence."""
    clause, at = clauses[i], tables.at
    words = clause.words[:MOST]
    size = len(words)
    total = at["1"][words[0]] + at["L"][words[-1]] + sum(map(at["b"].__getitem__, words), tables.zero)
    total += tables.pair[words[0], words[1] if size > 1 else ""]
    if size > 1:
        total += at["2"][words[1]] + at["L2"][words[-2]]
    if size > 2:
        total += at["3"][words[2]]
    if size > 3:
        total += at["4"][words[3]]
    total += _phrases(words, tables) + _beside(clauses, i, tables)
    shape = tables.shape
    total += shape["size", min(size.bit_length() * 2 + (size & (size - 1) > size // 4), 11)]
    total += shape["before", clause.before] + shape["after", clause.after] + shape["end", end]
    return total


def gate(sentence: Sequence[Clause], tables: Tables) -> Any:
    """Return what a sentence without question mark is worth at first sight: whether to look closer."""
    at = tables.at
    words = sentence[0].words
    total = at["g1"][words[0]] + at["g2"][words[1] if len(words) > 1 else ""]
    size = 0
    for part in sentence:
        words = part.words[:MOST]
        size += len(words)
        total += sum(map(at["g"].__getitem__, words), at["gc"][words[0]])
    return total + tables.shape["g", size.bit_length()]


def _phrases(words: Sequence[str], tables: Tables) -> Any:
    known, total = tables.lexicon.phrases, tables.zero
    if known.keys().isdisjoint(words):
        return total
    for place, word in enumerate(words):
        if word in known:
            for rest, name in known[word]:
                if tuple(words[place + 1 : place + 1 + len(rest)]) == rest:
                    total += tables.phrase["P:" + name]
                    if place < 2:
                        total += tables.phrase["P1:" + name]
    return total


def _beside(clauses: Sequence[Clause], i: int, tables: Tables) -> Any:
    at, total = tables.at, tables.zero
    sentence = clauses[i].sentence
    if i:
        words = clauses[i - 1].words
        if clauses[i - 1].sentence == sentence:
            total += at["<1"][words[0]] + at["<L"][words[-1]] + sum(map(at["<b"].__getitem__, words[:8]), tables.zero)
        else:
            total += at["<<1"][words[0]] + at["<<L"][words[-1]]
    if i + 1 < len(clauses):
        words = clauses[i + 1].words
        if clauses[i + 1].sentence == sentence:
            total += at[">1"][words[0]] + sum(map(at[">b"].__getitem__, words[:8]), tables.zero)
            total += at[">2"][words[1]] if len(words) > 1 else tables.zero
        else:
            total += at[">>1"][words[0]]
            total += at[">>2"][words[1]] if len(words) > 1 else tables.zero
    return total


# -- what was learnt -----------------------------------------------------------------------------


class Learnt:
    """The committed weights: of names, and of the small network that reads a clause among its neighbours."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        with np.load(path) as data:
            names = bytes(data["names"]).decode().split("\n")
            values = data["values"].astype(np.float64) * float(data["scale"])
            self.values: dict[str, float] = dict(zip(names, values.tolist(), strict=True))
            self.bias = float(data["bias"])
            self.gate_bias = float(data["gate_bias"])
            self.first: NDArray[np.float32] = data["first"]
            self.first_bias: NDArray[np.float32] = data["first_bias"]
            self.last: NDArray[np.float32] = data["last"]
            self.last_bias = float(data["last_bias"])

    def worth(self, names: tuple[str, ...]) -> float:
        return sum(self.values.get(name, 0.0) for name in names)


@cache
def learnt() -> Learnt:
    return Learnt()


@cache
def tables(lang: str) -> tuple[Tables, Tables]:
    """Return the learnt tables of a language: for what no question mark ends, and for what one ends."""
    return Tables(lang, False, learnt().worth), Tables(lang, True, learnt().worth)
