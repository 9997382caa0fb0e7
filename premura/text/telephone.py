"""Is this run of digits somebody's telephone?  The form decides first; the numbering plans are asked last."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from premura.text.announce import Said, is_amount, said

# Invisible marks (a number copied from a phone's contacts comes wrapped in them) count as no separator at all.
_JOIN = r"[ .\-/()_\ufe0f\u20e3\u200b-\u200f\u202a-\u202e\u2060]"
_RUN = re.compile(rf"(?:\+[ (]{{0,2}}|\([ +]{{0,2}})?\d++(?:{_JOIN}{{1,4}}+\+?\d++)*+")
_INVISIBLE = re.compile("[\ufe0f\u20e3\u200b-\u200f\u202a-\u202e\u2060]+")
_GROUP = re.compile(r"\d+")
_MOST_GROUPS = 16
_MOST_DIGITS = 19
_WORD_BEFORE = re.compile(r"[^\W\d_]+\Z")
_GLUED = frozenset(
    {"tel", "cell", "cel", "telefono", "cellulare", "wa", "whatsapp", "iva", "piva", "it", "al", "n", "nr", "numero"}
)

_DATE = re.compile(
    r"(?<!\d)(?:(?:0?[1-9]|[12]\d|3[01])(?P<s>[./-])(?:0?[1-9]|1[0-2])(?P=s)(?:(?:19|20)\d\d|\d\d)"
    r"|(?:19|20)\d\d(?P<t>[./-])(?:0[1-9]|1[0-2])(?P=t)(?:0[1-9]|[12]\d|3[01]))(?![./-]?\d)"
)
_MOBILE = re.compile(r"3[1-9]\d{8}")  # Italian, of ten digits
_OLD_MOBILE = re.compile(r"3[2-9]\d{7}")  # and of nine
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([. ])\d{3})(?:\1\d{3})+")
_AMERICAN = re.compile(r"(?:1[ .-])?(?:\([2-9][0-8]\d\) ?|[2-9][0-8]\d[.-])[2-9]\d\d[ .-]\d{4}")
_AMERICAN_FREE = re.compile(r"(?:1[ .-])?\(?(?:8(?:00|33|44|55|66|77|88)|900)")
_BRITISH_MOBILE = re.compile(r"07[1-57-9]\d{8}")
_GERMAN_MOBILE = re.compile(r"01[567]\d{8,9}")
_FRENCH = re.compile(r"0[1-79](?:([ .-])\d\d)(?:\1\d\d){3}")
_SPANISH = re.compile(r"[679]\d\d([ .-])\d\d\1\d\d\1\d\d")
_BRAZILIAN = re.compile(r"\(\d\d\) ?(?:9[ .]?)?\d{4}[- .]\d{4}")
_COUNTRIES = ("IT", "GB", "US", "FR", "DE", "ES", "PT", "BR", "CH", "AT", "BE", "NL", "PL", "RO")


@dataclass(frozen=True)
class Stretch:
    """Some neighbouring groups of digits of one run, `text[start:end]`."""

    text: str
    start: int
    end: int
    groups: tuple[str, ...]
    alone: bool  # nothing else stands in its run
    free: bool  # what stands beside it in the run is parted from it by a blank at least
    far: bool  # … and by more than one blank

    @cached_property
    def digits(self) -> str:
        return "".join(self.groups)

    @cached_property
    def written(self) -> str:
        return _INVISIBLE.sub("", self.text[self.start : self.end])

    @cached_property
    def shape(self) -> tuple[int, ...]:
        return tuple(map(len, self.groups))

    @cached_property
    def said(self) -> frozenset[Said]:
        return said(self.text, self.start)

    @property
    def has_date(self) -> bool:
        return len(self.groups) > 2 and _DATE.search(self.written) is not None

    @property
    def is_bare(self) -> bool:
        return len(self.groups) == 1 and self.written[0] != "+"


def stretches(text: str) -> Iterator[Iterator[Stretch]]:
    """Yield, for each place in `text` where a number of 8 to 19 digits may begin, its candidates, the longest first.

    Who takes one passes over the candidates that begin before its end.
    """
    for run in _RUN.finditer(text):
        groups = [(m.start(), m.end()) for m in _GROUP.finditer(text, run.start(), run.end())]
        if sum(end - start for start, end in groups) < 8 or not _stands(text, run.start(), run.end()):
            continue
        for first in range(len(groups)):
            yield _from(text, run.start(), run.end(), groups, first)


def _from(text: str, low: int, high: int, groups: list[tuple[int, int]], first: int) -> Iterator[Stretch]:
    start = low if first == 0 else _opening(text, groups[first - 1][1], groups[first][0])
    left = "" if first == 0 else text[groups[first - 1][1] : start]
    candidates: list[Stretch] = []
    digits = longest = 0
    for last in range(first, min(first + _MOST_GROUPS, len(groups))):
        end = groups[last][1]
        length = end - groups[last][0]
        digits, longest = digits + length, max(longest, length)
        if digits > _MOST_DIGITS or (last > first and "+" in text[groups[last - 1][1] : groups[last][0]]):
            break
        # A slice of a long row of small numbers is none; to ask about each would take seconds.
        if digits < 8 or (longest < 3 and len(groups) > 2 * _MOST_GROUPS):
            continue
        right = "" if end == high else text[end : groups[last + 1][0]].rstrip("+(")
        edges = [gap for gap in (left, right) if gap]
        if last > first and text[groups[first][1] : groups[first + 1][0]] in edges and longest < 3:
            continue  # a draw (04 - 11 - 28 - 33 - 47 - 52) goes on as it began
        free, far = all(" " in gap for gap in edges), all(len(gap) > 1 and " " in gap for gap in edges)
        begin = start
        # A bracket opened before the number and closed behind it is no part of it.
        while begin < groups[first][0] and (text[begin] == " " or (text[begin] == "(" and ")" not in text[begin:end])):
            begin += 1
        if not free and text[begin] not in "+(":
            continue
        inner = tuple(text[a:b] for a, b in groups[first : last + 1])
        candidates.append(Stretch(text, begin, end, inner, not edges, free, far))
    return reversed(candidates)


def _opening(text: str, low: int, first: int) -> int:
    """Return where a number begins whose first digit is at `first`: at its "+" or bracket, if it has one."""
    start = first
    while start > low and text[start - 1] in "+(":
        start -= 1
    return start


def _stands(text: str, start: int, end: int) -> bool:
    """Return whether the run is no part of a word, a tag or a decimal."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before and (before in "#@_&=$€£" or (before in ".,:" and text[start - 2 : start - 1].isdigit())):
        return False
    if before.isalpha():
        word = _WORD_BEFORE.search(text, max(0, start - 12), start)
        if word is None or word[0].casefold() not in _GLUED:
            return False
    if after.isalpha() or after == "_":
        return text[end : end + 3].isalpha() and text[end : end + 3].islower()
    return not (after in {",", ":"} and text[end + 1 : end + 2].isdigit() and end - start < 12)


