"""The mistake was ours, and the apology or the thank-you is missing.  P51.

Nobody sends against it, so the fix has to leave a draft that reads well: it speaks first, after the greeting, or says
its thanks behind the apology that stands there.
"""

import re
from collections.abc import Iterator, Sequence

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged
from premura.guard.taken_out import capital, greeted

_ENDS = re.compile(r"[.!?…][\"»”')\]]*$")
_LIST = re.compile(r"(?:\d+[.)]|[-–—•*])\s")


def look(judged: Judged) -> Iterator[Finding]:
    if not judged.context.our_mistake or judged.draft.post or not judged.parts:
        return
    missing = [name for name in ("apology", "thanks") if not _has(judged, name)]
    if not missing:
        return
    because = "missing_both" if len(missing) == 2 else f"missing_{missing[0]}"
    start, end, fix = _behind_the_apology(judged) if missing == ["thanks"] else _first(judged, missing)
    yield Finding("missing_apology", Severity.BLOCK, start, end, because, fix=fix)


def _has(judged: Judged, name: str) -> bool:
    """Whether it is there; in a language whose words we do not list, at least the line of the fix counts."""
    return judged.has(name) or judged.text_of(name).rstrip(".").casefold() in judged.draft.text.casefold()


def _first(judged: Judged, missing: Sequence[str]) -> tuple[int, int, str]:
    """Let the draft begin with the lines, behind the greeting and on the line on which it goes on."""
    text, part = judged.draft.text, judged.parts[0]
    after = greeted(part.text)
    lines = [judged.text_of(name) for name in missing]
    if after == len(part.text) and len(judged.parts) == 1:
        sign = part.text.rstrip()[-1:]
        gap = " " if not sign.isalnum() else ", "
        return part.start, part.end, part.text.rstrip() + gap + _said(lines, judged, small=gap == ", " or sign in ",:")
    if after == len(part.text):
        greeting, part, after = part.text, judged.parts[1], 0
    else:
        greeting = part.text[:after]
    start = part.start + after
    rest = text[start : part.end]
    on_its_line = "\n" not in text[judged.parts[0].start : start]
    small = greeting.rstrip()[-1:] == "," and (on_its_line or rest[:1].islower())
    blank = "\n" if _LIST.match(rest) else " "
    return start, part.end, _said(lines, judged, small=small) + blank + capital(rest)


def _said(lines: Sequence[str], judged: Judged, *, small: bool) -> str:
    said = " ".join(lines)
    is_noun = judged.fix_lang == "de" and said.startswith("Entschuldigung")
    return said[:1].lower() + said[1:] if small and not is_noun else said


def _behind_the_apology(judged: Judged) -> tuple[int, int, str]:
    """Say thanks behind the sentence with the apology, or the first after it that has come to its end."""
    sorry = judged.starts("apology")
    parts = [part for part in judged.parts if part.start >= min(sorry, default=0)]
    part = next((one for one in parts if one.text[-1:] not in ",;:"), parts[-1])
    last = part.text.split()[-1]
    has_ended = _ENDS.search(part.text) or not part.text[-1].isalnum() or re.search(r"[@/#]|\w\.\w", last)
    gap = " " if has_ended else ". "
    return part.start, part.end, part.text.rstrip(",;:") + gap + judged.text_of("thanks")
