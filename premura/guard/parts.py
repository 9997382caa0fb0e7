"""A draft cut into its sentences, with the words and the dates in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize

MOST_PARTS = 60
LONGEST = 6_000  # characters of a draft that are looked at

_FACES = "\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff"
_END = re.compile(rf"[.!?…]+[\"»”')\]]*(?=\s|$)|\n+|(?<=\s)[{_FACES}][{_FACES}\s]*|[{_FACES}]+(?=\s|$)")
_SHORT = re.compile(
    r"(?:^|[\s(])(?:sig|sigg|sig\.ra|dott|dott\.ssa|dr|prof|avv|ing|geom|art|artt|n|nr|num|tel|es|ecc|p\.?zza|pag|c\.?a|"
    r"v\.?le|c\.?so|ca|ore|h|mr|mrs|ms|st|no|e\.g|i\.e|approx|ext|sr|sra|av|núm|mme|mlle|m|bd|str|nr|z\.b|bzw|ca|ggf|evtl|[a-z])\.$",
    re.I,
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

_DAYS = (
    "oggi|domani|domattina|dopodomani|stasera|stamattina|stamani|stanotte|staser|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|weekend|fine settimana|"
    "today|tomorrow|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|noon|midday|midnight|end of day|eod|"
    "hoy|manana|pasado manana|lunes|martes|miercoles|jueves|viernes|sabado|domingo|mediodia|esta noche|esta tarde|"
    "aujourd hui|demain|apres demain|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|midi|ce soir|cet apres midi|"
    "heute|morgen|ubermorgen|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mittag|"
    "hoje|amanha|depois de amanha|segunda|terca|quarta feira|quinta|sexta|meio dia|esta noite|hoje a noite|"
    "mezzogiorno|mezzanotte"
)
_MONTHS = (
    "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|"
    "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|apr|aug|sept|oct|nov|dec|"
    "enero|febrero|abril|mayo|junio|julio|septiembre|octubre|noviembre|diciembre|"
    "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|"
    "januar|februar|marz|juni|juli|oktober|dezember|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro"
)
_SPAN = (
    "minut\\w*|or[ae]|h|giorn\\w*|gg|settiman\\w*|minutes?|mins?|hours?|hrs?|days?|weeks?|minutos?|horas?|dias?|semanas?|"
    "heures?|jours?|semaines?|minuten?|stunden?|std|tagen?|tage|wochen?"
)
_NUMBER = "\\d+|un|una|uno|due|tre|quattro|cinque|sei|sette|otto|dieci|mezz|one|two|three|four|five|six|ten|an|a|dos|tres|cuatro|cinco|une?|deux|trois|quatre|cinq|eine?[rmn]?|zwei|drei|vier|funf|dois|duas|quatro|poche|pochi|few"
_DATE = re.compile(
    rf"\b(?:{_DAYS})\b"
    rf"|\b\d{{1,2}}\s?[./-]\s?\d{{1,2}}(?:[./-]\d{{2,4}})?\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|er|º)?\.?\s?(?:de |of )?(?:{_MONTHS})\b|\b(?:{_MONTHS})\s\d{{1,2}}\b"
    rf"|\b(?:alle|dalle|entro le|verso le|per le|ore|h|at|by|before|from|a las|antes de las|a|vers|avant|um|bis|ab|gegen|as|ate as|le|les)\s(?:le |las |as )?\d{{1,2}}(?:[:.h]\d{{2}})?\s?(?:h|uhr|am|pm|heures|horas)?\b(?!\s?(?:%|euro|eur|anni|years))"
    rf"|\b\d{{1,2}}\s?(?:am|pm|uhr|h)\b"
    rf"|\b(?:entro|fra|tra|in|nel giro di|within|en|dans|d ici|sous|em|dentro de|innerhalb(?: von)?|binnen|nach|after|dopo|per|max|massimo)\s(?:il |la |le |i |gli |the |next |prossim[ie] |les |los |as |den |der |nachsten |proxim[ao]s |proch\w+ )*(?:{_NUMBER})[\s-](?:\d+\s)?(?:working |business |lavorativ\w+ )?(?:{_SPAN})\b"
    rf"|\b(?:{_NUMBER})[\s-]?(?:{_SPAN})\s(?:lavorativ\w+|habiles|uteis|ouvres|ouvrables)"
    rf"|\b(?:entro|fine|prossim[ao]|next|this|by the end of|end of|la proxima|semana que viene|semaine prochaine|kommende|nachste|fin de|final de|ende(?: der)?)\s(?:la |il |the |di |of |d[ae] |de la )?(?:{_SPAN}|sera|mese|month|mes|mois|monat\w*|semana|week)\b"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One sentence of a draft: `text[start:end]`, without blanks around it."""

    start: int
    end: int
    text: str
    plain: str  # lower case, without accents and apostrophes
    words: tuple[str, ...]
    dated: bool  # names a day, an hour or a span of time


def parts(text: str) -> tuple[Part, ...]:
    """Return the sentences of a draft in reading order; at most sixty, of the first 6,000 characters.

    >>> [part.text for part in parts("Ciao sig. Rossi! Arriva domani alle 9.30. 😊 A presto")]
    ['Ciao sig. Rossi!', 'Arriva domani alle 9.30.', 'A presto']
    """
    text = text[:LONGEST]
    found: list[Part] = []
    at = 0
    for sign in _END.finditer(text):
        if sign[0] == "." and _SHORT.search(text, max(0, sign.start() - 9), sign.end()):
            continue
        _add(found, text, at, sign.end())
        at = sign.end()
    _add(found, text, at, len(text))
    return tuple(found[:MOST_PARTS])


def _add(found: list[Part], text: str, start: int, end: int) -> None:
    raw = text[start:end]
    bare = raw.strip()
    if not bare or not any(char.isalnum() for char in bare):
        return
    start += len(raw) - len(raw.lstrip())
    folded = folded_of(bare)
    found.append(
        Part(start, start + len(bare), bare, folded, tuple(_WORD.findall(folded)), _DATE.search(folded) is not None)
    )


def folded_of(text: str) -> str:
    """Return the text in lower case, without accents, apostrophes as blanks."""
    lower = text.lower().replace("’", " ").replace("'", " ")
    if lower.isascii():
        return lower
    return "".join(char for char in normalize("NFD", lower) if not combining(char))


def dated(text: str) -> bool:
    """Whether a text names a day, an hour or a span of time."""
    return _DATE.search(folded_of(text)) is not None


def words_before(some: Sequence[Part]) -> list[int]:
    """Return for each part how many words stand before it."""
    counts, total = [], 0
    for part in some:
        counts.append(total)
        total += len(part.words)
    return counts
