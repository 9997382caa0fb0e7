"""One personal line for each of many: it points to the public answer.  A person makes it theirs, and sends it."""

import tomllib
from functools import cache
from importlib.resources import files

NAME = "{name}, "


def languages() -> tuple[str, ...]:
    """Return the languages in which there are lines."""
    return tuple(_lines())


def line(language: str, name: str, link: str, number: int) -> str:
    """Return the line for one person, in their language or else in English; '' where there is nothing to point to.

    Takes    name: how one calls them, '' where that is not known; number: which of many it is.
    Returns  the same for the same number; of 56 numbers in a row each has another.

    >>> line("it", "Chiara", "https://example.org/7", 0)
    'Chiara, è successo anche ad altri e ci dispiace. La risposta completa è in questo messaggio: https://example.org/7'
    >>> line("xx", "", "https://example.org/7", 1)
    'The problem is real and we apologise for it. How things stand is explained here: https://example.org/7'
    """
    if not link:
        return ""
    openings, ways = _lines().get(language) or _lines()["en"]
    opening, way = openings[number % len(openings)], ways[number % len(ways)]
    if name:
        opening = opening.replace("{name}", name)
    else:
        opening = opening.removeprefix(NAME)
        opening = opening[:1].upper() + opening[1:]
    return f"{opening} {way.replace('{link}', link)}"


@cache
def _lines() -> dict[str, tuple[list[str], list[str]]]:
    given = tomllib.loads((files("premura.decide") / "lines.toml").read_text("utf-8"))
    return {language: (some["openings"], some["ways"]) for language, some in given.items()}
