"""Sending a customer in public to the phone, a mailbox, a form or a ticket.  P58, P59."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged


def look(judged: Judged) -> Iterator[Finding]:
    if judged.one.public and not judged.draft.post and not judged.context.customer_asked_for_phone:
        yield from judged.find("deflection", Severity.BLOCK)
