"""Somebody wrote, or a colleague answered, since the author last looked: nobody is answered twice."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged


def look(judged: Judged) -> Iterator[Finding]:
    newer, replies = judged.context.newer, judged.context.other_replies
    if newer or replies:
        facts = {"newer": str(newer), "replies": str(replies)}
        because = "colleague_answered" if replies else "something_came_in"
        yield Finding("collision", Severity.BLOCK, 0, len(judged.draft.text), because, facts)
