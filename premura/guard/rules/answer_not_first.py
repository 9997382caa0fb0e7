"""The answer comes after fifty words of preamble, or 280 characters on X.  P46, P47."""

from collections.abc import Iterator

import numpy as np

from premura.guard import heads
from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.parts import words_before

LEAST_WORDS = 45
AT_ONCE = 12  # words: after the greeting
LEAST_ON_X = 250  # characters


def look(judged: Judged) -> Iterator[Finding]:
    if judged.draft.post or (
        judged.one.words < LEAST_WORDS and not (judged.draft.network == "x" and len(judged.draft.text) > LEAST_ON_X)
    ):
        return
    if judged.context.answered_before or _begins_with_yes_or_no(judged):
        return
    score = judged.whole["answer_not_first"]
    if score >= heads.thresholds()["answer_not_first"]:
        before = words_before(judged.parts)
        late = [part for part, words in zip(judged.parts, before, strict=True) if words < 40]
        end = late[-1].end if late else len(judged.draft.text)
        yield Finding("answer_not_first", Severity.WARN, 0, end, "answer_not_first", score=round(score, 3))


def _begins_with_yes_or_no(judged: Judged) -> bool:
    """Whether they asked for a yes or a no, and the first sentences bring one."""
    asked = any(not any(question.kinds) for question in judged.questions)
    at_once = judged.seen.cue(judged.one, "yes_no") & (np.array(words_before(judged.parts)) < AT_ONCE)
    return asked and bool(at_once.any())
