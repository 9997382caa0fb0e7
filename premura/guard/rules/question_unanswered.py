"""A question of the customer's has neither an answer nor a dated “we will tell you”.  P25, P26."""

import re
from collections.abc import Iterator

from premura.guard import heads
from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.whole import Question

_PRICE = re.compile(r"[€$£]\s?\d|\d\s?(?:[€$£]|eur|euro|pounds|dollars)|gratis|\bfree\b|gratuit|kostenlos", re.I)


def look(judged: Judged) -> Iterator[Finding]:
    score = judged.whole["question_unanswered"]
    if judged.context.answered_before or score < heads.thresholds()["question_unanswered"]:
        return
    later = _later(judged)
    left = [q for q in judged.questions if q.text.strip() not in later and not _is_met(judged, q)]
    if not left or _says_yes_or_no(judged, left):
        return
    missed = min(left, key=lambda question: question.touched)
    last = judged.parts[-1] if judged.parts else None
    start, end = (last.start, last.end) if last else (0, len(judged.draft.text))
    facts = {"question": missed.text.strip()}
    yield Finding("question_unanswered", Severity.WARN, start, end, "question_unanswered", facts, score=round(score, 3))


def _says_yes_or_no(judged: Judged, left: list[Question]) -> bool:
    """Whether all that is left asks for a yes or a no, and as many sentences say one."""
    if any(any(question.kinds) for question in left):
        return False
    return int(judged.seen.cue(judged.one, "yes_no").sum()) >= len(left)


def _later(judged: Judged) -> frozenset[str]:
    """Return the questions that are put off, where a day is named: in the draft, or as a promise."""
    dated = judged.context.promise_attached or any(part.dated for part in judged.parts)
    return frozenset(text.strip() for text in judged.context.answered_later) if dated else frozenset()


def _is_met(judged: Judged, question: Question) -> bool:
    """Whether it asks for a time or a price, and one is named: what else the words are, that is an answer."""
    asks_when, asks_price = question.kinds[:2]
    dated = any(part.dated for part in judged.parts)
    priced = _PRICE.search(judged.draft.text) is not None
    return (asks_when and dated and not asks_price) or (asks_price and priced and not asks_when)
