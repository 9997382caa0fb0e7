"""Neither a name nor a detail of the message stands in it.  P42, P43.  A hint, never more."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.parts import folded_of

LEAST_WORDS = 6


def look(judged: Judged) -> Iterator[Finding]:
    draft, one = judged.draft, judged.one
    if draft.post or not draft.customer_text or one.words < LEAST_WORDS or one.lang != one.customer_lang:
        return
    if not one.customer_words or any(part.stems & one.customer_words for part in judged.parts):
        return
    name = folded_of(judged.context.customer).split()[:1]
    named = (name and name[0] in folded_of(draft.text)) or _names_somebody(draft.text)
    if not named:
        yield Finding("no_personal_trace", Severity.HINT, 0, len(draft.text), "no_personal_trace")


def _names_somebody(text: str) -> bool:
    """Whether the greeting or the end holds a name: a word with a capital after the first."""
    words = text.replace("@", " @").split()
    return any(word[:1].isupper() or word.startswith("@") for word in words[1:4])
