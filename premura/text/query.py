"""Listening queries: which of what is said out there is about us?

`parse` reads one query, `Query.matches` asks it about one message, and `Listener` asks thousands about many at once.
The language is explained in docs/listening-queries.md.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
from ahocorasick_rs import BytesAhoCorasick, Implementation
from numpy.typing import NDArray

from premura.text import query_parse
from premura.text.query_anchor import Group, needs
from premura.text.query_fold import BREAK, coded
from premura.text.query_language import Fault, Node, QueryError, Term, terms
from premura.text.query_page import Page, look, merged

__all__ = ["Fault", "Listener", "Match", "Query", "QueryError", "parse"]

Id = TypeVar("Id", bound=Hashable)
Woken = dict[int, tuple[set[int], set[int]]]  # for a message: the queries that match, and those that may
CHUNK = 60_000  # characters at once: what fits into the processor's cache is read twice as fast
MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Match:
    """That a query matches, and where: `text[start:end]` of its terms, in code points, in order, never overlapping."""

    stretches: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A query that can be asked.  `str` is its normal form: folded, with every AND and bracket that it needs."""

    tree: Node
    needs: tuple[Group, ...] = field(repr=False, compare=False)  # one of each is in every text that matches

    def __str__(self) -> str:
        return str(self.tree)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every different term in reading order, those that must be absent too."""
        return tuple(dict.fromkeys(terms(self.tree)))

    def matches(self, text: str, lang: str = "", network: str = "") -> Match | None:
        """Return where the query matches `text`, or None.

        Takes    any text; its language and network, where known: an unknown one is no language at all.
        Returns  the stretches of the terms that made it match.
        Raises   nothing.
        Cost     about 25 µs for 90 characters, linear in len(text).

        >>> parse("pacco NEAR/4 (arrivato OR visto)").matches("Il PACCO, poi, non l'ho visto")
        Match(stretches=((3, 8), (24, 29)))
        """
        spots = look(self.tree, Page(text, lang, network))
        return None if spots is None else Match(merged((spot.start, spot.end) for spot in spots))


def parse(source: str) -> Query:
    """Return the query that `source` says.

    Takes    what a person typed.
    Raises   QueryError with the place, also for what would find nearly everything.
    Cost     linear: about 100 µs for three terms.
    Misses   words that are not parted by blanks (Chinese, Japanese, Thai): a run of them is one word.

    >>> print(parse('Perché (rimbors* "non arriva") -lang:en'))
    perche AND rimbors* AND "non arriva" AND NOT lang:en
    >>> parse("pacco AND")
    Traceback (most recent call last):
    premura.text.query_language.QueryError: AND at character 7 has nothing on its right
    """
    tree = query_parse.read(source)
    return Query(tree, needs(tree))


class Listener(Generic[Id]):
    """Many queries that listen at once.

    Build a new one whenever a query is edited: 10,000 cost about 50 ms, parsing not counted.
    Of each query only its rarest words are looked for, in one automaton over all messages of a batch.  Only where
    they stand, and all else that it needs, is the query itself asked; one that is a word, or one of several, never.
    """

    def __init__(self, queries: Mapping[Id, Query]) -> None:
        self._ids, self._trees = tuple(queries), tuple(query.tree for query in queries.values())
        found: dict[bytes, int] = {}
        self._sure: list[list[int]] = []
        self._perhaps: list[list[int]] = []
        self._symbols: dict[int, list[int]] = {}
        self._gates = [tuple(_codes(query.needs[1:])) for query in queries.values()]
        for number, query in enumerate(queries.values()):
            for anchor in query.needs[0]:
                if anchor.symbol:
                    self._symbols.setdefault(ord(anchor.symbol), []).append(number)
                    continue
                at = found.setdefault(anchor.code, len(found))
                if at == len(self._sure):
                    self._sure.append([])
                    self._perhaps.append([])
                (self._sure if anchor.sure else self._perhaps)[at].append(number)
        self._automaton = BytesAhoCorasick(found, implementation=Implementation.ContiguousNFA) if found else None
        self._points = np.array(sorted(self._symbols), np.uint32)

    def match_many(
        self, texts: Sequence[str], langs: Sequence[str] | None = None, networks: Sequence[str] | None = None
    ) -> list[tuple[Id, ...]]:
        """Return for each text the ids of the queries that match it, in the order of the mapping.

        Takes    langs and networks as long as texts, or None where nothing is known.
        Raises   ValueError where the lengths differ.
        Cost     2 µs a message that no query cares for (90 characters, 10,000 queries);
                 20 µs more where queries must be asked; common words that many queries need cost most.
        """
        if any(given is not None and len(given) != len(texts) for given in (langs, networks)):
            raise ValueError("langs and networks need one entry for each text")
        answers: list[tuple[Id, ...]] = [()] * len(texts)
        size = max(1, sum(map(len, texts)) // max(1, len(texts)))
        step = max(1, min(MOST_AT_ONCE, CHUNK // size))
        for start in range(0, len(texts), step):
            for n, (sure, perhaps) in self._woken(texts[start : start + step]).items():
                n += start
                page = Page(texts[n], langs[n] if langs else "", networks[n] if networks else "")
                sure |= {q for q in perhaps if look(self._trees[q], page) is not None}
                answers[n] = tuple(self._ids[q] for q in sorted(sure))
        return answers

    def _woken(self, texts: Sequence[str]) -> Woken:
        """Return for each text that wakes queries those that match for sure and those that must be asked."""
        joined = " " + " \0 ".join(texts) + " \0 "
        codes = coded(joined)
        breaks = np.flatnonzero(codes == BREAK)
        if len(breaks) != len(texts):  # somebody wrote a NUL, and the count would slip
            return self._woken([text.replace("\0", " ") for text in texts])
        woken: Woken = {}
        stream = codes.tobytes()
        hits = self._automaton.find_matches_as_indexes(stream, overlapping=True) if self._automaton else []
        owners = np.searchsorted(breaks, [start for _, start, _ in hits]).tolist()
        for (pattern, _, _), owner in zip(hits, owners, strict=True):
            sure, perhaps = woken.setdefault(owner, (set(), set()))
            sure.update(self._sure[pattern])
            perhaps.update(self._perhaps[pattern])
        if self._symbols:
            self._wake_by_symbols(joined, woken)
        for owner, (sure, perhaps) in woken.items():
            if perhaps:
                line = stream[breaks[owner - 1] + 1 if owner else 0 : breaks[owner]]
                perhaps -= sure
                perhaps -= {n for n in perhaps if not _passes(self._gates[n], line)}
        return woken

    def _wake_by_symbols(self, joined: str, woken: Woken) -> None:
        points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        places: NDArray[np.intp] = np.flatnonzero(points >= self._points[0])
        places = places[np.isin(points[places], self._points)]
        owners = np.searchsorted(np.flatnonzero(points == 0), places).tolist()
        for point, owner in zip(points[places].tolist(), owners, strict=True):
            woken.setdefault(owner, (set(), set()))[1].update(self._symbols[point])


def _codes(groups: Sequence[Group]) -> Iterator[tuple[bytes, ...]]:
    for group in groups:
        if not any(anchor.symbol for anchor in group):  # signs are not in the coded text
            yield tuple(anchor.code for anchor in group)


def _passes(gates: Sequence[tuple[bytes, ...]], line: bytes) -> bool:
    # A tenth of the cost of asking the query, and nearly always the answer is no.
    for gate in gates:
        for code in gate:
            if code in line:
                break
        else:
            return False
    return True
