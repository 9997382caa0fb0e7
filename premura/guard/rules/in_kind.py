"""Answering in kind: sarcasm, blame, condescension, shouting.  P22, P50.  It warns, and blocks where it is plain."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.parts import Part
from premura.guard.taken_out import capital, greeted

PLAIN = 0.97  # from here on nobody would call it anything else
LOUD = 4  # words in capitals
SHORT = 3  # letters of an abbreviation that stands among small words
NEAR = 12  # characters in which the end of the sentence before stands
_LINK = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)\S*[@#/]\S*|(?<![\w-])[\w-]+(?:\.[\w-]+)+\S*", re.I)
_WORD = re.compile(r"[^\W\d_]+")
_SAID_SMALL = re.compile(r"(?<=[a-zà-öø-ÿ,;] )[^\W\d_]{2,}")
_CAPITALS = re.compile("[A-ZÀ-ÖØ-ÞĀ-ſΑ-ΩА-Я]{3}")  # most sentences have none, and need no closer look
_KNOWN = """
IVA IRPEF INPS INAIL IMU TARI IBAN BIC SEPA SWIFT PDF USB GPS SMS MMS PIN PUK CVV POS SPID PEC CAF ASL CUP URP
DDT RMA SKU ISBN EAN HTML HTTP HTTPS URL FAQ LED LCD OLED HDMI SIM NFC WIFI DSL ADSL FTTH VPN IMEI CEO IOS API
ETA VAT TVA MWST ISO GDPR RGPD DSGVO UPS DHL GLS BRT SDA TNT ATM USA NATO ANSA RAI BMW ADAC AGB NIF DNI CIF GMBH
SRL ONLUS OCR RAM SSD CPU GPU JPG PNG XML CSV ZIP LTE UNESCO ONU
"""
_ABBREVIATIONS = frozenset(_KNOWN.split())
_NOUN = re.compile(r"(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|tät)$")


def look(judged: Judged) -> Iterator[Finding]:
    found = [
        replace(one, severity=Severity.BLOCK if one.score >= PLAIN else Severity.WARN)
        for one in judged.find("in_kind", Severity.WARN)
    ]
    # What shouts is written small first, and looked at again: what stings then is said then.
    for run in _shouted(judged.parts):
        start, end = run[0].start, run[-1].end
        within = [one for one in found if one.start < end and start < one.end]
        found = [one for one in found if one not in within]
        severity = Severity.BLOCK if any(one.severity == Severity.BLOCK for one in within) else Severity.WARN
        yield Finding("in_kind", severity, start, end, "shouting", fix=_quietly(judged, start, end))
    yield from found


def _shouted(parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
    """Yield the sentences that shout, those that do nothing else as one: “SORRY!!! WE!!! WILL!!! MEND!!! IT!!!”."""
    run: list[Part] = []
    for part in parts:
        loud = _loud(part.text)
        if loud and len(loud) == len(_WORD.findall(part.text)):
            run.append(part)
            continue
        if _count(run) >= LOUD:
            yield run
        run = []
        if len(loud) >= LOUD:
            yield [part]
    if _count(run) >= LOUD:
        yield run


def _count(run: Sequence[Part]) -> int:
    return sum(len(_loud(part.text)) for part in run)


def _loud(text: str) -> list[str]:
    """Return the words in capitals that are no abbreviations, addresses or handles."""
    if not _CAPITALS.search(text):
        return []
    words = _WORD.findall(_LINK.sub(" ", text))
    loud = [word for word in words if word.isupper() and len(word) > 2 and not _is_abbreviation(word)]
    small = sum(not word.isupper() for word in words)
    return loud if small < len(loud) else [word for word in loud if len(word) > SHORT]


def _is_abbreviation(word: str) -> bool:
    return word in _ABBREVIATIONS or not re.search("[AEIOUYÀ-ÖØ-Ý]", word)


def _quietly(judged: Judged, start: int, end: int) -> str:
    """Write the loud words small, with a capital where a sentence begins or the customer writes one."""
    text, kept = judged.draft.text[start:end], [one.span() for one in _LINK.finditer(judged.draft.text[start:end])]
    names, loud = _names(judged), set(_loud(text))
    all_loud = sum(not word.isupper() for word in _WORD.findall(_LINK.sub(" ", text))) < len(loud)
    greets = greeted(text.title()) if all_loud else 0
    said, at = [], 0
    for word in _WORD.finditer(text):
        short = all_loud and len(word[0]) < 3 and not _is_abbreviation(word[0])
        short &= not (judged.one.lang == "en" and word[0] == "I") and word[0] != "OK"
        if any(a <= word.start() < b for a, b in kept) or not (word[0] in loud or (short and word[0].isupper())):
            continue
        small = word[0].lower()
        is_noun = judged.one.lang == "de" and _NOUN.search(small)
        begins = not word.start() or re.search(
            r"[.!?…][\W\d]*$|\n\s*$", text[max(0, word.start() - NEAR) : word.start()]
        )
        if begins or is_noun or word.end() <= greets:
            small = capital(small)
        said += [text[at : word.start()], names.get(word[0].lower(), small)]
        at = word.end()
    return "".join([*said, text[at:]])


def _names(judged: Judged) -> dict[str, str]:
    """Return the words that have a capital within a sentence of the customer's, and the names of the two who speak."""
    theirs = judged.draft.customer_text
    words = [word for word in _SAID_SMALL.findall(theirs) if word[0].isupper() and not word.isupper()]
    words += _WORD.findall(f"{judged.context.customer} {judged.context.author}")
    return {word.lower(): capital(word) for word in words}
