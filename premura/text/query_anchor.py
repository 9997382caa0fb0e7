"""What wakes a query: words of which one must stand in every text that it matches, the rarest first."""

import re
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from premura.text.query_fold import code_of
from premura.text.query_language import And, Item, Kind, Near, Node, Not, Or, Term


@dataclass(frozen=True, slots=True)
class Anchor:
    """One thing to look for: `code` in the coded text, or a `symbol`.  `sure`: where it stands, the query matches."""

    code: bytes
    symbol: str
    sure: bool
    cost: float  # how often it may wake its query in vain, as a rough share of messages


Group = tuple[Anchor, ...]


def needs(tree: Node) -> tuple[Group, ...]:
    """Return what must stand in every text that a query matches: of each group one, the rarest group first.

    Raises   ValueError for a tree that may match without any of its words.

    >>> from premura.text.query_parse import read
    >>> [[anchor.code for anchor in group] for group in needs(read("rimborso (Enelia OR Luminos*) -grazie"))]
    [[b' enelia ', b' luminos'], [b' rimborso ']]
    """
    found = _needed(tree, want=True)
    if not found:
        raise ValueError(f"nothing must be there for {tree} to match")
    return tuple(sorted(found, key=_price))


def _needed(node: Node, want: bool) -> list[Group]:
    match node:
        case Not(part):
            return _needed(part, not want)
        case Near(parts):
            return _each([_needed(part, want=True) for part in parts]) if want else []
        case And(parts) | Or(parts):
            found = [_needed(part, want) for part in parts]
            return _each(found) if isinstance(node, And) == want else _either(found)
        case Term():
            return [(_anchor(node),)] if want else []
    return []


def _each(found: list[list[Group]]) -> list[Group]:
    return [tuple(replace(anchor, sure=False) for anchor in group) for groups in found for group in groups]


def _either(found: list[list[Group]]) -> list[Group]:
    if not all(found):
        return []
    return [tuple(anchor for groups in found for anchor in min(groups, key=_price))]


def _price(group: Group) -> float:
    return sum(anchor.cost for anchor in group)


def _anchor(term: Term) -> Anchor:
    items = term.items
    is_text = term.kind is Kind.TEXT
    if not is_text:
        (name,) = items
        words = re.sub(r"[_.@-]+", " ", name.text).split()
        # Of a name that is cut after a sign (#forza_*) the last word may go on or be whole.
        items = tuple(Item(word, cut=name.cut and n == len(words) - 1) for n, word in enumerate(words))
    if any(item.symbol for item in items) or any(item.cut for item in items[:-1]):
        is_text = False
        words_only = [item for item in items if not item.symbol]
        if not words_only:
            return Anchor(b"", items[0].text[0], False, 0.02)
        items = (min(words_only, key=_cost),)
    code = _code(items)
    return Anchor(code, "", is_text and code.isascii(), min(map(_cost, items)) * 0.2 ** (len(items) - 1))


def _code(items: tuple[Item, ...]) -> bytes:
    return code_of(f" {' '.join(item.text for item in items)}" + " " * (not items[-1].cut))


def _cost(item: Item) -> float:
    if item.text in _common():
        return 0.05
    return (0.004 if len(item.text) > 4 else 0.01) * (4 if item.cut else 1)


@cache
def _common() -> frozenset[str]:
    lines = (files("premura.text") / "lists" / "query_common.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
