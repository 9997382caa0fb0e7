"""Sending a customer in public to the phone, a mailbox, a form or a ticket.  P58, P59."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged

WITH_A_NUMBER = 0.6  # likely enough where the sentence names a number
DIGITS = 6


def look(judged: Judged) -> Iterator[Finding]:
    if not judged.one.public or judged.draft.post or judged.context.customer_asked_for_phone:
        return
    found = list(judged.find("deflection", Severity.BLOCK))
    yield from found
    for part, score in judged.likely("deflection", WITH_A_NUMBER):
        known = any(one.start < part.end and part.start < one.end for one in found)
        if not known and sum(map(str.isdigit, part.text)) >= DIGITS:
            start, end = judged.whole_of(part) if len(judged.parts) > 1 else (part.start, part.end)
            fix = "" if len(judged.parts) > 1 else None
            yield Finding("deflection", Severity.BLOCK, start, end, "deflection", fix=fix, score=round(score, 3))
