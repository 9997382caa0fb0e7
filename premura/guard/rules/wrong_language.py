"""A reply in another language than the customer's, with neither translation nor explanation.  P73, P74."""

import re
from collections.abc import Iterator
from itertools import chain
from unicodedata import name

import numpy as np

from premura.guard import cues
from premura.guard.contract import Finding, Severity
from premura.guard.cues import COLUMN
from premura.guard.judged import Judged
from premura.guard.seen import unquoted, words_of
from premura.text.labels import LANGUAGES

LEAST_WORDS = 3
LEAST_SMALL = 2  # words in small letters: names alone are in no language
SURE = 0.6
SURER = 0.9  # where theirs is a language that we cannot tell
EXPLAINS = 4  # words in the customer's language that stand in the draft as an explanation or a translation
GREETED = 8  # so many, and it says more than the greeting with which it begins
_POLITE = [COLUMN[cue] for cue in ("thanks", "filler", "canned")]  # excuse nothing by themselves, nor does a greeting
_ASIAN = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "HALFWIDTH": "CJK", "FULLWIDTH": "CJK"}
_LETTER, _BEYOND_LATIN = re.compile(r"[^\W\d_]"), re.compile(r"[^\W\d_\u0000-\u024f]")


def look(judged: Judged) -> Iterator[Finding]:
    one = judged.one
    if judged.draft.post or one.words < LEAST_WORDS or judged.context.translation_attached:
        return
    ours, theirs = _script(judged.draft.text), _script(judged.draft.customer_text)
    if theirs and ours and ours != theirs:
        if not any(_script(text) == theirs for text in chain(one.passages, judged.draft.text.split())):
            yield _finding(judged, one.customer_lang, one.lang, SURE)
        return
    if ours == "LATIN" and _is_foreign(judged) and not (_excused(judged) or _takes_up(judged)):
        whole = judged.seen.tongues[judged.draft.text]
        yield _finding(judged, one.customer_lang, whole.code, whole.confidence)


def _finding(judged: Judged, theirs: str, ours: str, sure: float) -> Finding:
    text = judged.draft.text
    fix = f"{judged.text_of_language(theirs, 'explains')}\n{text}"
    facts = {"theirs": theirs, "ours": ours}
    return Finding("wrong_language", Severity.BLOCK, 0, len(text), "wrong_language", facts, fix, sure)


def _is_foreign(judged: Judged) -> bool:
    """Whether the draft is in a language that we are sure of, and it is not the customer's."""
    one, text = judged.one, judged.draft.text
    if not one.customer_lang or one.customer_lang == one.lang or one.lang == "und":
        return False
    tongues = judged.seen.tongues
    whole, bare = tongues[text], tongues[unquoted(text)]
    if whole.code in (one.customer_lang, "und") or bare.code == one.customer_lang:
        return False
    if sum(word[:1].islower() for word in text.split()) < LEAST_SMALL:
        return False
    return whole.confidence >= (SURE if one.customer_lang in LANGUAGES else SURER)


def _excused(judged: Judged) -> bool:
    """Whether the draft explains itself, or is translated, in the customer's language: a thank-you does neither."""
    one, tongues = judged.one, judged.seen.tongues
    texts = [text for text in one.passages if len(text.split()) >= EXPLAINS]
    own = [text for text in texts if (g := tongues[text]).code == one.customer_lang and g.confidence >= SURE]
    if not own:
        return False
    fired = cues.matrix(own, [one.customer_lang] * len(own)) > 0
    greets = fired[:, COLUMN["greeting"]] & np.array([len(text.split()) < GREETED for text in own])
    if (fired[:, COLUMN["explains_language"]] | ~(greets | fired[:, _POLITE].any(axis=1))).any():
        return True
    return sum(len(text.split()) for text in own) * 2 >= one.words


def _takes_up(judged: Judged) -> bool:
    """Whether a passage has words of the customer's, where theirs is a language that we cannot tell."""
    one = judged.one
    if one.customer_lang in LANGUAGES:
        return False
    own = [text for text in one.passages if len(text.split()) >= EXPLAINS]
    return len(own) > 1 and any(words_of(text) & one.customer_words for text in own)


def _script(text: str) -> str:
    """Return the script that most letters of a text are in: LATIN, CYRILLIC, CJK, …; "" where there is no letter."""
    if not _BEYOND_LATIN.search(text, 0, 400):
        return "LATIN" if _LETTER.search(text, 0, 400) else ""
    letters = [char for char in text[:400] if char.isalpha()]
    found = [_ASIAN.get(first, first) for char in letters if (first := name(char, "").partition(" ")[0])]
    return max(set(found), key=lambda script: (found.count(script), script), default="")
