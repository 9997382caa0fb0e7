"""How long is a text?  Networks count in different units, and some of what is in it otherwise."""

from dataclasses import dataclass
from enum import StrEnum

import regex


class Unit(StrEnum):
    """What a network counts when it says how long a text may be."""

    GRAPHEMES = "graphemes"
    CODE_POINTS = "code_points"
    UTF16 = "utf16"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Counting:
    """How a network counts a text.

    The composer counts by the same words while somebody types: its script reads the patterns as Unicode expressions,
    so they keep to what `regex` and ECMAScript both understand.
    """

    unit: Unit = Unit.GRAPHEMES
    instead: tuple[tuple[str, int], ...] = ()  # what such a pattern finds, in any case, counts as so many letters
    bytes_each: int = 0  # so many bytes are one at least, where that makes it longer


def count(text: str, counting: Counting) -> int:
    r"""Return the length of `text` as a network counts.

    >>> count("ciò https://a.example", Counting(instead=((r"https?://\S+", 3),))), count("ciò", Counting(bytes_each=1))
    (7, 4)
    """
    for pattern, letters in counting.instead:
        text = regex.sub(pattern, "x" * letters, text, flags=regex.IGNORECASE)
    least = -(-measure(text, Unit.BYTES) // counting.bytes_each) if counting.bytes_each else 0
    return max(measure(text, counting.unit), least)


def measure(text: str, unit: Unit) -> int:
    """Return the length of `text` in `unit`.

    Source  grapheme clusters: Unicode UAX 29, extended.

    >>> [measure("ciò 👩‍🍳", unit) for unit in Unit]
    [5, 7, 9, 16]
    """
    match unit:
        case Unit.GRAPHEMES:
            return len(regex.findall(r"\X", text))
        case Unit.CODE_POINTS:
            return len(text)
        case Unit.UTF16:
            return len(text.encode("utf-16-le")) // 2
        case Unit.BYTES:
            return len(text.encode())
