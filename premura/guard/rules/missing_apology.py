"""The mistake was ours, and the apology or the thank-you is missing.  P51."""

from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged


def look(judged: Judged) -> Iterator[Finding]:
    if not judged.context.our_mistake or judged.draft.post or not judged.parts:
        return
    missing = [name for name in ("apology", "thanks") if not judged.has(name)]
    if not missing:
        return
    first = judged.parts[0]
    lines = " ".join(judged.text_of(name) for name in missing)
    text = judged.draft.text[first.start : first.end]
    gap = "" if text[-1:] in ".!?…" else "."
    because = "missing_both" if len(missing) == 2 else f"missing_{missing[0]}"
    yield Finding("missing_apology", Severity.BLOCK, first.start, first.end, because, fix=f"{text}{gap} {lines}")
