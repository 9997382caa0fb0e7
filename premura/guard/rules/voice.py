"""The brand's own voice: words it avoids, and how it addresses people.  P36, P96.  A hint."""

import re
from collections.abc import Iterator

from premura.guard.contract import Finding, Phrase, Severity
from premura.guard.judged import Judged, speaks

# Forms that only one way of addressing has, in Italian.
_FORMS = {
    "tu": re.compile(r"\b(?:ti|tuo|tua|tuoi|tue|sei|hai|puoi|vuoi|scrivi|scrivici|dicci|mandaci|te|tu)\b", re.I),
    "lei": re.compile(
        r"\b(?:Lei|Le|Suo|Sua|Suoi|Sue|La)\b|\b(?:le scriviamo|la ringrazi\w*|può scriver\w*|ci scriva|gentile)\b"
    ),
    "voi": re.compile(r"\b(?:vi|vostr[aoie]|avete|potete|siete|scriveteci|voi)\b", re.I),
}
LEAST = 2


def look(judged: Judged) -> Iterator[Finding]:
    for word in judged.context.avoid:
        for part in judged.parts:
            if speaks(Phrase("voice", word), part.plain):
                yield Finding("voice", Severity.HINT, part.start, part.end, "avoided_word", {"word": word})
    wanted = judged.context.address
    if wanted not in _FORMS or judged.one.lang != "it":
        return
    counts = {name: len(form.findall(judged.draft.text)) for name, form in _FORMS.items()}
    most = max(counts, key=lambda name: counts[name])
    if most != wanted and counts[most] >= LEAST and not counts[wanted]:
        yield Finding("voice", Severity.HINT, 0, len(judged.draft.text), "address", {"wanted": wanted, "found": most})
