"""Whether a number stands where we say at which one we reached somebody: it is theirs, not ours."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from premura.guard.parts import folded_of

BEFORE = 120  # characters in which it is said
# Who goes on to say where we are reached names a number of ours.
_OURS = r"us|our|ci|noi|nostr[oaie]|nos|nuestr[oa]|nous|notre|uns|unser\w*|nosso|\w*chiam\w+|telefon\w+"
_GAP = rf"(?: (?!(?:{_OURS})\b)[\w:]+){{0,8}}?"
_ENDS = re.compile(r"[.,;:!?](?!\d)")  # another clause speaks of another number
_BLANKS = re.compile(r"[^\w:|]+")
# What everybody may ring is nobody's own.
_FREE = re.compile(r"\W*(?:39\W+)?(?:800|803|0800|900|0808|116|1800|1-800)\b")


def is_theirs(text: str, start: int, lang: str) -> bool:
    """Return whether the words right before `start` say that what stands there is a customer's.

    Takes    a draft, where a number or an address begins in it, and the language of the draft.
    """
    pattern = _pattern(lang)
    if pattern is None or _FREE.match(text, start):
        return False
    before = _BLANKS.sub(" ", _ENDS.sub("|", folded_of(text[max(0, start - BEFORE) : start])))
    return pattern.search(before) is not None


@cache
def _pattern(lang: str) -> re.Pattern[str] | None:
    words = tomllib.loads((files("premura.guard") / "reached.toml").read_text("utf-8")).get(lang)
    if words is None:
        return None
    return re.compile(rf"\b(?:{words['reached'].replace('{gap}', _GAP)}|{words['theirs']}) ?$")
