"""Postal addresses: a street with a number, and what stands with it (flat, postcode, town)."""

import re
from collections.abc import Iterator
from functools import cache

from premura.text.announce import lists, words

_NUMBER = (
    r"\d{1,4}(?!\d)(?: ?[/\\-] ?(?:\d{1,3}|[a-z]{1,2})(?!\w)| ?(?:bis|ter)(?!\w)"
    r"|[a-h](?![\w'])| (?-i:[A-DF-H])(?![\w']))?"  # "12 e" goes on with a sentence
)
_SIGN = r"(?:n\.?[°ºro]?\.? ?|nr\.? ?|n° ?|nº ?|num(?:ero|\.)? ?|número ?|civico ?|num ?|# ?)?"
_WORD = r"[^\W\d_][^\W_]*+(?:['’.-][^\W\d_][^\W_]*+)*+[.'’]?"
_MONTH = r"(?=gen|feb|mar|apr|mag|giu|lug|ago|set|ott|nov|dic)"
_NAME = re.compile(
    rf"\s?((?:(?:\d{{1,2}}|[IVXL]{{1,6}})[°º]? (?=[^\W\d_]))?{_WORD}(?: (?:{_WORD}|\d{{1,2}}[°º]? {_MONTH})){{0,5}}?)"
    rf"(?: ?, ?| | ?- )(?:al )?{_SIGN}({_NUMBER})",
    re.I,
)
_AFTER_NUMBER = re.compile(r"[ ]?(?:([^\W\d_]+)|([%€£$°]|[.,:]\d|[/-]\d))")
_FLAT = re.compile(
    r"(?:[ ]?,[ ]?|[ ])(?:int(?:erno)?|scala|sc|piano|pal(?:azzina)?|apt|apto|piso|app|lotto)\.? ?[\w°]{1,4}(?!\w)",
    re.I,
)
_POSTCODE = re.compile(
    r"(?: ?[,;-] ?| | ?\n)\(?(?:cap[ :.]{0,2})?(?:(?:I|D|F|A|CH)-)?"
    r"(?:\d{5}|\d{4}-\d{3}|\d{4} ?[A-Z]{2}|\d{4}|\d{2}-\d{3})(?![\d,.]\d|\d)\)?",
    re.I,
)
_FOREIGN_CODE = re.compile(
    r"(?:,? (?:[A-ZÀ-Þ][\w'’.-]+,? ){1,3}?|,? )"
    r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[\dW] ?[A-Z\d]{4}|[A-Z]{2},? \d{5}(?:-\d{4})?)(?!\w)"
)
_TOWN = re.compile(
    r"(?: ?[,-] ?| )(?:a )?([A-ZÀ-Þ][\w'’-]+"
    r"(?:(?: (?:di|del|della|dei|de|do|da|sul|sull'|in|a|am|im|sur|al|la|d'))? ?[A-ZÀ-Þ][\w'’-]+){0,3})"
)
_SMALL_TOWN = re.compile(r"[ ,]{1,2}([a-zà-ÿ][a-zà-ÿ'’-]{2,})")
_PROVINCE = re.compile(r"[ ,]{1,2}(?:\([A-Za-z]{2}\)|(?:[A-Z]{2})(?!\w))")
_ENGLISH_FLAT = re.compile(r"\b(?:flat|apt\.?|apartment|unit|suite|room) ?\w{1,4}, ?\Z", re.I)
_ENGLISH = (
    r"\d{1,5}[a-z]?(?:[-/]\d{1,4}[a-z]?)?,?( )"
    r"((?:(?:[^\W\d_][\w'’.-]{0,20}|\d{1,3}(?:st|nd|rd|th)) ){1,3}?)(STREETS)(?!\w)"
)
_CUE = re.compile(r"\b(?:at|live|lives|living|address|deliver\w*|to|flat|house|from|is|of|on)\b[^.!?\n]{0,16}\Z", re.I)
_PARTICLE = r"(?:(?:de la|de|des|du|la|le|les|et|en|sur) |(?:de )?[ld]['’] ?){0,2}"
_FRENCH_NAME = re.compile(
    rf" (?:(?i:{_PARTICLE}))([A-Z]\.|[^\W_][\w'’-]*)((?: {_PARTICLE}(?:[A-Z]\.|[A-ZÀ-Þ][\w'’-]*)){{0,4}})"
)
# Looking back behind the first digit, not before it, lets the search run from digit to digit.
_HOUSE = re.compile(r"\d(?<![\d/:€$£#@]\d)(?<!\d[.,-]\d)\d{0,4}(?![\d%€$£°])(?![.,:]\d)")
_YEAR = re.compile(r"\b(?:en|depuis|vers|été|hiver) (?:1[89]|20)\d\d\Z", re.I)
_SMALL_PART = re.compile(r"[A-Za-z]\.|[IVXLivxl]{1,6}")
_COURSE = re.compile(r"(?:di|del|in|su|per) (?!porta|popolo)", re.I)
_AWAY = re.compile(
    r"\b(?:così|cosi|and\w+|vad\w|va|vai|vanno|port\w+|butt\w+|mand\w+|tir\w+|scapp\w+|corr\w+|lev\w+|e)\s\Z", re.I
)
_REACH = 70
_QUOTES = "\"'()[]{}<>«“”»,;:!?.…-"


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield every street with a number, as far as the town that follows it.

    Takes    the text; abbreviations (v.le, c.so, C/, str.), small letters, "n." before the number are fine.
    Returns  stretches from the word for the street (in English and French from the number) to the town, if it is told.
    Cost     under 1 µs without a digit; else 5 to 10 µs for 100 characters.
    Misses   a street without number (which is no personal data), numbers in words, places without a word for street.
    """
    taken = 0
    for number in _HOUSE.finditer(text):
        if number.start() < taken:
            continue
        found = _around(text, number.start(), number.end(), taken)
        if found is not None:
            taken = found[1]
            yield found


def _around(text: str, start: int, end: int, taken: int) -> tuple[int, int] | None:
    """Return the address whose house number begins at `start`; None if it is another number."""
    low = max(taken, start - _REACH)
    before = text[low:start].casefold().split()
    if before and not _first_words().isdisjoint("c/" if word[:2] == "c/" else word.strip(_QUOTES) for word in before):
        found = _after_the_word(text, low, start)
        if found is not None:
            return found
    if before and before[-1].rstrip(",").endswith(_word_ends()) and (found := _ending(text, low, start)):
        return found
    after = text[end : end + _REACH].casefold().split()
    if after and not _last_words().isdisjoint(word.strip(_QUOTES) for word in after[:5]):
        return _french_street(text, start) or _english_street(text, low, start)
    return None


def _after_the_word(text: str, low: int, number: int) -> tuple[int, int] | None:
    for word in _before().finditer(text, low, number):
        found = _NAME.match(text, word.end(), word.end() + 75)
        if found is None or not _is_name(word[1], found[1], text, word.start()) or not _is_house(text, found.end()):
            continue
        return word.start(), _with_town(text, found.end())
    return None


def _is_name(street: str, name: str, text: str, start: int) -> bool:
    """Return whether `name` is the name of a street after the word `street`, and not any words."""
    parts = name.split(" ")
    # "d'Assisi" has its capital; an initial ("A."), a king's number ("II") and a small word have none to ask for.
    folded = [part.casefold().strip("'’.") for part in parts]
    inside, amounts = _inside(), words("street", "amounts")
    if len(parts) > 1 and folded[-1] in words("street", "months"):
        return bool(parts[0][0].isdigit() or _SMALL_PART.fullmatch(parts[0]))
    own = [(p, f) for p, f in zip(parts, folded, strict=True) if f not in inside and not _SMALL_PART.fullmatch(p)]
    if not own or folded[-1] in inside:
        return False
    if any(f in amounts and f not in inside for _, f in own) or (
        street.casefold() in {"corso", "cso"} and _COURSE.match(name)
    ):
        return False
    is_usual = own[0][1] in words("street", "usual_names") and len(own) < 4
    capital = [p[0].isupper() or p[0].isdigit() or "'" in p for p, _ in own]
    if any(f in _never() and (p.islower() or p.isupper()) for p, f in own) or (
        folded[0] in _never() and folded[0] not in inside and own[0][0] == parts[0]
    ):
        return False
    if all(capital):
        return True
    # Small letters: a name of a word or two, after a word that only streets have.  Once a name has capitals, all its
    # words have them ("via Roma aperto fino alle 20" is none).
    if any(capital):
        return False
    if is_usual:
        return True
    if street.casefold() in words("street", "everyday") or len(own) > 2:
        return False
    return not _AWAY.search(text, max(0, start - 12), start)


def _is_house(text: str, end: int) -> bool:
    """Return whether the number that ends at `end` is no amount, hour, price or date."""
    if text.startswith("24/7", max(0, end - 4)):
        return False
    after = _AFTER_NUMBER.match(text, end, end + 24)
    if after is None:
        return True
    if after[2]:
        return False
    return after[1].casefold() not in words("street", "amounts")


def _with_town(text: str, end: int) -> int:
    flat = _FLAT.match(text, end, end + 24)
    end = flat.end() if flat else end
    while flat := _FLAT.match(text, end, end + 24):
        end = flat.end()
    if abroad := _FOREIGN_CODE.match(text, end, end + 60):
        return abroad.end()
    code = _POSTCODE.match(text, end, end + 20)
    if code and not _is_house(text, code.end()):
        code = None
    if code:
        town = _town_after_code(text, code.end())
        if town is None and len(re.findall(r"\d", code[0])) < 5:
            return end  # four digits with nothing after them may be anything
        end = town or code.end()
    else:
        end = _town_without_code(text, end)
    province = _PROVINCE.match(text, end, end + 16)
    return province.end() if province and (code or "(" in province[0]) else end


def _town_after_code(text: str, end: int) -> int | None:
    town = _TOWN.match(text, end, end + 50)
    if town is None:
        small = _SMALL_TOWN.match(text, end, end + 30)
        return small.end() if small else None
    parts = town[1].split(" ")
    count = next((n for n in range(len(parts), 0, -1) if " ".join(parts[:n]).casefold() in _towns()), 0)
    if not count:
        # A town that nobody listed: one word, unless it begins like those of more.
        goes_on = len(parts) > 1 and (parts[0].casefold() in words("street", "towns_begin") or parts[1].islower())
        count = len(parts) if goes_on else 1
    return town.start(1) + len(" ".join(parts[:count]))


def _town_without_code(text: str, end: int) -> int:
    town = _TOWN.match(text, end, end + 50)
    if town is None:
        small = _SMALL_TOWN.match(text, end, end + 30)
        return small.end() if small and small[1] in _small_towns() else end
    parts = town[1].split(" ")
    for count in range(len(parts), 0, -1):
        name = " ".join(parts[:count])
        stop = town.start(1) + len(name)
        if name.casefold() in _towns() or (_PROVINCE.match(text, stop, stop + 6) and text[stop : stop + 2] == " ("):
            return stop
    return end


def _english_street(text: str, low: int, start: int) -> tuple[int, int] | None:
    found = _english().match(text, start)
    if found is None or not _is_english_name(found[2].split(), found[3], text, low, start):
        return None
    flat = _ENGLISH_FLAT.search(text, low, start)
    end = found.end() + text.startswith(".,", found.end())
    return flat.start() if flat else start, _with_town(text, end)


def _is_english_name(name: list[str], kind: str, text: str, low: int, start: int) -> bool:
    not_before, small = words("street", "not_before_street"), words("street", "after_in_small_letters")
    is_shouted = text.isupper()
    for part in name:
        if part.casefold() in not_before and not (len(name) > 1 and part[0].isupper() and not is_shouted):
            return False
    if all(part[0].isupper() or part[0].isdigit() for part in name) and kind[0].isupper():
        return not is_shouted or kind.casefold() in small
    cue = start == 0 or _CUE.search(text, low, start) is not None
    return kind.casefold() in small and len(name) < 3 and cue


def _french_street(text: str, start: int) -> tuple[int, int] | None:
    if _YEAR.search(text, max(0, start - 10), start + 4):
        return None
    kind = _french_words().match(text, start)
    name = _FRENCH_NAME.match(text, kind.end(), kind.end() + 80) if kind else None
    if kind is None or name is None:
        return None
    own = name[1]
    if own.casefold() in _never():
        return None
    if not own[0].isupper():
        if kind[1].casefold() in words("street", "french_with_capital"):
            return None
        return start, _with_town(text, name.end(1))
    end = name.end()
    while text[end - 1] in ".,'’-":
        end -= 1
    return start, _with_town(text, end)


def _ending(text: str, low: int, number: int) -> tuple[int, int] | None:
    for found in _ends().finditer(text, low, number + 12):
        if found.start(3) != number or not _is_house(text, found.end()):
            continue
        word = found[1] or found[2]
        whole = word.casefold().rstrip(".")
        if whole in words("street", "no_street") or (
            whole.endswith("ring") and "-" not in whole and not _has_code(text, found)
        ):
            return None
        if word[0].isupper() or whole.endswith(("straße", "strasse", "str", "straat")):
            return found.start(), _with_town(text, found.end())
    return None


def _has_code(text: str, found: re.Match[str]) -> bool:
    """Return whether a space or a postcode says that "Industriering 8" is a street, and no English verb."""
    return found[2] is not None or re.compile(r",? \d{5} ").match(text, found.end()) is not None


@cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'’@#./-])(c/|(?:{_any('before')})(?![\w'’]))", re.I)


@cache
def _english() -> re.Pattern[str]:
    return re.compile(_ENGLISH.replace("STREETS", _any("after")), re.I)


@cache
def _french_words() -> re.Pattern[str]:
    kinds = _any("french") + "|" + _any("french_with_capital")
    return re.compile(rf"\d{{1,4}}(?: ?(?:bis|ter|[a-d]))?,? ({kinds})(?![\w])", re.I)


@cache
def _ends() -> re.Pattern[str]:
    ends = _any("endings")
    return re.compile(
        rf"(?<![\w.-])(?:([^\W\d_](?:[^\W\d_]|-){{2,30}}?(?:{ends}))"
        r"|([A-ZÄÖÜ][^\W\d_]{2,20}(?:er|e|-) (?:Straße|Strasse|Str\.|Platz|Allee|Weg|Ring)))"
        rf",? ?({_NUMBER})",
        re.I,
    )


@cache
def _first_words() -> frozenset[str]:
    return frozenset(word.rstrip(".") for word in words("street", "before"))


@cache
def _last_words() -> frozenset[str]:
    kinds = words("street", "after") | words("street", "french") | words("street", "french_with_capital")
    return frozenset(kind.rstrip(".") for kind in kinds)


@cache
def _word_ends() -> tuple[str, ...]:
    return tuple(words("street", "endings"))


def _any(name: str) -> str:
    return "|".join(re.escape(word) for word in sorted(words("street", name), key=len, reverse=True))


@cache
def _inside() -> frozenset[str]:
    return words("street", "inside")


@cache
def _never() -> frozenset[str]:
    return words("street", "never_a_name")


@cache
def _towns() -> frozenset[str]:
    tokens = lists()["street"]["towns"].split()
    phrases = {" ".join(tokens[at : at + count]) for at in range(len(tokens)) for count in (1, 2, 3, 4)}
    return frozenset(phrase.casefold() for phrase in phrases)


@cache
def _small_towns() -> frozenset[str]:
    return frozenset(
        word
        for word in _towns()
        if " " not in word and len(word) > 3 and word not in {"massa", "como", "fermo", "nice", "terme", "balsamo"}
    )
