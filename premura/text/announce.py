"""What is a number said to be?  The word before it tells an order from a telephone, and the word after it an amount."""

import re
import tomllib
from collections import defaultdict
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

# Wide digits, no-break blanks and the dashes of word processors, as the plain ones that people mean.  One for one,
# so that every offset stays.
_PLAIN = {
    **{0xFF10 + n: str(n) for n in range(10)},
    **{0x1D7CE + n: str(n % 10) for n in range(50)},
    **dict.fromkeys([0xA0, 0x2007, 0x2009, 0x202F, 0x3000], " "),
    **dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212], "-"),
    0xFF20: "@",
    0xFF0E: ".",
    0xFF0B: "+",
    0x2019: "'",
    0x02BC: "'",
}
_UNPLAIN = frozenset(map(chr, _PLAIN))
_WORD = re.compile(r"[^\W\d_]+(?:[.'/-][^\W\d_]+)*[.:]?|%|#")
_AFTER = re.compile(r"\s?([^\W\d_]+|[%‰€$£¥°])")
_REACH = 48  # characters before a number in which its name is looked for


class Said(StrEnum):
    """What the word before a number says that it is.  The values are sections of the list of words."""

    PHONE = "phone"
    ORDER = "order"
    INVOICE = "invoice"
    PARTITA_IVA = "partita_iva"
    IBAN = "iban"
    CARD = "card"
    TAX_ID = "tax_id"


@cache
def lists() -> dict[str, Any]:
    """Return the lists of words, each section a dict of frozen sets."""
    path = Path(__file__).parent / "lists" / "personal_data.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def words(section: str, name: str) -> frozenset[str]:
    """Return the words of one list as they are written there."""
    return frozenset(lists()[section][name].split())


def plain(text: str) -> str:
    """Return `text` with wide digits, odd blanks and dashes as the plain ones, offsets kept.

    >>> plain("３４７\\u00a0123")
    '347 123'
    """
    return text.translate(_PLAIN) if not (text.isascii() or _UNPLAIN.isdisjoint(text)) else text


def said(text: str, start: int) -> frozenset[Said]:
    """Return what the word before `text[start:]` says that the number there is.

    Only small words and signs may stand between ("ordine n. 123", "cell. è il 123"); a full stop, a question mark
    or another number ends the search.
    Cost     2 µs; at most 48 characters are looked at.

    >>> sorted(said("il mio ordine n. 12345678", 17)), sorted(said("l'ordine? chiamatemi al 12345678", 24))
    ([<Said.ORDER: 'order'>], [<Said.PHONE: 'phone'>])
    """
    told, capitals, filler = _told()
    low = max(0, start - _REACH)
    before: list[str] = []
    gap_from = low
    for match in _WORD.finditer(text, low, start):
        if _breaks(text[gap_from : match.start()]):
            before.clear()
        before.append(match[0])
        gap_from = match.end()
    if _breaks(text[gap_from:start]):
        return frozenset()
    while before:
        last = before[-1].rstrip(":")
        if last in capitals:
            return frozenset({Said.TAX_ID})
        for length in (4, 3, 2, 1):
            phrase = " ".join(before[-length:]).rstrip(":").casefold()
            if found := told.get(phrase):
                return found
        if last.casefold().rstrip(".") not in filler:
            # "codice cliente.it" and the last word of an earlier sentence announce nothing.
            return told.get(last.casefold().partition("'")[2], frozenset())
        before.pop()
    return frozenset()


def is_amount(text: str, start: int, end: int) -> bool:
    """Return whether `text[start:end]` is counted or paid: a sign of money before, a unit after.

    >>> is_amount("per 3331234567 euro", 4, 14), is_amount("al 3331234567 ore pasti", 3, 13)
    (True, False)
    """
    if text[max(0, start - 2) : start].strip()[-1:] in {"€", "$", "£", "¥", "#"}:
        return True
    after = _AFTER.match(text, end, end + 16)
    return after is not None and after[1].casefold() in _units()


def _breaks(gap: str) -> bool:
    return any(sign.isdigit() or sign in "!?;\n" for sign in gap) or ". " in gap or ", " in gap


@cache
def _units() -> frozenset[str]:
    return words("phone", "units")


@cache
def _told() -> tuple[dict[str, frozenset[Said]], frozenset[str], frozenset[str]]:
    told: dict[str, set[Said]] = defaultdict(set)
    for what in Said:
        for line in lists()[what]["announces"].splitlines():
            for phrase in _phrases(line):
                told[phrase].add(what)
    capitals = frozenset(lists()["tax_id"]["announces_in_capitals"].split())
    return {phrase: frozenset(said) for phrase, said in told.items()}, capitals, frozenset(lists()["filler"].split())


def _phrases(line: str) -> list[str]:
    return [phrase.strip().casefold() for phrase in line.split(",") if phrase.strip()]
