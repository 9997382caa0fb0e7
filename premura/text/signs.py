"""Visible signs: named patterns that say why a message is urgent, and which flags it carries.

The words stand in `lists/signs_*.toml`, one file a language; what words cannot say (only emoji, only handles) in
signs_shape.py.  `matrix` is what the heads are fed with, `read` is what a person is shown.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from premura.text import signs_shape
from premura.text.query_fold import BREAK, DROP, GAP, LETTERS, coded
from premura.text.query_language import Term
from premura.text.query_page import Page, Spot, look, merged
from premura.text.signs_lists import LANGUAGES, Asked, Lists, lists, raw, squeezed

Matrix = NDArray[np.uint8]

SIGNS: tuple[str, ...] = (
    # what may not wait
    "legal_threat", "legal_authority", "gas_smell", "fire_smoke", "injury", "hazard", "food_danger", "allergy",
    "violence_threat", "money_taken", "fraud", "refund_missing", "service_down", "vulnerable_person", "life_support",
    "deadline_near", "stranded", "locked_out", "serious_loss", "urgent_word", "waiting_long", "no_hurry",
    # what was tried before
    "chaser_nudge", "wrote_before", "nth_time", "attempts_in_vain", "channels",
    "care_silent", "care_copied", "care_hold", "care_deleted", "care_blames", "care_rude", "care_words",
    # where the writer stands
    "churn", "churn_left", "stays", "joins", "agrees_with_praise", "thanks", "praise_words", "love", "negated_praise",
    "irony_mark", "mock_praise", "scare_quotes", "praise_beside_grievance",
    "grievance", "broken", "late_missing", "too_dear", "anger",
    # what the writer wants
    "wish", "price_ask", "availability_ask", "order_book_ask", "info_ask", "question_mark",
    "greeting", "greeting_only", "emoji_only", "tag_only", "laugh", "link", "spam_link", "spam_offer",
    "solved", "shouting",
)  # fmt: skip
MOST_AT_ONCE = 2000
LONGEST = 10_000  # characters that are read of one message
CHUNK = 60_000  # characters at once: what fits into the processor's cache is read twice as fast

# Signs that decide by themselves: nine of ten messages of the corpus that have them are as urgent, or have the flag.
URGENT: Mapping[str, int] = MappingProxyType(
    {"legal_threat": 3, "legal_authority": 3, "gas_smell": 3, "hazard": 3, "violence_threat": 3}
)
FLAG_OF: Mapping[str, str] = MappingProxyType(
    {
        "legal_threat": "legal_threat",
        "legal_authority": "legal_threat",
        "gas_smell": "safety",
        "hazard": "safety",
        "joins": "me_too",
    }
)

_HANDLES = re.compile(r"(?:@[\w.-]+\s*)+")
_COLUMN = {sign: column for column, sign in enumerate(SIGNS)}


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign with its evidence: `text[start:end]`, in code points.  A rule of shape has the whole message."""

    name: str
    start: int
    end: int


def matrix(texts: Sequence[str], langs: Sequence[str] | None = None) -> Matrix:
    """Return which signs stand in each message: one row a message, one column a sign in the order of SIGNS, 1 or 0.

    Takes    langs as long as texts; "", "und" and languages without a list (also for None) mean: look in all lists.
    Raises   ValueError where the lengths differ.
    Cost     11 µs a message of 94 characters in batches of 500; one of unknown language costs the sum of all lists.
             The first message in a language costs half a second more.
    Source   lists/signs_*.toml, written for Premura.
    Misses   what stands after the first 10,000 characters of a message.

    >>> [SIGNS[column] for column in matrix(["Sento odore di gas sulle scale!"], ["it"])[0].nonzero()[0]]
    ['gas_smell']
    """
    if langs is not None and len(langs) != len(texts):
        raise ValueError("langs needs one entry for each text")
    found = np.zeros((len(texts), len(SIGNS)), np.uint8)
    for start in range(0, len(texts), MOST_AT_ONCE):
        some = [text[:LONGEST].replace("\0", " ") for text in texts[start : start + MOST_AT_ONCE]]
        rows = found[start : start + MOST_AT_ONCE]
        for lang, members in _by_language(langs[start : start + MOST_AT_ONCE] if langs else [""] * len(some)):
            for group in _chunks(some, members):
                rows[group] |= said(lists(lang, SIGNS), [some[n] for n in group], len(SIGNS))
        signs_shape.add(some, {name: rows[:, column] for name, column in _COLUMN.items()})
    return found


