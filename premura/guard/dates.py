"""Whether a text names a day, an hour or a span of time."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

_DIGIT = re.compile(r"\d")


def named(plain: str, words: Sequence[str]) -> bool:
    """Whether a plain text (lower case, no accents, blanks for apostrophes) names a day, an hour or a span.

    Takes    the text, and its words.

    >>> [named(text, text.split()) for text in ("ti scrivo entro domani alle 12", "ti scrivo il prima possibile")]
    [True, False]
    """
    days, others = _telling()
    if not days.isdisjoint(words) and "_" not in plain:
        return True
    return not (others.isdisjoint(words) and _DIGIT.search(plain) is None) and _pattern().search(plain) is not None


@cache
def _given() -> dict[str, str]:
    return tomllib.loads((files("premura.guard") / "dates.toml").read_text("utf-8"))


@cache
def _telling() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that are a day, and those of which one stands in whatever else the pattern finds without digit.

    Most sentences have neither, and the pattern is slow.
    """
    given = _given()
    days = given["days"].split()
    others = [*(day.partition("_")[0] for day in days if "_" in day)]
    others += f"{given['spans']} {given['working_after']} {given['wholes']}".split()
    return frozenset(day for day in days if "_" not in day), frozenset(others)


@cache
def _pattern() -> re.Pattern[str]:
    given = _given()
    one = {name: f"(?:{'|'.join(text.split()).replace('_', ' ')})" for name, text in given.items()}
    number = rf"(?:\d+|{one['numbers']})"
    return re.compile(
        rf"\b{one['days']}\b"
        r"|\b\d{1,2}\s?[./-]\s?\d{1,2}(?:[./-]\d{2,4})?\b"
        rf"|\b\d{{1,2}}(?:st|nd|rd|th|er|º)?\.?\s(?:de |of )?{one['months']}\b|\b{one['months']}\s\d{{1,2}}\b"
        rf"|\b{one['at']}\s(?:le |las |as )?\d{{1,2}}(?:[:.h]\d{{2}})?\b(?!\s?(?:%|euro|eur|anni|years|per cent))"
        r"|\b\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|uhr|h)\b"
        rf"|\b{one['within']}\s(?:{one['small']}\s)*{number}[\s-](?:{one['working']}\s)?{one['spans']}\b"
        rf"|\b{number}[\s-]?{one['spans']}\s{one['working_after']}\b"
        rf"|\b{one['ends']}\s(?:la |il |the |di |of |da |de |de la )?{one['wholes']}\b"
    )
