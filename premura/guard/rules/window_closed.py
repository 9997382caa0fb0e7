"""The network's time to answer is over, or it takes no second reply.  P61.  Nobody can send then: it refuses."""

from collections.abc import Iterator
from datetime import timedelta

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged


def look(judged: Judged) -> Iterator[Finding]:
    left = judged.context.window_left
    if left is not None and left <= timedelta(0):
        because = "private_once" if judged.context.used_up else "window_closed"
        yield Finding("window_closed", Severity.BLOCK, 0, len(judged.draft.text), because)
