"""What the second layer reads of a message beside its sentence vector: a row of named numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.text import abuse_features, lexicon, signs
from premura.text.abuse import Abuse
from premura.text.heads import Floats
from premura.text.tokens import DIGIT, HANDLE, LETTER, LINK, MARK, PICTURE, Tokens

SHAPE = (
    "words", "short", "long", "capitals", "exclaims", "asks", "ends_asking", "pictures", "only_pictures", "numbers",
    "links", "handles", "only_handles", "dots",
)  # fmt: skip
LANGS = ("it", "en", "es", "fr", "de", "pt")
VECTOR_SCALE = np.float32(8)  # brings the 512 numbers of a sentence vector to about the size of the others


def shape(tokens: Tokens) -> Floats:
    """Return (n, len(SHAPE)): how long, how loud, what marks; each about between 0 and 1."""
    count, message, kind = tokens.count, tokens.message, tokens.kind
    first = tokens.code[tokens.start] if len(tokens.start) else np.zeros(0, np.uint32)

    def number(of: np.ndarray) -> np.ndarray:
        return np.bincount(message[of], minlength=count)

    words, pictures = number(kind == LETTER), number(kind == PICTURE)
    handles, links, marks = number(first == HANDLE), number(first == LINK), kind == MARK
    last = np.zeros(len(message), bool)
    if len(message):
        last[:-1] = message[1:] != message[:-1]
        last[-1] = True
    return np.stack([
        np.minimum(np.log2(words + 1) / 6, 1.5), words <= 3, words > 25, tokens.capitals * (words > 1),
        np.minimum(number(marks & (first == ord("!"))), 3) / 3, np.minimum(number(marks & (first == ord("?"))), 3) / 3,
        number(last & (first == ord("?"))), np.minimum(pictures, 4) / 4, (pictures > 0) & (words == 0),
        np.minimum(number(kind == DIGIT), 4) / 4, np.minimum(links, 2), np.minimum(handles, 3) / 3,
        (handles > 0) & (words == 0), np.minimum(number(marks & (first == ord("."))), 4) / 4,
    ], axis=1).astype(np.float32)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """The columns of a batch, and what was found on the way: which signs stand in each message, which insults."""

    rows: Floats
    fired: NDArray[np.uint8]
    rude: list[Abuse]


def columns(texts: Sequence[str], langs: Sequence[str], tokens: Tokens, odds: Floats) -> Seen:
    """Return the columns: the first layer's odds, the shape, the language, the signs, the word lists, the insults."""
    spoken = np.array([[lang == name for name in LANGS] for lang in langs], np.float32).reshape(len(texts), len(LANGS))
    fired = signs.matrix(texts, langs)
    rude, insults = abuse_features.judged(texts, langs)
    rows: list[NDArray[Any]] = [
        odds / 3, shape(tokens), spoken, fired, lexicon.matrix(tokens, texts, langs), insults
    ]  # fmt: skip
    return Seen(np.concatenate(rows, axis=1, dtype=np.float32), fired, rude)
