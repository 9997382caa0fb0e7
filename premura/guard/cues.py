"""Phrases of care and of its opposite, found in sentences.

The words stand in `phrases/<lang>.toml` and, those of the dictionary, in `phrases/names_<lang>.toml`, in the notation
of `text/lists/signs_it.toml`.  A cue is evidence, not a verdict: the heads weigh it together with all else.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from premura.text import signs, signs_lists
from premura.text.signs_lists import Lists

CUES: tuple[str, ...] = (
    # what the rules are about
    "insult", "in_kind", "deflection", "only_social_team", "go_local", "private_first", "personal_data",
    "vague_promise", "begging", "shaming", "canned",
    # of being unkind, what leaves little doubt: an insult given back, blame, a name, a threat, mockery
    "mirrored", "had_you", "named", "menaced", "mocked", "you_are",
    # words of the dictionary, written without a look at any draft: what runs a person down, what touches on somebody's
    # person and may be innocent, how one speaks of a whole public that one scolds
    "names", "epithet", "audience",
    # what makes it good, or speaks against it
    "apology", "thanks", "own_fault", "handed_over", "we_contact", "no_need", "quoted", "private_reason",
    "explains_language", "invites_opinion", "yes_no", "steps", "because", "filler", "greeting", "empathy", "a_place",
    # plain words by themselves: of calling and getting in touch, of writing and of private places
    "calls", "aside",
    # what the customer says
    "asks_phone", "asks_where", "emergency",
)  # fmt: skip
COLUMN: Mapping[str, int] = {cue: column for column, cue in enumerate(CUES)}
LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
_AT_ONCE = 60_000  # characters


@cache
def _lists(lang: str) -> Lists | None:
    told: dict[str, dict[str, str]] = {}
    for name in (f"{lang}.toml", f"names_{lang}.toml"):
        path = files("premura.guard") / "phrases" / name
        if path.is_file():
            told |= tomllib.loads(path.read_text("utf-8"))
    return signs_lists.built(f"phrases/{lang}.toml", told, CUES) if told else None


def matrix(texts: Sequence[str], langs: Sequence[str]) -> NDArray[np.uint8]:
    """Return which cues stand in each text: (n, len(CUES)), 1 or 0.

    Takes    langs as long as texts; an unknown one means: all lists.
    Cost     about 10 µs a sentence in batches; the first in a language a tenth of a second more.
    """
    found = np.zeros((len(texts), len(CUES)), np.uint8)
    for lang in LANGUAGES:
        known = _lists(lang)
        rows = [n for n, own in enumerate(langs) if own == lang or own not in LANGUAGES]
        if known is None:
            continue
        for some in _chunks(texts, rows):
            found[some] |= signs.said(known, [texts[n].replace("\0", " ") for n in some], len(CUES))
    return found


def places(text: str, lang: str, cue: str) -> list[tuple[int, int]]:
    """Return where the words of one cue stand in a text."""
    found: list[tuple[int, int]] = []
    for own in (lang,) if lang in LANGUAGES else LANGUAGES:
        known = _lists(own)
        if known is not None:
            found += signs.places_in(known, text.replace("\0", " ")).get(COLUMN[cue], [])
    return sorted(found)


def _chunks(texts: Sequence[str], rows: list[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    size = _AT_ONCE
    for row in rows:
        if size >= _AT_ONCE:
            groups.append([])
            size = 0
        groups[-1].append(row)
        size += len(texts[row]) + 3
    return groups
