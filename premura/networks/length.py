"""How long is a text?  Networks count in different units."""

from enum import StrEnum

import regex


class Unit(StrEnum):
    """What a network counts when it says how long a text may be."""

    GRAPHEMES = "graphemes"
    CODE_POINTS = "code_points"
    UTF16 = "utf16"
    BYTES = "bytes"


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