def read_many(texts: Sequence[str], langs: Sequence[str] | None = None) -> list[tuple[Sign, ...]]:
    """Return the signs of each message with their stretches, in the order of SIGNS, then of the text.

    Cost     about ten times that of `matrix`: for what a person looks at.
    """
    langs = langs or [""] * len(texts)
    return [read(text, lang) for text, lang in zip(texts, langs, strict=True)]


def read(text: str, lang: str = "") -> tuple[Sign, ...]:
    """Return the signs of one message with their stretches.

    >>> read("Sì, è la terza volta che vi scrivo", "it")
    (Sign(name='nth_time', start=4, end=24),)
    """
    fired = np.flatnonzero(matrix([text], [lang])[0]).tolist()
    places: dict[int, list[tuple[int, int]]] = {}
    if fired:
        for known, _ in _by_language([lang]):
            for column, stretches in places_in(lists(known, SIGNS), text[:LONGEST].replace("\0", " ")).items():
                places.setdefault(column, []).extend(stretches)
    return tuple(
        Sign(SIGNS[column], start, end)
        for column in fired
        for start, end in merged(places.get(column) or [(0, len(text))])
    )


def _by_language(langs: Sequence[str]) -> list[tuple[str, list[int]]]:
    """Return the lists to look in, each with the messages it is for."""
    members: dict[str, list[int]] = {}
    for n, lang in enumerate(langs):
        members.setdefault(lang[:2], []).append(n)
    unknown = [n for lang, group in members.items() if lang not in LANGUAGES for n in group]
    return [(lang, members.get(lang, []) + unknown) for lang in LANGUAGES if raw(lang) and (unknown or lang in members)]


def _chunks(texts: list[str], members: list[int]) -> Iterator[list[int]]:
    """Yield the members in groups of about CHUNK characters."""
    size = 0
    group: list[int] = []
    for n in members:
        group.append(n)
        size += len(texts[n])
        if size > CHUNK:
            yield group
            group, size = [], 0
    if group:
        yield group


def said(known: Lists, texts: list[str], width: int) -> Matrix:
    """Return the columns, of `width`, that the words and emoji of one list set: one row a text."""
    joined = "\0 " + " \0 ".join(map(_bare, texts)) + " \0"
    codes, _ = squeezed(coded(joined))
    hits = _hits(known, codes)
    owners = np.searchsorted(np.flatnonzero(codes == BREAK), hits[:, 2] - 1) - 1
    wide = np.zeros((len(texts), 2 * width), np.uint8)
    columns, at = _columns(known, hits[:, 0])
    wide[owners[at], columns] = 1
    for owner, asked, page in _to_ask(known, hits, owners, codes):
        if not wide[owner, asked.column] and look(asked.tree, page.of(asked)):
            wide[owner, asked.column] = 1
    for owner, column, _ in _faces(known, joined):
        wide[owner, column] = 1
    found: Matrix = np.where(wide[:, width:], np.uint8(0), wide[:, :width])
    return found


def _bare(text: str) -> str:
    """Return the message without the handles that it begins with: whom it is told does not matter here."""
    handles = _HANDLES.match(text) if text[:1] == "@" else None
    return " " * handles.end() + text[handles.end() :] if handles else text


