"""Insults, slurs, threats, masked or not.  P22, P85.  Nobody sends against it."""

import re
from collections.abc import Iterator
from itertools import pairwise

from premura.guard import cues, heads
from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.seen import HEAD

LEVEL = 2  # of text.abuse: an insult at somebody
HATE = 3
_OPEN, _CLOSE = "\"'«“„‘", "\"'»”“’"
NAMED = 0.1  # below it the sentence is none at anybody, even if a clause of it is a name: a signature, a surname
LONGEST_NAME = 5  # words
_CLAUSE = re.compile(r"[,;:–—()…!?]+|\s-\s")
_OUTSIDE = re.compile(r"^\W+|\W+$")
# What stands behind or before the customer's own word where we take it from them again.
_DENIED = re.compile(
    r"\s*\?|,? (?:no|macché|niente affatto|per niente|per nulla|not at all|never|nope|nada|para nada|de nada|"
    r"pas du tout|überhaupt nicht|keineswegs)\b(?!,? (?:ma|but|mas|pero|mais|aber)\b)",
    re.I,
)
_DENYING = re.compile(
    r"(?<!\w)(?:non (?:sei|è|siete|ti senta|si senta|sentirti|sentirsi|dica|dire)|ma qual[ei]|macché|altro che|"
    r"nessun[oa]?|not|far from|anything but|never|nothing|(?:you|it|they|that|we) (?:are|is|were|was)n['’]t|no eres|"
    r"no es|ni|nada de|que va|qué va|kein|keine|nicht|pas|aucune?|mais non|não é|não és|que nada|nem)"
    r"(?: (?!solo|soltanto|only|just|nur|bloß|seulement|sólo|só|apenas|che)\w+){0,2} $",
    re.I,
)
# Their own word, denied of them or of us and given back in one breath: "Silly, no, but you are."
_GIVEN_BACK = re.compile(
    r"\W*(?:no|nope|nicht|nein|non|não|keine?)\W+(?:ma|però|but|pero|aber|mais|mas)\W+"
    r"(?:tu|te|lei|voi|lui|you|usted|ustedes|vosotros|vous|toi|du|sie|ihr|você|vocês)\b",
    re.I,
)
NOT_HARMLESS = 0.45  # below it, the sentence around makes an insult of nobody: a beast of a motorbike


def look(judged: Judged) -> Iterator[Finding]:
    found = [one for one in judged.find("insult", Severity.BLOCK) if not _is_kind(judged, one)]
    yield from found
    for start, end in (*_called(judged), *_given_back(judged)):
        if not any(other.start <= start and end <= other.end for other in found):
            found.append(Finding("insult", Severity.BLOCK, start, end, "insult"))
            yield found[-1]
    for one in judged.one.rude.finds:
        covered = any(other.start <= one.start and one.end <= other.end for other in found)
        meant = one.level >= HATE or judged.score_at(one.start, "insult") >= NOT_HARMLESS
        meant &= one.level >= HATE or judged.score_at(one.start, "in_kind") < heads.thresholds()["in_kind"]
        # Nobody hides an innocent word: a masked one is meant, however friendly the rest of the sentence is.
        meant |= not judged.draft.text[one.start : one.end].replace(" ", "").isalpha()
        meant &= not (_is_quoted(judged, one.start, one.end) or _is_taken_back(judged, one.start, one.end))
        if one.level >= LEVEL and meant and not covered and one.end <= len(judged.draft.text):
            yield Finding("insult", Severity.BLOCK, one.start, one.end, "insult")


def _called(judged: Judged) -> Iterator[tuple[int, int]]:
    """Yield the clauses that are nothing but a name for somebody: "Taccagna.", "Torna pure, barbone"."""
    if not judged.has("names"):
        return
    named = judged.seen.cue(judged.one, "names")
    scores = judged.scores[:, HEAD["insult"]]
    for part, is_named, score in zip(judged.parts, named, scores, strict=True):
        if not is_named or score < NAMED:
            continue
        edges = [0, *(place for sign in _CLAUSE.finditer(part.text) for place in sign.span()), len(part.text)]
        for a, b in pairwise(edges):
            bare = _OUTSIDE.sub("", part.text[a:b])
            if not bare or len(bare.split()) > LONGEST_NAME or not _is_a_name(bare, judged.one.lang):
                continue
            start = part.start + a + part.text[a:b].index(bare)
            end = start + len(bare)
            if not (_is_between_marks(judged.draft.text, start, end) or _is_taken_back(judged, start, end)):
                yield start, end


def _given_back(judged: Judged) -> Iterator[tuple[int, int]]:
    """Yield the customer's own names for us where they are given back: "Fools, no, but you are"."""
    theirs = judged.draft.customer_text.casefold()
    for part in judged.parts if _GIVEN_BACK.search(judged.draft.text) else ():
        for a, b in cues.places(part.text, judged.one.lang, "names"):
            if part.text[a:b].casefold() in theirs and _GIVEN_BACK.match(part.text, b):
                yield part.start + a, part.start + b


def _is_a_name(words: str, lang: str) -> bool:
    return any(start == 0 and end == len(words) for start, end in cues.places(words, lang, "names"))


def _is_quoted(judged: Judged, start: int, end: int) -> bool:
    """Whether the customer's own word stands between quotation marks: we speak about it, and call nobody so."""
    text, theirs = judged.draft.text, judged.draft.customer_text.casefold()
    return _is_between_marks(text, start, end) and text[start:end].casefold() in theirs


def _is_taken_back(judged: Judged, start: int, end: int) -> bool:
    """Whether it is the customer's own word, asked back or denied: “Blockhead? Not at all.”, “You're no blockhead.”"""
    text, theirs = judged.draft.text, judged.draft.customer_text.casefold()
    if text[start:end].casefold() not in theirs:
        return False
    alone = not text[:start].rstrip() or text[:start].rstrip()[-1] in ".!?…"
    return (alone and _DENIED.match(text, end) is not None) or _DENYING.search(text[:start]) is not None


def _is_kind(judged: Judged, found: Finding) -> bool:
    """Whether all that could be a name in a sentence is the customer's own word about themselves, taken from them."""
    part = next((one for one in judged.parts if one.start <= found.start < one.end), None)
    if part is None:
        return False
    names = [(part.start + a, part.start + b) for a, b in cues.places(part.text, judged.one.lang, "names")]
    names += [(one.start, one.end) for one in judged.one.rude.finds if part.start <= one.start < part.end]
    return bool(names) and all(_is_taken_back(judged, start, end) for start, end in names)


def _is_between_marks(text: str, start: int, end: int) -> bool:
    before, after = text[:start].rstrip()[-1:] or " ", text[end:].lstrip(" ,.!?…")[:1] or " "
    return before in _OPEN and after in _CLOSE
