"""The lists of signs: read from `lists/signs_*.toml`, spelled out, and made into one automaton for each language.

The notation of the lists stands at the head of `lists/signs_it.toml`.  Everything here happens once for each language,
when the first message in it is read.
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
from premura.text.query_language import And, Item, Kind, Near, Node, Not, Or, Term, terms

LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
_PIECE = re.compile(r"\{\w+\}|[(|)]|[^(|){]+")
_DIGIT = re.compile(r"[1-9]")
_KEYS = {"phrases", "unless", "queries", "unless_queries", "emoji"}
_SET = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that must be asked.  In its tree the n-th term, called str(n), is any of the patterns `groups[n]`."""

    column: int
    tree: Node
    groups: tuple[frozenset[int], ...]
    gates: tuple[frozenset[int], ...]  # of each, one must stand in every message that it matches


@dataclass(frozen=True, slots=True)
class Lists:
    """The list of one language, ready to be used.  A column is a sign; shifted by their number, what speaks against it.

    Pattern p says the columns `columns[first[p]:first[p + 1]]`.
    """

    automaton: BytesAhoCorasick
    first: NDArray[np.int32]
    columns: NDArray[np.int32]
    asked: tuple[Asked, ...]
    wakes: dict[int, tuple[int, ...]]  # pattern -> queries to be asked where it stands
    waking: NDArray[np.bool_]  # by pattern: whether it wakes any
    faces: dict[str, tuple[int, ...]]  # emoji -> columns


