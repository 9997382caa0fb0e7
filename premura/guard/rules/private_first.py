"""Private before public: a direct message is asked for, and no answer stands where others read.  P60, P62."""

import re
from collections.abc import Iterator
from itertools import pairwise

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged

# What a sentence that only leads to an open page does not say: "buy them directly here: …" is nothing private.
_ASIDE = re.compile(
    r"priv|direct\b|direkt(?:nachricht)|\b(?:dm|pm|mp|md)s?\b|inbox|messag|messaggi|mensaj|mensag|nachricht|chat|posta|"
    r"scriv|write|escri|schreib|ecri[rsv]|wa\.me|m\.me|t\.me|ig\.me|whatsapp|messenger|telegram"
)


def look(judged: Judged) -> Iterator[Finding]:
    context = judged.context
    if judged.one.public and not judged.draft.post and not (context.public_answer_exists or context.private_reason):
        led = _led(judged)
        yield from (one for one in judged.find("private_first", Severity.BLOCK) if one.start not in led)


def _led(judged: Judged) -> set[int]:
    """Return where sentences begin that only lead to a page which everybody can open."""
    if "http" not in judged.draft.text:
        return set()
    begun = set()
    for part, then in pairwise([*judged.parts, None]):
        assert part is not None
        to = part.plain + (f" {then.plain}" if then and part.plain.endswith(":") else "")
        if "http" in to and not _ASIDE.search(to):
            begun.add(part.start)
    return begun
