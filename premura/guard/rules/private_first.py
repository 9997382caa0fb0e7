"""Private before public: a direct message is asked for, and no answer stands where others read.  P60, P62."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged


def look(judged: Judged) -> Iterator[Finding]:
    context = judged.context
    if judged.one.public and not judged.draft.post and not (context.public_answer_exists or context.private_reason):
        yield from judged.find("private_first", Severity.BLOCK)
