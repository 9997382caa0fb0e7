"""From the words of a listening query to its tree: a reader of pieces, and a descent along the precedence.

NOT binds tightest, then NEAR, AND (also a blank) and OR.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import NoReturn

from premura.text.query_fold import DROP, GAP, LETTERS, NAMES, is_symbol
from premura.text.query_language import (
    FIELDS,
    MOST_BETWEEN,
    MOST_CHARACTERS,
    MOST_NESTING,
    MOST_TERMS,
    And,
    Fault,
    Field,
    Item,
    Kind,
    Near,
    Node,
    Not,
    Or,
    QueryError,
    Term,
)

OPENING, CLOSING = '"“”„«»', '”“»«"'  # a text processor's quotation marks are as good
JOINER, VARIATION = "\u200d", "\ufe0f"
VALUE = {"lang": re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*"), "network": re.compile(r"[a-z0-9][a-z0-9_-]*")}
_BARE = re.compile(rf"[^\s(){OPENING}]+")
_FIELD = re.compile(r"([^\W\d]\w*):(?!//)")
_NEAR = re.compile(r"NEAR(?:[/~:].*|\d+)?", re.DOTALL)
_NEAR_N = re.compile(r"NEAR/([0-9]{1,9})")
_NAME = {
    Kind.HASHTAG: re.compile(r"[^ #@.\-*]+"),
    Kind.HANDLE: re.compile(r"[^ #@*]*[^ #@.\-*](?:@[^ #@*]*[^ #@.\-*])?"),
}


class Is(Enum):
    """What a piece of a query is."""

    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()
    TERM = auto()
    END = auto()


JOINS = {Is.AND, Is.OR, Is.NEAR}
STARTS = {Is.OPEN, Is.NOT, Is.TERM}


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Is
    start: int
    end: int
    node: Node | None = None
    within: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A node with its place.  `firm`: some word must be there for it to hold; `firm_not`: for it not to hold."""

    node: Node
    start: int
    end: int
    firm: bool
    firm_not: bool
    loose: tuple[int, int]  # whom to blame where it is not firm


def read(source: str) -> Node:
    """Return the tree of a query; raise QueryError with the place where it is wrong."""
    if len(source) > MOST_CHARACTERS:
        raise QueryError(Fault.TOO_LONG, source, MOST_CHARACTERS, len(source))
    if not source.strip():
        raise QueryError(Fault.EMPTY, source, 0, len(source))
    return _Grammar(source, _Lexer(source).pieces()).whole()


