"""Telling what nobody outside may be told, or in public what may be told in private only.  P141.

Its exit is an expert who agrees: a second person, whoever the author is (`interact.reply`)."""

from collections.abc import Iterator

from premura.guard import heads
from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged


def look(judged: Judged) -> Iterator[Finding]:
    for part, fact, score in judged.told:
        if score < heads.thresholds()["internal_fact"]:
            continue
        start, end, fix = judged.without(part) or (part.start, part.end, None)
        given = {"fact": fact[:120]}
        yield Finding("internal_fact", Severity.BLOCK, start, end, "internal_fact", given, fix, round(score, 3))
