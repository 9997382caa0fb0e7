"""What is left of a draft when a sentence is taken out: something that can be sent as it is, or nothing."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from premura.guard.parts import Part

_FACES = "\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff"
_FACE = re.compile(f"[{_FACES}]")
# A sentence ends at its emoji; the sign behind that is nobody's, and goes along.
_TAIL = re.compile(rf"[ \t{_FACES}]*(?:(?:[.!?…]+(?=[\s\"»”')\]{_FACES}]|$)|[,;:](?=[\s{_FACES}]|$))[ \t{_FACES}]*)*")
_GOES_ON = re.compile(r"[,;:][ \t]*$")
# With a name, a title or one small word behind it ("Hallo zusammen"), up to the sign that ends it.
_GREETING = re.compile(
    r"\s*(?:(?i:ciao|buon ?giorno|buona ?sera|salve|gentil[ei]|car[aoie]|carissim[aoie]|egregi[ao]?|ehi|hey|hi|hello|"
    r"dear|good (?:morning|afternoon|evening)|hola|buen[oa]s (?:días|dias|tardes|noches)|estimad[oa]s?|querid[oa]s?|"
    r"bonjour|bonsoir|salut|coucou|chers?|chères?|hallo|guten (?:tag|morgen|abend)|liebe[rs]?|sehr geehrte[rs]?|"
    r"servus|moin|grüß gott|ol[áa]|oi|bom dia|boa (?:tarde|noite)|prezad[oa]s?|goede(?:morgen|middag|navond)|beste|"
    r"geachte|dzień dobry|cześć|witam|szanown[aiy]\w*|drog[ai]\w*|bună(?: ziua| seara)?|dragă|stimat[eă])(?!\w))"
    r"(?:[ \t]+(?:(?i:sig\.?(?:ra|na)?|sig\.|dott\.(?:ssa)?|dr\.|mrs?\.?|ms\.?|sra?\.|mme|m\.|frau|herr|señora?)"
    r"(?!\w)|@[\w.-]*\w|[A-ZÀ-ÖØ-ÞŁŚŻŹĆȘȚĂ][\w’'-]*)){0,5}"
    r"(?:[ \t]+[a-zà-öø-ÿ]+(?=[ \t]*(?:[,;:!.…\n]|$)))?"
    rf"(?:[ \t]*[,;:!.…–—-]+(?=[\s{_FACES}]|$)|(?=[ \t]*(?:\n|$))|(?=\s*[{_FACES}]))[ \t{_FACES}]*"
)
_CLOSING = re.compile(
    r"(?i:grazie(?: mille| ancora)?|a presto|buona (?:giornata|serata)|(?:cordiali |distinti )?saluti|un saluto|"
    r"thanks?(?: you)?|(?:best|kind|warm) regards|best|cheers|yours(?: sincerely)?|see you soon|"
    r"have a (?:nice|good) day|gracias|hasta pronto|(?:un |cordiales )?saludos?|merci|à bientôt|"
    r"bonne (?:journée|soirée)|cordialement|danke(?: schön)?|vielen dank|bis bald|"
    r"(?:viele|liebe|beste|freundliche|mit freundlichen) grüße?n?|"
    r"einen schönen tag|obrigad[oa]|até breve|(?:bom|boa) (?:dia|tarde|noite)|cumprimentos|met vriendelijke groet|"
    r"pozdrawiamy?|dziękuj\w+|mulțumi\w+)[\s,.!…]*"
)
_BUT = re.compile(
    r"(?:ma|però|tuttavia|comunque|but|however|though|pero|sin embargo|aber|mais|cependant|toutefois|mas|porém|"
    r"no entanto|maar|ale|dar|însă)(?!\w)(?:,?[ \t]+)",
    re.I,
)
# Words that begin small after “Ciao Giulia, ”: of any other nobody knows whether it is a name.
_ARTICLES = """
il lo la i gli le un uno una ti ci si vi the a an your our we it this el los las su tu te se nous vous votre ton ta les
une der die das wir ein eine dein deine o os as um uma de het wij uw
"""
_IN_NAMES = "di de del della dei da dal dalla von van der of the and e und et y team il la le lo staff"
_SMALL, _JOINS = frozenset(_ARTICLES.split()), frozenset(_IN_NAMES.split())
_NAME = 5  # words of a signature at most


class Stretch(NamedTuple):
    """What goes, `text[start:end]`, and what stands there instead: nothing, or the next word as it is then written."""

    start: int
    end: int
    fix: str


def greeted(text: str) -> int:
    """Return how many characters of a text are its greeting, with what parts it from the rest; 0 where none is.

    >>> greeted("Ciao Giulia, il pacco arriva."), greeted("Gentile Sig.ra Rossi:"), greeted("Il pacco arriva.")
    (13, 21, 0)
    """
    found = _GREETING.match(text)
    return found.end() if found else 0


def without(text: str, parts: Sequence[Part], part: Part, names: Sequence[str] = ()) -> Stretch | None:
    """Return what to take out so that a sentence is gone; None where nothing that says something would be left.

    Takes    names: of the two who speak, which say nothing by themselves.
    """
    first = last = parts.index(part)
    while last + 1 < len(parts) and _goes_on(text, parts[last], parts[last + 1]):
        last += 1
    while first and parts[first].text[:1].isdigit() and _goes_on(text, parts[first - 1], parts[first]):
        first -= 1  # the number belongs to the call before it
    rest = [*parts[:first], *parts[last + 1 :]]
    if not any(_says(one, names) for one in rest):
        return None
    hello = greeted(parts[first].text)
    start = parts[first].start + (hello if hello < len(parts[first].text) else 0)
    end = _end(text, parts[last].end)
    if start == parts[first].start and _has_own_lines(text, start, end):
        return _lines(text, start, end)
    return _joined(text, start, end, greets=start > parts[first].start)


def capital(text: str) -> str:
    """Return a text with a capital in front, but where it begins with an address or a handle."""
    word = text.split(maxsplit=1)[0] if text.strip() else ""
    return text if re.search(r"[@/#\d]|\w\.\w", word) else text[:1].upper() + text[1:]


def _goes_on(text: str, before: Part, after: Part) -> bool:
    """Whether only an emoji, and neither a sign nor a line, parts two sentences: they are one."""
    between, begins = text[before.end : after.start], after.text[:1]
    end = after.start
    while end > before.start and (text[end - 1].isspace() or _FACE.match(text[end - 1])):
        end -= 1
    if "\n" in between or not _FACE.search(text, end, after.start) or text[end - 1] in ".!?…":
        return False
    return begins.islower() or begins in "0123456789+("


def _says(part: Part, names: Sequence[str]) -> bool:
    bare = part.text[greeted(part.text) :].strip()
    if not bare or _CLOSING.fullmatch(bare):
        return False
    plain = bare.strip(" ,.!…-–—^~*").casefold()
    if not plain or plain in {own.casefold() for name in names for own in (name, *name.split()[:1])}:
        return False
    words = re.findall(r"[^\W\d_][\w’'-]*", bare)
    is_signature = words and len(words) <= _NAME and all(w[0].isupper() or w.lower() in _JOINS for w in words)
    return not (is_signature and bare[-1:] not in ".!?…")


def _end(text: str, end: int) -> int:
    found = _TAIL.match(text, end)
    return found.end() if found else end


def _has_own_lines(text: str, start: int, end: int) -> bool:
    return (start == 0 or text[:start].rstrip(" \t").endswith("\n")) and (end == len(text) or text[end] == "\n")


def _lines(text: str, start: int, end: int) -> Stretch:
    """Take the line break along: the one behind it, or before it where it is the last."""
    behind = len(text[end:]) - len(text[end:].lstrip())
    if end + behind < len(text):
        return _joined(text, start, end + behind, greets=False)
    return Stretch(len(text[:start].rstrip()), len(text), "")


def _joined(text: str, start: int, end: int, *, greets: bool) -> Stretch:
    """Take a “but” along, which now contradicts nothing, and write the next word as it then begins."""
    but = _BUT.match(text, end)
    word = re.compile(r"\S+").match(text, but.end() if but else end)
    if not word:
        return Stretch(start, end, "")
    head = text[:start].rstrip()
    after_comma = greets and head[-1:] == ","
    if after_comma:
        fix = word[0][:1].lower() + word[0][1:] if word[0].lower() in _SMALL else word[0]
    else:
        fix = capital(word[0]) if but or _GOES_ON.search(text[start:end]) else word[0]
    return Stretch(start, word.end(), fix) if fix != word[0] or but else Stretch(start, end, "")