class _Lexer:
    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0

    def pieces(self) -> list[Piece]:
        found = []
        while self._skip_blanks():
            found.append(self._piece())
        return [*found, Piece(Is.END, self.at, self.at)]

    def _skip_blanks(self) -> bool:
        while self.at < len(self.source) and self.source[self.at].isspace():
            self.at += 1
        return self.at < len(self.source)

    def _piece(self) -> Piece:
        start, char = self.at, self.source[self.at]
        if char in "()":
            self.at += 1
            return Piece(Is.OPEN if char == "(" else Is.CLOSE, start, self.at)
        if char in OPENING:
            return self._phrase(start)
        if char == "-":
            self.at += 1
            if self.at == len(self.source) or self.source[self.at].isspace():
                raise QueryError(Fault.NOTHING_RIGHT, self.source, start, self.at)
            return Piece(Is.NOT, start, self.at)
        if field := _FIELD.match(self.source, start):
            return self._field(start, field)
        return self._bare(start)

    def _phrase(self, start: int) -> Piece:
        closing = '"' if self.source[start] == '"' else CLOSING
        end = next((n for n in range(start + 1, len(self.source)) if self.source[n] in closing), 0)
        if not end:
            raise QueryError(Fault.OPEN_QUOTE, self.source, start, start + 1)
        self.at = end + 1
        items = _items(self.source, start + 1, end)
        return Piece(Is.TERM, start, self.at, self._term(Kind.TEXT, items, start))

    def _bare(self, start: int) -> Piece:
        found = _BARE.match(self.source, start)
        assert found is not None
        self.at, text = found.end(), found[0]
        if text in {"AND", "OR", "NOT"}:
            return Piece(Is[text], start, self.at)
        if near := _NEAR_N.fullmatch(text):
            if int(near[1]) > MOST_BETWEEN:
                raise QueryError(Fault.NEAR_FAR, self.source, start, self.at)
            return Piece(Is.NEAR, start, self.at, within=int(near[1]))
        if _NEAR.fullmatch(text):
            raise QueryError(Fault.NEAR_NUMBER, self.source, start, self.at)
        if text[0] in "#@＃＠":
            return Piece(Is.TERM, start, self.at, self._tag(start))
        items = _items(self.source, start, self.at)
        return Piece(Is.TERM, start, self.at, self._term(Kind.TEXT, items, start))

    def _tag(self, start: int) -> Term:
        written = self.source[start : self.at]
        cut = written.endswith("*")
        folded = written.removesuffix("*").translate(NAMES).replace(DROP, "")
        kind, name = Kind(folded[0]), folded[1:]
        letters = sum(c.isalnum() for c in name)
        if not letters and not cut:
            raise QueryError(Fault.NOTHING_TO_FIND, self.source, start, self.at)
        if cut and letters < 2:
            raise QueryError(Fault.WILDCARD_SHORT, self.source, self.at - 1, self.at)
        if not _NAME[kind].fullmatch(name):
            raise QueryError(Fault.BAD_TAG, self.source, start, self.at)
        return Term(kind, (Item(name, cut),))

    def _term(self, kind: Kind, items: tuple[Item, ...], start: int) -> Term:
        if not items:
            raise QueryError(Fault.NOTHING_TO_FIND, self.source, start, self.at)
        return Term(kind, items)

    def _field(self, start: int, field: re.Match[str]) -> Piece:
        name, self.at = field[1].casefold(), field.end()
        if name not in FIELDS:
            raise QueryError(Fault.UNKNOWN_FIELD, self.source, start, self.at)
        if self.source.startswith("(", self.at):
            end = self.source.find(")", self.at)
            if end < 0:
                raise QueryError(Fault.OPEN_BRACKET, self.source, self.at, self.at + 1)
            values, self.at = re.split(r"[\s,]+(?i:OR)[\s,]+|[\s,]+", self.source[self.at + 1 : end].strip()), end + 1
        else:
            found = re.compile(r"[^\s()]*").match(self.source, self.at)
            assert found is not None
            values, self.at = [found[0].strip(OPENING)], found.end()
        tidy = tuple(dict.fromkeys(value.casefold() for value in values))
        if {"AND", "OR", "NOT"} & set(values) or not all(VALUE[name].fullmatch(value) for value in tidy):
            raise QueryError(Fault.BAD_VALUE, self.source, start, self.at)
        return Piece(Is.TERM, start, self.at, Field(name, tidy))


def _items(source: str, start: int, end: int) -> tuple[Item, ...]:
    """Return the words and signs of one term; raise QueryError for a wildcard out of place."""
    items: list[Item] = []
    word = sign = ""
    for n in range(start, end):
        char = source[n]
        is_sign = is_symbol(char) or (sign != "" and char in JOINER + VARIATION)
        counts = LETTERS[ord(char)]
        if sign and not is_sign:
            items.append(Item(sign.strip(JOINER), symbol=True))
            sign = ""
        if char == "*":
            _check_wildcard(source, n, end, word)
            items.append(Item(word, cut=True))
            word = ""
        elif is_sign or counts == GAP:
            items += [Item(word)] if word else []
            word, sign = "", sign + char.strip(VARIATION) if is_sign else ""
        elif counts != DROP:
            word += counts
    items += [Item(word)] if word else []
    items += [Item(sign.strip(JOINER), symbol=True)] if sign else []
    return tuple(items)


def _check_wildcard(source: str, at: int, end: int, word: str) -> None:
    if at + 1 < end and not source[at + 1].isspace():
        raise QueryError(Fault.WILDCARD_INSIDE if word else Fault.WILDCARD_FRONT, source, at, at + 1)
    if len(word) < 2:
        raise QueryError(Fault.WILDCARD_SHORT if word else Fault.WILDCARD_FRONT, source, at, at + 1)


