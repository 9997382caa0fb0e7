"""Sending a customer in public to the phone, a mailbox, a form or a ticket.  P58, P59."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.cues import COLUMN
from premura.guard.judged import Judged
from premura.guard.seen import HEAD

WITH_A_NUMBER = 0.5  # likely enough where the sentence says to call, and names the number
DIGITS = 6


def look(judged: Judged) -> Iterator[Finding]:
    if not judged.one.public or judged.draft.post or judged.context.customer_asked_for_phone:
        return
    found = list(judged.find("deflection", Severity.BLOCK))
    yield from found
    told = judged.seen.fired[judged.one.rows, COLUMN["deflection"]]
    for part, score, cue in zip(judged.parts, judged.scores[:, HEAD["deflection"]].tolist(), told, strict=True):
        if not cue or score < WITH_A_NUMBER or any(one.start < part.end and part.start < one.end for one in found):
            continue
        if sum(map(str.isdigit, part.text)) >= DIGITS:
            start, end = judged.whole_of(part) if len(judged.parts) > 1 else (part.start, part.end)
            fix = "" if len(judged.parts) > 1 else None
            yield Finding("deflection", Severity.BLOCK, start, end, "deflection", fix=fix, score=round(score, 3))
