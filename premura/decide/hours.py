"""Hours as people write them: "9:00–13:00, 15–19", and a day on a line: "24/12/2026 9–13"."""

import re
from datetime import date
from itertools import pairwise

from premura.clock import Span

_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:[-–—]|to|alle)\s*(\d{1,2})(?:[:.](\d{2}))?", re.I)
_DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})[/.](\d{4}))\b:?")
_CLOSED = re.compile(r"(?:chius\w*|closed|-|–|)", re.I)


class NotUnderstood(ValueError):
    """These words say no hours; `words` is what was written."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def spans(text: str) -> list[Span]:
    """Read the hours of a day; nothing, a dash or "closed" is a day without.  Raises NotUnderstood.

    >>> spans("9:00–13:00, 15-19")
    [(540, 780), (900, 1140)]
    >>> spans("chiuso")
    []
    """
    found = []
    for piece in re.split(r"[,;]| e | and ", text.strip()):
        if _CLOSED.fullmatch(piece.strip()):
            continue
        if not (hours := _SPAN.fullmatch(piece.strip())):
            raise NotUnderstood(piece.strip())
        begin, end = (60 * int(h) + int(m or 0) for h, m in ((hours[1], hours[2]), (hours[3], hours[4])))
        if begin >= end or end > 24 * 60:
            raise NotUnderstood(piece.strip())
        found.append((begin, end))
    if any(one[1] > other[0] for one, other in pairwise(found)):
        raise NotUnderstood(text.strip())
    return found


def written(day: list[list[int]] | list[Span]) -> str:
    """Return hours as one writes them.

    >>> written([(540, 780), (900, 1140)])
    '9:00–13:00, 15:00–19:00'
    """
    return ", ".join(f"{a // 60}:{a % 60:02}–{b // 60}:{b % 60:02}" for a, b in day)


def days(text: str) -> dict[str, list[Span]]:
    """Read days that are not as usual, one on a line, with their hours.  Raises NotUnderstood.

    >>> days("24/12/2026 9-13\\n2026-12-26 chiuso")
    {'2026-12-24': [(540, 780)], '2026-12-26': []}
    """
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        if not (told := _DAY.match(line)):
            raise NotUnderstood(line)
        year, month, day = told.group(1, 2, 3) if told[1] else told.group(6, 5, 4)
        try:
            when = date(int(year), int(month), int(day))
        except ValueError:
            raise NotUnderstood(line) from None
        found[when.isoformat()] = spans(line[told.end() :])
    return found


def days_written(given: dict[str, list[list[int]]]) -> str:
    return "\n".join(f"{day} {written(hours) or '–'}" for day, hours in sorted(given.items()))
