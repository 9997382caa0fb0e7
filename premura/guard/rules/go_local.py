"""Sending a customer to the shop, the dealer or local support.  P65, P66."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged


def look(judged: Judged) -> Iterator[Finding]:
    if not judged.draft.post and not judged.context.handover_attached:
        yield from judged.find("go_local", Severity.BLOCK)
