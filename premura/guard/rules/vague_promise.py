"""A promise without a day or an hour.  P117.

The network finds it whatever its words are, but less surely where a sentence has a second fault.  So words that mean
no day wherever they stand are found by themselves as well.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from premura.guard.contract import Finding, Severity
from premura.guard.judged import MOST, Judged
from premura.guard.parts import Part
from premura.guard.seen import unquoted
from premura.guard.taken_out import capital

# Beside these a word for “soon” is none: so soon, as soon as they write, see you soon, bis bald.
_BESIDE = {
    "before": "as so how too not no see a à così troppo non zu wie bis tan aussi trop tão até hasta più",
    "after": "as wie que als than o oder or ou",
}
# Beside these it is spoken of: “as soon as possible” would be no answer; “a breve distanza” is near.
_SPOKEN_OF = {
    "before": "kein keine nicht pas never mai only",
    "after": "is was would means è era sarebbe significa heißt ist wäre est serait es sería é seria per distanza"
    " termine durata",
}
_AT_THE_LATEST = re.compile(
    r"\W*(?:al massimo|al piu tardi|comunque entro|entro|at the (?:very )?latest|by|latest|spatestens|bis|au plus tard|"
    r"a mas tardar|como (?:muy tarde|maximo)|no maximo|o mais tardar)\b"
)
_Near = list[str]  # no word, or one
_BEFORE, _AFTER = (frozenset(words.split()) for words in _BESIDE.values())
_SPOKEN_OF_BEFORE, _SPOKEN_OF_AFTER = (frozenset(words.split()) for words in _SPOKEN_OF.values())


def look(judged: Judged) -> Iterator[Finding]:
    if judged.context.promise_attached or judged.context.handover_attached or judged.draft.post:
        return
    found = list(judged.find("vague_promise", Severity.WARN, takes_out=False))
    if found:
        let_be = list(_let_be(judged))
        found = [one for one in found if not any(part.start <= one.start < part.end for part in let_be)]
    for part in _in_so_many_words(judged):
        if not any(part.start <= one.start < part.end for one in found):
            found.append(Finding("vague_promise", Severity.WARN, part.start, part.end, "vague_promise"))
    for one in found[:MOST]:
        places = _soon(judged, one.start, one.end)
        if len(places) == 1:
            start, end = places[0]
            by = judged.text_of("by")
            yield replace(one, start=start, end=end, fix=capital(by) if judged.draft.text[start].isupper() else by)
        else:
            yield one


def _in_so_many_words(judged: Judged) -> Iterator[Part]:
    """Yield the sentences that say “soon” in words that mean nothing else, where no day follows and none is quoted."""
    said = judged.words_of("always_soon")
    for part, after in zip_longest(judged.parts, judged.parts[1:]):
        if not said.search(part.text) or part.dated or (after is not None and after.dated):
            continue
        if any(_meant(unquoted(part.text), said)) and not judged.allowed("vague_promise", part):
            yield part


def _let_be(judged: Judged) -> Iterator[Part]:
    """Yield the sentences that promise nothing by their “soon”, or whose day stands right behind them."""
    said = judged.words_of("soon")
    for part, after in zip_longest(judged.parts, judged.parts[1:]):
        meant = _meant(unquoted(part.text), said)
        is_dated = after is not None and after.dated and _AT_THE_LATEST.match(after.plain)
        if (is_dated or (meant and not any(meant))) and not judged.forbidden("vague_promise", part):
            yield part


def _meant(text: str, said: re.Pattern[str]) -> list[bool]:
    """Return of each “soon” that stands in a text whether it is said, and not spoken of."""
    return [
        _SPOKEN_OF_BEFORE.isdisjoint(before) and _SPOKEN_OF_AFTER.isdisjoint(after)
        for _, before, after in _places(said, text, 0, len(text))
    ]


def _soon(judged: Judged, start: int, end: int) -> list[tuple[int, int]]:
    """Return where words stand for no day at all that a day may replace as they are."""
    return [span for span, _, _ in _places(judged.words_of("soon"), judged.draft.text, start, end)]


def _places(said: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[tuple[int, int], _Near, _Near]]:
    """Yield where some of these words stand for no day, and what stands right before and right after them."""
    for found in said.finditer(text, start, end):
        before = re.findall(r"\w+|[^\w\s]", text[start : found.start()].lower())[-1:]
        after = re.findall(r"\w+|[^\w\s]", text[found.end() : end].lower())[:1]
        if _BEFORE.isdisjoint(before) and _AFTER.isdisjoint(after):
            yield found.span(), before, after
