"""The fields of a saved reply, filled from the message itself: whose, which product, what place, which day.  P43.

What was not found is left as a gap that everybody sees, «product?»; a reply with a gap is not sent (`gaps`).
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from premura.interact import days

FIELDS = ("name", "product", "place", "date", "agent")
# What a gap is called, by the language of the reply.
GAPS: Mapping[str, tuple[str, ...]] = {
    "it": ("nome", "prodotto", "luogo", "data", "firma"),
    "en": ("name", "product", "place", "date", "signature"),
    "es": ("nombre", "producto", "lugar", "fecha", "firma"),
    "fr": ("nom", "produit", "lieu", "date", "signature"),
    "de": ("Name", "Produkt", "Ort", "Datum", "Unterschrift"),
    "pt": ("nome", "produto", "lugar", "data", "assinatura"),
}
# Only these words: in Italian, French and Spanish «Quando?» is somebody's words between their quotation marks.
_GAP = re.compile(rf"«(?:{'|'.join(sorted({word for words in GAPS.values() for word in words}))})\?»")
_FIELD = re.compile(rf"\{{({'|'.join(FIELDS)})\}}")

_UP = r"[A-ZÀ-ÖØ-Þ][\w'’-]*"
_BEFORE_PRODUCT = re.compile(
    r"(?:\b(?i:il|lo|la|gli|le|un|uno|una|del|dello|della|dei|degli|delle|al|allo|alla|sul|sulla|nel|nello|nella|vostr[oaie]"
    r"|quest[oaie]|the|your|this|my|our|el|los|las|una|vuestro|les|du|des|votre|mon|ma|ce|cette|os|as|um|uma|meu|minha|\d+"
    r"|due|tre|two|three|of)\s+|\b(?i:l|un|dell|all|nell|quell|quest)['’])"
    rf"({_UP}(?:\s+(?:(?:di|del|della|de|of|do|da)\s+)?(?:{_UP}|(?:19|20)\d\d))*)"
)
_STREET = re.compile(r"\b(?:via|viale|piazza|corso|calle|rua|rue|street)\s+$", re.I)
# Words behind which a place of the list is one: a bottle "di Chianti" is from nowhere.
_TO_A_PLACE = re.compile(
    r"(?:\b(?:a|ad|in|per|da|verso|presso|vicino a|fino a|provincia di|(?:sono|siamo) di|to|at|near|from|around|en"
    r"|hasta|desde|para|cerca de|(?:soy|somos) de|à|vers|pour|depuis|près de|nach|aus|bei|Raum|em|até|no|na|perto de"
    r"|(?:sou|somos) de)\s+)$",
    re.I,
)
# Who lives there says that it is a place, also where the list does not have it.
_LIVES = re.compile(
    rf"\b(?i:(?:abito|abitiamo|vivo|viviamo|risiedo) (?:a|ad|in)|(?:vivo|vivimos) en|(?:i|we) live in"
    rf"|(?:j['’]habite|nous habitons) (?:à|en)|(?:wohne|wohnen|lebe|leben) in|(?:moro|moramos|vivo|vivemos) em)\s+"
    rf"({_UP}(?:\s{_UP})?)"
)
_PEOPLE = frozenset({"Alba", "Vittoria"})  # towns that are called as people are
_GOES_ON = re.compile(rf"\s{_UP}")  # "Chianti Riserva" is no place


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a message and of who answers it."""

    text: str
    language: str = ""
    name: str = ""  # of who wrote it
    agent: str = ""
    terms: tuple[str, ...] = ()  # of the brand's glossary
    ours: tuple[str, ...] = ()  # our own names: nobody's product or place
    sold: tuple[str, ...] = ()  # the brand's products that it speaks of, by their names
    now: days.Now | None = None  # when it was written, and when it is answered


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a filled reply: plain, filled from the message (`field`), or a gap."""

    text: str
    field: str = ""
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """A saved reply with its fields filled."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def has_gaps(self) -> bool:
        return any(piece.is_gap for piece in self.pieces)


def filled(text: str, language: str, found: Mapping[str, str]) -> Filled:
    """Return a saved reply with what `found` says of its fields; the rest stands as gaps in the reply's language."""
    return Filled(tuple(_pieces(text, language[:2], found)))


