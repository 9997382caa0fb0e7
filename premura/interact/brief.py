"""Brief and whole: how long a good answer is, how long it is read, what would help others too.  P46, P48, P62.

Hints for who writes; nothing here stops a reply.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from premura.interact import reply as replying
from premura.interact.guard import Looked
from premura.models import Channel
from premura.text import personal_data

A_WORD_S = 0.3  # two hundred words a minute
READ_AT_ONCE_S = 10
FEW_STEPS = 3
_WORD = re.compile(r"\w+")
_ITEM = re.compile(r"^\s*(?:\d{1,2}[.)]|[-•*–])\s+\S", re.M)


@dataclass(frozen=True, slots=True)
class Brief:
    """How long a draft is beside a good answer, and what of it could stand alone."""

    good: int  # characters
    is_long: bool
    reading_s: int  # 0 where it is read at once
    one_line: str  # what it says, in one line; "" where it is one already


def of(looked: Looked, text: str, given: int, most: int) -> Brief:
    """Return how brief a draft is.  Takes `given`, its length as the network counts, and `most`, that of a good one."""
    seconds = round(len(_WORD.findall(text)) * A_WORD_S)
    is_long, slow = given > most, seconds > READ_AT_ONCE_S
    line = " ".join(looked.answer.split()) if is_long or slow else ""
    return Brief(most, is_long, seconds if slow else 0, line if line != " ".join(text.split()) else "")


def good(channel: Channel, *, private: bool) -> int:
    """Return how many characters a good answer has there at most: never more than the network takes."""
    lengths = _data()["private" if private else "public"]
    return min(int(lengths.get(channel.network, lengths["all"])), replying.fits(channel, private).most)


def helps_others(text: str) -> bool:
    """Whether a text tells how something is done, in three steps or more, and nothing in it is anybody's own.

    >>> helps_others("1. Apri l'app\\n2. Tocca Profilo\\n3. Scegli Esci")
    True
    >>> helps_others("Prima apri l'app, poi il tuo ordine 4411223344, quindi premi Reso e infine Conferma.")
    False
    """
    if personal_data.find(text) or personal_data.order_numbers(text):
        return False
    named = {found.lower() for found in _steps().findall(text)}
    # The first step often has no word of its own.
    return len(_ITEM.findall(text)) >= FEW_STEPS or len(named) >= FEW_STEPS - 1


@cache
def _steps() -> re.Pattern[str]:
    words = {word for some in _data()["steps"].values() for word in some.split("|")}
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.I)


@cache
def _data() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("premura.interact") / "brief.toml").read_text("utf-8"))
