"""Which language a message is in.

Our own first layer answers; where it is not sure, py3langid's odds (naive Bayes over byte groups,
Lui and Baldwin 2011) are added.  What has no word, and one word that could be anything, is `und`,
unless the thread or the network says more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import regex

from premura.text.heads import Floats, softmax
from premura.text.labels import LANGUAGES
from premura.text.tokens import LETTER, Tokens

UNKNOWN = "und"
SURE = 0.97  # above it, nobody else is asked
LEAST = 0.3  # below it, and for one word below LEAST_ALONE, nothing is said
LEAST_ALONE = 0.4
PRIOR = 2.5  # log-odds that the thread's language has over the others for one word; less for more words
LEAST_ODDS = 1e-3
FEW = 1  # words of a line that may say nothing
LONGEST = 600  # characters that are shown to py3langid
_WORD = regex.compile(r"\p{L}+")


@dataclass(frozen=True, slots=True)
class Guess:
    """A language's code and how sure that is, 0 to 1."""

    code: str
    confidence: float


def detect(texts: Sequence[str], tokens: Tokens, odds: Floats, priors: Sequence[str]) -> list[Guess]:
    """Return the language of each message.

    Takes    the texts, their tokens, the first layer's odds (n, len(LANGUAGES)), and for each what the thread or the
             network says, "" where nobody says anything.
    Cost     2 microseconds a message; 60 for one in six, which py3langid is asked about.
    Misses   dialects (they come out as Italian or as a neighbour), two languages in one message (the longer part wins).
    """
    words = np.bincount(tokens.message[tokens.kind == LETTER], minlength=len(texts))
    certain = softmax(odds)
    odds = np.log(certain + LEAST_ODDS)
    for row in np.flatnonzero((certain.max(axis=1) < SURE) & (words > 0)).tolist():
        odds[row] += 0.5 * np.log(_second_opinion(texts[row]) + LEAST_ODDS)
    for row, prior in enumerate(priors):
        if prior in LANGUAGES:
            odds[row, LANGUAGES.index(prior)] += PRIOR / np.sqrt(max(int(words[row]), 1))
    certain = softmax(odds)
    best, surest = certain.argmax(axis=1), certain.max(axis=1)
    found = []
    for row, prior in enumerate(priors):
        if not words[row]:
            found.append(Guess(UNKNOWN, 1.0))
        elif (words[row] <= FEW and _says_nothing(texts[row])) or surest[row] < (
            LEAST if words[row] > 1 else LEAST_ALONE
        ):
            found.append(Guess(prior if prior in LANGUAGES else UNKNOWN, 0.5))
        else:
            found.append(Guess(LANGUAGES[best[row]], round(float(surest[row]), 3)))
    return found


def _says_nothing(text: str) -> bool:
    """Say whether a short line is made of words that many languages share."""
    return all(word in _international() for word in _WORD.findall(text.lower()))


@cache
def _international() -> frozenset[str]:
    lines = (files("premura.text") / "lists" / "international.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _second_opinion(text: str) -> Floats:
    """Return py3langid's probabilities for our languages."""
    ranked = dict(_other().rank(text[:LONGEST].lower()))
    odds = softmax(np.array([[ranked[code] for code in LANGUAGES]], np.float32))
    return np.asarray(odds[0], np.float32)


@cache
def _other() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier
