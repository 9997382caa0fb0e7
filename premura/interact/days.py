"""The one day to come that a message means, and how it is said within a saved reply.

Where that is not sure nothing is said: two days, a day that has been, "today" that tells when something broke.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from premura.text.aspects import fold

_SOON = (
    r"dopodomani|domani|stasera|day after tomorrow|tomorrow|tonight|pasado mañana|(?<!la )(?<!esta )mañana"
    r"|après-demain|demain|übermorgen|depois de amanhã|amanhã"
)
_TODAY = r"oggi|today|hoy|aujourd['’]hui|heute|hoje"
_BEEN = (
    r"(?:l['’]altro )?ieri|stamattina|stamani|yesterday|anteayer|ayer|(?:avant-)?hier|vorgestern|gestern"
    r"|anteontem|ontem"
)
_WEEK = (
    r"(?:luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|sabato|domenica"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
    r"|(?:segunda|terça|quarta|quinta|sexta)-feira)"
)
_MONTHS = (
    "gennaio january enero janvier januar janeiro", "febbraio february febrero février februar fevereiro",
    "marzo march mars märz março", "aprile april abril avril", "maggio may mayo mai maio",
    "giugno june junio juin juni junho", "luglio july julio juillet juli julho", "agosto august août",
    "settembre september septiembre septembre setembro", "ottobre october octubre octobre oktober outubro",
    "novembre november noviembre novembro", "dicembre december diciembre décembre dezember dezembro",
)  # fmt: skip
MONTHS = frozenset(" ".join(_MONTHS).split())
_MONTH = rf"(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_FIRST_LETTERS = (
    "lun mon seg", "mar tue die ter", "mer wed mie mit qua", "gio thu jue jeu don qui", "ven fri vie fre sex",
    "sab sat sam", "dom sun dim son",
)  # fmt: skip
_TH = r"(?:st|nd|rd|th|er|º|°|\.)?"
_ENDS = (
    r"(?=\s*(?:$|[;!?)…\n]|[.,](?!\d)"
    r"|(?:alle|a|at|for|per|para|pour|für|um|ma|but|pero|mais|aber|siamo|siete|avete|we|are)\b))"
)
DAY = re.compile(
    rf"\b(?:{_BEEN}|{_SOON}|{_TODAY}"
    rf"|(?:{_WEEK},?\s+(?:(?:the|den|dem|el|il|le)\s+)?)?"
    rf"(?:\d{{1,2}}{_TH}\s+(?:de\s+|of\s+)?{_MONTH}(?:,?\s+(?:de\s+)?\d{{4}})?"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?|\d{{1,2}}([./-])\d{{1,2}}\1\d{{2,4}}|\d{{1,2}}/\d{{1,2}})"
    rf"|{_WEEK}\s+(?:(?:the|den|dem|el|il|le)\s+)?\d{{1,2}}{_TH}{_ENDS}|{_WEEK}s?)(?!\w)",
    re.I,
)
_NUMBER_FOLLOWS = re.compile(r"\s+(?:il |the |el |le )?\d+(?![\d.:]*[.:h]\d\d|\s*(?:h|uhr|am|pm)\b)", re.I)
# Another day stands before it that shares its month: "il 10 o il 12 dicembre".
_RANGES = re.compile(
    r"\d{1,2}\.?\s*(?:[-–/]|\b(?:ed?|o|al?|and|or|to|[yu]|au|et|ou|und|oder|bis)\b(?:\s(?:il|the|el|le|al))?)\s*$", re.I
)
_OTHER = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|er|º|°)?(?![\d:/]|[.,]\d)"
# Another day stands behind it that leaves its month out: "il 10 dicembre o il 12".
_OR_ANOTHER = re.compile(
    r"\s{0,3}(?:[-–/]|,?\s{0,3}\b(?:ed?|o|oppure|al?|and|or|to|[yu]|au|et|ou|und|oder|bis)\b)\s{0,3}"
    rf"(?:(?:(?:il|the|on the|el|le|del|den|dem|am|o|dia)\s+|l['’])+{_OTHER}(?!\s*(?:h|uhr|am|pm)\b)|{_OTHER}{_ENDS})",
    re.I,
)
_SINCE = re.compile(
    r"\b(?:dal?|dall['’]|since|from|next|prossim[oa]|desde|próximo|depuis|dès|prochain|seit|ab|nächste[nrm]?)"
    r"\s*(?:el |il |le |la |the |dem )?$",
    re.I,
)
_NEXT = re.compile(r"\s+(?:prossim[oa]|próximo|que viene|prochain|que vem)\b", re.I)
_LAST = re.compile(r"\s+(?:scors[oa]|passat[oa]|pasado|dernier|passad[oa])\b", re.I)
_BEFORE_LAST = re.compile(r"\b(?:scors[oa]|last|letzte[nrm]?|vorige[nrm]?)\s+$", re.I)
_TOWARDS = re.compile(
    r"\b(?:per|entro|fino a|for|by|until|till|para|pour|d['’]ici|jusqu['’](?:à|au)|für|bis|zum|até)\s+"
    r"(?:(?:il|the|el|le|l['’]|zum|o|dia|quest[oa]|this|este|ce|diesen)\s*)*$",
    re.I,
)
# Verbs that tell what has been, by the language: "was" asks in German.
_TOLD = {
    "it": r"\b(?:ho|hai|ha|abbiamo|avete|hanno|sono|siamo|è|e['’]|era|eravamo|aveva\w*)\s+(?:\w+\s+){0,2}?"
    r"(?:\w+(?:at|ut|it)[oaie]|pres[oaie]|mess[oaie]|vist[oaie]|rott[oaie]|fatt[oaie]|aperto|rimast[oaie])\b",
    "en": r"\b(?:was|were|had|bought|ate|came|went|got|did|broke|left"
    r"|(?!need\b|indeed\b|speed\b|feed\b|wed\b)\w{2,}ed)\b",
    "es": r"\b(?:he|hemos|ha|han)\s+\w+[ai]do\b|\b(?:fui|fuimos|estuv\w+|compr[éó]|comimos|cen(?:é|amos)|llegó|pedí)\b",
    "fr": r"\b(?:ai|as|a|avons|avez|ont|suis|est|sommes|sont)\s+(?:\w+\s+)?\w+(?:é|ée|és|ées|is|it|u|ue)\b|\bétai\w+",
    "de": r"\b(?:war|waren|hatten?|wurden?|kam|kamen)\b|\b(?:habe|haben|hat|bin|sind|ist)\b.*\bge\w{2,}(?:t|en)\b",
    "pt": r"\b(?:fomos|estivemos|estive|comprei|chegou|jant[áa]mos|tinha)\b",
}
_ANY_TOLD = "|".join(_TOLD.values())
_SENTENCE_ENDS = re.compile(r"[!?…\n]|\.(?=\s|$)")
_CAPITAL = re.compile(rf"\b(?:{_WEEK}|{_MONTH})\b", re.I)


class _When(Enum):
    TO_COME = "to come"
    BEEN = "been"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Now:
    """When a message was written, and when it is answered: "tomorrow" holds on one day only."""

    written: date
    today: date


def meant(text: str, language: str = "", now: Now | None = None) -> str:
    """Return the day to come that a message means, whole; '' where it names none, several, or it is not sure.

    >>> meant("C'è posto per Sabato 14 dicembre?", "it"), meant("Ieri no, e oggi è rotta", "it")
    ('sabato 14 dicembre', '')
    """
    found = [(said, when) for said, when in _days(text, language[:2], now) if when != _When.BEEN]
    days = {" ".join(said.split()).lower() for said, _when in found}
    whole = max(days, key=len, default="")
    if any(when == _When.UNSURE for _said, when in found) or not all(_is_part(day, whole) for day in days):
        return ""
    return _CAPITAL.sub(lambda name: name[0].capitalize(), whole) if language[:2] in ("en", "de") else whole


def names_any(text: str) -> bool:
    """Whether a message names any day."""
    return DAY.search(text) is not None


def _is_part(day: str, whole: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(day)}(?!\w)", whole) is not None


def _days(text: str, language: str, now: Now | None) -> Iterator[tuple[str, _When]]:
    for match in DAY.finditer(text):
        yield match[0], _when(text, match, _TOLD.get(language, _ANY_TOLD), now)


def _when(text: str, match: re.Match[str], told: str, now: Now | None) -> _When:
    said, before = match[0], text[: match.start()]
    if re.fullmatch(_BEEN, said, re.I) or _LAST.match(text, match.end()) or _BEFORE_LAST.search(before):
        return _When.BEEN
    towards = _TOWARDS.search(before) is not None
    at = match.end()
    unsure = _SINCE.search(before) or _RANGES.search(before) or _NEXT.match(text, at) or _NUMBER_FOLLOWS.match(text, at)
    if (
        unsure
        or _OR_ANOTHER.match(text, at)
        or (not towards and (re.fullmatch(_TODAY, said, re.I) or re.search(told, _sentence(text, match), re.I)))
    ):
        return _When.UNSURE
    return _by_calendar(said, now) if now else _When.TO_COME


def _sentence(text: str, match: re.Match[str]) -> str:
    """Return the sentence around a day, without the day: "sabato" looks like a participle."""
    ends = [found.end() for found in _SENTENCE_ENDS.finditer(text, 0, match.start())]
    after = _SENTENCE_ENDS.search(text, match.end())
    begin, end = ends[-1] if ends else 0, after.start() if after else len(text)
    return f"{text[begin : match.start()]}|{text[match.end() : end]}"


def _by_calendar(said: str, now: Now) -> _When:
    """Return what the calendar says of a day that could be to come."""
    if re.fullmatch(rf"{_SOON}|{_TODAY}", said, re.I):
        return _When.TO_COME if now.written == now.today else _When.UNSURE
    try:
        day = _date(said.lower(), now.written)
    except ValueError:  # the 31st of June
        return _When.UNSURE
    week = _weekday(said)
    if day is None or (week is not None and day.weekday() != week):
        return _When.UNSURE
    return _When.TO_COME if day >= now.today else _When.BEEN


def _date(said: str, written: date) -> date | None:
    """Return the date that words of a day mean to who wrote them then; without a year, the one that lies nearest."""
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    words = set(re.findall(r"[^\W\d_]+", said))
    month = next((n for n, names in enumerate(_MONTHS, 1) if words & set(names.split())), 0)
    if not numbers:
        week = _weekday(said)
        return None if week is None else written + timedelta((week - written.weekday()) % 7)
    if not month and len(numbers) == 1:
        following = (written + timedelta(days) for days in range(31))
        return next((day for day in following if day.day == numbers[0]), None)
    month, rest = (month, numbers[1:]) if month else (numbers[1], numbers[2:])
    if rest:
        return date(rest[0] + 2000 if rest[0] < 100 else rest[0], month, numbers[0])
    years = (date(year, month, numbers[0]) for year in (written.year - 1, written.year, written.year + 1))
    return min(years, key=lambda day: abs((day - written).days))


def _weekday(said: str) -> int | None:
    first = re.match(_WEEK, said, re.I)
    letters = fold(first[0])[:3] if first else ""
    return next((n for n, some in enumerate(_FIRST_LETTERS) if letters in some.split()), None) if letters else None


# -- within a saved reply -------------------------------------------------------------------------

# What a small word becomes before "12 dicembre", by the language; "": what stands there without one.
_JOINED = {
    "it": {"di": "del", "a": "al", "da": "dal", "": "il"},
    "es": {"de": "del", "a": "al", "": "el"},
    "fr": {"de": "du", "à": "au", "": "le"},
}
_DAYS_TAKE_ONE = ("en", "es", "de")  # "on Friday", "el viernes", "am Freitag"; "il venerdì" is every Friday
_ARTICLES = re.compile(
    r"(?:\b(?:il|lo|la|del|al|dal|nel|sul|el|le|du|au|der|den|dem|am|zum|vom|das|on|the|o|do|ao|no|dia)|\w[’'])\s*$",
    re.I,
)
_LAST_WORD = re.compile(r"(?<!\w)(di|da|de|a|à)\s+$", re.I)
_BEGINS = re.compile(r"(?:^|[.!?…\n])[\s\"«“(]*$")


def said_after(before: str, day: str, language: str) -> tuple[int, str]:
    """Return how many of the last characters of `before` give way to a day behind it, and how it is said there.

    '' where it would read badly: "il domani", "on tomorrow".

    >>> said_after("il posto di ", "12 dicembre", "it"), said_after("il posto di ", "sabato 14", "it")
    ((3, 'del 12 dicembre'), (0, 'sabato 14'))
    """
    article, numbered = _ARTICLES.search(before) is not None, day[:1].isdigit()
    if article:
        takes = numbered or (language in _DAYS_TAKE_ONE and re.match(_WEEK, day, re.I))
        return 0, day if takes else ""
    if language not in _JOINED or not (numbered or (language == "es" and re.match(_WEEK, day, re.I))):
        return 0, "" if numbered and language in ("de", "pt") else _begun(before, day)
    word = _LAST_WORD.search(before)
    joined = _JOINED[language].get(word[1].lower() if word else "")
    if not joined:
        return 0, ""
    taken = len(word[0]) if word else 0
    elided = language == "it" and re.match(r"(?:8|11)\b", day)
    whole = f"{'l' if joined == 'il' else joined + 'l'}’{day}" if elided else f"{joined} {day}"
    return taken, _begun(before[: len(before) - taken], whole)


def _begun(before: str, words: str) -> str:
    return words[:1].upper() + words[1:] if _BEGINS.search(before) else words