def _pieces(text: str, language: str, found: Mapping[str, str]) -> Iterator[Piece]:
    names = GAPS.get(language, GAPS["en"])
    at = 0
    for field in _FIELD.finditer(text):
        name, to = field[1], field.start()
        value = found.get(name, "")
        if name == "date" and value:
            taken, value = days.said_after(text[:to], value, language)
            to -= taken
        if to > at:
            yield Piece(text[at:to])
        yield Piece(value, name) if value else Piece(f"«{names[FIELDS.index(name)]}?»", name, is_gap=True)
        at = field.end()
    if at < len(text):
        yield Piece(text[at:])


def gaps(text: str) -> tuple[str, ...]:
    """Return the gaps that still stand in a reply: none may, before it is sent.

    >>> gaps("Ciao Anna, «prodotto?» torna «data?»."), gaps("Ci chiedi «quando arriva?»: domani.")
    (('«prodotto?»', '«data?»'), ())
    """
    return tuple(found[0] for found in _GAP.finditer(text))


def found_in(told: Told) -> dict[str, str]:
    """Return what a message says of the fields of a saved reply; what it does not say is not there.

    Misses   products that are neither among the brand's own nor in its glossary, and places that no list has. Where it
             speaks of two, nobody knows which is meant.
    """
    found = {
        "name": first_name(told.name), "agent": told.agent, "place": _place(told),
        "date": days.meant(told.text, told.language, told.now), "product": _product(told),
    }  # fmt: skip
    return {field: value for field, value in found.items() if value}


def first_name(name: str) -> str:
    """Return how one calls a person; '' where all that is known is a handle.

    >>> first_name("Giulia Ferri"), first_name("giulia_82"), first_name("MARCO")
    ('Giulia', '', 'Marco')
    """
    first = (name.split() or [""])[0].strip(",.")
    if not first.replace("-", "").replace("'", "").replace("’", "").isalpha() or not first[:1].isupper():
        return ""
    return first.title() if first.isupper() and len(first) > 2 else first


def _product(told: Told) -> str:
    if told.sold:
        return told.sold[0] if len(told.sold) == 1 else ""
    ours = _folded(told.ours)
    hits: list[str] = []
    for word in sorted(filter(str.strip, told.terms), key=len, reverse=True):
        found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", told.text, re.I)
        if found and word.lower() not in ours and not any(word.lower() in longer.lower() for longer in hits):
            hits.append(word if word.islower() or found[0].islower() else found[0])
    return hits[0] if len(hits) == 1 else ""


def seems_to_name_product(told: Told) -> bool:
    """Whether a message may name what it is about: a guess by its capital letters, too weak to say it back.

    Misses   products without a capital letter; in German, where every noun has one, all.
    """
    if told.language == "de":
        return False
    nobodys = _folded([*told.ours, _place(told), told.name, *told.name.split()])
    for match in _BEFORE_PRODUCT.finditer(told.text):
        word = match[1].strip("'’-")
        if len(word) > 2 and not word.isupper() and word.lower() not in nobodys and not _is_no_product(told, match):
            return True
    return False


def _is_no_product(told: Told, match: re.Match[str]) -> bool:
    word = match[1]
    return bool(_places().fullmatch(word) or days.DAY.fullmatch(word) or _STREET.search(told.text[: match.start()]))


def _place(told: Told) -> str:
    places = places_in(told)
    return next(iter(places)) if len(places) == 1 else ""


def places_in(told: Told) -> frozenset[str]:
    """Return the places that a message speaks of as such, those of our own names and the writer's left out."""
    nobodys = _folded([*told.ours, told.name, *told.name.split()])
    listed = (
        found[0] for found in _places().finditer(told.text)
        if _TO_A_PLACE.search(told.text, 0, found.start()) and not _GOES_ON.match(told.text, found.end())
    )  # fmt: skip
    lived = (found[1] for found in _LIVES.finditer(told.text) if not _STREET.search(found[1].split()[0] + " "))
    return frozenset(word for word in (*listed, *lived) if word.lower() not in nobodys and word not in _PEOPLE)


def _folded(words: Collection[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in words if word)


@cache
def _places() -> re.Pattern[str]:
    given = tomllib.loads((files("premura.interact") / "places.toml").read_text("utf-8"))
    names = {name.replace("_", " ") for words in given.values() for name in words.split()}
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?!\w)")
