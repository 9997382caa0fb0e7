"""The lists of signs: read from `lists/signs_*.toml`, spelled out, and made into one automaton over all languages.

The notation of the lists stands at the head of `lists/signs_it.toml`.  Everything here happens once, when the first message is read.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation
from numpy.typing import NDArray

from premura.text import query
from premura.text.query_fold import BREAK, coded, is_symbol
from premura.text.query_language import Kind, Node, Term, terms

LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
_PIECE = re.compile(r"\{\w+\}|[(|)]|[^(|){]+")
_DIGIT = re.compile(r"[1-9]")
_KEYS = {"phrases", "unless", "queries", "unless_queries", "emoji"}
_SET = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that must be asked: its terms as the automaton knows them."""

    lang: int
    column: int
    tree: Node
    patterns: dict[Term, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """What each pattern says: row r, for first[p] <= r < first[p + 1], says `column` in language `lang`."""

    first: NDArray[np.int32]
    lang: NDArray[np.int8]
    column: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Lists:
    """All lists, ready to be used.  A column is a sign; shifted by the number of signs, what speaks against it."""

    automaton: BytesAhoCorasick
    rows: Rows
    asked: tuple[Asked, ...]
    wakes: dict[int, tuple[int, ...]]  # pattern -> queries to be asked where it stands
    waking: NDArray[np.bool_]  # by pattern: whether it wakes any
    faces: dict[str, tuple[int, ...]]  # emoji -> columns


def folded(text: str) -> NDArray[np.uint8]:
    """Return `text` as the automaton reads it: like a listening query does, but every digit is 0, and a letter that stands
    three times or more in a row stands once.

    >>> folded("Alloraaa?? è la 3ª volta").tobytes()
    b'allora e la 0a volta'
    """
    return squeezed(coded(text))[0]


def squeezed(codes: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return the codes without their long runs of letters and with 0 for every digit, and which of them were kept."""
    plain = np.where((codes > 48) & (codes < 58), np.uint8(48), codes)
    same = np.zeros(len(plain) + 1, np.bool_)
    np.logical_and(plain[1:] == plain[:-1], plain[1:] > 96, out=same[1:-1])
    kept = ~(same[:-1] & (np.concatenate((same[:1], same[:-2])) | same[1:])) if len(plain) else same[:0]
    return plain[kept], kept


def spelled(entry: str, sets: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield each phrase that an entry stands for.

    Raises   ValueError for a bracket that is not closed, a set that is not there, a * that ends no phrase, and digits.

    >>> list(spelled("(ho (già|)|abbiamo) {said}", {"said": ("detto", "scritto")}))
    ['ho già detto', 'ho già scritto', 'ho detto', 'ho scritto', 'abbiamo detto', 'abbiamo scritto']
    """
    pieces = _PIECE.findall(entry)
    for phrase in _branches(pieces, entry, sets):
        phrase = " ".join(phrase.split())
        if "*" in phrase[:-1]:
            raise ValueError(f"a * may only end a phrase: {entry}")
        if _DIGIT.search(phrase):
            raise ValueError(f"every digit is written 0: {entry}")
        if phrase.strip("*"):
            yield phrase
    if pieces:
        raise ValueError(f"a bracket closes nothing: {entry}")


def _branches(pieces: list[str], entry: str, sets: Mapping[str, Sequence[str]], *, inner: bool = False) -> list[str]:
    """Take from `pieces` what stands up to the end, or to the bracket that closes, and return all it may be."""
    done: list[str] = []
    now = [""]
    while pieces and (inner or pieces[0] not in ("|", ")")):
        piece = pieces.pop(0)
        if piece == ")":
            return done + now
        if piece == "|":
            done, now = done + now, [""]
            continue
        if piece == "(":
            more: Sequence[str] = _branches(pieces, entry, sets, inner=True)
        elif piece[0] == "{":
            if piece[1:-1] not in sets:
                raise ValueError(f"no set {piece}: {entry}")
            more = sets[piece[1:-1]]
        else:
            more = (piece,)
        now = [before + behind for before in now for behind in more]
    if inner:
        raise ValueError(f"a bracket is not closed: {entry}")
    return now


def entries(block: str) -> Iterator[str]:
    """Yield what a list holds: entries are parted by commas and new lines; what follows a # is a remark."""
    for line in block.splitlines():
        yield from filter(None, map(str.strip, line.partition("#")[0].split(",")))


@cache
def raw(lang: str) -> dict[str, dict[str, str]]:
    """Return the list of one language as it stands in its file; nothing where there is no file."""
    path = files("premura.text") / "lists" / f"signs_{lang}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


@cache
def lists(signs: tuple[str, ...]) -> Lists:
    """Return the lists of all languages, for these signs in this order."""
    builder = _Builder(signs)
    for number, lang in enumerate(LANGUAGES):
        builder.add(number, raw(lang))
    return builder.built()


class _Builder:
    def __init__(self, signs: tuple[str, ...]) -> None:
        self._columns = {sign: column for column, sign in enumerate(signs)}
        self._phrases: dict[tuple[str, int, int], None] = {}
        self._queries: list[tuple[str, int, int]] = []
        self._faces: dict[str, set[int]] = {}

    def add(self, lang: int, table: dict[str, dict[str, str]]) -> None:
        sets: dict[str, tuple[str, ...]] = {}
        for name, text in table.get("sets", {}).items():
            sets[name] = tuple(spelled(f"({text})", sets))
        for sign, given in table.items():
            if sign == "sets":
                continue
            if sign not in self._columns or set(given) - _KEYS:
                raise ValueError(f"signs_{LANGUAGES[lang]}.toml: unknown [{sign}] or a key in it")
            column = self._columns[sign]
            for key, shift in (("phrases", 0), ("unless", len(self._columns))):
                for entry in entries(given.get(key, "")):
                    self._phrases.update(((phrase, lang, column + shift), None) for phrase in spelled(entry, sets))
            for key, shift in (("queries", 0), ("unless_queries", len(self._columns))):
                lines = filter(None, map(str.strip, given.get(key, "").splitlines()))
                self._queries += [(_filled(line, sets), lang, column + shift) for line in lines]
            for face in filter(is_symbol, given.get("emoji", "")):
                self._faces.setdefault(face, set()).add(column)

    def built(self) -> Lists:
        found: dict[bytes, int] = {}
        said: list[tuple[int, int, int]] = []
        for code, (_, lang, column) in zip(
            _codes([phrase for phrase, *_ in self._phrases]), self._phrases, strict=True
        ):
            said.append((found.setdefault(code, len(found)), lang, column))
        asked, wakes = self._asked(found, said)
        rows = np.array(sorted(said), np.int32).reshape(-1, 3)
        waking = np.zeros(len(found), np.bool_)
        waking[list(wakes)] = True
        return Lists(
            automaton=BytesAhoCorasick(found, implementation=Implementation.ContiguousNFA),
            rows=Rows(
                np.searchsorted(rows[:, 0], np.arange(len(found) + 1)).astype(np.int32),
                rows[:, 1].astype(np.int8),
                rows[:, 2].astype(np.int16),
            ),
            asked=asked,
            wakes=wakes,
            waking=waking,
            faces={face: tuple(columns) for face, columns in self._faces.items()},
        )

    def _asked(
        self, found: dict[bytes, int], said: list[tuple[int, int, int]]
    ) -> tuple[tuple[Asked, ...], dict[int, tuple[int, ...]]]:
        asked: list[Asked] = []
        wakes: dict[int, list[int]] = {}
        for source, lang, column in self._queries:
            parsed = query.parse(source)
            if any(anchor.symbol for anchor in parsed.needs[0]):
                raise ValueError(f"an emoji belongs into `emoji`: {source}")
            patterns = {term: found.setdefault(_code(term, source), len(found)) for term in set(terms(parsed.tree))}
            for anchor in parsed.needs[0]:
                number = found.setdefault(_squeezed(anchor.code), len(found))
                if anchor.sure:
                    said.append((number, lang, column))
                else:
                    wakes.setdefault(number, []).append(len(asked))
            asked.append(Asked(lang, column, parsed.tree, patterns))
        return tuple(asked), {pattern: tuple(queries) for pattern, queries in wakes.items()}


def _filled(line: str, sets: Mapping[str, Sequence[str]]) -> str:
    """Return a query with its sets written out: {n} is (due OR tre OR …)."""

    def written(name: re.Match[str]) -> str:
        quoted = (f'"{word}"' if " " in word else word for word in sets[name[1]])
        return f"({' OR '.join(quoted)})"

    return _SET.sub(written, line)


def _codes(phrases: Sequence[str]) -> list[bytes]:
    """Return each phrase as the automaton looks for it, coded all at once: one by one would take a second."""
    whole, _ = squeezed(coded("".join(f" {phrase.rstrip('*')} \0" for phrase in phrases)))
    found = whole.tobytes().split(bytes([BREAK]))[:-1]
    return [
        code[:-1] if phrase.endswith("*") else code
        for phrase, code in zip(phrases, (code if code[:1] == b" " else b" " + code for code in found), strict=True)
    ]


def _squeezed(code: bytes) -> bytes:
    return squeezed(np.frombuffer(code, np.uint8))[0].tobytes()


def _code(term: Term, source: str) -> bytes:
    *others, last = term.items
    if term.kind is not Kind.TEXT or any(item.symbol for item in term.items) or any(item.cut for item in others):
        raise ValueError(f"the lists know words, phrases and wildcards at their end, not {term}: {source}")
    code = folded(f" {' '.join(item.text for item in term.items)} ").tobytes()
    return code[:-1] if last.cut else code
