"""Which amounts of money a text names, in figures and in words, in whatever currency.

Nothing is exchanged: "£200", "CHF 200" and "duecento euro" are all 200.  Numbers in words are read in Italian, English,
Spanish, French, German and Portuguese.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from unicodedata import normalize

_NUMBER = (
    r"(?:\d{1,3}(?:[.\s]\d{3})+(?:,\d{1,2})?|\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:['’]\d{3})+(?:[.,]\d{1,2})?"
    r"|\d+(?:[.,]\d{1,2})?)"
)
_SIGN = r"[€£$¥]"
_CODE = r"(?:eur|chf|usd|gbp|jpy|aud|cad|sek|nok|dkk|pln|brl)"
_NAME = (
    r"(?:euros?|euri|€uros?|franchi|francs?|franken|francos|sterline|pounds?|quid|doll[ao]ri?|dollars?|dolar(?:es)?|bucks"
    r"|reais|pesos|yen)"
)
_AFTER = rf"(?:{_SIGN}|(?:{_CODE}|{_NAME})\b|s?fr\b\.?)"
# Without its point "Fr" is also a Friday: "Mo-Fr 9-13", "Fr 18 Uhr".
_FR = (
    r"s?fr\.|sfr|(?<![-–+/&])fr(?!\s?\d{1,2}(?:\.(?:(?:0?[1-9]|1[0-2])\.|\s?(?:jan|feb|mar|apr|mai|jun|jul|aug|sep|okt"
    r"|nov|dez))|(?:[.:]\d\d)?(?:\s?[-–]\s?\d|\s?(?:h|uhr|bis)\b)))"
)
_BEFORE = rf"(?:{_SIGN}|\b(?:{_CODE}|euros?|{_FR})(?![^\W\d_]))"
_HALF_MORE = r"(?:e|y|et|und|and a) (?:mezz[oa]|medio|demi|halb|half)\b"
# A bare "m" is metres but for "£2m" and "2m euro"; "mio" is German, or "my" in Italian.
_SCALE = (
    r"(?:\s?(?P<{0}>k|mila|mil|mille|thousand|tausend|grand|milion[ei]|millions?|millones|milhoes|millionen"
    rf"|miliard[oi]|milliards?|milliarden?|billions?|mln|mld|mrd|bln|bn|mio(?=\.|\s?{_AFTER})"
    rf"|(?<=\d)[mb](?!\s?{_AFTER}\s?\d))\b(?P<{{0}}_half>\s{_HALF_MORE})?)?"
).replace("{{0}}", "{0}")
_OF = r"(?:di |de |d['’ ])?"
_CLOSED = rf"(?:\)(?!\s?{_AFTER}\s?\d))?"  # "duecento (200) euro"; but "vino (2) € 30"
_IN_FIGURES = re.compile(
    rf"(?:(?P<kilo>\bk)(?:{_SIGN}|{_CODE}(?![^\W\d_]))|{_BEFORE})\s?(?P<first>{_NUMBER})(?![\d.,]*\d)"
    rf"{_SCALE.replace('{0}', 'of_first')}"
    rf"|(?<![\d.,])(?<!\d['’])(?P<last>{_NUMBER})(?:,-+)?{_SCALE.replace('{0}', 'of_last')}(?:(?<=l[nd]|io|rd)\.)?"
    rf"{_CLOSED}\s?{_OF}{_AFTER}"
    rf"|(?<![\w.,])(?P<bare>\d+(?:[.,]\d)?)\s?(?P<of_bare>k|grand)\b"
    r"|(?P<half>\bhalf )?\ba (?P<grand>grand)\b(?!\s(?!(?:for|to|back|in|off|and|as|on|today|by)\b)[a-z])"
)
# What says that "10k" is run, not paid.
_RACE_BEFORE = re.compile(
    r"\b(?:(?:la|una|un[ae] mezza|(?:al|dal|del|nel|sul)la|une)\s|km\.?\s?"
    r"|(?:corr(?:o|i|e|ere|iamo|ono)|correr|courir|laufen?|run|ran|running)\s(?:(?:the|a|un|una|i|le|les|los|die)\s)?)\Z"
)
_RACE_AFTER = re.compile(
    r"\s?(?:di |of |de )?(?:kms?|chilometri|kilomet\w*|met(?:ri|ers|res)|miles|corsa|gara|gare|run|runs|race|races"
    r"|runners?|lauf|carrera|corrida|passi|steps)\b"
)
_CUP = re.compile(r"E(?:uro|URO)\s?(?:199[6-9]|20[0-3]\d|2040)")
_PRICE = re.compile(
    r"\b(?:rimbors|restitu|rend|rid[aio]|diamo|do\b|dare\b|dar[oò]|riconosc|offr|scont|buono|accredit|bonific|vers[aio]"
    r"|pag[aoh]|cost|prezz|import[oi]|total|somm|fattur|scontrin|spes[aoei]\b|conto|addebit|valore|incass"
    r"|refund|reimburs|repa[iy]|pay|paid|price|amount|sum\b|credit|charge|discount|voucher|worth|giv|owe|reembols|devolv"
    r"|devuelv|precio|preco|rembours|prix|montant|remise|desc[ou]|erstatt|zahl|bezahl|kost|preis|betrag|rabatt|gutsch"
    r"|wert\b|summe)"
)
_AROUND = 60  # characters in which something says what a number is
_WORD = re.compile(r"[^\W\d_]+")
_NEXT = re.compile(
    rf"(?:/00)?(?:\s(?P<scale>mln|mld|mrd|bln|bn|mio)\b\.?)?{_CLOSED}\s{{0,3}}{_OF}{_AFTER}|\s(?P<grand>grand)\b"
)
_OF_FIGURE = re.compile(r"\d\s?\Z")
_LAST = re.compile(rf"(?<!\d)(?<!\d\s){_BEFORE}\s?\Z")
_GAP = re.compile(r"\s?-\s?|\s{1,3}")
_AND = frozenset(["e", "and", "und", "y", "et"])
_ONE = frozenset(["a", "un", "una"])
_GO_ON = frozenset(["di", "of", "de", "a"])  # after these words: "un paio di centinaia", "half a million"
_LINKED = frozenset(
    ["paio", "couple", "paar", "half", "centinaio", "centinaia", "migliaio", "migliaia", "hundreds", "thousands"]
)
_REACH = 12  # characters before a number in which its currency stands
_THOUSAND, _MILLION, _BILLION = 1_000, 1_000_000, 1_000_000_000
_HALF = -2  # stands for a half among the parts of a number
_MULTIPLIES = frozenset([100, _THOUSAND, _MILLION, _BILLION])
_MOST_PARTS = 40  # of a number that may be the first of two
_LONGEST = 60  # letters of a number in one word
_LETTERS = {"k": _THOUSAND, "grand": _THOUSAND, "m": _MILLION, "b": _BILLION}
_CURRENCIES = {
    "£": "£ sterline pounds pound quid", "$": "$ dollari dollaro dollars dollar dolar dolares dollori bucks",
    "¥": "¥ yen", "CHF": "franchi francs franc franken francos fr sfr", "BRL": "reais", "pesos": "pesos",
}  # fmt: skip
_CURRENCY_OF = {word: currency for currency, words in _CURRENCIES.items() for word in words.split()}
_IN_CURRENCY = re.compile(rf"[£$¥]|k?(?P<code>{_CODE})(?![^\W\d_])|{_NAME}|s?fr(?![^\W\d_])")

# Each line: what the words are worth, from its first number on, in steps.
_ROWS = """
1 0 un una uno one ein eine einen une um uma
2 1 due tre quattro cinque sei sette otto nove dieci
11 1 undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove
2 1 two three four five six seven eight nine ten
11 1 eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
2 1 dos tres cuatro cinco seis siete ocho nueve diez
11 1 once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve
2 1 deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize
2 1 zwei drei vier funf sechs sieben acht neun zehn
11 1 elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn
2 1 dois tres quatro cinco seis sete oito nove dez
11 1 onze doze treze catorze quinze dezesseis dezessete dezoito dezenove
20 10 venti trenta quaranta cinquanta sessanta settanta ottanta novanta
20 10 vent trent quarant cinquant sessant settant ottant novant
20 10 twenty thirty forty fifty sixty seventy eighty ninety
20 10 veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa
20 10 vingt trente quarante cinquante soixante septante huitante nonante
20 10 zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig
20 10 vinte trinta quarenta cinquenta sessenta setenta oitenta noventa
200 100 doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos
200 100 duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos
"""
_SAME = {
    16: "dezasseis", 17: "dezassete", 19: "dezanove", 20: "veinti vingts", 30: "dreißig",
    0: "und", 2: "duas zwo paio couple paar", _HALF: "mezzo mezza half medio demi halbe halben meio",
    100: "cento cent cents hundred hundreds hundert cien ciento cem centinaio centinaia",
    _THOUSAND: "mille mila migliaio migliaia mil thousand thousands tausend",
    _MILLION: "milione milioni million millions millon millones milhao milhoes millionen mln mio",
    _BILLION: "miliardo miliardi milliard milliards milliarde milliarden billion billions mld mrd bln bn",
}  # fmt: skip


class Amount(NamedTuple):
    """An amount, and where it stands: `text[start:end]`, its currency with it.

    The currency is a sign or a code: "€" where it is euros, or not said.
    """

    start: int
    end: int
    value: Decimal
    currency: str = "€"


def amounts(text: str) -> list[Amount]:
    """Return the amounts that a text names, in reading order.

    Cost     0.2 ms for 500 characters.
    Misses   numbers without a currency, other than "2k" and "a grand"; fractions in words ("un euro e mezzo").

    >>> some = "Le rendiamo 1.250,50 € o duecento euro, £200, CHF 1'200, 2 mila euro, 3k: entro 14 giorni, su una TV 4K"
    >>> [str(amount.value) for amount in amounts(some)]
    ['1250.50', '200', '200', '1200', '2000', '3000']
    """
    bare = _bare(text)
    return sorted([*_in_figures(text, bare), *_in_words(bare)])


def is_number(word: str) -> bool:
    """Whether a word in small letters without accents is a number: "diciotto", "forty", "zweihundert".

    >>> [is_number(word) for word in ("diciotto", "forty", "ettari")]
    [True, True, False]
    """
    return bool(_parts(word))


def _in_figures(text: str, bare: str) -> Iterator[Amount]:
    for found in _IN_FIGURES.finditer(bare):
        if (found["of_bare"] == "k" and _is_run(text, bare, found)) or _is_championship(text, bare, found):
            continue
        written = found["first"] or found["last"] or found["bare"] or "1"
        scale = _scale(found["of_first"] or found["of_last"] or found["of_bare"] or found["grand"] or found["kilo"])
        value = _figure(written) * scale
        if found["of_first_half"] or found["of_last_half"]:
            value += Decimal(scale) / 2
        yield Amount(*found.span(), value / 2 if found["half"] else value, _currency(found[0]))


def _is_run(text: str, bare: str, found: re.Match[str]) -> bool:
    """Whether a bare "10k" is no money: a large K is a screen or a race, and so is what is run."""
    start, end = found.span()
    before = _RACE_BEFORE.search(bare, max(start - _AROUND, 0), start)
    return text[end - 1] == "K" or before is not None or _RACE_AFTER.match(bare, end) is not None


def _is_championship(text: str, bare: str, found: re.Match[str]) -> bool:
    start, end = found.span()
    if not _CUP.fullmatch(text, start, end):
        return False
    return not _PRICE.search(bare, max(start - _AROUND, 0), end + _AROUND)


def _currency(said: str) -> str:
    found = _IN_CURRENCY.search(said)
    if found and found["code"]:
        return "€" if found["code"] == "eur" else found["code"].upper()
    return _CURRENCY_OF.get(found[0], "€") if found else "€"


def _scale(word: str | None) -> int:
    return (_LETTERS.get(word) or _ATOMS[word]) if word else 1


def _figure(written: str) -> Decimal:
    """Read a number as it is written in Italy, England or Basel: a mark before one or two digits is the decimal's."""
    cents = re.search(r"[.,](\d{1,2})$", written)
    whole = written[: cents.start()] if cents else written
    return Decimal(re.sub(r"\D", "", whole) + (f".{cents[1]}" if cents else ""))


