"""The language of listening queries: what may be written, the tree it becomes, and what is said when it is wrong.

For people it is explained in docs/listening-queries.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MOST_CHARACTERS, MOST_TERMS, MOST_NESTING, MOST_BETWEEN = 5000, 500, 50, 100
FIELDS = ("lang", "network")


class Fault(StrEnum):
    """What is wrong with a query.  SAYS has a sentence for each, to be translated."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY_TERMS = "too_many_terms"
    TOO_DEEP = "too_deep"
    OPEN_QUOTE = "open_quote"
    OPEN_BRACKET = "open_bracket"
    STRAY_BRACKET = "stray_bracket"
    EMPTY_BRACKETS = "empty_brackets"
    NOTHING_TO_FIND = "nothing_to_find"
    NOTHING_LEFT = "nothing_left"
    NOTHING_RIGHT = "nothing_right"
    NEAR_NUMBER = "near_number"
    NEAR_FAR = "near_far"
    NEAR_SIDE = "near_side"
    WILDCARD_FRONT = "wildcard_front"
    WILDCARD_INSIDE = "wildcard_inside"
    WILDCARD_SHORT = "wildcard_short"
    BAD_TAG = "bad_tag"
    UNKNOWN_FIELD = "unknown_field"
    BAD_VALUE = "bad_value"
    ONLY_NOT = "only_not"
    ONLY_FIELDS = "only_fields"


SAYS: dict[Fault, str] = {
    Fault.EMPTY: "the query is empty: write at least one word",
    Fault.TOO_LONG: f"the query is longer than {MOST_CHARACTERS:,} characters",
    Fault.TOO_MANY_TERMS: f"{{found}} at character {{at}} is one too many: a query holds at most {MOST_TERMS} terms",
    Fault.TOO_DEEP: f"the bracket at character {{at}} is one too deep: at most {MOST_NESTING} may stand in each other",
    Fault.OPEN_QUOTE: "the quotation mark at character {at} is never closed",
    Fault.OPEN_BRACKET: "the bracket at character {at} is never closed",
    Fault.STRAY_BRACKET: "the bracket at character {at} closes nothing",
    Fault.EMPTY_BRACKETS: "the brackets at character {at} hold nothing",
    Fault.NOTHING_TO_FIND: "{found} at character {at} has no letter, digit or emoji to look for",
    Fault.NOTHING_LEFT: "{found} at character {at} has nothing on its left",
    Fault.NOTHING_RIGHT: "{found} at character {at} has nothing on its right",
    Fault.NEAR_NUMBER: "{found} at character {at} needs a number: NEAR/5 means at most 5 words between",
    Fault.NEAR_FAR: f"{{found}} at character {{at}} is too far: at most NEAR/{MOST_BETWEEN}",
    Fault.NEAR_SIDE: "{found} at character {at} must stand between words, phrases or brackets like (a OR b)",
    Fault.WILDCARD_FRONT: "the * at character {at} has no letters before it: it may only end a word, as in rimbors*",
    Fault.WILDCARD_INSIDE: "the * at character {at} stands inside: it may only end a word, as in rimbors*",
    Fault.WILDCARD_SHORT: "the * at character {at} needs at least two letters before it",
    Fault.BAD_TAG: "{found} at character {at} is no hashtag or handle: put it in quotation marks to find it as text",
    Fault.UNKNOWN_FIELD: "{found} at character {at} is not known: there are lang: and network:"
    " (put it in quotation marks to find it as text)",
    Fault.BAD_VALUE: "{found} at character {at} needs a value, as in lang:it, network:bluesky or lang:(it OR en)",
    Fault.ONLY_NOT: "{found} at character {at} would find nearly everything: add a word that must be there",
    Fault.ONLY_FIELDS: "{found} at character {at} alone would find too much: add a word that must be there",
}
SHOWN = 40


class QueryError(ValueError):
    """A query that cannot be understood or must not be run, with its place: `source[start:end]`, in code points.

    `code` tells the kind, for translation; `found` is what stands there.  The sentence counts characters from 1.
    """

    def __init__(self, code: Fault, source: str, start: int, end: int) -> None:
        found = source[start:end]
        self.code, self.start, self.end, self.found = code, start, end, found
        short = found if len(found) <= SHOWN else found[:SHOWN] + "…"
        super().__init__(SAYS[code].format(found=short, at=start + 1))


class Kind(StrEnum):
    """Where a term is looked for."""

    TEXT = ""
    HASHTAG = "#"
    HANDLE = "@"


@dataclass(frozen=True, slots=True)
class Item:
    """One word of a term, folded; the beginning of one, where `cut`; or a sign such as an emoji."""

    text: str
    cut: bool = False
    symbol: bool = False

    def __str__(self) -> str:
        return self.text + "*" * self.cut


@dataclass(frozen=True, slots=True)
class Term:
    """A word, a phrase, a hashtag or a handle."""

    kind: Kind
    items: tuple[Item, ...]

    def __str__(self) -> str:
        words = " ".join(map(str, self.items))
        return f'"{words}"' if len(self.items) > 1 else f"{self.kind}{words}"


@dataclass(frozen=True, slots=True)
class Field:
    """What is said about a message, not in it: its language or its network."""

    name: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        many = " OR ".join(self.values)
        return f"{self.name}:{many}" if len(self.values) == 1 else f"{self.name}:({many})"


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"

    def __str__(self) -> str:
        return f"NOT {_in_brackets(self.part, And, Or, Near)}"


@dataclass(frozen=True, slots=True)
class Near:
    """Each part has the one before it at most `within` words away."""

    parts: tuple["Term | Or", ...]
    within: tuple[int, ...]

    def __str__(self) -> str:
        first, *rest = (_in_brackets(part, Or) for part in self.parts)
        return first + "".join(f" NEAR/{n} {part}" for n, part in zip(self.within, rest, strict=True))


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Node", ...]

    def __str__(self) -> str:
        return " AND ".join(_in_brackets(part, Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.parts))


Node = Term | Field | Not | Near | And | Or


def _in_brackets(node: Node, *kinds: type) -> str:
    return f"({node})" if isinstance(node, kinds) else str(node)


def terms(node: Node) -> Iterator[Term]:
    """Yield every term in reading order, excluded ones and repeated ones too."""
    match node:
        case Term():
            yield node
        case Not(part):
            yield from terms(part)
        case Near(parts=parts) | And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from terms(part)
