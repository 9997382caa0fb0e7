"""The conditions of a rule: [field, how, value].  All of them must hold.

A field with several values holds where one of them fits; with NOT, where none does.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from premura.decide.facts import Facts
from premura.listen import corrections
from premura.models import Agent, Brand, Channel, SavedReply, SlaPolicy, Team
from premura.networks import NETWORKS
from premura.networks.contract import Kind
from premura.text import query
from premura.text.query import QueryError

IS, NOT, AT_LEAST, AT_MOST, LONGER = "is", "not", "at least", "at most", "longer than"
NOBODY, SOMEBODY = "nobody", "somebody"
NO_TEAM = 0
COUNTRY = re.compile("[A-Z]{2}")
MOST, MOST_VALUES, MOST_WORDS, MOST_CHARACTERS = 20, 100, 200, 100
MOST_MINUTES = 60 * 24 * 30
MOST_NAMES = 500
Condition = list[Any]  # [field, how, value]
Test = Callable[[Facts], bool]


class NotARule(ValueError):
    """What was written is no rule.  `why` says how it is wrong, `of` where.  Nothing was changed."""

    def __init__(self, why: str, of: str = "", said: str = "") -> None:
        super().__init__(f"{of}: {why}" if of else why)
        self.why, self.of, self.said = why, of, said


@dataclass(frozen=True, slots=True)
class Known:
    """What a brand has that rules and macros name by number; each by its name."""

    channels: Mapping[int, str]
    teams: Mapping[int, str]
    agents: Mapping[int, str]
    replies: Mapping[int, str]
    policies: Mapping[int, str] = field(default_factory=dict)


def known(brand: Brand | int) -> Known:
    """Return what a brand has.  Cost: five small queries."""
    mine = {"brand": brand}
    answer = Agent.objects.filter(
        memberships__brand=brand, memberships__role__in=("agent", "lead", "admin"), is_active=True
    )
    return Known(
        dict(Channel.objects.filter(**mine).order_by("name").values_list("pk", "name")[:MOST_NAMES]),
        dict(Team.objects.filter(**mine).order_by("name").values_list("pk", "name")[:MOST_NAMES]),
        dict(answer.order_by("name").values_list("pk", "name")[:MOST_NAMES]),
        dict(SavedReply.objects.filter(**mine).order_by("name").values_list("pk", "name")[:MOST_NAMES]),
        dict(SlaPolicy.objects.filter(**mine).order_by("place").values_list("pk", "name")[:MOST_NAMES]),
    )


# -- what may be asked ------------------------------------------------------------------------


def _some_of(allowed: Callable[[Known], Collection[Any]], value: Any, known: Known) -> list[Any]:
    given = value if isinstance(value, list) else [value]
    kept = [one for one in allowed(known) if one in given]
    if not given or len(kept) != len({repr(one) for one in given}):
        raise NotARule("unknown")
    return kept


def _codes(*codes: str) -> Callable[[Any, Known], list[Any]]:
    return partial(_some_of, lambda _known: codes)


def _countries(value: Any, _known: Known) -> list[str]:
    given = value if isinstance(value, list) else [value]
    if not given or not all(isinstance(one, str) and COUNTRY.fullmatch(one) for one in given):
        raise NotARule("unknown")
    return sorted(set(given))


def _number(least: int, most: int) -> Callable[[Any, Known], int]:
    def check(value: Any, _known: Known) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise NotARule("number", said=f"{least}-{most}")
        return value

    return check


def _yes(value: Any, _known: Known) -> bool:
    if not isinstance(value, bool):
        raise NotARule("unknown")
    return value


def _somebody(value: Any, _known: Known) -> str:
    if value not in (NOBODY, SOMEBODY):
        raise NotARule("unknown")
    return str(value)


def names(value: Any, _known: Known | None = None) -> list[str]:
    """Return free words, each once, without what is no word.  Raises NotARule."""
    given = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in given):
        raise NotARule("unknown")
    kept = list(dict.fromkeys(" ".join(one.split())[:MOST_CHARACTERS] for one in given))
    kept = [one for one in kept if one]
    if not 0 < len(kept) <= MOST_WORDS:
        raise NotARule("words")
    return kept


def _kinds(value: Any, known: Known) -> list[str]:
    return list(dict.fromkeys(word.lower() for word in names(value, known)))  # as `listen.tiers` keeps them


def _words(value: Any, known: Known) -> list[str]:
    kept = names(value, known)
    _query("words", kept)
    return kept


def _asked(value: Any, _known: Known) -> str:
    if not isinstance(value, str):
        raise NotARule("unknown")
    _query("query", value)
    return value.strip()


def _query(of: str, value: Any) -> query.Query:
    source = value if of == "query" else " OR ".join(f'"{_bare(word)}"' for word in value)
    try:
        return query.parse(source)
    except QueryError as error:
        raise NotARule("query", said=error.found or str(value)) from error


def _bare(word: str) -> str:
    return word.translate(dict.fromkeys(map(ord, '"“”„«»'), " "))


@dataclass(frozen=True, slots=True)
class Field:
    """What may be asked of it, and what its value may be."""

    hows: tuple[str, ...]
    check: Callable[[Any, Known], Any]
    of: Callable[[Facts], Any]  # a value, or a collection of which one must fit


EITHER = (IS, NOT)
FIELDS: dict[str, Field] = {
    "waits": Field((LONGER,), _number(1, MOST_MINUTES), lambda f: f.waited),
    "network": Field(EITHER, _codes(*NETWORKS), lambda f: f.stand.network),
    "channel": Field(EITHER, partial(_some_of, lambda k: k.channels), lambda f: f.stand.channel),
    "country": Field(EITHER, _countries, lambda f: f.stand.country),
    "kind": Field(EITHER, _codes(*Kind), lambda f: f.kind),
    "private": Field((IS,), _yes, lambda f: f.stand.private),
    "language": Field(EITHER, _codes(*corrections.LANGUAGES), lambda f: f.language),
    "intent": Field(EITHER, _codes(*corrections.INTENTS), lambda f: f.intent),
    "sentiment": Field(EITHER, _codes(*corrections.SENTIMENTS), lambda f: f.sentiment),
    "urgency": Field((AT_LEAST,), _number(1, 3), lambda f: f.urgency),
    "flag": Field(EITHER, _codes(*corrections.FLAGS), lambda f: f.flags),
    "stars": Field((AT_MOST,), _number(1, 5), lambda f: f.stars),
    "tier": Field(EITHER, _kinds, lambda f: f.stand.tier),
    "team": Field(EITHER, partial(_some_of, lambda k: [NO_TEAM, *k.teams]), lambda f: f.stand.team or NO_TEAM),
    "assignee": Field((IS,), _somebody, lambda f: SOMEBODY if f.stand.assignee else NOBODY),
    "label": Field(EITHER, names, lambda f: f.stand.labels),
    # Last: what costs most is asked only where all else holds.
    "words": Field(EITHER, _words, lambda f: f),
    "query": Field((IS,), _asked, lambda f: f),
}


def checked(given: Any, known: Known) -> list[Condition]:
    """Return conditions as they are kept, in the order of FIELDS.  Raises NotARule."""
    if not isinstance(given, list | tuple) or len(given) > MOST:
        raise NotARule("too many", "conditions")
    kept = []
    for one in given:
        if not isinstance(one, list | tuple) or len(one) != 3 or one[0] not in FIELDS:
            raise NotARule("unknown", "conditions")
        name, how, value = one
        if how not in FIELDS[name].hows:
            raise NotARule("how", name)
        if isinstance(value, list) and len(value) > max(MOST_VALUES, MOST_WORDS):
            raise NotARule("too many", name)
        try:
            kept.append([name, how, FIELDS[name].check(value, known)])
        except NotARule as wrong:
            raise NotARule(wrong.why, name, wrong.said) from wrong
    order = list(FIELDS)
    return sorted(kept, key=lambda condition: order.index(condition[0]))


def test(conditions: Sequence[Condition]) -> Test:
    """Return what tells whether all of them hold.  Cost: under 2 µs a message; 25 µs where words are looked for."""
    tests = [_test(*condition) for condition in conditions]
    return lambda facts: all(holds(facts) for holds in tests)


def _test(name: str, how: str, value: Any) -> Test:
    if name in ("words", "query"):
        asked = _query(name, value)
        return lambda f: _found(asked, f) == (how == IS)
    of = FIELDS[name].of
    match how:
        case "at least":
            return lambda f: of(f) >= value
        case "at most":
            return lambda f: of(f) is not None and of(f) <= value
        case "longer than":
            return lambda f: of(f) is not None and of(f) > value
    wanted = set(value if isinstance(value, list) else [value])
    return lambda f: wanted.isdisjoint(_several(of(f))) != (how == IS)


def _found(asked: query.Query, facts: Facts) -> bool:
    language = "" if facts.language == "und" else facts.language
    return asked.matches(facts.text, language, facts.stand.network) is not None


def _several(value: Any) -> Collection[Any]:
    return value if isinstance(value, list | set) else (value,)


def told(conditions: Sequence[Condition], known: Known) -> list[list[Any]]:
    """Return conditions with names for what they name by number; what is gone is ''.  Values are always lists."""
    named: dict[str, Mapping[int, str]] = {"channel": known.channels, "team": {NO_TEAM: NOBODY} | dict(known.teams)}
    given = []
    for name, how, value in conditions:
        values = value if isinstance(value, list) else [value]
        given.append([name, how, [named[name].get(one, "") for one in values] if name in named else values])
    return given