def _in_words(bare: str) -> Iterator[Amount]:
    taken = 0
    for start, end, values in _runs(bare):
        if _OF_FIGURE.search(bare, max(start - 2, 0), start):  # the end of "2 mila"
            continue
        after = _NEXT.match(bare, end)
        if values == [_HALF]:  # "prezzo medio euro 20"
            continue
        if after and after["grand"] and values == [1] and bare[start:end] != "one":  # "un grand cru"
            continue
        before = None if after else _LAST.search(bare, max(start - _REACH, taken), start)
        if after:
            taken = after.end()
            value = _value(values) * _scale(after["grand"] or after["scale"])
            yield Amount(start, taken, value, _currency(after[0]))
        elif before:
            yield Amount(before.start(), end, _value(values), _currency(before[0]))


def _runs(bare: str) -> Iterator[tuple[int, int, list[int]]]:
    """Yield where numbers in words begin and end, and what their parts are worth."""
    words = list(_WORD.finditer(bare))
    at = 0
    while at < len(words):
        first, values = words[at], list(_parts(words[at][0]))
        while values and (step := _step(bare, words, at)):
            at += step
            more = _parts(words[at][0])
            if step == 1 and _begins_again(values, more):
                values.clear()
            values += more
        if values:
            yield first.start(), words[at].end(), values
        at += 1