def is_phone(stretch: Stretch, country: str) -> bool:
    """Return whether `stretch` is a person's telephone, as written in `country` or unmistakable anywhere.

    Returns  False for what belongs to firms by its range: toll-free, shared cost, premium, short.
    Cost     about 5 µs; 80 µs more the first time that a plan must be asked about a number.
    Source   numbering plans: the phonenumbers package; Italian mobiles by their form.
    Misses   numbers without area code; national numbers of a country that nothing points to.
    """
    written, digits = stretch.written, stretch.digits
    if len(digits) > 16 or is_amount(stretch.text, stretch.start, stretch.end):
        return False
    if not (stretch.alone or _stands_out(stretch)) or stretch.has_date:
        return False
    if written[0] == "+" or written[:2] == "(+":
        return _is_international(digits, len(stretch.groups) > 1 or Said.PHONE in stretch.said) or _is_spelled_abroad(
            stretch
        )
    if digits.startswith("00"):
        return Said.ORDER not in stretch.said and _is_international(digits[2:], len(stretch.groups) > 1)
    announced = Said.PHONE in stretch.said
    if Said.ORDER in stretch.said and (stretch.is_bare or not _MOBILE.fullmatch(digits)):
        return False
    if announced:
        return _is_announced(stretch, country)
    return _is_italian(stretch) or _is_unmistakable(stretch) or _is_of(stretch, country)


def _stands_out(stretch: Stretch) -> bool:
    """Return whether a part of a run is a number of its own, and not a slice of a longer one."""
    if stretch.far or stretch.written[0] in "+(":
        return stretch.free or stretch.written[0] in "+("
    if not stretch.free:
        return False
    return len(stretch.groups) == 1 or stretch.shape in {(3, 7), (3, 6), (3, 3, 4)}


def _is_italian(stretch: Stretch) -> bool:
    digits, shape, written = stretch.digits, stretch.shape, stretch.written
    if _MOBILE.fullmatch(digits):
        # Pairs alone (34 71 23 45 67) are as often scores or draws; announced, they are taken too.
        return _is_spaced_like_a_phone(shape) and (shape[0] > 2 or len(shape) == 10)
    if _OLD_MOBILE.fullmatch(digits):
        return shape[0] in {3, 4} and len(shape) > 1 and not _THOUSANDS.fullmatch(written)
    if digits.startswith("39") and _MOBILE.fullmatch(digits[2:]):
        return shape[0] in {2, 5, 12}
    return _is_landline(stretch)


