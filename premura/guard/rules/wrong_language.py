"""A reply in another language than the customer's, with neither translation nor explanation.  P73, P74."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.seen import words_of
from premura.text.labels import LANGUAGES

LEAST_WORDS = 3
SURE = 0.6
EXPLAINS = 4  # words in the customer's language that stand in the draft as an explanation or a translation


def look(judged: Judged) -> Iterator[Finding]:
    one, theirs = judged.one, judged.one.customer_lang
    if judged.draft.post or not theirs or theirs == one.lang or one.words < LEAST_WORDS:
        return
    if one.lang == "und" or judged.context.translation_attached:
        return
    tongues = judged.seen.tongues
    whole = tongues[judged.draft.text]
    if whole.code in (theirs, "und") or whole.confidence < SURE:
        return
    guesses = [tongues[text] for text in one.passages if len(text.split()) >= EXPLAINS]
    if any(guess.code == theirs and guess.confidence >= SURE for guess in guesses) or _takes_up(judged):
        return
    text = judged.draft.text
    fix = f"{judged.text_of_language(theirs, 'explains')}\n{text}"
    facts = {"theirs": theirs, "ours": whole.code}
    yield Finding("wrong_language", Severity.BLOCK, 0, len(text), "wrong_language", facts, fix, whole.confidence)


def _takes_up(judged: Judged) -> bool:
    """Whether a passage has words of the customer's, where theirs is a language that we cannot tell."""
    one = judged.one
    if one.customer_lang in LANGUAGES:
        return False
    own = [text for text in one.passages if len(text.split()) >= EXPLAINS]
    return len(own) > 1 and any(words_of(text) & one.customer_words for text in own)
