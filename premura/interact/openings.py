"""The public line before we write in private: we write to them, nobody is sent to write to us.  P60, P61.

It has a gap for the day, which a person fills: a reply with a gap is not sent.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files

ANY = "any"
AROUND = 60  # characters: a name in front, the day, or a signature
_GAP = re.compile(r"«[^»]*»")


def line(language: str, address: str = "") -> str:
    """Return the line in their language, or else in English; in the brand's tone (tu, lei, voi) where it has one.

    >>> line("it", "lei")
    'Ce ne occupiamo noi, e la risposta arriva qui entro «data?»: per i Suoi dati Le scriviamo noi.'
    >>> line("xx") == line("en", "lei")
    True
    """
    said = _lines().get(language) or _lines()["en"]
    return said.get(address) or said[ANY]


def is_one(text: str) -> bool:
    """Whether a text is such a line with its day filled in, and little besides: it is the same for many, on purpose.

    >>> is_one(line("it", "tu").replace("«data?»", "venerdì alle 18")), is_one("Ce ne occupiamo noi.")
    (True, False)
    """
    said = (line for tones in _lines().values() for line in tones.values())
    return any(len(text) - len(line) < AROUND and all(part in text for part in _GAP.split(line)) for line in said)


@cache
def _lines() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("premura.interact") / "openings.toml").read_text("utf-8"))
