"""Parts: a text too long for one message, as a thread of several."""

from collections.abc import Callable

import regex

THREADED = frozenset({"bluesky", "mastodon", "threads", "x"})  # where people write on under their own words
MOST_PARTS = 9
_SENTENCE = regex.compile(r"(?<=[.!?…])\s+|\s*\n\s*")
_WORD = regex.compile(r"\s+")


def split(text: str, length: Callable[[str], int], most: int) -> list[str]:
    """Return `text` in parts that fit, cut at the ends of sentences where it can be, each with its "1/3".

    Returns [] where that would need more than nine, or where one word alone does not fit.

    >>> split("Uno due tre. Quattro cinque. Sei.", len, 20)
    ['Uno due tre. 1/3', 'Quattro cinque. 2/3', 'Sei. 3/3']
    >>> split("Ciao Anna.\\n\\nArriva domani. Porta il documento. Marta e la squadra", len, 55)
    ['Ciao Anna.\\n\\nArriva domani. Porta il documento. 1/2', 'Marta e la squadra 2/2']
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
    return " ".join(uncounted(texts))


def uncounted(texts: list[str]) -> list[str]:
    """Return the parts of a whole thread, each without its "1/3"."""
    most = len(texts)
    return [text.removesuffix(f" {n}/{most}") for n, text in enumerate(texts, 1)]


def _pieces(text: str, length: Callable[[str], int], room: int) -> list[tuple[str, str]]:
    """Return the sentences, and of one that does not fit its words; each with what parts it from the one before."""
    pieces: list[tuple[str, str]] = []
    at, blank = 0, " "
    for gap in [*_SENTENCE.finditer(text), None]:
        sentence = text[at : gap.start() if gap else len(text)].strip()
        if length(sentence) <= room:
            pieces += [(blank, sentence)] if sentence else []
        else:
            words = _packed([(" ", word) for word in _WORD.split(sentence)], length, room)
            pieces += [(blank if n == 0 else " ", some) for n, some in enumerate(words)]
        if gap:
            at, blank = gap.end(), "\n" * min(gap[0].count("\n"), 2) or " "
    return pieces


def _packed(pieces: list[tuple[str, str]], length: Callable[[str], int], room: int) -> list[str]:
    parts: list[str] = []
    for blank, piece in pieces:
        if parts and length(f"{parts[-1]}{blank}{piece}") <= room:
            parts[-1] += f"{blank}{piece}"
        else:
            parts.append(piece)
    return parts
