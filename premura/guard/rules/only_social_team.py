"""“We are only the social team”, “another department”: customers do not care about our organisation.  P67, P68."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged


def look(judged: Judged) -> Iterator[Finding]:
    if not judged.draft.post and not judged.context.handover_attached:
        yield from judged.find("only_social_team", Severity.BLOCK)