def _step(bare: str, words: Sequence[re.Match[str]], at: int) -> int:
    """Return how many words further a number goes on: 2 over an "and", 3 over "and a"; 0 where it ends."""
    here, *then = (word[0] for word in words[at : at + 3])
    over = 1
    if then and (then[0] in _AND or (here in _LINKED and then[0] in _GO_ON)):
        over = 3 if then[0] in _AND and then[1:] and then[1] in _ONE else 2
    for step in dict.fromkeys((1, min(over, 2), over)):
        some = words[at : at + step + 1]
        near = all(_GAP.fullmatch(bare, one.end(), two.start()) for one, two in pairwise(some))
        parts = _parts(some[-1][0]) if len(some) > step and near else ()
        if parts and (step < 3 or parts == (_HALF,)):
            return step
    return 0


def _begins_again(values: Sequence[int], more: Sequence[int]) -> bool:
    """Whether what follows is no part of the number before it but another: "due-trecento", "un paio", "eine halbe"."""
    if list(values) == [1] and more in ((_HALF,), (2,)):
        return True
    if more[0] in _MULTIPLIES or more[0] == _HALF or (values[-1], more[0]) == (4, 20) or len(values) > _MOST_PARTS:
        return False
    return _value(more) > _value(values)


def _value(values: Sequence[int]) -> Decimal:
    """Add up the parts of a number: 2, 1000, 5, 100 is 2500; but 4, 20 is a French 80."""
    total, here, before = Decimal(0), Decimal(0), 0
    for value in values:
        if value == _HALF:
            here += Decimal(before) / 2 if before >= _THOUSAND else Decimal("0.5")
        elif value >= _THOUSAND:
            # "Mil millones" are a thousand times a million.
            one = Decimal(1)
            total = (total + here or one) * value if total < value else total + (here or one) * value
            here = Decimal(0)
        elif (value == 100 and here) or (value == 20 and before == 4):
            here = here * value if value == 100 else here - before + before * value
        else:
            here += value
        before = value
    return total + here


def _parts(word: str) -> tuple[int, ...]:
    """Return what the parts of a number in one word are worth; () for any other word."""
    values = _split(word) if len(word) <= _LONGEST else None
    return values if values and any(values) else ()


@lru_cache(8192)
def _split(word: str) -> tuple[int, ...] | None:
    """Return the parts of a word that is a number; None where it is none."""
    for length in range(min(len(word), _MOST), 0, -1):
        value = _ATOMS.get(word[:length])
        rest = () if length == len(word) else _split(word[length:]) if value is not None else None
        if value is not None and rest is not None:
            return (value, *rest)
    return None


def _bare(text: str) -> str:
    """Return the text in small letters without accents, in plain figures, as long as it was."""
    if text.isascii():
        return text.lower()
    plain = (normalize("NFKD", char)[0] if char.isalpha() or char.isdecimal() else char for char in text)
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in plain)


def _atoms() -> dict[str, int]:
    found: dict[str, int] = {}
    for row in _ROWS.strip().splitlines():
        first, step, *words = row.split()
        found |= {word: int(first) + int(step) * n for n, word in enumerate(words)}
    return found | {word: value for value, words in _SAME.items() for word in words.split()}


_ATOMS = _atoms()
_MOST = max(map(len, _ATOMS))
