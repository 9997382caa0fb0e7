"""Parts: a text too long for one message, as a thread of several."""

from collections.abc import Callable

import regex

THREADED = frozenset({"bluesky", "mastodon", "threads", "x"})  # where people write on under their own words
MOST_PARTS = 9
_SENTENCE = regex.compile(r"(?<=[.!?…])\s+|\n+")
_WORD = regex.compile(r"\s+")


def split(text: str, length: Callable[[str], int], most: int) -> list[str]:
    """Return `text` in parts that fit, cut at the ends of sentences where it can be, each with its "1/3".

    Returns [] where that would need more than nine, or where one word alone does not fit.

    >>> split("Uno due tre. Quattro cinque. Sei.", len, 20)
    ['Uno due tre. 1/3', 'Quattro cinque. 2/3', 'Sei. 3/3']
    """
    room = most - len(f" {MOST_PARTS}/{MOST_PARTS}")
    parts = _packed(_pieces(text.strip(), length, room), length, room)
    if len(parts) > MOST_PARTS or any(length(part) > room for part in parts):
        return []
    return [f"{part} {n}/{len(parts)}" for n, part in enumerate(parts, 1)]


def joined(texts: list[str]) -> str:
    """Return the text that `split` made these parts of, but for what stood between them.

    >>> joined(["Uno due tre. 1/2", "Quattro. 2/2"])
    'Uno due tre. Quattro.'
    """
    most = len(texts)
    return " ".join(text.removesuffix(f" {n}/{most}") for n, text in enumerate(texts, 1))


def _pieces(text: str, length: Callable[[str], int], room: int) -> list[str]:
    """Return the sentences, and of one that does not fit its words."""
    pieces: list[str] = []
    for sentence in filter(None, (piece.strip() for piece in _SENTENCE.split(text))):
        pieces += [sentence] if length(sentence) <= room else _packed(_WORD.split(sentence), length, room)
    return pieces


def _packed(pieces: list[str], length: Callable[[str], int], room: int) -> list[str]:
    parts: list[str] = []
    for piece in pieces:
        if parts and length(f"{parts[-1]} {piece}") <= room:
            parts[-1] += f" {piece}"
        else:
            parts.append(piece)
    return parts
