"""Whether a text names a day, an hour or a span of time."""

import re
import tomllib
from functools import cache
from importlib.resources import files


def named(plain: str) -> bool:
    """Whether a plain text (lower case, no accents, blanks for apostrophes) names a day, an hour or a span.

    >>> named("ti scrivo entro domani alle 12"), named("ti scrivo il prima possibile")
    (True, False)
    """
    return _pattern().search(plain) is not None


@cache
def _pattern() -> re.Pattern[str]:
    given = tomllib.loads((files("premura.guard") / "dates.toml").read_text("utf-8"))
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
