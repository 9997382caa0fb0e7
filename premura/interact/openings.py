"""The public line before we write in private: we write to them, nobody is sent to write to us.  P60, P61.

It has a gap for the day, which a person fills: a reply with a gap is not sent.
"""

import tomllib
from functools import cache
from importlib.resources import files

ANY = "any"


def line(language: str, address: str = "") -> str:
    """Return the line in their language, or else in English; in the brand's tone (tu, lei, voi) where it has one.

    >>> line("it", "lei")
    'Ce ne occupiamo noi, e la risposta arriva qui entro «data?»: per i Suoi dati Le scriviamo noi.'
    >>> line("xx") == line("en", "lei")
    True
    """
    said = _lines().get(language) or _lines()["en"]
    return said.get(address) or said[ANY]


@cache
def _lines() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("premura.interact") / "openings.toml").read_text("utf-8"))
