"""A hostile thread, a late hour, many edits, a fast send: let it cool for a while.  P86, P147."""

from collections.abc import Iterator
from datetime import timedelta

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged

LATE, EARLY = 23, 6  # o'clock, where the author sits
MANY_EDITS = 12
FAST = timedelta(seconds=8)
SIGN = 0.3  # an insult and one sign are enough, anger at us and two
LEAST = 0.6


def look(judged: Judged) -> Iterator[Finding]:
    context = judged.context
    if context.second_person or judged.draft.post:
        return
    night = context.hour is not None and (context.hour >= LATE or context.hour < EARLY)
    fast = context.written_in is not None and context.written_in < FAST and judged.one.words > 3
    heat = context.hostility * 0.5 + SIGN * (night + (context.edits >= MANY_EDITS) + fast)
    heat += 0.1 * min(context.hostile_streak, 3)
    if context.hostility > 0 and heat >= LEAST:
        text = judged.draft.text
        yield Finding("heat", Severity.DELAY, 0, len(text), "heat", score=round(min(heat, 1.0), 3))
