"""What a reply grants: money back, something off, another one, an apology for our fault, a date.  P69.

The words stand in `grants.toml`.  They find what commits us, not what only speaks of it: "we cannot refund 80 €" grants
nothing.  An amount in another currency counts by its number: a limit says from where a second person looks, and
exchanges nothing.  Not found are days of the week, which are never far away.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files

from premura.guard import cues
from premura.guard.parts import Part, parts
from premura.text.money import Amount, amounts

WEEK, MONTH = 7, 30  # days
HALF_A_YEAR = timedelta(days=183)  # a day without a year that lies further back is one of the next year
_PER_CENT = re.compile(r"\d\s?(?:%|per cento|percent|por ciento|pour cent|prozent|por cento)")
_ANY_ENDING = r"[^\W_]*"
_CLAUSE = re.compile(r"(?<!\d)[,;:()–—]|[,;:()–—](?!\d)")


@dataclass(frozen=True, slots=True)
class Grant:
    """One thing that a text grants: `what` as in Allowance.What; money, or days from today; None: none is named."""

    what: str
    amount: Decimal | None = None
    currency: str = "€"


def euros(text: str) -> list[Decimal]:
    """Return the amounts that a text names, in figures or words; those in another currency by their number.

    >>> [str(amount) for amount in euros("Le rendiamo 1.250,50 € e un buono da trenta euro, entro 14 giorni")]
    ['1250.50', '30']
    """
    return [amount.value for amount in amounts(text)]


def with_currency(number: str, currency: str) -> str:
    """Return an amount as it is kept: "80" where it is euros, else "250 CHF"."""
    return number if currency == "€" else f"{number} {currency}"


def granted(text: str, today: date, promised_for: date | None = None, *, our_mistake: bool = False) -> list[Grant]:
    """Return what a reply grants, of each thing the most that it names.

    Takes    promised_for and our_mistake: what its author said of it besides.
    Cost     a millisecond.

    >>> granted("Le rimborsiamo 80 € e le mandiamo un altro calice.", date(2026, 11, 20))
    [Grant(what='refund', amount=Decimal('80'), currency='€'), Grant(what='replacement', amount=None, currency='€')]
    """
    found: dict[str, Grant] = {}
    sentences = parts(text)
    for grant in (*_of_money(sentences), *_alone(sentences)):
        before = found.get(grant.what)
        if before is None or (grant.amount is not None and (before.amount is None or grant.amount > before.amount)):
            found[grant.what] = grant
    if our_mistake or all(cues.matrix([text], [""])[0, [cues.COLUMN["apology"], cues.COLUMN["own_fault"]]]):
        found["apology"] = Grant("apology")
    days = max([(promised_for - today).days if promised_for else 0, *(_ahead(one, today) for one in sentences)])
    if days > 0:
        found["date"] = Grant("date", Decimal(days))
    return list(found.values())


# -- money and goods ---------------------------------------------------------------------------


def _of_money(sentences: Sequence[Part]) -> Iterator[Grant]:
    """Each amount belongs to the word of refund or of discount that stands nearest in its sentence."""
    for one in sentences:
        near = [
            (word, what) for what in ("refund", "discount") for word in _words()[f"near.{what}"].finditer(one.plain)
            if not _denied(one.plain, word.start())
        ]  # fmt: skip
        if not near:
            continue
        for amount in amounts(one.plain):
            _word, what = min(near, key=lambda each: _between(each[0], amount))
            yield Grant(what, amount.value, amount.currency)
        if any(what == "discount" for _word, what in near) and _PER_CENT.search(one.plain):
            yield Grant("discount")


def _alone(sentences: Sequence[Part]) -> Iterator[Grant]:
    for one in sentences:
        for what in ("refund", "discount", "replacement"):
            given = _words()[f"gives.{what}"].finditer(one.plain)
            if any(not _denied(one.plain, word.start()) for word in given):
                yield Grant(what)


def _between(word: re.Match[str], amount: Amount) -> int:
    return max(amount.start - word.end(), word.start() - amount.end)


def _denied(plain: str, at: int) -> bool:
    """Whether the clause around a word denies it: "we cannot", "nessun"."""
    ends = [sign.start() for sign in _CLAUSE.finditer(plain)]
    start = max((end + 1 for end in ends if end < at), default=0)
    stop = min((end for end in ends if end > at), default=len(plain))
    return _words()["denied"].search(plain, start, stop) is not None


# -- dates -------------------------------------------------------------------------------------


def _ahead(one: Part, today: date) -> int:
    """Return how many days away the furthest day is by which a sentence says that we do something; 0 for none."""
    if not one.dated or _words()["theirs"].search(one.plain):
        return 0
    spans = (_span(found[1], found[2]) for found in _words()["span"].finditer(one.plain))
    named = (_day(found, today) for found in _words()["day"].finditer(one.plain))
    return max([0, *spans, *((day - today).days for day in named if day)])


def _span(number: str, unit: str) -> int:
    n = int(number) if number.isdigit() else _numbers()[number]
    given = _given()["days"]
    return n * (WEEK if unit in _split(given["week"]) else MONTH if unit in _split(given["month"]) else 1)


def _day(found: re.Match[str], today: date) -> date | None:
    day, month, year, named, month_first, day_second = found.groups()
    words = named or month_first
    number = _months()[words] if words else int(month)
    in_year = int(f"20{year[-2:]}") if year else today.year
    try:
        there = date(in_year, number, int(day or day_second))
        return there if year or there > today - HALF_A_YEAR else there.replace(year=there.year + 1)
    except ValueError:  # 31/2, or 29 February of the next year
        return None


# -- the words ---------------------------------------------------------------------------------


@cache
def _given() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("premura.prepare") / "grants.toml").read_text("utf-8"))


@cache
def _words() -> dict[str, re.Pattern[str]]:
    given, found = _given(), {}
    languages = [words for name, words in given.items() if name != "days"]
    for part in ("near", "gives"):
        for what in ("refund", "discount", "replacement"):
            all_of_it = [phrase for words in languages for phrase in _split(words[part].get(what, ""))]  # type: ignore[attr-defined]
            if all_of_it:
                found[f"{part}.{what}"] = _any(all_of_it)
    for name in ("denied", "theirs"):
        found[name] = _any([phrase for words in languages for phrase in _split(words[name])])
    days = given["days"]
    by, small = _joined(_split(days["by"])), _joined(_split(days["small"]))
    units = _joined([*_split(days["day"]), *_split(days["week"]), *_split(days["month"])])
    ahead = rf"\b{by}\s(?:{small}\s)*"
    found["span"] = re.compile(rf"{ahead}(\d{{1,3}}|{_joined(list(_numbers()))})[\s-](?:{small}\s)*({units})\b")
    months = _joined(list(_months()))
    in_numbers, in_words = r"\s?[./-]\s?(\d{1,2})(?:[./-](20\d\d|\d\d))?", rf"\s(?:de |of )?({months})"
    first = rf"(\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?(?:{in_numbers}|{in_words})\b"
    found["day"] = re.compile(rf"{ahead}(?:{first}|({months})\s(\d{{1,2}})\b)")
    return found


@cache
def _numbers() -> dict[str, int]:
    rows = _given()["days"]["numbers"].split(";")
    counted = {word: n for row in rows for n, word in enumerate(_split(row), 1)}
    return counted | {"dois": 2} | dict.fromkeys(_split(_given()["days"]["one"]), 1)


@cache
def _months() -> dict[str, int]:
    rows = _given()["days"]["months"].split("\n")
    return {word: n for n, row in enumerate([row for row in rows if row], 1) for word in row.split()}


def _any(phrases: Sequence[str]) -> re.Pattern[str]:
    one_of = _joined([phrase.replace("*", _ANY_ENDING) for phrase in phrases])
    return re.compile(rf"\b{one_of}(?![^\W_])")


def _joined(phrases: Sequence[str]) -> str:
    return f"(?:{'|'.join(sorted(phrases, key=len, reverse=True))})"


def _split(given: str) -> list[str]:
    return [phrase.strip() for phrase in given.split(",") if phrase.strip()]
