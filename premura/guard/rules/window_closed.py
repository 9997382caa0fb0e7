"""The network's time to answer is over.  P61.  Nobody can send then: the network refuses."""

from collections.abc import Iterator
from datetime import timedelta

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged


def look(judged: Judged) -> Iterator[Finding]:
    left = judged.context.window_left
    if left is not None and left <= timedelta(0):
        yield Finding("window_closed", Severity.BLOCK, 0, len(judged.draft.text), "window_closed")
