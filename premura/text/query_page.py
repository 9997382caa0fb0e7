"""One message as a listening query sees it: where its terms stand, and whether its tree holds."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from premura.text.query_fold import DROP, GAP, LETTERS, NAMES
from premura.text.query_language import And, Field, Item, Kind, Near, Node, Not, Or, Term

_WORD = re.compile(rf"[^{GAP}{DROP}][^{GAP}]*")
_HASHTAG = re.compile(r"#([^ #@.\-]+)")
# A dot or a hyphen may stand in a handle, not at its end; a letter before the @ makes it an e-mail address.
_HANDLE = re.compile(r"(?<![^ #.\-])@([^ #@]*[^ #@.\-])(@[^ #@]*[^ #@.\-])?")


class Spot(NamedTuple):
    """Where a term stands: `text[start:end]`, after `first` words, up to and with the word before `after`."""

    start: int
    end: int
    first: int
    after: int


class Page:
    """A message, taken apart once for all the queries that ask about it."""

    def __init__(self, text: str, lang: str = "", network: str = "") -> None:
        self.text, self.lang, self.network = text, lang.casefold().replace("_", "-"), network.casefold()
        self._found: dict[Term, list[Spot]] = {}
        self._found_signs: dict[str, list[tuple[int, int]]] = {}

    def find(self, term: Term) -> list[Spot]:
        """Return every place where `term` stands, in reading order."""
        if (found := self._found.get(term)) is None:
            found = self._found[term] = list(self._look_for(term))
        return found

    def holds(self, field: Field) -> bool:
        if field.name == "network":
            return self.network in field.values
        # "it" is also said of it-CH.
        return any(self.lang == value or self.lang.startswith(f"{value}-") for value in field.values)

    def _look_for(self, term: Term) -> Iterable[Spot]:
        if term.kind is not Kind.TEXT:
            return self._named(term)
        if any(item.symbol for item in term.items):
            return self._with_symbols(term.items)
        if any(item.cut for item in term.items[:-1]):
            return self._cut_inside(term.items)
        return self._plain(term.items)

    def _plain(self, items: Sequence[Item]) -> Iterator[Spot]:
        needle = " " + " ".join(item.text for item in items) + " " * (not items[-1].cut)
        at = self._line.find(needle)
        while at >= 0:
            yield self._spot(at, len(items))
            at = self._line.find(needle, at + 1)

    def _cut_inside(self, items: Sequence[Item]) -> Iterator[Spot]:
        words = (re.escape(item.text) + "[^ ]*" * item.cut for item in items)
        for found in re.finditer(f"(?= {' '.join(words)} )", self._line):
            yield self._spot(found.start(), len(items))

    def _spot(self, at: int, words: int) -> Spot:
        first = bisect_left(self._line_starts, at)
        return Spot(self._starts[first], self._ends[first + words - 1], first, first + words)

    def _with_symbols(self, items: Sequence[Item]) -> Iterator[Spot]:
        head, *rest = items
        openings = self._signs(head) if head.symbol else [(spot.start, spot.end) for spot in self._plain([head])]
        for start, end in openings:
            for item in rest:
                if not (end := self._next(item, end)):
                    break
            else:
                yield self._between(start, end)

    def _next(self, item: Item, at: int) -> int:
        # Where `item` ends if nothing but punctuation and other signs stands between it and `at`; 0 if not.
        word = bisect_left(self._starts, at)
        is_last = word == len(self._starts)
        if item.symbol:
            signs = self._signs(item)
            n = bisect_left(signs, (at, 0))
            return signs[n][1] if n < len(signs) and (is_last or signs[n][0] < self._starts[word]) else 0
        if is_last or not (self._words[word].startswith(item.text) if item.cut else self._words[word] == item.text):
            return 0
        return self._ends[word]

    def _signs(self, item: Item) -> list[tuple[int, int]]:
        if (found := self._found_signs.get(item.text)) is None:
            # Networks write the same sign with and without the mark that asks for its picture (U+FE0F).
            sign = "".join(re.escape(char) + "\ufe0f?" for char in item.text)
            found = self._found_signs[item.text] = [m.span(1) for m in re.finditer(f"(?=({sign}))", self.text)]
        return found

    def _named(self, term: Term) -> Iterator[Spot]:
        (wanted,) = term.items
        whole = "@" in wanted.text
        for kind, name, server, start, end in self._names:
            said = name + server if whole else name
            if kind is term.kind and (said.startswith(wanted.text) if wanted.cut else said == wanted.text):
                yield self._between(start, end)

    def _between(self, start: int, end: int) -> Spot:
        return Spot(start, end, bisect_left(self._starts, start), bisect_left(self._starts, end))

    @cached_property
    def _taken_apart(self) -> tuple[list[str], list[int], list[int]]:
        found = list(_WORD.finditer(self.text.translate(LETTERS)))
        return [m[0].replace(DROP, "") for m in found], [m.start() for m in found], [m.end() for m in found]

    @cached_property
    def _words(self) -> list[str]:
        return self._taken_apart[0]

    @cached_property
    def _starts(self) -> list[int]:
        return self._taken_apart[1]

    @cached_property
    def _ends(self) -> list[int]:
        return self._taken_apart[2]

    @cached_property
    def _line(self) -> str:
        # The words with single spaces around: a phrase is then a plain piece of it, whatever stood between.
        return f" {' '.join(self._words)} "

    @cached_property
    def _line_starts(self) -> list[int]:
        starts, at = [], 0
        for word in self._words:
            starts.append(at)
            at += len(word) + 1
        return starts

    @cached_property
    def _names(self) -> list[tuple[Kind, str, str, int, int]]:
        line = self.text.translate(NAMES)
        tags = [(Kind.HASHTAG, m[1].replace(DROP, ""), "", m.start(), m.end()) for m in _HASHTAG.finditer(line)]
        handles = [
            (Kind.HANDLE, m[1].replace(DROP, ""), (m[2] or "").replace(DROP, ""), m.start(), m.end())
            for m in _HANDLE.finditer(line)
        ]
        return [*tags, *handles]


def look(node: Node, page: Page, *, want: bool = True) -> list[Spot] | None:
    """Return the spots that make `node` hold (or fail, if not `want`ed) on the page; None if it does not.

    What must be absent has no spots, so a node may hold with an empty list.
    """
    match node:
        case Not(part):
            return look(part, page, want=not want)
        case And(parts) | Or(parts):
            return _all(parts, page, want) if isinstance(node, And) == want else _any(parts, page, want)
        case Field():
            return [] if page.holds(node) == want else None
        case Term():
            spots = page.find(node)
        case Near():
            spots = _near(node, page)
    if want:
        return spots or None
    return None if spots else []


def _all(parts: Sequence[Node], page: Page, want: bool) -> list[Spot] | None:
    # What costs nothing is asked first: most messages are in another language.
    if any(isinstance(part, Field) and page.holds(part) != want for part in parts):
        return None
    spots: list[Spot] = []
    for part in parts:
        if (found := look(part, page, want=want)) is None:
            return None
        spots += found
    return spots


def _any(parts: Sequence[Node], page: Page, want: bool) -> list[Spot] | None:
    found = [spots for part in parts if (spots := look(part, page, want=want)) is not None]
    return [spot for spots in found for spot in spots] if found else None


def _near(node: Near, page: Page) -> list[Spot]:
    layers = [look(part, page) or [] for part in node.parts]
    for n, within in enumerate(node.within):
        layers[n + 1] = _close(layers[n + 1], layers[n], within)
    for n, within in reversed(list(enumerate(node.within))):
        layers[n] = _close(layers[n], layers[n + 1], within)
    return [spot for layer in layers for spot in layer]


def _close(spots: Iterable[Spot], others: Sequence[Spot], within: int) -> list[Spot]:
    """Return those that have one of `others` beside them, with at most `within` words between; neither in the other."""
    starts = sorted((other.start, other.first) for other in others)
    ends = sorted((other.end, other.after) for other in others)

    def has_one(spot: Spot) -> bool:
        before = bisect_left(ends, (spot.start + 1, 0))
        if before and spot.first - ends[before - 1][1] <= within:
            return True
        behind = bisect_left(starts, (spot.end, 0))
        return behind < len(starts) and starts[behind][1] - spot.after <= within

    return [spot for spot in spots if has_one(spot)]


def merged(stretches: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return what the stretches cover, in reading order; those that overlap become one.

    >>> merged([(7, 9), (0, 5), (3, 6)])
    ((0, 6), (7, 9))
    """
    found: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return tuple(found)
