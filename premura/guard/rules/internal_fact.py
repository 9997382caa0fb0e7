"""Telling what nobody outside may be told, or in public what may be told in private only.  P141.

Its exit is an expert who agrees: a second person, whoever the author is (`interact.reply`)."""

import re
from collections.abc import Iterator

from premura.guard import heads
from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged

# Who says that nothing can be said yet tells nothing, however near the matter is; hints behind such words score higher.
_WITHHOLDS = re.compile(
    r"\b(?:non (?:posso|possiamo|le so|ti so|sappiamo|so) (?:ancora )?(?:dir|anticipar|svelar|parlar|confermar)\w*"
    r"|(?:can ?t|cannot|can not|not able to|won ?t) (?:yet )?(?:say|speak|tell|talk|share|comment|confirm|guess)"
    r"|no (?:puedo|podemos) (?:decir|hablar|adelantar|confirmar)\w*|ne (?:peux|pouvons) (?:rien |pas )?(?:dire|parler)"
    r"|(?:kann|konnen|darf|durfen) (?:ich|wir)? ?(?:\w+ ){0,3}(?:noch )?nichts? (?:dazu )?(?:sagen|verraten)"
    r"|nao (?:posso|podemos) (?:dizer|falar|adiantar|confirmar))\b"
)
SURELY = 0.9


def look(judged: Judged) -> Iterator[Finding]:
    for part, fact, score in judged.told:
        if score < heads.thresholds()["internal_fact"] or (score < SURELY and _WITHHOLDS.search(part.plain)):
            continue
        start, end, fix = judged.without(part) or (part.start, part.end, None)
        given = {"fact": fact[:120]}
        yield Finding("internal_fact", Severity.BLOCK, start, end, "internal_fact", given, fix, round(score, 3))
