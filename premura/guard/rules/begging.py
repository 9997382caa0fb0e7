"""Begging or bargaining for likes, shares, follows and stars.  P87.  Nobody sends against it."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged


def look(judged: Judged) -> Iterator[Finding]:
    yield from judged.find("begging", Severity.BLOCK)
