"""Answering in kind: sarcasm, blame, condescension, shouting.  P22, P50.  It warns, and blocks where it is plain."""

from collections.abc import Iterator
from dataclasses import replace

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged

PLAIN = 0.97  # from here on nobody would call it anything else
LOUD = 4  # words in capitals


def look(judged: Judged) -> Iterator[Finding]:
    found = list(judged.find("in_kind", Severity.WARN))
    for one in found:
        yield replace(one, severity=Severity.BLOCK) if one.score >= PLAIN else one
    for part in judged.parts:
        loud = [word for word in part.text.split() if word.isupper() and len(word) > 2 and word.isalpha()]
        if len(loud) >= LOUD and not any(one.start < part.end and part.start < one.end for one in found):
            yield Finding("in_kind", Severity.WARN, part.start, part.end, "shouting", fix=_quietly(part.text))


def _quietly(text: str) -> str:
    return text[:1] + text[1:].lower()
