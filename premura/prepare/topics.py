"""What a question is about, whatever its language: shipping, opening hours, dogs.  The words are in topics.toml."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class _Lists:
    whole: dict[str, frozenset[str]]
    begun: dict[str, frozenset[str]]  # words that any ending may follow


def topics_of(folded: str) -> frozenset[str]:
    """Return the names of the topics that a text speaks of.  A few microseconds, once its words are known.

    Takes    the text as `premura.text.aspects.fold` returns it.

    >>> sorted(topics_of("hacen envios a madrid")), sorted(topics_of("spedite a berlino"))
    (['ship'], ['ship'])
    """
    found = frozenset[str]().union(*map(_of, folded.split()))
    for name in found & _unless().keys():
        rest = _unless()[name].sub(" ", folded)
        if not any(name in _of(word) for word in rest.split()):
            found -= {name}
    return found


def apart(about: frozenset[str], others: frozenset[str]) -> bool:
    """Whether one of two texts is about something broken and the other about something called off."""
    one, other = _sides()
    first, second = (bool(about & one), bool(about & other)), (bool(others & one), bool(others & other))
    return {first, second} == {(True, False), (False, True)}


@lru_cache(20_000)
def _of(word: str) -> frozenset[str]:
    lists = _lists()
    begun = (lists.begun.get(word[:end], frozenset[str]()) for end in range(3, len(word) + 1))
    return lists.whole.get(word, frozenset[str]()).union(*begun)


@cache
def common() -> frozenset[str]:
    """Return the words that questions about anything have."""
    return frozenset(_given()["common"].split())


@cache
def _unless() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(rf"\b(?:{'|'.join(some)})\b") for name, some in _given()["unless"].items()}


@cache
def _sides() -> tuple[frozenset[str], frozenset[str]]:
    told = _given()["apart"]
    return frozenset(told["one"].split()), frozenset(told["other"].split())


@cache
def _given() -> dict[str, Any]:
    return tomllib.loads((files("premura.prepare") / "topics.toml").read_text("utf-8"))


@cache
def _lists() -> _Lists:
    whole: dict[str, set[str]] = {}
    begun: dict[str, set[str]] = {}
    for name, words in _given()["topics"].items():
        for word in words.split():
            (begun if word.endswith("*") else whole).setdefault(word.rstrip("*"), set()).add(name)
    return _Lists(*({word: frozenset(names) for word, names in of.items()} for of in (whole, begun)))
