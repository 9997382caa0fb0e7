"""Telling what nobody outside may be told, or in public what may be told in private only.  P141.

Its exit is an expert who agrees: a second person, whoever the author is (`interact.reply`)."""

from collections.abc import Iterator

from premura.guard import facts, heads
from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.seen import HEAD


def look(judged: Judged) -> Iterator[Finding]:
    secret = judged.context.internal_facts + (judged.context.direct_facts if judged.one.public else ())
    if not secret:
        return
    sounds = facts.loud(judged.scores[:, HEAD["internal_fact"]])
    told = facts.told(judged.parts, secret, judged.draft.customer_text, sounds, heads.of_facts())
    for part, fact, score in told:
        if score < heads.thresholds()["internal_fact"]:
            continue
        start, end = judged.whole_of(part) if len(judged.parts) > 1 else (part.start, part.end)
        fix = "" if len(judged.parts) > 1 else None
        given = {"fact": fact[:120]}
        yield Finding("internal_fact", Severity.BLOCK, start, end, "internal_fact", given, fix, round(score, 3))