def folded(text: str) -> NDArray[np.uint8]:
    """Return `text` as the automaton reads it: like a listening query does, but every digit is 0.

    A letter that stands three times or more in a row stands once.

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


def spelled(entry: str, sets: Mapping[str, Sequence[str]]) -> list[str]:
    """Return each phrase that an entry stands for.

    Raises   ValueError for a bracket that is not closed, a set that is not there, a * that ends no phrase, and digits.

    >>> spelled("(ho (già |)|abbiamo ){said}", {"said": ("detto", "scritto")})
    ['ho già detto', 'ho già scritto', 'ho detto', 'ho scritto', 'abbiamo detto', 'abbiamo scritto']
    """
    pieces = _PIECE.findall(entry)
    found = _branches(pieces, entry, sets)
    if pieces:
        raise ValueError(f"a bracket closes nothing: {entry}")
    if _DIGIT.search(entry):
        raise ValueError(f"every digit is written 0: {entry}")
    if "*" in entry and any("*" in phrase[:-1] for phrase in found):
        raise ValueError(f"a * may only end a phrase: {entry}")
    return found


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
def lists(lang: str, signs: tuple[str, ...]) -> Lists:
    """Return the list of a language, for these signs in this order.

    Cost     about half a second for 100,000 phrases, once.
    """
    return built(f"signs_{lang}.toml", raw(lang), signs)


def built(name: str, table: Mapping[str, Mapping[str, str]], signs: tuple[str, ...]) -> Lists:
    """Return a list in this notation, from the file called `name`, ready to be used.

    Raises   ValueError where an entry cannot be read.
    """
    builder = _Builder(signs)
    builder.add(name, table)
    return builder.built()


class _Builder:
    def __init__(self, signs: tuple[str, ...]) -> None:
        self._columns = {sign: column for column, sign in enumerate(signs)}
        self._phrases: list[tuple[int, list[str]]] = []
        self._queries: list[tuple[str, int]] = []
        self._faces: dict[str, set[int]] = {}

    def add(self, name: str, table: Mapping[str, Mapping[str, str]]) -> None:
        sets: dict[str, tuple[str, ...]] = {}
        for called, text in table.get("sets", {}).items():
            sets[called] = tuple(spelled(f"({text})", sets))
        for sign, given in table.items():
            if sign == "sets":
                continue
            if sign not in self._columns or set(given) - _KEYS:
                raise ValueError(f"{name}: unknown [{sign}] or a key in it")
            column = self._columns[sign]
            for key, shift in (("phrases", 0), ("unless", len(self._columns))):
                self._phrases += [(column + shift, spelled(entry, sets)) for entry in entries(given.get(key, ""))]
            for key, shift in (("queries", 0), ("unless_queries", len(self._columns))):
                lines = filter(None, map(str.strip, given.get(key, "").splitlines()))
                self._queries += [(_filled(line, sets), column + shift) for line in lines]
            for face in filter(is_symbol, given.get("emoji", "")):
                self._faces.setdefault(face, set()).add(column)

    def built(self) -> Lists:
        found: dict[bytes, int] = {b" \x02 ": 0}  # stands in no text: an automaton needs something to look for
        codes = _codes([phrase for _, phrases in self._phrases for phrase in phrases])
        patterns = [found.setdefault(code, len(found)) for code in codes]
        columns = np.repeat([column for column, _ in self._phrases], [len(phrases) for _, phrases in self._phrases])
        said = list(zip(patterns, columns.tolist(), strict=True))
        asked, wakes = self._asked(found, said)
        pairs = np.unique(np.array([pattern << 20 | column for pattern, column in said], np.int64))
        waking = np.zeros(len(found), np.bool_)
        waking[list(wakes)] = True
        return Lists(
            automaton=BytesAhoCorasick(found, implementation=Implementation.ContiguousNFA),
            first=np.searchsorted(pairs >> 20, np.arange(len(found) + 1)).astype(np.int32),
            columns=(pairs & 0xFFFFF).astype(np.int32),
            asked=asked,
            wakes=wakes,
            waking=waking,
            faces={face: tuple(columns) for face, columns in self._faces.items()},
        )

    def _asked(
        self, found: dict[bytes, int], said: list[tuple[int, int]]
    ) -> tuple[tuple[Asked, ...], dict[int, tuple[int, ...]]]:
        asked: list[Asked] = []
        wakes: dict[int, list[int]] = {}
        for source, column in self._queries:
            parsed = query.parse(source)
            if any(anchor.symbol for group in parsed.needs for anchor in group):
                raise ValueError(f"an emoji belongs into `emoji`: {source}")
            patterns = {term: found.setdefault(_code(term, source), len(found)) for term in set(terms(parsed.tree))}
            groups: list[frozenset[int]] = []
            tree = _numbered(parsed.tree, patterns, groups)
            needs = [[found.setdefault(_squeezed(one.code), len(found)) for one in group] for group in parsed.needs]
            for anchor, number in zip(parsed.needs[0], needs[0], strict=True):
                if anchor.sure:
                    said.append((number, column))
                else:
                    wakes.setdefault(number, []).append(len(asked))
            asked.append(Asked(column, tree, tuple(groups), tuple(map(frozenset, needs[1:]))))
        return tuple(asked), {pattern: tuple(queries) for pattern, queries in wakes.items()}


def _numbered(node: Node, patterns: Mapping[Term, int], groups: list[frozenset[int]]) -> Node:
    """Return the tree with numbers for terms; those of one OR share a number, and are looked up at once."""
    match node:
        case Or(parts) if all(isinstance(part, Term) for part in parts):
            return _number([part for part in parts if isinstance(part, Term)], patterns, groups)
        case Term():
            return _number([node], patterns, groups)
        case Not(part):
            return Not(_numbered(part, patterns, groups))
        case And(parts) | Or(parts):
            return type(node)(tuple(_numbered(part, patterns, groups) for part in parts))
        case Near(parts, within):
            sides = [_numbered(part, patterns, groups) for part in parts]
            return Near(tuple(side for side in sides if isinstance(side, Term | Or)), within)
    raise ValueError(f"the lists know neither languages nor networks: {node}")


def _number(some: Sequence[Term], patterns: Mapping[Term, int], groups: list[frozenset[int]]) -> Term:
    groups.append(frozenset(patterns[term] for term in some))
    return Term(Kind.TEXT, (Item(str(len(groups) - 1)),))


def _filled(line: str, sets: Mapping[str, Sequence[str]]) -> str:
    """Return a query with its sets written out: {n} is (due OR tre OR …)."""

    def written(name: re.Match[str]) -> str:
        quoted = (f'"{word}"' if " " in word else word for word in sets[name[1]])
        return f"({' OR '.join(quoted)})"

    return _SET.sub(written, line)


def _codes(phrases: Sequence[str]) -> list[bytes]:
    """Return each phrase as the automaton looks for it, coded all at once: one by one would take a second."""
    bare = [phrase.strip("^$") for phrase in phrases]
    open_ended = [f" {phrase[:-1]}\0" if phrase[-1:] == "*" else f" {phrase} \0" for phrase in bare]
    codes = squeezed(coded("".join(open_ended)))[0].tobytes().split(bytes([BREAK]))[:-1]
    if not all(map(bytes.strip, codes)):
        empty = phrases[[not code.strip() for code in codes].index(True)]
        raise ValueError(f"nothing to look for: {empty!r}")
    edge = bytes([BREAK])
    return [
        edge * (phrase[0] == "^") + code + edge * (phrase[-1] == "$")
        for phrase, code in zip(phrases, codes, strict=True)
    ]


def _squeezed(code: bytes) -> bytes:
    return squeezed(np.frombuffer(code, np.uint8))[0].tobytes()


def _code(term: Term, source: str) -> bytes:
    *others, last = term.items
    if term.kind is not Kind.TEXT or any(item.symbol for item in term.items) or any(item.cut for item in others):
        raise ValueError(f"the lists know words, phrases and wildcards at their end, not {term}: {source}")
    code = folded(f" {' '.join(item.text for item in term.items)} ").tobytes()
    return code[:-1] if last.cut else code
