"""Boilerplate, or nearly what the team told others lately.  P42, P76, P96."""

import re
from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.parts import folded_of

GROUP = 3  # neighbouring words
ALIKE = 0.6  # share of such groups that a recent reply has too
LEAST = 6  # words
LEAST_SIGNS = 14  # where no blanks stand between words, each sign counts as one
_SIGN = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_GREETING = re.compile(  # and who is greeted: up to three words with a capital
    r"^\W*(?i:hallo|hi|hey|moin|servus|guten\s+(?:tag|morgen|abend)|grüß\s+gott|liebe[rs]?|sehr\s+geehrte[rs]?|werte[rs]?)"
    r"(?:\s+[A-ZÄÖÜ][\w’'-]*\.?){0,3}"
)


def look(judged: Judged) -> Iterator[Finding]:
    yield from judged.find("canned", Severity.WARN)
    if judged.context.known_issue or judged.draft.post or not judged.context.recent_replies:
        return
    own = _groups(judged, judged.draft.text)
    if not own:
        return
    for recent in judged.context.recent_replies:
        theirs = _groups(judged, recent)
        share = len(own & theirs) / len(own)
        if share >= ALIKE:
            text = judged.draft.text
            yield Finding("canned", Severity.WARN, 0, len(text), "same_as_before", score=round(share, 3))
            return


def _groups(judged: Judged, text: str) -> set[tuple[str, ...]]:
    """Return the groups of neighbouring words, without names: “Ciao Anna” and “Ciao Giulia” are the same.

    None where there are too few words for it to mean anything that others have them too.
    """
    bare = _nameless_german(judged, text) if judged.one.lang == "de" else _nameless(text)
    folded, signs = _SIGN.subn(r" \g<0> ", folded_of(bare))
    words = ["".join(c for c in word if c.isalnum()) for word in folded.split()]
    words = [word for word in words if word]
    if len(words) < (LEAST_SIGNS if signs * 2 > len(words) else LEAST):
        return set()
    return {tuple(words[n : n + GROUP]) for n in range(len(words) - GROUP + 1)}


def _nameless(text: str) -> str:
    words = text.split()
    kept = [w for n, w in enumerate(words) if n == 0 or not w[:1].isupper() or words[n - 1][-1:] in ".!?:"]
    return " ".join(kept)


def _nameless_german(judged: Judged, text: str) -> str:
    """Return the text without the names that we know are names: there, every noun has a capital."""
    context = judged.context
    names = {name.casefold() for name in (*context.customer.split(), *context.author.split())}
    words = _GREETING.sub("", text).split()
    return " ".join(word for word in words if word.strip(".,;:!?…–-").casefold() not in names)
