"""What of a text does not leave the house, or must not be translated: personal data, names, links, a brand's own words.

Each such stretch goes as a mark, and its word is put back when the text returns.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from premura.engines import marks
from premura.engines.contract import Marked
from premura.text import personal_data

_LINK = re.compile(r"(?:https?://|www\.)\S+|(?<![\w.@])@[\w.@-]*\w", re.I)
LEAST_NAME = 3  # letters; shorter ones are words as often


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a glossary: as it is at home, and in each language; no translations: it is the same everywhere."""

    text: str
    translations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def in_(self, language: str, home: str) -> str:
        """Return how it stands in a language; "" where nobody has said."""
        if word := self.translations.get(language):
            return word
        return self.text if language == home or not self.translations else ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A text as it leaves, and the words that come back at each mark."""

    text: Marked
    words: tuple[str, ...]

    def restored(self, answer: Marked) -> str:
        return marks.put_back(answer, self.words)


def keep(
    text: str, source: str, target: str, *, home: str, terms: Iterable[Term] = (), names: Sequence[str] = ()
) -> Kept:
    """Return `text` without what is to stay.

    Takes    the languages it goes from and to; home: the one in which the glossary is written; names: of people.
    Misses   names of people that were not given.

    >>> kept = keep("Rossi, chiamami al 347 1234567", "it", "de", home="it", terms=[Term("Rossi")])
    >>> kept.text, kept.words
    ((0, ', chiamami al ', 1), ('Rossi', '347 1234567'))
    """
    taken: list[tuple[int, int, str]] = []
    for start, end, word in _all(text, source, target, home, terms, names):
        if all(end <= first or last <= start for first, last, _ in taken):
            taken.append((start, end, word))
    taken.sort()
    return Kept(marks.marked(text, [(start, end) for start, end, _ in taken]), tuple(word for *_, word in taken))


def lost(words: Iterable[str], text: str) -> tuple[str, ...]:
    """Return those of the words that do not stand in what came back."""
    return tuple(word for word in dict.fromkeys(words) if word not in text)


def _all(
    text: str, source: str, target: str, home: str, terms: Iterable[Term], names: Sequence[str]
) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and what comes back; what comes first wins where two cover the same place."""
    finds = (*personal_data.find(text), *personal_data.order_numbers(text))
    stretches = [(found.start, found.end) for found in finds] + [match.span() for match in _LINK.finditer(text)]
    for name in (part for whole in names for part in (whole, *whole.split())):
        if len(name) >= LEAST_NAME and name[:1].isupper():
            stretches += [match.span() for match in _whole(name).finditer(text)]
    yield from ((start, end, text[start:end]) for start, end in stretches)
    for term in sorted(terms, key=lambda term: -len(term.text)):
        here, there = term.in_(source, home), term.in_(target, home)
        if here and there:
            yield from ((*match.span(), there) for match in _whole(here, re.I).finditer(text))


def _whole(word: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", flags)
