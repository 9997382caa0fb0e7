"""Words that must come through an engine untouched: taken out before, put back after."""

import re
from collections.abc import Callable, Iterable, Sequence

from premura.engines.contract import Marked

Stretch = tuple[int, int]  # text[start:end]


def marked(text: str, stretches: Sequence[Stretch]) -> Marked:
    """Return `text` with each stretch as its number; they must be in order and not overlap.

    >>> marked("Chiedi a Rossi, subito", [(9, 14)])
    ('Chiedi a ', 0, ', subito')
    """
    pieces: list[str | int] = []
    here = 0
    for number, (start, end) in enumerate(stretches):
        pieces += [text[here:start], number]
        here = end
    return tuple(piece for piece in (*pieces, text[here:]) if piece != "")


def put_back(text: Marked, words: Sequence[str]) -> str:
    """Return the words in place of their numbers; a number without words is left out.

    >>> put_back(("Ask ", 0, " now"), ["Rossi"])
    'Ask Rossi now'
    """
    return "".join(piece if isinstance(piece, str) else words[piece] if piece < len(words) else "" for piece in text)


def written(text: Marked, mark: Callable[[int], str], escape: Callable[[str], str] = str) -> str:
    """Return it as an engine is to read it."""
    return "".join(escape(piece) if isinstance(piece, str) else mark(piece) for piece in text)


def read(text: str, mark: re.Pattern[str], unescape: Callable[[str], str] = str) -> Marked:
    """Return what an engine wrote; `mark` finds a mark, its first group is the number.

    >>> read("Ask [[0]] now", re.compile(r"\\[\\[([0-9]{1,4})\\]\\]"))
    ('Ask ', 0, ' now')
    """
    parts = mark.split(text)
    pieces = (int(part) if at % 2 else unescape(part) for at, part in enumerate(parts))
    return tuple(piece for piece in pieces if piece != "")


def lines(text: Marked) -> list[Marked]:
    """Return its lines, without their ends."""
    found: list[list[str | int]] = [[]]
    for piece in text:
        if isinstance(piece, int):
            found[-1].append(piece)
            continue
        first, *more = piece.split("\n")
        found[-1].append(first)
        found += [[one] for one in more]
    return [tuple(piece for piece in line if piece != "") for line in found]


def joined(found: Iterable[Marked]) -> Marked:
    pieces: list[str | int] = []
    for at, line in enumerate(found):
        pieces += ["\n", *line] if at else line
    return tuple(pieces)


def says_something(line: Marked) -> bool:
    """Whether there is a letter to translate: marks alone, and emoji, go back as they came."""
    return any(isinstance(piece, str) and any(sign.isalpha() for sign in piece) for piece in line)


def by_line(text: Marked, translate: Callable[[list[Marked]], list[Marked]], at_once: int) -> Marked:
    """Return `text` with the lines that say something translated, up to `at_once` in one call."""
    found = lines(text)
    places = [place for place, line in enumerate(found) if says_something(line)]
    for first in range(0, len(places), at_once):
        some = places[first : first + at_once]
        for place, line in zip(some, translate([found[place] for place in some]), strict=True):
            found[place] = line
    return joined(found)
