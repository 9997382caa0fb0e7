"""Visible signs: named patterns that say why a message is urgent, and which flags it carries.

The words stand in `lists/signs_*.toml`, one file a language; what words cannot say (only emoji, only handles) is a rule here.
`matrix` is what the heads are fed with, `read` is what a person is shown.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from premura.text.query_fold import BREAK, DROP, GAP, LETTERS, coded
from premura.text.query_language import Term
from premura.text.query_page import Page, Spot, look
from premura.text.signs_lists import LANGUAGES, Asked, Lists, lists, squeezed

SIGNS: tuple[str, ...] = (
    # what may not wait
    "legal_threat", "legal_authority", "gas_smell", "fire_smoke", "injury", "hazard", "food_danger", "allergy", "violence_threat",
    "money_taken", "fraud", "refund_missing", "service_down", "vulnerable_person", "life_support",
    "deadline_near", "stranded", "locked_out", "serious_loss", "urgent_word", "waiting_long", "no_hurry",
    # what was tried before
    "chaser_nudge", "wrote_before", "nth_time", "attempts_in_vain", "channels",
    "care_silent", "care_copied", "care_hold", "care_deleted", "care_blames", "care_rude", "care_words",
    # where the writer stands
    "churn", "churn_left", "stays", "joins", "agrees_with_praise",
    "thanks", "praise_words", "love", "negated_praise",
    "irony_mark", "mock_praise", "scare_quotes", "praise_beside_grievance", "grievance", "broken", "late_missing", "too_dear", "anger",
    # what the writer wants
    "wish", "price_ask", "availability_ask", "order_book_ask", "info_ask", "question_mark",
    "greeting", "greeting_only", "emoji_only", "tag_only", "laugh", "link", "spam_link", "spam_offer", "solved", "shouting",
)  # fmt: skip
LONGEST = 10_000  # characters that are read of one message
NOTHING = "\uffff"  # stands in no text
CHUNK = 60_000  # characters at once: what fits into the processor's cache is read twice as fast

URGENT: Mapping[str, int] = MappingProxyType({})
FLAG_OF: Mapping[str, str] = MappingProxyType({})

_COLUMN = {sign: column for column, sign in enumerate(SIGNS)}
_LANG = {lang: number for number, lang in enumerate(LANGUAGES)}
_ALL = -1
_ONLY_TAGS = re.compile(r"\W*(?:@[\w.]+\W*)+")
_LINK = re.compile(r"https?\b|\bwww\.|\.(?:com|it|me|link)/")
_QUOTED = re.compile(r"""["«“](?!\s)[^"«»“”\n]{2,28}["»”]""")
_NO_GREETING = (
    "question_mark",
    "info_ask",
    "price_ask",
    "availability_ask",
    "broken",
    "late_missing",
    "grievance",
    "link",
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign with its evidence: `text[start:end]`, in code points.  A rule of shape has the whole message."""

    name: str
    start: int
    end: int


def matrix(texts: Sequence[str], langs: Sequence[str] | None = None) -> NDArray[np.uint8]:
    """Return which signs stand in each message: one row a message, one column a sign in the order of SIGNS, 1 or 0.

    Takes    langs as long as texts; "", "und" and languages without a list (also for None) mean: look in all lists.
    Raises   ValueError where the lengths differ.
    Cost     MATRIX_COST
    Source   lists/signs_*.toml, written for Premura.
    Misses   what stands after the first 10,000 characters of a message.

    >>> [SIGNS[column] for column in matrix(["Sento odore di gas sulle scale!"], ["it"])[0].nonzero()[0]]
    ['gas_smell']
    """
    if langs is not None and len(langs) != len(texts):
        raise ValueError("langs needs one entry for each text")
    found = np.zeros((len(texts), len(SIGNS)), np.uint8)
    size = max(1, sum(map(len, texts)) // max(1, len(texts)))
    step = max(1, CHUNK // size)
    for start in range(0, len(texts), step):
        some = [text[:LONGEST].replace("\0", " ") for text in texts[start : start + step]]
        found[start : start + step] = _columns(some, _numbers(langs, start, len(some)))
    return found


def read_many(texts: Sequence[str], langs: Sequence[str] | None = None) -> list[tuple[Sign, ...]]:
    """Return the signs of each message with their stretches, in the order of SIGNS, then of the text.

    Cost     about ten times that of `matrix`: for what a person looks at.
    """
    langs = langs or [""] * len(texts)
    return [read(text, lang) for text, lang in zip(texts, langs, strict=True)]


def read(text: str, lang: str = "") -> tuple[Sign, ...]:
    """Return the signs of one message with their stretches.

    >>> read("Boh, è la terza volta che vi scrivo", "it")
    (Sign(name='nth_time', start=7, end=35),)
    """
    fired = np.flatnonzero(matrix([text], [lang])[0]).tolist()
    if not fired:
        return ()
    places = _places(text[:LONGEST].replace("\0", " "), _LANG.get(lang[:2], _ALL))
    return tuple(
        Sign(SIGNS[column], start, end) for column in fired for start, end in places.get(column) or [(0, len(text))]
    )


def _numbers(langs: Sequence[str] | None, start: int, count: int) -> NDArray[np.int8]:
    given = langs[start : start + count] if langs is not None else [""] * count
    return np.array([_LANG.get(lang[:2], _ALL) for lang in given], np.int8)


def _columns(texts: list[str], langs: NDArray[np.int8]) -> NDArray[np.uint8]:
    known = lists(SIGNS)
    joined = " " + " \0 ".join(texts) + " \0 "
    codes, _ = squeezed(coded(joined))
    hits = _hits(known, codes)
    owners = np.searchsorted(np.flatnonzero(codes == BREAK), hits[:, 1])
    wide = np.zeros((len(texts), 2 * len(SIGNS)), np.uint8)
    rows, at = _rows(known, hits[:, 0])
    row_owners = owners[at]
    kept = (langs[row_owners] == _ALL) | (known.rows.lang[rows] == langs[row_owners])
    wide[row_owners[kept], known.rows.column[rows[kept]]] = 1
    for owner, asked, page in _to_ask(known, hits, owners, codes):
        if langs[owner] in (asked.lang, _ALL) and not wide[owner, asked.column] and look(asked.tree, page.of(asked)):
            wide[owner, asked.column] = 1
    for owner, column, _ in _faces(known, texts):
        wide[owner, column] = 1
    found = wide[:, : len(SIGNS)] & (wide[:, len(SIGNS) :] ^ 1)
    _by_shape(texts, codes, found)
    return found


def _hits(known: Lists, codes: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return pattern, start and end of everything the automaton finds, in the order of the ends."""
    return np.array(known.automaton.find_matches_as_indexes(codes.tobytes(), overlapping=True), np.int32).reshape(-1, 3)


def _rows(known: Lists, patterns: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows of these patterns, and for each row at which of the patterns it stands."""
    first = known.rows.first
    counts = first[patterns + 1] - first[patterns]
    at = np.repeat(np.arange(len(patterns)), counts)
    within = np.arange(len(at)) - (np.cumsum(counts) - counts)[at]
    return first[patterns][at] + within, at


class _Hits(Page):
    """A message as the automaton has read it, for the queries that must be asked.  Offsets are those of the codes."""

    def __init__(self, hits: NDArray[np.int32], gaps: list[int]) -> None:
        super().__init__("")
        self._gaps = gaps
        self._stands: dict[int, list[tuple[int, int]]] = {}
        for pattern, start, end in hits.tolist():
            self._stands.setdefault(pattern, []).append((start, end))

    def of(self, asked: Asked) -> "_Hits":
        self._asked = asked
        return self

    def find(self, term: Term) -> list[Spot]:
        spots = []
        for start, end in self._stands.get(self._asked.patterns[term], ()):
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
    if not woken:
        return []
    gaps = np.flatnonzero((codes == ord(GAP)) | (codes == BREAK)).tolist()
    bounds = np.searchsorted(owners, np.arange(max(woken) + 2)).tolist()
    return [
        (owner, known.asked[number], page)
        for owner, numbers in woken.items()
        for page in [_Hits(hits[bounds[owner] : bounds[owner + 1]], gaps)]
        for number in sorted(numbers)
    ]


@cache
def _any_face() -> re.Pattern[str]:
    return re.compile(f"[{''.join(lists(SIGNS).faces) or NOTHING}]")


def _faces(known: Lists, texts: list[str]) -> list[tuple[int, int, int]]:
    """Return message, column and place of each emoji that says something."""
    ends = np.cumsum([len(text) for text in texts]).tolist()
    found = []
    for face in _any_face().finditer("".join(texts)):
        owner = bisect_right(ends, face.start())
        place = face.start() - (ends[owner] - len(texts[owner]))
        found += [(owner, column, place) for column in known.faces[face[0]]]
    return found


def _by_shape(texts: list[str], codes: NDArray[np.uint8], found: NDArray[np.uint8]) -> None:
    """Set the signs that are no words, and those that are made of others."""
    breaks = np.flatnonzero(codes == BREAK)
    words = np.add.reduceat((codes > 32).astype(np.int32), np.concatenate(([0], breaks[:-1])))
    for n, text in enumerate(texts):
        if "?" in text:
            found[n, _COLUMN["question_mark"]] = 1
        if "@" in text and _ONLY_TAGS.fullmatch(text):
            found[n, _COLUMN["tag_only"]] = 1
        if words[n] == 0 and text.strip():
            found[n, _COLUMN["emoji_only"]] = 1
        if text.isupper() and words[n] > 8:
            found[n, _COLUMN["shouting"]] = 1
        if ('"' in text or "«" in text or "“" in text) and _QUOTED.search(text):
            found[n, _COLUMN["scare_quotes"]] = 1
        if ("http" in text or "." in text) and _LINK.search(text):
            found[n, _COLUMN["link"]] = 1
    sign = {name: found[:, column] for name, column in _COLUMN.items()}
    sign["spam_link"][:] |= sign["link"] & sign["spam_offer"]
    bad = (
        sign["grievance"]
        | sign["broken"]
        | sign["late_missing"]
        | sign["care_silent"]
        | sign["care_hold"]
        | sign["anger"]
    )
    sign["praise_beside_grievance"][:] = bad & (sign["praise_words"] | sign["love"] | sign["thanks"])
    wants = np.zeros(len(texts), np.uint8)
    for name in _NO_GREETING:
        wants |= sign[name]
    sign["greeting_only"][:] = sign["greeting"] & (wants ^ 1) & (words < 45)


def _places(text: str, lang: int) -> dict[int, list[tuple[int, int]]]:
    """Return where the signs of one message stand, by column."""
    known = lists(SIGNS)
    whole, origin = _traced(f" {text} \0 ")
    hits = _hits(known, whole)
    found: dict[int, list[tuple[int, int]]] = {}
    rows, at = _rows(known, hits[:, 0])
    for row, hit in zip(rows.tolist(), at.tolist(), strict=True):
        if lang in (_ALL, known.rows.lang[row]):
            found.setdefault(int(known.rows.column[row]), []).append(
                _stretch(hits[hit, 1], hits[hit, 2], whole, origin)
            )
    for _, asked, page in _to_ask(known, hits, np.zeros(len(hits), np.intp), whole):
        if lang in (asked.lang, _ALL):
            spots = look(asked.tree, page.of(asked)) or []
            found.setdefault(asked.column, []).extend((origin[s.start], origin[s.end - 1] + 1) for s in spots)
    for _, column, place in _faces(known, [text]):
        found.setdefault(column, []).append((place, place + 1))
    return {column: _widest(stretches) for column, stretches in found.items()}


def _traced(text: str) -> tuple[NDArray[np.uint8], list[int]]:
    """Return the codes of one message between blanks, and for each code the place of its character in the message."""
    line = text.translate(LETTERS)
    kept = [n for n, char in enumerate(line) if char != DROP]
    kept = [
        n for before, n in zip([-1, *kept], kept, strict=False) if not (before >= 0 and line[before] == line[n] == GAP)
    ]
    codes, stay = squeezed(coded(text))
    return codes, (np.array(kept)[stay] - 1).tolist()


def _stretch(start: int, end: int, codes: NDArray[np.uint8], origin: list[int]) -> tuple[int, int]:
    last = end - 1
    while codes[last] > ord(GAP):  # a wildcard: to the end of the word
        last += 1
    return origin[start + 1], origin[last - 1] + 1


def _widest(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return them in the order of the text, without those that lie in another."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(stretches), key=lambda one: (one[0], -one[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept
