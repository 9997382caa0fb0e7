"""Boilerplate, or nearly what the team told others lately.  P42, P76, P96."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.parts import folded_of

GROUP = 3  # neighbouring words
ALIKE = 0.6  # share of such groups that a recent reply has too
LEAST = 6  # words


def look(judged: Judged) -> Iterator[Finding]:
    yield from judged.find("canned", Severity.WARN)
    if judged.context.known_issue or judged.draft.post or not judged.context.recent_replies:
        return
    own = _groups(judged, judged.draft.text)
    if len(own) < LEAST - GROUP + 1:
        return
    for recent in judged.context.recent_replies:
        theirs = _groups(judged, recent)
        share = len(own & theirs) / len(own)
        if share >= ALIKE:
            text = judged.draft.text
            yield Finding("canned", Severity.WARN, 0, len(text), "same_as_before", score=round(share, 3))
            return


def _groups(judged: Judged, text: str) -> set[tuple[str, ...]]:
    """Return the groups of neighbouring words, without names: “Ciao Anna” and “Ciao Giulia” are the same."""
    words = ["".join(c for c in word if c.isalnum()) for word in folded_of(_nameless(text)).split()]
    words = [word for word in words if word]
    return {tuple(words[n : n + GROUP]) for n in range(len(words) - GROUP + 1)}


def _nameless(text: str) -> str:
    words = text.split()
    kept = [w for n, w in enumerate(words) if n == 0 or not w[:1].isupper() or words[n - 1][-1:] in ".!?:"]
    return " ".join(kept)
