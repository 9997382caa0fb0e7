"""A line that is close to why they write: by what they say happened, with their own words in it.  P97.

It stands beside the composer; a person takes it, or says it better.  Where they do not say why, or in words that one
would not say back to them, there is none: nothing here fits everybody.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from premura.models import Message
from premura.text.aspects import BEFORE, fold, lists
from premura.text.personal_data import find, order_numbers

ANY = "any"
LOOKED_AT = 2_000  # characters
LEAST, LONGEST = 3, 90  # words, and characters, of theirs that are said back
MARKS = {"en": ("“", "”"), "de": ("„", "“")}
_SENTENCE = re.compile(r"(?:[^.!?…;:\n]|[.!?…;:](?=\S))+")
_CLAUSE = re.compile(r"(?:(?!,\s|\s[-–—]\s).)+", re.S)
_UNFIT = re.compile(r"https?:|www\.|[@#«»“”„\"]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line to begin with, and the words of theirs that it comes from."""

    motive: str
    words: str
    text: str
    language: str


def line(said: Message, language: str, address: str = "", name: str = "") -> Line | None:
    """Return the line that fits a message; None where it is no complaint, insults, or does not say why.

    Takes    a message with its reading; language: the one to answer in; address: tu, lei or voi; name: how one calls
             them, "" where that is not known.
    Cost     less than a millisecond.
    """
    reading = getattr(said, "reading", None)
    if reading is None or reading.intent == "spam" or reading.abuse or reading.hate:
        return None
    if reading.sentiment != "negative" and reading.intent != "complaint":
        return None
    found = told(said.text[:LOOKED_AT], str(reading.language)[:2])
    text = worded(*found, language, address, name) if found else ""
    return Line(*found, text, language) if found and text else None


def told(text: str, language: str) -> tuple[str, str] | None:
    """Return why somebody writes, and in which words they say so; None where they do not.

    >>> told("Buongiorno, il mio pacco è fermo da cinque giorni. Che faccio?", "it")
    ('wait', 'il mio pacco è fermo da cinque giorni')
    >>> told("Siete i peggiori", "it")
    """
    clauses = [(fold(clause), clause, sentence) for clause, sentence in _clauses(text)]
    for motive in _motives():
        says = _pattern(motive["says"].get(language, ""))
        for folded, clause, sentence in clauses:
            if _holds(says, folded) and (words := next(filter(_is_fit, (clause, sentence)), "")):
                return str(motive["name"]), words
    return None


def worded(motive: str, words: str, language: str, address: str = "", name: str = "") -> str:
    """Return the line of a motive with their words in it; "" in a language that has none.

    >>> worded("broken", "è arrivato rotto", "it", "tu", "Chiara")
    'Chiara, «è arrivato rotto»: ci contavi, e trovarlo così delude.'
    """
    by_tone = next((one[language] for one in _motives() if one["name"] == motive and language in one), None)
    if by_tone is None:
        return ""
    before, after = MARKS.get(language, ("«", "»"))
    said = by_tone.get(address) or by_tone[ANY]
    said = said[:1].upper() + said[1:] if language == "de" else said
    return (f"{name}, " if name else "") + f"{before}{words}{after}: {said}."


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """Yield each clause with the sentence that it stands in."""
    for sentence in _SENTENCE.findall(text):
        for clause in _CLAUSE.findall(sentence):
            if bare := clause.strip(" ,-–—()"):
                yield bare, sentence.strip()


def _holds(says: re.Pattern[str], folded: str) -> bool:
    """Whether one of the phrases stands there and is not denied: what "is not broken" is no reason."""
    nots = lists().negations
    return any(
        not nots.isdisjoint(found[0].split()) or nots.isdisjoint(folded[: found.start()].split()[-BEFORE:])
        for found in says.finditer(folded)
    )


def _is_fit(words: str) -> bool:
    """Whether words of theirs may be said back to them: short and whole, and nobody's data."""
    if len(words) > LONGEST or len(words.split()) < LEAST or words.isupper() or _UNFIT.search(words):
        return False
    return not find(words) and not order_numbers(words)


@cache
def _pattern(says: str) -> re.Pattern[str]:
    """Return the pattern of phrases in a folded text; one that finds nothing where there are none."""
    phrases = [" ".join(_word(word) for word in phrase.split()) for phrase in says.split(",") if phrase.strip()]
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b" if phrases else r"(?!)")


def _word(word: str) -> str:
    return r"\w+" if word == "*" else re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "")


@cache
def _motives() -> list[Mapping[str, Any]]:
    return list(tomllib.loads((files("premura.interact") / "empathy.toml").read_text("utf-8"))["motive"])