class _Grammar:
    def __init__(self, source: str, pieces: list[Piece]) -> None:
        self.source, self.pieces = source, pieces
        self.at = self.depth = self.terms = 0

    def whole(self) -> Node:
        part = self._or()
        if self._here.kind is Is.CLOSE:
            self._wrong(Fault.STRAY_BRACKET, self._here)
        if not part.firm:
            start, end = part.loose
            fault = Fault.ONLY_FIELDS if _is_fields(part.node) else Fault.ONLY_NOT
            raise QueryError(fault, self.source, start, end)
        return part.node

    @property
    def _here(self) -> Piece:
        return self.pieces[self.at]

    def _take(self) -> Piece:
        self.at += 1
        return self.pieces[self.at - 1]

    def _wrong(self, fault: Fault, piece: Piece) -> NoReturn:
        raise QueryError(fault, self.source, piece.start, piece.end)

    def _or(self) -> Part:
        parts = [self._and()]
        while self._here.kind is Is.OR:
            self._take()
            parts.append(self._and())
        return _joined(Or, parts, all) if len(parts) > 1 else parts[0]

    def _and(self) -> Part:
        parts = [self._near()]
        while self._here.kind is Is.AND or self._here.kind in STARTS:
            if self._here.kind is Is.AND:
                self._take()
            parts.append(self._near())
        return _joined(And, parts, any) if len(parts) > 1 else parts[0]

    def _near(self) -> Part:
        parts, nears = [self._not()], []
        while self._here.kind is Is.NEAR:
            nears.append(self._take())
            parts.append(self._not())
            if not (_can_be_near(parts[-2].node) and _can_be_near(parts[-1].node)):
                self._wrong(Fault.NEAR_SIDE, nears[-1])
        if not nears:
            return parts[0]
        sides = tuple(part.node for part in parts if isinstance(part.node, Term | Or))
        place = parts[0].start, parts[-1].end
        return Part(Near(sides, tuple(near.within for near in nears)), *place, True, False, place)

    def _not(self) -> Part:
        first, times = self._here, 0
        while self._here.kind is Is.NOT:
            self._take()
            times += 1
        part = self._atom()
        if times % 2 == 0:
            return part
        place = first.start, part.end
        node = part.node.part if isinstance(part.node, Not) else Not(part.node)
        return Part(node, *place, part.firm_not, part.firm, place)

    def _atom(self) -> Part:
        if self._here.kind is Is.OPEN:
            return self._group()
        if self._here.node is None:
            self._missing()
        piece = self._take()
        assert piece.node is not None
        self.terms += isinstance(piece.node, Term)
        if self.terms > MOST_TERMS:
            self._wrong(Fault.TOO_MANY_TERMS, piece)
        place = piece.start, piece.end
        return Part(piece.node, *place, isinstance(piece.node, Term), False, place)

    def _group(self) -> Part:
        opening = self._take()
        self.depth += 1
        if self.depth > MOST_NESTING:
            self._wrong(Fault.TOO_DEEP, opening)
        part = self._or()
        if self._here.kind is not Is.CLOSE:
            self._wrong(Fault.OPEN_BRACKET, opening)
        closing = self._take()
        self.depth -= 1
        return Part(part.node, opening.start, closing.end, part.firm, part.firm_not, part.loose)

    def _missing(self) -> NoReturn:
        here, before = self._here, self.pieces[self.at - 1] if self.at else None
        if before and (before.kind in JOINS or before.kind is Is.NOT):
            self._wrong(Fault.NOTHING_RIGHT, before)
        if here.kind in JOINS:
            self._wrong(Fault.NOTHING_LEFT, here)
        if here.kind is Is.CLOSE and before:
            raise QueryError(Fault.EMPTY_BRACKETS, self.source, before.start, here.end)
        self._wrong(Fault.STRAY_BRACKET if here.kind is Is.CLOSE else Fault.OPEN_BRACKET, before or here)


def _joined(kind: type[And] | type[Or], parts: list[Part], enough: Callable[[list[bool]], bool]) -> Part:
    nodes: list[Node] = []
    for part in parts:
        nodes += part.node.parts if isinstance(part.node, kind) else [part.node]
    alone = tuple(dict.fromkeys(nodes))
    place = parts[0].start, parts[-1].end
    firm = enough([part.firm for part in parts])
    firm_not = (all if enough is any else any)([part.firm_not for part in parts])
    loose = place if kind is And else next((part.loose for part in parts if not part.firm), place)
    return Part(kind(alone) if len(alone) > 1 else alone[0], *place, firm, firm_not, loose)


def _can_be_near(node: Node) -> bool:
    return isinstance(node, Term) or (isinstance(node, Or) and all(isinstance(part, Term) for part in node.parts))


def _is_fields(node: Node) -> bool:
    return isinstance(node, Field) or (isinstance(node, And | Or) and all(map(_is_fields, node.parts)))
