"""Showing or asking for personal data where others read.  P28, P60.  Nobody sends against it."""

import re
from collections.abc import Iterator

from premura.guard import reached
from premura.guard.asked_here import asks_here, asks_not
from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged

ALWAYS = frozenset({"iban", "codice_fiscale", "card", "tax_id"})
# Ours or theirs: theirs where they wrote it before us, or where we say that we reached them there.
KNOWN = frozenset({"phone", "address", "email"})
HARMLESS = 0.02
STREETS = frozenset({"viale", "piazza", "piazzale", "corso", "largo", "vicolo", "strada", "street", "road", "avenue",
                     "lane", "calle", "avenida", "plaza", "straße", "strasse", "platz", "praça", "place"})  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
# Four groups of four: a card, even where its check digit is wrong.  Who mistypes a card shows nearly all of it.
_LIKE_A_CARD = re.compile(r"(?<![\d-])\d{4}([ .-])\d{4}\1\d{4}\1\d{4}(?![\d-])")


def look(judged: Judged) -> Iterator[Finding]:
    if not judged.one.public:
        return
    text, shown, known = judged.draft.text, [], []
    for find in judged.one.personal:
        words = text[find.start : find.end]
        if _bare(words) in map(_bare, judged.context.ours):
            known += [(find.start, find.end)] * (find.kind in ALWAYS)
            continue
        theirs = find.kind in KNOWN and (
            _is_theirs(words, judged.draft.customer_text, str(find.kind))
            or reached.is_theirs(text, find.start, judged.one.lang)
        )
        if (find.kind in ALWAYS and not _is_ours(judged, find.start)) or theirs:
            shown.append((find.start, find.end))
            facts = {"kind": str(find.kind)}
            yield Finding("personal_data", Severity.BLOCK, find.start, find.end, "shows_personal_data", facts, "…")
    for card in _LIKE_A_CARD.finditer(text):
        if not any(start < card.end() and card.start() < end for start, end in (*shown, *known)):
            shown.append(card.span())
            yield Finding("personal_data", Severity.BLOCK, *card.span(), "shows_personal_data", {"kind": "card"}, "…")
    asked = [*_asked_by_meaning(judged), *_asked(judged)]
    for one in asked:
        if not any(start < one.end and one.start < end for start, end in (*shown, *known)):
            shown.append((one.start, one.end))
            yield one


def _asked_by_meaning(judged: Judged) -> Iterator[Finding]:
    """Yield what the network finds, but for what asks in so many words to keep them out of here."""
    for found in judged.find("personal_data", Severity.BLOCK, "personal_data"):
        part = next((one for one in judged.parts if one.start <= found.start < one.end), None)
        if part is None or judged.forbidden("personal_data", part) or not asks_not(part.plain, judged.one.lang):
            yield found


def _asked(judged: Judged) -> Iterator[Finding]:
    """Yield the sentences that ask for it on the spot in so many words."""
    fires = judged.seen.cue(judged.one, "personal_data")
    for part, fired in zip(judged.parts, fires, strict=True):
        if fired and asks_here(part.plain, judged.one.lang):
            start, end, fix = judged.without(part) or (part.start, part.end, None)
            yield Finding("personal_data", Severity.BLOCK, start, end, "personal_data", fix=fix)


def _is_theirs(words: str, said: str, kind: str) -> bool:
    """Whether the customer wrote it before us; of an address the house number and a word of the street are enough."""
    if _bare(words) in _bare(said):
        return True
    own, known = set(_WORD.findall(words.lower())), set(_WORD.findall(said.lower()))
    numbers = {word for word in own if word[0].isdigit()}
    names = {word for word in own & known if len(word) > 3 and word[0].isalpha()} - STREETS
    return kind == "address" and bool(numbers) and numbers <= known and bool(names)


def _bare(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


def _is_ours(judged: Judged, at: int) -> bool:
    """Whether the sentence around is known to be harmless: our own account for a gift, say."""
    return judged.score_at(at, "personal_data") < HARMLESS
