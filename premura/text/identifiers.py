"""Numbers that name a person, a firm, an account or a card, found by their form and proved by their check digits."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from premura.text.announce import Said, said
from premura.text.telephone import Stretch

_IBAN = re.compile(r"(?<![A-Za-z0-9])(?:iban)?([A-Z]{2})[ .\-_]{0,2}(?=[0-9][ .\-_]{0,2}[0-9])", re.I)
_SEPARATORS = frozenset(" .-_/:\u200b\u2060\ufeff")
_MOST_BETWEEN = 3

_S = r"[ .\-/_]{0,2}+"
_D = r"[0-9L-NP-V]"  # a digit, or the letter that stands for it where two people would share a code
_CODICE_FISCALE = re.compile(
    rf"(?<![A-Za-z0-9])(?:c\.?f\.?:?)??"
    rf"([A-Z](?:{_S}[A-Z]){{5}}{_S}{_D}{_S}{_D}{_S}[ABCDEHLMPRST]{_S}{_D}{_S}{_D}"
    rf"{_S}[A-Z]{_S}{_D}{_S}{_D}{_S}{_D}{_S}[A-Z])(?![A-Za-z0-9])",
    re.I,
)
_NO_LETTER_OR_DIGIT = re.compile(r"[\W_]+")

_FOREIGN = re.compile(
    r"(?<![\w.,/@#-])(?:"
    r"(?P<es_dni>\d{2}[. ]?\d{3}[. ]?\d{3}[ -]?[A-HJ-NP-TV-Za-hj-np-tv-z])"
    r"|(?P<es_nie>[XYZxyz][ -]?\d[.]?\d{3}[.]?\d{3}[ -]?[A-Za-z])"
    r"|(?P<es_cif>[ABCDEFGHJNPQRSUVWabcdefghjnpqrsuvw][ -]?\d{7}[ -]?[0-9A-Ja-j])"
    r"|(?P<br_cpf>\d{3}\.\d{3}\.\d{3}-\d{2})"
    r"|(?P<br_cnpj>\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2})"
    r"|(?P<us_ssn>\d{3}-\d{2}-\d{4})"
    r"|(?P<nino>[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?P<gap> ?)\d{2}(?P=gap)\d{2}(?P=gap)\d{2}(?P=gap)[A-D])"
    r"|(?P<fr_nir>[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-4]\d) ?(?:\d{2}|2[ABab]) ?\d{3} ?\d{3} ?\d{2})"
    r"|(?P<ch_ssn>756[. ]\d{4}[. ]\d{4}[. ]\d{2})"
    r"|(?P<be_nn>\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2})"
    r"|(?P<de_idnr>[1-9]\d \d{3} \d{3} \d{3})"
    r"|(?P<in__gstin>\d{2}[A-Z]{5}\d{4}[A-Z]\d[A-Z][A-Z\d])"
    r"|(?P<in__pan>[A-Z]{3}[PCHFATBLJG][A-Z]\d{4}[A-Z])"
    r"|(?P<ch_vat>CHE-?\d{3}\.?\d{3}\.?\d{3}(?: (?:MWST|TVA|IVA))?)"
    r"|(?P<vat>(?:AT ?U|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK)"
    r" ?[0-9A-Z]{0,2}[ .]?\d[\d .]{4,11}\d[A-Z]?(?:B\d\d)?)"
    r")(?![\w@]|[.,-]\d)"
)
_BARE = (("br", "cpf"), ("ro", "cnp"), ("fr", "nir"), ("br", "cnpj"))
_BARE_LENGTHS = frozenset({11, 13, 14, 15})
_ANNOUNCED = re.compile(
    r"(?<![\w.])(?:(?-i:[A-Z]{1,3}[ .-]?){1,2}|[a-z]{1,3}(?=\d))?"
    r"\d[\dA-Z]*+(?:[ .\-/]{1,2}\d[\dA-Z]*+)*+(?:[ .-]?[A-Z](?!\w))?",
    re.I,
)
_ISSUERS = frozenset({*range(40, 60), 60, 62, 63, 64, 65, 67})
_COUNTED = re.compile(r"(?:\b(?:n|nr|num|numero|no|number|nummer)\W{0,3}|[#°º] ?)\Z", re.I)
_LEAST_ANNOUNCED = 6
_MOST_ANNOUNCED = 16
_TAX_WORDS = re.compile(
    r"(?<![^\W\d_])(?:ahv|avs|bsn|cif|cnpj?|cpf|cui|dni|gstin|insee|insurance|n\.?i\.?|nhs|nie|ni[fnp]|nino"
    r"|nipc|nir|pan|pesel|ppsn?|sociale?|social|sécu|security|sire[nt]|ssn|steuer[\w-]*|tax|tin|tva|ust[\w-]*|utr|vat|btw\w*|mwst)(?![^\W\d_])",
    re.I,
)


def ibans(text: str) -> Iterator[tuple[int, int]]:
    """Yield every IBAN, of whatever country, length and spacing.

    Takes    the text; blanks, dots and dashes between the characters, small letters, and "IBAN" glued to it are fine.
    Cost     1 µs for a text without two letters before two digits.
    Source   ISO 13616-1: length and form by country (python-stdnum's registry), remainder 1 modulo 97.
    Misses   a mistyped one, unless "IBAN" or "conto" stands before it.
    """
    taken = 0
    for match in _IBAN.finditer(text):
        form = _iban_form(match[1].upper())
        if form is None or match.start(1) < taken:
            continue
        length, pattern = form
        end, compact = _walk(text, match.start(1), length)
        if not pattern.fullmatch(compact):
            continue
        if _remainder(compact) == 1 or (Said.IBAN in said(text, match.start(1)) and not text[end : end + 1].isalnum()):
            taken = end
            yield match.start(1), end


def _walk(text: str, start: int, length: int) -> tuple[int, str]:
    """Return where `length` letters and digits from `start` end, and themselves, in capitals."""
    taken: list[str] = []
    at, between = start, 0
    while at < len(text) and len(taken) < length:
        sign = text[at]
        if sign.isascii() and sign.isalnum():
            taken.append(sign)
            between = 0
        elif sign in _SEPARATORS and between < _MOST_BETWEEN:
            between += 1
        else:
            break
        at += 1
    return at, "".join(taken).upper()


def _remainder(compact: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97


@cache
def _iban_form(country: str) -> tuple[int, re.Pattern[str]] | None:
    from stdnum import numdb

    found = numdb.get("iban").info(country + "00")[0]
    structure = found[1].get("bban") if found[0] == country else None
    if not structure:
        return None
    parts = re.findall(r"(\d+)!([nac])", structure)
    signs = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
    body = "".join(f"{signs[kind]}{{{count}}}" for count, kind in parts)
    return 4 + sum(int(count) for count, _ in parts), re.compile(rf"{country}[0-9][0-9]{body}")


def codici_fiscali(text: str) -> Iterator[tuple[int, int]]:
    """Yield every Italian codice fiscale of a person.

    Takes    the text; small letters, blanks, and letters for digits (omocodia) are fine.
    Source   DM 23 December 1976, articles 2 to 10; check letter by python-stdnum.
    Returns  in one piece it is told by its form even when the check letter is wrong: the name and the day of birth
             stand in it all the same.  In pieces, or with letters for digits, the check letter must be right.
    """
    from stdnum.it import codicefiscale

    for match in _CODICE_FISCALE.finditer(text):
        compact = _NO_LETTER_OR_DIGIT.sub("", match[1]).upper()
        in_one_piece = len(compact) == len(match[1]) and (compact[6:8] + compact[9:11] + compact[12:15]).isdigit()
        if codicefiscale.is_valid(compact) or (in_one_piece and 0 < int(compact[9:11]) % 40 < 32):
            yield match.span(1)


def is_partita_iva(stretch: Stretch) -> bool:
    """Return whether eleven digits are a partita IVA.

    Returns  True for right check digits and an office that exists (one of a thousand numbers has both),
             unless the word before says order or telephone; True for any eleven that are called partita IVA.
    """
    from stdnum.it import iva

    if len(stretch.digits) != 11 or len(stretch.groups) > 5 or stretch.written[0] in "+(":
        return False
    if Said.PARTITA_IVA in stretch.said and (stretch.alone or stretch.free):
        return True
    if not iva.is_valid(stretch.digits) or stretch.has_date or min(stretch.shape) < 2:
        return False
    is_order = Said.INVOICE not in stretch.said or _COUNTED.search(
        stretch.text, max(0, stretch.start - 10), stretch.start
    )
    other = Said.PHONE in stretch.said or (Said.ORDER in stretch.said and is_order)
    return not other and (stretch.alone or stretch.free)


def is_card(stretch: Stretch) -> bool:
    """Return whether the digits are a payment card: issuer, length, grouping and check digit.

    Source   ISO/IEC 7812-1 annex B (Luhn); issuers' ranges as published.
    Misses   Visa of 13 and Maestro of 12 to 19 digits without a word for a card before them.
    """
    digits, shape = stretch.digits, stretch.shape
    if not 12 <= len(digits) <= 19 or stretch.written[0] in "+(" or not (stretch.alone or stretch.free):
        return False
    called = Said.CARD in stretch.said
    if not (called or _is_usual_card(digits)) or (Said.ORDER in stretch.said and not called):
        return False
    return (len(shape) == 1 or min(shape[:-1]) > 2 or called) and _has_check_digit(digits)


def _is_usual_card(digits: str) -> bool:
    two, four = int(digits[:2]), int(digits[:4])
    match len(digits):
        case 16:
            return two in _ISSUERS or 2221 <= four <= 2720 or 3528 <= four <= 3589
        case 15:
            return two in {34, 37}
        case 14:
            return two in {36, 38, 39} or 3000 <= four <= 3059
        case _:
            return False


def _has_check_digit(digits: str) -> bool:
    plain = sum(map(int, digits[-1::-2]))
    doubled = sum(n * 2 - 9 if n > 4 else n * 2 for n in map(int, digits[-2::-2]))
    return (plain + doubled) % 10 == 0


def is_foreign(stretch: Stretch) -> bool:
    """Return whether bare digits are a number that another country gave a person or a firm, by two check digits."""
    if len(stretch.digits) not in _BARE_LENGTHS or len(stretch.groups) > 1 or stretch.said - {Said.TAX_ID}:
        return False
    return (stretch.alone or stretch.free) and any(_holds(f"{cc}_{name}", stretch.digits) for cc, name in _BARE)


def foreign(text: str) -> Iterator[tuple[int, int]]:
    """Yield the tax, social security and VAT numbers of other countries: by their form, or by the name before them.

    Source   check digits: python-stdnum.
    Misses   bare digits that no word announces and one check digit only proves (Steuer-ID, PESEL, NIF of Portugal).
    """
    for match in _FOREIGN.finditer(text):
        kind = str(match.lastgroup if match.lastgroup != "gap" else "nino")
        told = said(text, match.start())
        if kind in {"in__pan", "es_cif"} and not _TAX_WORDS.search(text, max(0, match.start() - 40), match.start()):
            continue
        if Said.ORDER not in told and Said.PHONE not in told and _holds(kind, match[0]):
            yield match.span()
    for word in _TAX_WORDS.finditer(text):
        number = _ANNOUNCED.search(text, word.end(), word.end() + 48)
        if number is None or Said.TAX_ID not in said(text, number.start()):
            continue
        if _LEAST_ANNOUNCED <= sum(sign.isdigit() for sign in number[0]) <= _MOST_ANNOUNCED:
            yield number.span()


def _holds(kind: str, number: str) -> bool:
    """Return whether the check digits hold (or the form alone, where a number has none)."""
    if kind in {"nino", "in__gstin", "in__pan"}:
        return number[:2] not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}
    if kind == "vat":
        return _is_vat(number)
    if kind == "us_ssn":
        area, group, serial = number.split("-")
        return area not in {"000", "666"} and area < "900" and group != "00" and serial != "0000"
    return _validator(kind)(number)


def _is_vat(number: str) -> bool:
    from stdnum.eu import vat
    from stdnum.gb import vat as british

    return bool(british.is_valid(number) if number.startswith("GB") else vat.is_valid(number))


@cache
def _validator(kind: str) -> Callable[[str], bool]:
    from stdnum.util import get_cc_module

    country, name = kind.split("_")
    module = get_cc_module(country, name)
    if module is None:
        raise LookupError(f"python-stdnum has no {country}.{name}")
    return module.is_valid
