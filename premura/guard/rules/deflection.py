"""Sending a customer in public to the phone, a mailbox, a form or a ticket.  P58, P59."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.cues import COLUMN
from premura.guard.judged import Judged

WITH_A_NUMBER = 0.4  # likely enough where the sentence names a number: of the corpus's good ones two reach .3, none .4
DIGITS = 6


def look(judged: Judged) -> Iterator[Finding]:
    if not judged.one.public or judged.draft.post or judged.context.customer_asked_for_phone:
        return
    found = list(judged.find("deflection", Severity.BLOCK))
    yield from found
    if not judged.seen.numbered[judged.one.rows].any():
        return
    # With a number, or said in the plainest words, it is one whatever the networks think, but where they are to call.
    if _wants_a_number(judged):
        return
    plain = judged.starts("deflection") & judged.starts("calls")
    for part, score in judged.likely("deflection", 0.0):
        known = any(one.start < part.end and part.start < one.end for one in found)
        if known or sum(map(str.isdigit, part.text)) < DIGITS:
            continue
        if score >= WITH_A_NUMBER or part.start in plain:
            start, end, fix = judged.without(part) or (part.start, part.end, None)
            yield Finding("deflection", Severity.BLOCK, start, end, "deflection", fix=fix, score=round(score, 3))


def _wants_a_number(judged: Judged) -> bool:
    """Whether the customer asked for one, is in danger, or is not known: who smells gas is to call somebody."""
    theirs, known = judged.seen.asked[judged.one.row], judged.draft.customer_text.strip()
    in_danger = judged.seen.dangers[judged.one.row].any()
    return not known or bool(theirs[COLUMN["asks_phone"]] or theirs[COLUMN["emergency"]] or in_danger)
