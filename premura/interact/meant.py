"""Whether a word that a customer is called means them in a text of ours, or a street, a day or a thing of that name.

Misses   things that nobody marks as such: "apriamo con Rosa" is the person.
"""

import re
from collections.abc import Collection
from enum import Enum

from premura.interact import days

TITLE = (
    r"(?:(?i:sig\.?(?:ra|na)?|signor[ae]?|signorina|dott\.?(?:ssa)?|dr\.?|mr\.?|mrs\.?|ms\.?|miss|sra?\.?|señora?|mme|mlle"
    r"|madame|monsieur|m\.|frau|herrn?|senhora?)\s+)"
)
THANKS = (
    r"(?i:\b(?:grazie|mille|ancora|scusa|scusaci|certo|thanks|thank you|sorry|gracias|perdona|merci|pardon|danke"
    r"|entschuldige|obrigad[oa]|desculpe?))"
)
UP = r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆȘȚĂΑ-ΩА-ЯЁЄІЇ][\w’'-]*"

_STREET = (
    r"(?:via|viale|v\.le|piazza|piazzale|piazzetta|p\.za|p\.zza|corso|c\.so|largo|vicolo|vico|calle|campo|strada|contrada"
    r"|galleria|lungo\w+|borgo|salita|rue|avenue|av\.|boulevard|quai|rua|avenida|praça|travessa|plaza|paseo|carrer"
    r"|straße|strasse|platz|weg|allee|gasse|street|road)"
)
_OF = r"(?:d[aeio]|del|dello|della|dell['’]|dei|degli|delle|do|dos|das|du|des|de la|von|van|of|the)"
_OF = rf"(?:{_OF}(?:\s+|(?<=['’])))"
_SAINT = r"(?:(?i:san|santa|santo|sant['’]|saint|sainte|sankt|são|st\.?|s\.)(?:\s+|(?<=['’])))"
_BEHIND_STREET = re.compile(rf"(?<!\w)(?i:{_STREET})\s+(?i:{_OF})?{_SAINT}?(?:(?:{UP}|[A-Z]\.)\s*){{0,2}}$")
_STREET_BEHIND = re.compile(
    r"\s+(?i:street|road|avenue|square|lane|drive|st\.|rd\.|ave\.?|straße|strasse|platz|allee|weg|gasse)(?!\w)"
)
_PLACE = (
    r"(?:monte|mount|punta|villa|lago|lake|porto|port|porta|castel|castello|torre|ponte|palazzo|hotel|albergo|ostello"
    r"|trattoria|ristorante|osteria|pizzeria|bar|caffè|café|cantina|tenuta|podere|museo|teatro|stadio|chiesa|duomo"
    r"|basilica|parco|giardin[oi]|isola|quartiere|rione|stazione|metro|fermata|ospedale|scuola|liceo|restaurant|museum)"
)
_BEHIND_PLACE = re.compile(rf"(?<!\w)(?:(?i:{_PLACE})\s+(?i:{_OF})?{_SAINT}?|{_SAINT})$")
_ARTICLE = (
    r"(?:(?:il|lo|la|i|gli|le|un|uno|una|[dns]?[aeu](?:l|llo|lla|i|gli|lle)|al|allo|alla|ai|agli|alle"
    r"|del|dei|degli|nei|sui|sul|the|an|el|los|las|les|du|des|au|aux|une|der|die|das|den|dem|ein|eine|einen|einem|zum"
    r"|zur|vom|beim|quest[oaie]|quel|quell[oaie]|quei|nostr[oaie]|vostr[oaie]|tu[oa]|our|your|this|my|nuestr[oa]s?|notre"
    r"|votre|unser[en]?|[nv]oss[oa])\s+|(?:\w{0,4}l|un|quest|quell)['’]\s*)"
)
_BEHIND_ARTICLE = re.compile(rf"(?<![\w'’]){_ARTICLE}$", re.I)
_ENGLISH_ARTICLE = re.compile(r"(?<![\w'’])a\s+$", re.I)
# In Portuguese one sets an article before people, too.
_PERHAPS_ARTICLE = re.compile(
    rf"(?<![\w'’])(?:(?:[oa]s?|d[oa]s?|n[oa]s?|aos?|um|uma)\s+|{_ARTICLE}[a-zà-ÿ]+\s+)$", re.I
)
_IN = re.compile(r"(?<![\w'’])(?:in|nach|em)\s+$", re.I)
# A town may be called as people are.
_PERHAPS_PLACE = re.compile(r"(?<![\w'’])(?:(?:ad?|da|di|from|at|to|near|en|de|à|aus|bei|von)\s+|d['’])$", re.I)
_OF_SOMETHING = re.compile(rf"\s+{_OF}{UP}")
_YEAR = re.compile(r"\s+(?:19|20)\d\d(?!\w)")
_DAY_NUMBER = re.compile(r"\s+\d")
_SAID_BEFORE = re.compile(rf"(?<![\w’'-])({UP})\s+$")
_TO_SOMEBODY = frozenset({"per", "con", "for", "with", "para", "pour", "für", "mit", "com", "avec"})
_BEGINS = re.compile(r"(?:^|[.!?…\n\U0001f000-\U0001faff])[\s\"'«“(]*$")
YES = r"(?i:(?<!\w)(?:sì|si|no|ok|okay|yes|oui|non|ja|nein|sim|não|ciao|hola|hi|hello|salut|hallo|olá|oi))"
_IS_CALLED = re.compile(rf"(?:[,;–—，]\s*|\s-\s*|(?:{THANKS}|{YES})\s+)$")
_ENDS_CALL = re.compile(r"\s*(?:[,;:.!?…–—)，。！？]|$|\n)")
_BEGINS_CALL = re.compile(r"\s*[,;!，！]")
_QUOTE = re.compile(r"[\"«“„‘']\s*$")
_LISTED_BEFORE = re.compile(rf"{UP},\s*$")
_LISTED_AFTER = re.compile(rf"\s*,\s*{UP}")
_IN_SENTENCE = re.compile(rf"(?<!\w){_STREET}\s[^.!?…\n]*$", re.I)
_WORD_BEFORE = re.compile(r"(\w+)\W+$")


class Meant(Enum):
    """Who or what a word means that a customer is called."""

    PERSON = "person"
    UNSURE = "unsure"  # told as a gap: neither the one nor the other may be wrong
    OTHER = "other"  # it stays


def meant(text: str, start: int, end: int, language: str = "", sold: Collection[str] = ()) -> Meant:
    """Return what a name means that stands at `text[start:end]`, its title along.

    Takes    sold: what the brand calls by words of theirs only, in small letters.

    >>> said = "La Rosa è finita, il tavolo per Rosa no. Rosa va in via Rosa."
    >>> [meant(said, found.start(), found.end()).value for found in re.finditer("Rosa", said)]
    ['other', 'person', 'unsure', 'other']
    """
    before, name = text[:start], re.sub(rf"^{TITLE}", "", text[start:end])
    titled, single = name != text[start:end], len(name.split()) == 1
    if not titled and (_BEHIND_STREET.search(before) or _BEHIND_PLACE.search(before)):
        return Meant.OTHER
    if _STREET_BEHIND.match(text, end):
        return Meant.OTHER
    if _is_called(before, text, end):
        return Meant.UNSURE if _is_listed(before, text, end, name) else Meant.PERSON
    if titled or not single:
        unsure = name.casefold() in sold or _has_article(before, language) or _is_behind_name(before)
        return Meant.UNSURE if unsure else Meant.PERSON
    if _is_thing(before, text, end, name, language):
        return Meant.OTHER
    doubts = (
        is_day(name), name.casefold() in sold, _BEGINS.search(before), _QUOTE.search(before), _is_behind_name(before),
        _PERHAPS_ARTICLE.search(before), _PERHAPS_PLACE.search(before),
    )  # fmt: skip
    return Meant.UNSURE if any(doubts) else Meant.PERSON


def is_day(word: str) -> bool:
    """Whether a word is a day of the week or a month."""
    return word.casefold() in days.MONTHS or days.DAY.fullmatch(word) is not None


def _is_called(before: str, text: str, end: int) -> bool:
    """Whether a name stands as one calls somebody: between commas, or before one where a sentence begins."""
    if _BEGINS.search(before):
        return _BEGINS_CALL.match(text, end) is not None
    return bool(_IS_CALLED.search(before) and _ENDS_CALL.match(text, end))


def _is_listed(before: str, text: str, end: int, name: str) -> bool:
    """Whether what stands between commas may be one of several, or the town behind a street."""
    last = _WORD_BEFORE.search(before)
    if _BEGINS.search(before):
        return is_day(name) and not text[end:].lstrip().startswith(",")
    return bool(
        (is_day(name) and last and is_day(last[1]))
        or _IN_SENTENCE.search(before)
        or (_LISTED_BEFORE.search(before) and _LISTED_AFTER.match(text, end))
    )


def _is_thing(before: str, text: str, end: int, name: str, language: str) -> bool:
    if _has_article(before, language) or _IN.search(before) or _YEAR.match(text, end):
        return True
    if _OF_SOMETHING.match(text, end):
        return True
    return is_day(name) and bool(_BEGINS.search(before) or _DAY_NUMBER.match(text, end))


def _has_article(before: str, language: str) -> bool:
    return bool(_BEHIND_ARTICLE.search(before) or (language == "en" and _ENGLISH_ARTICLE.search(before)))


def _is_behind_name(before: str) -> bool:
    """Whether another word with a capital stands right before it that no sentence asks for."""
    found = _SAID_BEFORE.search(before)
    return found is not None and found[1].casefold() not in _TO_SOMEBODY
