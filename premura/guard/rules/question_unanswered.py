"""A question of the customer's has neither an answer nor a dated “we will tell you”.  P25, P26."""

import re
from collections.abc import Iterator

from premura.guard import heads
from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.parts import folded_of
from premura.guard.seen import words_of
from premura.guard.whole import Question
from premura.text.money import is_number

PRICE = re.compile(r"[€$£]\s?\d|\d\s?(?:[€$£]|eur|euro|pounds|dollars)|gratis|\bfree\b|gratuit|kostenlos", re.I)

_HOW_MANY = re.compile(
    r"\b(?:quant[aeio]s?|how (?:many|much)|cuant[ao]s?|combien (?:de|d)|wie ?viele?)\s+(?P<of>[^\W\d_]{3,})"
)
_NONE = frozenset({"nessuno", "nessuna", "none", "ninguno", "ninguna", "aucun", "aucune", "nenhum", "nenhuma"})
_ARTICLES = frozenset({"un", "une", "ein", "eine", "einen", "einem", "um", "uma"})
REPEATED = 3  # longer words of a question that a sentence states
_DOUBTS = re.compile(
    r"\b(?:(?:non|no|nicht|nao|don t|not|ne) (?:so|se|lo so|sappiamo|sabemos|wissen|sei|know|sure|sais)|weiss nicht"
    r"|if|whether|ob|chied\w+|domand\w+|ask\w*|wonder\w*|question|frag\w+|pregunt\w+|demand\w+|pergunt\w+)\b"
)
NOUN = 5  # letters: bottiglie answers bottiglia


def look(judged: Judged) -> Iterator[Finding]:
    if not (open_ := left(judged)):
        return
    missed = min(open_, key=lambda question: question.touched)
    last = judged.parts[-1] if judged.parts else None
    start, end = (last.start, last.end) if last else (0, len(judged.draft.text))
    facts, score = {"question": missed.text.strip()}, round(judged.whole["question_unanswered"], 3)
    yield Finding("question_unanswered", Severity.WARN, start, end, "question_unanswered", facts, score=score)


def left(judged: Judged) -> list[Question]:
    """Return those of their questions that the draft may leave open: none where it seems to answer them all."""
    unsure = judged.whole["question_unanswered"] >= heads.thresholds()["question_unanswered"]
    if judged.context.answered_before or not unsure:
        return []
    later = _later(judged)
    open_ = [q for q in judged.questions if q.text.strip() not in later and not _is_met(judged, q)]
    return [] if _says_yes_or_no(judged, open_) else open_


def _says_yes_or_no(judged: Judged, left: list[Question]) -> bool:
    """Whether all that is left asks for a yes or a no, and as many sentences say one."""
    if any(any(question.kinds) for question in left):
        return False
    said = judged.starts("yes_no") | judged.starts("no_need")  # "no need to come by" answers whether they have to
    return len(said) >= len(left)


def _later(judged: Judged) -> frozenset[str]:
    """Return the questions that are put off, where a day is named: in the draft, or as a promise."""
    dated = judged.context.promise_attached or any(part.dated for part in judged.parts)
    return frozenset(text.strip() for text in judged.context.answered_later) if dated else frozenset()


def _is_met(judged: Judged, question: Question) -> bool:
    """Return whether it asks for a time, a price or how many, and one is named: whatever the words are, an answer."""
    asks_when, asks_price = question.kinds[:2]
    dated = any(part.dated for part in judged.parts)
    priced = PRICE.search(judged.draft.text) is not None
    if (many := _HOW_MANY.search(folded_of(question.text))) and _counts(judged, many["of"]):
        return True
    if not any(question.kinds) and _says_the_same(judged, question):
        return True
    return (asks_when and dated and not asks_price) or (asks_price and priced and not asks_when)


def _says_the_same(judged: Judged, question: Question) -> bool:
    """Whether a sentence states what was asked, in all its longer words: "it goes with tuna"."""
    own = words_of(question.text)
    return len(own) >= REPEATED and any(
        own <= words_of(part.text) and "?" not in part.text and not _DOUBTS.search(part.plain) for part in judged.parts
    )


def _counts(judged: Judged, what: str) -> bool:
    """Whether a sentence names a number of what was asked for."""
    stem = what[:NOUN]
    return any(
        any(word[:NOUN] == stem for word in part.words) and any(map(_is_number, part.words)) for part in judged.parts
    )


def _is_number(word: str) -> bool:
    return any(map(str.isdigit, word)) or word in _NONE or (is_number(word) and word not in _ARTICLES)
