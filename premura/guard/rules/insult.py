"""Insults, slurs, threats, masked or not.  P22, P85.  Nobody sends against it."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged

LEVEL = 2  # of text.abuse: an insult at somebody
HATE = 3
NOT_HARMLESS = 0.25  # below it, the sentence around makes an insult of nobody: a beast of a motorbike


def look(judged: Judged) -> Iterator[Finding]:
    found = list(judged.find("insult", Severity.BLOCK))
    yield from found
    for one in judged.one.rude.finds:
        covered = any(other.start <= one.start and one.end <= other.end for other in found)
        meant = one.level >= HATE or judged.score_at(one.start, "insult") >= NOT_HARMLESS
        if one.level >= LEVEL and meant and not covered and one.end <= len(judged.draft.text):
            yield Finding("insult", Severity.BLOCK, one.start, one.end, "insult")