def _hits(known: Lists, codes: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return pattern, start and end of everything the automaton finds, in the order of the ends."""
    return np.array(known.automaton.find_matches_as_indexes(codes.tobytes(), overlapping=True), np.int32).reshape(-1, 3)


def _columns(known: Lists, patterns: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """Return the columns that these patterns say, and for each at which of the patterns it stands."""
    counts = known.first[patterns + 1] - known.first[patterns]
    at = np.repeat(np.arange(len(patterns)), counts)
    within = np.arange(len(at)) - (np.cumsum(counts) - counts)[at]
    return known.columns[known.first[patterns][at] + within], at


class _Hits(Page):
    """A message as the automaton has read it, for the queries that must be asked.  Offsets are those of the codes."""

    def __init__(self, hits: NDArray[np.int32], codes: NDArray[np.uint8], start: int, end: int) -> None:
        super().__init__("")
        inside = codes[start:end]
        self._gaps = (np.flatnonzero((inside == ord(GAP)) | (inside == BREAK)) + start).tolist()
        self._stands: dict[int, list[tuple[int, int]]] = {}
        for pattern, first, after in hits.tolist():
            self._stands.setdefault(pattern, []).append((first, after))

    def of(self, asked: Asked) -> "_Hits":
        self._asked = asked
        return self

    def find(self, term: Term) -> list[Spot]:
        spots = []
        for pattern in self._stands.keys() & self._asked.groups[int(term.items[0].text)]:
            for start, end in self._stands[pattern]:
                first, after = bisect_left(self._gaps, start), bisect_left(self._gaps, end - 1)
                # A pattern ends with the gap behind its last word, or, with a wildcard, inside of it.
                spots.append(Spot(start + 1, self._gaps[after], first, after))
        return spots


def _to_ask(
    known: Lists, hits: NDArray[np.int32], owners: NDArray[np.intp], codes: NDArray[np.uint8]
) -> list[tuple[int, Asked, _Hits]]:
    """Return the queries that must be asked, each with the message that woke it."""
    woken: dict[int, set[int]] = {}
    waking = known.waking[hits[:, 0]]
    for pattern, owner in zip(hits[waking, 0].tolist(), owners[waking].tolist(), strict=True):
        woken.setdefault(owner, set()).update(known.wakes[pattern])
    found = []
    breaks = np.flatnonzero(codes == BREAK)
    firsts, afters = (np.searchsorted(owners, list(woken), side).tolist() for side in ("left", "right"))
    for (owner, numbers), first, after in zip(woken.items(), firsts, afters, strict=True):
        here = set(hits[first:after, 0].tolist())
        # Whether all is there costs a tenth of asking the query, and mostly the answer is no.
        asked = [one for one in map(known.asked.__getitem__, numbers) if not any(map(here.isdisjoint, one.gates))]
        if asked:
            page = _Hits(hits[first:after], codes, int(breaks[owner]), int(breaks[owner + 1]) + 1)
            found += [(owner, one, page) for one in asked]
    return found


def _points(joined: str) -> NDArray[np.uint32]:
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)


def _faces(known: Lists, joined: str) -> list[tuple[int, int, int]]:
    """Return message, column and place (of the joined text) of each emoji that says something."""
    if not known.faces or joined.isascii():
        return []
    points = _points(joined)
    high = np.flatnonzero(points > 0x2000)
    owners = np.searchsorted(np.flatnonzero(points == 0), high) - 1
    return [
        (owner, column, place)
        for owner, place in zip(owners.tolist(), high.tolist(), strict=True)
        for column in known.faces.get(joined[place], ())
    ]


def places_in(known: Lists, text: str) -> dict[int, list[tuple[int, int]]]:
    """Return where the words of a list stand in one text, by column."""
    codes, origin = _traced(text)
    hits = _hits(known, codes)
    found: dict[int, list[tuple[int, int]]] = {}
    columns, at = _columns(known, hits[:, 0])
    for column, hit in zip(columns.tolist(), at.tolist(), strict=True):
        found.setdefault(column, []).append(_stretch(hits[hit, 1], hits[hit, 2], codes, origin))
    for _, asked, page in _to_ask(known, hits, np.zeros(len(hits), np.intp), codes):
        spots = look(asked.tree, page.of(asked)) or []
        found.setdefault(asked.column, []).extend((origin[s.start], origin[s.end - 1] + 1) for s in spots)
    for _, column, place in _faces(known, f"\0{text}\0"):
        found.setdefault(column, []).append((place - 1, place))
    return found


def _traced(text: str) -> tuple[NDArray[np.uint8], list[int]]:
    """Return the codes of one message between breaks, and for each code the place of its character in the message."""
    text = f" {_bare(text)} "
    line = text.translate(LETTERS)
    kept = [n for n, char in enumerate(line) if char != DROP]
    kept = [n for n, before in zip(kept, [-1, *kept], strict=False) if before < 0 or line[before] + line[n] != GAP * 2]
    codes, stay = squeezed(coded(text))
    edge = np.array([BREAK], np.uint8)
    return np.concatenate((edge, codes, edge)), [0, *(np.array(kept)[stay] - 1).tolist(), len(text) - 2]


def _stretch(start: int, end: int, codes: NDArray[np.uint8], origin: list[int]) -> tuple[int, int]:
    first, last = start, end - 1
    while codes[first] <= ord(GAP):  # from the first letter, where a pattern begins with the message
        first += 1
    while codes[last] > ord(GAP):  # a wildcard: to the end of the word
        last += 1
    while codes[last - 1] <= ord(GAP):
        last -= 1
    return origin[first], origin[last - 1] + 1
