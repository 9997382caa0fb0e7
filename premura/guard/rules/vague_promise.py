"""A promise without a day or an hour.  P117."""

import re
from collections.abc import Iterator
from dataclasses import replace

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.taken_out import capital

# Beside these a word for “soon” is none: so soon, as soon as they write, see you soon, bis bald.
_BESIDE = {
    "before": "as so how too not no see a à così troppo non zu wie bis tan aussi trop tão até hasta più",
    "after": "as wie que als than o oder or ou",
}
_BEFORE, _AFTER = (frozenset(words.split()) for words in _BESIDE.values())


def look(judged: Judged) -> Iterator[Finding]:
    if judged.context.promise_attached or judged.context.handover_attached or judged.draft.post:
        return
    for one in judged.find("vague_promise", Severity.WARN, takes_out=False):
        places = _soon(judged, one.start, one.end)
        if len(places) == 1:
            start, end = places[0]
            by = judged.text_of("by")
            yield replace(one, start=start, end=end, fix=capital(by) if judged.draft.text[start].isupper() else by)
        else:
            yield one


def _soon(judged: Judged, start: int, end: int) -> list[tuple[int, int]]:
    """Return where words stand for no day at all that a day may replace as they are; the longer before the shorter."""
    said = sorted(map(re.escape, judged.words_of("soon")), key=len, reverse=True)
    if not said:
        return []
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(said)})(?!\w)", re.I)
    text, places = judged.draft.text, []
    for found in pattern.finditer(text, start, end):
        before = re.findall(r"\w+|[^\w\s]", text[start : found.start()].lower())[-1:]
        after = re.findall(r"\w+|[^\w\s]", text[found.end() : end].lower())[:1]
        if _BEFORE.isdisjoint(before) and _AFTER.isdisjoint(after):
            places.append(found.span())
    return places
