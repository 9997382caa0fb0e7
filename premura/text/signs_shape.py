"""Signs that are no words: only emoji, only handles, links, quotation marks, capitals; and those made of others."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from premura.text.query_fold import BREAK, coded

Column = NDArray[np.uint8]

_HANDLE = re.compile(r"@[\w.]+")
_QUOTED = re.compile(r"""["«“](?!\s)[^"«»“”\n]{2,28}["»”]""")
_LINK = re.compile(r"http|www\.|bit\.ly|\.(?:it|com|me|link)/")
_NO_GREETING = ("question_mark", "info_ask", "price_ask", "availability_ask", "broken", "late_missing", "grievance")
_BAD = ("grievance", "broken", "late_missing", "service_down", "money_taken", "care_silent", "care_hold", "anger")
_GOOD = ("praise_words", "love", "thanks")


def add(texts: Sequence[str], sign: Mapping[str, Column]) -> None:
    """Set, in the columns of a batch, the signs of shape and those that follow from others.

    Takes    texts without NUL; the columns by name, as long as texts.
    """
    joined = "\0".join(texts) + "\0"
    letters = _letters(joined)
    marks = _marks(joined, len(texts))
    sign["question_mark"][marks[0] > 0] = 1
    for n in np.flatnonzero(marks[1]).tolist():
        without, handles = _HANDLE.subn("", texts[n])
        sign["tag_only"][n] = handles and not any(map(str.isalnum, without))
    for n in np.flatnonzero(marks[2]).tolist():
        sign["scare_quotes"][n] = _QUOTED.search(texts[n]) is not None
    linked = [n for n, text in enumerate(texts) if "/" in text or "http" in text or "www." in text]
    sign["link"][[n for n in linked if _LINK.search(texts[n])]] = 1
    sign["emoji_only"][[n for n in np.flatnonzero(letters == 0).tolist() if texts[n].strip()]] = 1
    sign["shouting"][[n for n in np.flatnonzero(letters > 8).tolist() if texts[n].isupper()]] = 1
    sign["chaser_nudge"][(letters == 0) & (marks[0] > 0)] = 1  # "???" asks where the answer stays
    agrees = sign["joins"] & _any(sign, _GOOD) & (_any(sign, _BAD) ^ 1)
    sign["agrees_with_praise"][:] |= agrees
    sign["joins"][:] &= agrees ^ 1
    sign["spam_link"][:] = sign["spam_offer"] & sign["link"]
    sign["praise_beside_grievance"][:] = _any(sign, _BAD) & _any(sign, _GOOD)
    sign["greeting_only"][:] = sign["greeting"] & ((_any(sign, _NO_GREETING) | sign["link"]) ^ 1) & (letters < 45)


def _letters(joined: str) -> NDArray[np.int32]:
    """Return how many letters and digits each message has."""
    codes = coded(joined)
    starts = np.concatenate(([0], np.flatnonzero(codes == BREAK)[:-1]))
    counted: NDArray[np.int32] = np.add.reduceat((codes > 32).astype(np.int32), starts)
    return counted


def _marks(joined: str, count: int) -> list[NDArray[np.intp]]:
    """Return how many question marks, at signs and opening quotation marks each message has."""
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    breaks = np.flatnonzero(points == 0)
    quotes = (points == ord('"')) | (points == ord("«")) | (points == ord("“"))
    masks = (points == ord("?"), points == ord("@"), quotes)
    return [np.bincount(np.searchsorted(breaks, np.flatnonzero(mask)), minlength=count) for mask in masks]


def _any(sign: Mapping[str, Column], names: Sequence[str]) -> Column:
    found: Column = np.bitwise_or.reduce([sign[name] for name in names])
    return found
