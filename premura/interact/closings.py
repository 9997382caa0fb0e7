"""The public line after we went on in private: where it was asked, it also ends.  P59.

It says how it stands and that the answer has arrived; nobody is sent anywhere.
"""

import tomllib
from functools import cache
from importlib.resources import files

ANY = "any"
AROUND = 60  # characters: a name in front, or a signature, leaves the line what it is


def line(language: str, address: str = "", *, is_solved: bool = False) -> str:
    """Return the line in their language, or else in English; in the brand's tone (tu, lei, voi) where it has one.

    >>> line("it", "lei")
    'Ce ne stiamo già occupando: la risposta Le è arrivata, e i Suoi dati restano riservati.'
    >>> line("it", "lei", is_solved=True)
    'È risolto: la risposta Le è arrivata, e i Suoi dati restano riservati.'
    >>> line("xx") == line("en", "lei")
    True
    """
    said = _lines().get(language) or _lines()["en"]
    return (said.get(address) or said[ANY])["solved" if is_solved else "open"]


def is_one(text: str) -> bool:
    """Whether a text is such a line, with little besides: it is the same for many, on purpose.

    >>> is_one("Chiara, " + line("it", "tu")), is_one(line("it", "tu") * 2), is_one("Ciao")
    (True, False, False)
    """
    said = (line for tones in _lines().values() for kinds in tones.values() for line in kinds.values())
    return any(line.lower() in text.lower() and len(text) - len(line) < AROUND for line in said)


@cache
def _lines() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((files("premura.interact") / "closings.toml").read_text("utf-8"))
