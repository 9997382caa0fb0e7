"""Private before public: a direct message is asked for, and no answer stands where others read.  P60, P62."""

import re
from collections.abc import Iterator
from itertools import pairwise

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged

# Measured on 2,900 drafts: of 110 that rightly stop none answers the question first as surely as this, of the good six.
ANSWERED = 0.42
# What nobody should write where all can read, in the plain form of a sentence.
_DATA = re.compile(
    r"\b(?:dati|indirizzo|codice fiscale|iban|recapit[oi]|documento|tessera|partita iva"
    r"|details|address|tax code|account number|datos|direccion|donnees|adresse|coordonnees|daten|anschrift"
    r"|dados|morada|endereco|nif|cpf|dni)\b"
)


def look(judged: Judged) -> Iterator[Finding]:
    context = judged.context
    if judged.one.public and not judged.draft.post and not (context.public_answer_exists or context.private_reason):
        led, first = _led(judged), judged.parts[0].start if judged.parts else 0
        answered = judged.questions and judged.whole["question_unanswered"] < ANSWERED
        for one in judged.find("private_first", Severity.BLOCK):
            if one.start not in led and not (answered and one.start > first) and not _for_their_data(judged, one.start):
                yield one


def _for_their_data(judged: Judged, at: int) -> bool:
    """Whether we write to them, for what only they should read, behind an answer that names a day: P60's own reason."""
    part = next((part for part in judged.parts if part.start <= at < part.end), None)
    if part is None or part.start not in judged.starts("we_contact") or not _DATA.search(part.plain):
        return False
    return any(before.dated for before in judged.parts if before.end <= part.start)


def _led(judged: Judged) -> set[int]:
    """Return where sentences begin that only lead to a page which everybody can open: "buy them here: https…"."""
    if "http" not in judged.draft.text:
        return set()
    aside, begun = judged.starts("aside"), set()
    for part, then in pairwise([*judged.parts, None]):
        assert part is not None
        both = (part, then) if then and part.plain.endswith(":") else (part,)
        if any("http" in one.plain for one in both) and not any(one.start in aside for one in both):
            begun.add(part.start)
    return begun
