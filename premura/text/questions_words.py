"""What the words of a clause say about it being a question: the lists, and what training learnt about each word.

One function, `weighed`, reads a clause; it adds up whatever the tables hold.  At run time they hold learnt numbers,
and while training they hold names, so that both read a clause in exactly the same way.
"""

import re
import tomllib
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.text.sentences import QUOTE, Clause, Hinges, lowered, plain

LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
HERE = Path(__file__).parent
WEIGHTS = HERE / "weights" / "questions.npz"
OPENERS = ("which", "if", "because", "some", "thank")
# Where a word stands: first, second, last, anywhere; in the clause before or after in the same sentence; at the gate.
SLOTS = ("1", "2", "L", "b", "<1", "<L", ">1", ">2", "g", "g1", "g2")
BY_WORD = frozenset(("1", "2", "L", "b", "g"))  # places where each word counts, not only its class
MOST = 40  # words of a clause that are read
ROOM = 20_000  # words that a table remembers

ALIKE = "\0"  # begins what stands for all words of the same classes
NONE = ("-",)  # the class of a word that is not there
_MARKS = re.compile(r"[^\w@]+")

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
            for word in plain(entries):
                self._enter(name, word)
        self.hinges = Hinges(self.of(*OPENERS), self.of("small", "and"), self.of("greet"))
        self.firsts = frozenset(self.phrases)
        self._starts = tuple(start for start, _ in self.starts)
        self._ends = tuple(end for end, _ in self.ends)
        self.classes = Table(self._classes)  # the classes in which a word stands
        self.asking = self.of("ask")
        self.joins, self.ifs, self.anew = self.of("and"), self.of("if"), self.of("which", "if")
        self.listed = frozenset(self.words) | {
            part for some in self.phrases.values() for rest, _ in some for part in rest
        }
        self.listed |= self.firsts
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

    def _classes(self, word: str) -> tuple[str, ...]:
        if word[:1] == ALIKE:
            return tuple(word[1:].split())
        found = set(self.words.get(word, ()))
        if word.startswith(self._starts):
            found |= {name for start, name in self.starts if word.startswith(start)}
        if word.endswith(self._ends):
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

    Takes    `worth`, which turns names into what is added up; the `known` words that count for themselves, None for
             every word.
    """

    def __init__(
        self, lang: str, asked: bool, worth: Callable[[tuple[str, ...]], Any], known: frozenset[str] | None = None
    ) -> None:
        self.lexicon = lexicon(lang)
        self.zero = worth(())
        self.asked = asked
        self.worth = worth
        self.known = known
        self.alike = {slot: Table(partial(self._alike, slot)) for slot in SLOTS}
        self.at = {slot: Table(partial(self._at, slot)) for slot in SLOTS}
        self.raw = Table(self._raw)
        self.short = Table(self._short)
        self.at["gn"] = Table(lambda size: self._both((f"gn{size.bit_length()}",)))
        self.pair = Table(self._pair)
        self.phrase = Table(lambda name: self._both((name,)))
        self.shape = Table(self._shape)
        self.link = Table(self._link)

    def _both(self, names: tuple[str, ...]) -> Any:
        """Return what names are worth anywhere, and what they are worth before such an end of a sentence."""
        mark = "?" if self.asked else "."
        return self.worth(names + tuple(mark + name for name in names))

    def _raw(self, word: str) -> Any:
        """Return what a word counts at the gate as it stands in the text, with its accents and marks."""
        bare = word if word.isalpha() else _MARKS.sub(" ", lowered(word))
        return max(map(self.at["g"].__getitem__, self.words(bare)), default=-9.0)

    def words(self, text: str) -> list[str]:
        """Return the words of a lowered text; those that nothing is known of but their classes are one word."""
        return list(map(self.short.__getitem__, text.split()))

    def _short(self, word: str) -> str:
        (bare,) = plain(word)
        if self.known is None or bare in self.known or bare in self.lexicon.listed or bare[0] == "@":
            return bare
        return ALIKE + " ".join(self.lexicon.classes[bare])

    def _alike(self, slot: str, classes: tuple[str, ...]) -> Any:
        """Return what all words of the same classes are worth: most words are known by nothing else."""
        return self._both(tuple(f"{slot}:{name}" for name in classes))

    def _at(self, slot: str, word: str) -> Any:
        if not word:
            return self.zero
        worth = self.alike[slot][self.lexicon.classes[word]]
        if slot in BY_WORD and (self.known is None or word in self.known):
            worth += self._both((f"{slot}={self.lexicon.lang}{word}",))
        return worth

    def _shape(self, shape: tuple[int, int, int, int]) -> Any:
        size, before, after, end = shape
        step = size.bit_length() * 2 + (size & (size - 1) > size // 4)
        return self._both((f"size{step}", f"before{before}", f"after{after}", f"end{end}"))

    def _link(self, link: tuple[str, bool, tuple[str, ...]]) -> Any:
        """Return what it is worth that one clause asks and the next one opens with such a word."""
        side, asks, classes = link
        return self._both(tuple(f"{side}{asks}:{name}" for name in classes))

    def _pair(self, pair: tuple[tuple[str, ...], tuple[str, ...]]) -> Any:
        one, two = (classes or ("0",) for classes in pair)
        return self._both(tuple(f"12:{a}+{b}" for a in one for b in two))


def weighed(clauses: Sequence[Clause], i: int, end: int, tables: Tables) -> Any:
    """Return what the words of clause `i` and of its neighbours are worth together; `end` ends its sentence."""
    clause, at, known = clauses[i], tables.at, tables.lexicon
    words = clause.words
    size = len(words)
    if size > MOST:
        words = words[:MOST]
    first = words[0]
    second = words[1] if size > 1 else ""
    total = at["1"][first] + at["2"][second] + at["L"][words[-1]] + sum(map(at["b"].__getitem__, words), tables.zero)
    total += tables.pair[known.classes[first], known.classes[second] if second else NONE]
    total += tables.shape[min(size, MOST), clause.before, clause.after, end]
    if not known.firsts.isdisjoint(words):
        total += _phrases(words, tables, "P")
    if clause.before >= QUOTE and i and clauses[i - 1].sentence == clause.sentence:
        total += _before(clauses[i - 1].words, first, tables)
    if clause.after >= QUOTE and i + 1 < len(clauses) and clauses[i + 1].sentence == clause.sentence:
        total += _after(words, clauses[i + 1].words, tables)
    return total


def _before(before: Sequence[str], first: str, tables: Tables) -> Any:
    """Return what the clause before, in the same sentence, says of one that begins with `first`."""
    at, known = tables.at, tables.lexicon
    total = at["<1"][before[0]] + at["<L"][before[-1]]
    total += tables.link["<", not known.asking.isdisjoint(before), known.classes[first]]
    return total if known.firsts.isdisjoint(before) else total + _phrases(before[:MOST], tables, "<P")


def _after(words: Sequence[str], after: Sequence[str], tables: Tables) -> Any:
    """Return what the clause after, in the same sentence, says of a clause."""
    at, known = tables.at, tables.lexicon
    total = at[">1"][after[0]] + at[">2"][after[1] if len(after) > 1 else ""]
    total += tables.link[">", not known.asking.isdisjoint(words), known.classes[after[0]]]
    return total if known.firsts.isdisjoint(after) else total + _phrases(after[:MOST], tables, ">P")


def gate(words: list[str], tables: Tables) -> Any:
    """Return what a sentence without question mark is worth at first sight: whether to look closer."""
    at = tables.at
    total = at["g1"][words[0]] + at["g2"][words[1] if len(words) > 1 else ""] + at["gn"][min(len(words), MOST)]
    return total + sum(map(at["g"].__getitem__, words[:MOST]), tables.zero)


def in_vain(words: Sequence[str], known: Lexicon) -> bool:
    """Whether a clause asks who and means nobody: "e chi se ne importa?"."""
    return not known.firsts.isdisjoint(words) and any(
        name == "vain" and tuple(words[place + 1 : place + 1 + len(rest)]) == rest
        for place, word in enumerate(words[:MOST])
        for rest, name in known.phrases.get(word, ())
    )


def _phrases(words: Sequence[str], tables: Tables, slot: str) -> Any:
    known, total = tables.lexicon.phrases, tables.zero
    for place, word in enumerate(words):
        if word in known:
            for rest, name in known[word]:
                if tuple(words[place + 1 : place + 1 + len(rest)]) == rest:
                    total += tables.phrase[f"{slot}:{name}"]
                    if place < 2:
                        total += tables.phrase[f"{slot}1:{name}"]
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

    def known(self, lang: str) -> frozenset[str]:
        """Return the words of a language that count for themselves."""
        pairs = (name.lstrip("?.").partition("=") for name in self.values)
        return frozenset(word[2:] for slot, _, word in pairs if slot in BY_WORD and word.startswith(lang))


@cache
def learnt() -> Learnt:
    return Learnt()


@cache
def tables(lang: str) -> tuple[Tables, Tables]:
    """Return the learnt tables of a language: for what no question mark ends, and for what one ends."""
    known = learnt().known(lang)
    return Tables(lang, False, learnt().worth, known), Tables(lang, True, learnt().worth, known)
