"""Insults, slurs, threats, masked or not.  P22, P85.  Nobody sends against it."""

from collections.abc import Iterator

from premura.guard import heads
from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged

LEVEL = 2  # of text.abuse: an insult at somebody
HATE = 3
_OPEN, _CLOSE = "\"'«“„‘", "\"'»”“’"
NOT_HARMLESS = 0.45  # below it, the sentence around makes an insult of nobody: a beast of a motorbike


def look(judged: Judged) -> Iterator[Finding]:
    found = list(judged.find("insult", Severity.BLOCK))
    yield from found
    for one in judged.one.rude.finds:
        covered = any(other.start <= one.start and one.end <= other.end for other in found)
        meant = one.level >= HATE or judged.score_at(one.start, "insult") >= NOT_HARMLESS
        meant &= one.level >= HATE or judged.score_at(one.start, "in_kind") < heads.thresholds()["in_kind"]
        meant &= not _is_quoted(judged, one.start, one.end)
        if one.level >= LEVEL and meant and not covered and one.end <= len(judged.draft.text):
            yield Finding("insult", Severity.BLOCK, one.start, one.end, "insult")


def _is_quoted(judged: Judged, start: int, end: int) -> bool:
    """Whether the customer's own word stands between quotation marks: we speak about it, and call nobody so."""
    text, theirs = judged.draft.text, judged.draft.customer_text.casefold()
    before, after = text[:start].rstrip()[-1:] or " ", text[end:].lstrip(" ,.!?…")[:1] or " "
    return before in _OPEN and after in _CLOSE and text[start:end].casefold() in theirs
