"""Private before public: a direct message is asked for, and no answer stands where others read.  P60, P62."""

from collections.abc import Iterator
from itertools import pairwise

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged

# Measured on 2,900 drafts: of 110 that rightly stop none answers the question first as surely as this, of the good six.
ANSWERED = 0.42


def look(judged: Judged) -> Iterator[Finding]:
    context = judged.context
    if judged.one.public and not judged.draft.post and not (context.public_answer_exists or context.private_reason):
        led, first = _led(judged), judged.parts[0].start if judged.parts else 0
        answered = judged.questions and judged.whole["question_unanswered"] < ANSWERED
        for one in judged.find("private_first", Severity.BLOCK):
            if one.start not in led and not (answered and one.start > first):
                yield one


def _led(judged: Judged) -> set[int]:
    """Return where sentences begin that only lead to a page which everybody can open: "buy them here: https…"."""
    if "http" not in judged.draft.text:
        return set()
    aside, begun = judged.starts("aside"), set()
    for part, then in pairwise([*judged.parts, None]):
        assert part is not None
        both = (part, then) if then and part.plain.endswith(":") else (part,)
        if any("http" in one.plain for one in both) and not any(one.start in aside for one in both):
            begun.add(part.start)
    return begun
