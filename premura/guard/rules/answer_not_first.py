"""The answer comes after fifty words of preamble, or 280 characters on X.  P46, P47."""

from collections.abc import Iterator

import numpy as np

from premura.guard import heads
from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.parts import Part, words_before
from premura.guard.rules.question_unanswered import PRICE
from premura.guard.whole import FILLER

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


def answer(judged: Judged) -> Part | None:
    """Return the first sentence that says something; where they ask by when or how much, the first that names it.

    None where a draft is only greeting, thank-you, apology or kind words.
    """
    filler = np.any(judged.seen.fired[judged.one.rows][:, FILLER] > 0, axis=1)
    telling = [part for part, empty in zip(judged.parts, filler, strict=True) if not empty and len(part.words) > 3]
    asks_when, asks_price = (any(question.kinds[n] for question in judged.questions) for n in (0, 1))
    named = [part for part in telling if (asks_when and part.dated) or (asks_price and PRICE.search(part.text))]
    return next(iter(named or telling), None)


def _begins_with_yes_or_no(judged: Judged) -> bool:
    """Whether they asked for a yes or a no, and the first sentences bring one."""
    asked = any(not any(question.kinds) for question in judged.questions)
    at_once = judged.seen.cue(judged.one, "yes_no") & (np.array(words_before(judged.parts)) < AT_ONCE)
    return asked and bool(at_once.any())
