"""A question of the customer's has neither an answer nor a dated “we will tell you”.  P25, P26."""

from collections.abc import Iterator

from premura.guard import heads
from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged


def look(judged: Judged) -> Iterator[Finding]:
    left = [q for q in judged.questions if q.text not in judged.context.answered_later]
    score = judged.whole["question_unanswered"]
    if not left or score < heads.thresholds()["question_unanswered"]:
        return
    missed = min(left, key=lambda question: question.touched)
    last = judged.parts[-1] if judged.parts else None
    start, end = (last.start, last.end) if last else (0, len(judged.draft.text))
    facts = {"question": missed.text.strip()}
    yield Finding("question_unanswered", Severity.WARN, start, end, "question_unanswered", facts, score=round(score, 3))