def _is_landline(stretch: Stretch) -> bool:
    digits, shape = stretch.digits, stretch.shape
    if digits[0] != "0" or not 9 <= len(digits) <= 11 - (len(shape) == 1):
        return len(digits) == 8 and digits[0] == "0" and shape in {(2, 6), (2, 3, 3)} and _is_valid(digits, "IT")
    if shape[0] < 2 or min(shape) < 2 or _is_a_ladder(stretch):
        return False
    return _is_valid(digits, "IT")


def _is_unmistakable(stretch: Stretch) -> bool:
    """Return whether the way of writing alone says which country's telephone it is."""
    written, digits = stretch.written, stretch.digits
    if _AMERICAN.fullmatch(written):
        return not _AMERICAN_FREE.match(written)
    if _FRENCH.fullmatch(written):
        return True
    if _BRITISH_MOBILE.fullmatch(digits) or _GERMAN_MOBILE.fullmatch(digits):
        return _is_spaced_like_a_phone(stretch.shape)
    if digits.startswith("0") and len(stretch.groups) > 1 and 10 <= len(digits) <= 12 and stretch.shape[0] > 2:
        return min(stretch.shape) > 1 and any(_is_valid(digits, other) for other in ("GB", "DE"))
    return bool(_SPANISH.fullmatch(written) or _BRAZILIAN.fullmatch(written))


def _is_of(stretch: Stretch, country: str) -> bool:
    """Return whether it is a number of `country`, whose plan needs no other sign (Italy has its own rules)."""
    if country == "IT" or not 9 <= len(stretch.digits) <= 12 or not _is_spaced_like_a_phone(stretch.shape):
        return False
    return _is_valid(stretch.digits, country)


def _is_announced(stretch: Stretch, country: str) -> bool:
    digits = stretch.digits
    if min(stretch.shape) < 2 and not _is_spaced_like_a_phone(stretch.shape):
        return False
    if _AMERICAN.fullmatch(stretch.written):
        return not _AMERICAN_FREE.match(stretch.written)
    if _BRITISH_MOBILE.fullmatch(digits):
        return True
    home = (country, *(other for other in _COUNTRIES if other != country))
    if not any(_is_reserved_for_firms(digits, other) for other in home[:1]):
        return any(_is_valid(digits, other) for other in home) or _is_international(digits, False)
    return False


def _is_spaced_like_a_phone(shape: tuple[int, ...]) -> bool:
    """Return whether digits stand in groups as people tap them: few groups, or each digit alone."""
    return (len(shape) <= 6 and (len(shape) == 1 or max(shape[0], shape[-1]) > 1)) or set(shape[1:]) == {1}


def _is_a_ladder(stretch: Stretch) -> bool:
    """Return whether the digits only count up (0123456789) or repeat: what a form is filled with."""
    return stretch.digits in "01234567890123456789" or len(set(stretch.digits)) < 3


def _is_international(digits: str, looks_like_one: bool) -> bool:
    if digits.startswith("39") and _MOBILE.fullmatch(digits[2:]):
        return True
    return _plan("+" + digits.replace("(0)", ""), None, looks_like_one)


def _is_spelled_abroad(stretch: Stretch) -> bool:
    """Return whether it has a country's code and groups as a telephone's: plans change, and people keep old numbers."""
    known = stretch.shape[0] <= 3 and len(stretch.groups) > 2 and not stretch.digits.endswith("000")
    if not known or not 10 <= len(stretch.digits) <= 15 or not _has_country(stretch.groups[0]):
        return False
    return not _is_reserved_for_firms("+" + stretch.digits, "IT")


@cache
def _has_country(code: str) -> bool:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    return int(code) in COUNTRY_CODE_TO_REGION_CODE and int(code) not in {800, 808, 870, 878, 881, 882, 883, 888, 979}


def _is_valid(digits: str, country: str) -> bool:
    return _plan(digits, country, False)


@lru_cache(4096)
def _plan(digits: str, country: str | None, possible_is_enough: bool) -> bool:
    """Ask the numbering plan.  Films and books have ranges of their own: possible there, never valid."""
    import phonenumbers
    from phonenumbers import PhoneNumberType as Type

    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return False
    if not phonenumbers.is_valid_number(number):
        return possible_is_enough and phonenumbers.is_possible_number(number) and len(digits) > 9
    kind = phonenumbers.number_type(number)
    return kind in {Type.FIXED_LINE, Type.MOBILE, Type.FIXED_LINE_OR_MOBILE, Type.VOIP}


@lru_cache(4096)
def _is_reserved_for_firms(digits: str, country: str) -> bool:
    import phonenumbers
    from phonenumbers import PhoneNumberType as Type

    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return True
    return phonenumbers.number_type(number) in {
        Type.TOLL_FREE,
        Type.PREMIUM_RATE,
        Type.SHARED_COST,
        Type.UAN,
        Type.PERSONAL_NUMBER,
    }
