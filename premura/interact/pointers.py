"""One line that points to our answer under the same post: a person makes it theirs, and sends it.  P31."""

import tomllib
from functools import cache
from importlib.resources import files

NAME = "{name}, "


def line(language: str, name: str, link: str, number: int) -> str:
    """Return the line for one person, in their language or else in English; '' where there is nothing to point to.

    Takes    name: how one calls them, '' where that is not known; number: which of many it is.

    >>> line("it", "Chiara", "https://example.org/7", 0)
    'Chiara, abbiamo risposto alla stessa domanda qui sopra: https://example.org/7'
    >>> line("xx", "", "https://example.org/7", 3)
    'This one has an answer already, right here: https://example.org/7'
    """
    if not link:
        return ""
    ways = _ways().get(language) or _ways()["en"]
    said = ways[number % len(ways)]
    if name:
        said = said.replace("{name}", name)
    else:
        said = said.removeprefix(NAME)
        said = said[:1].upper() + said[1:]
    return said.replace("{link}", link)


@cache
def _ways() -> dict[str, list[str]]:
    return tomllib.loads((files("premura.interact") / "pointers.toml").read_text("utf-8"))
