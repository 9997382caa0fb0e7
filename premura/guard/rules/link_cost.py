"""A link on X costs 0.20 $ a post, and a shortener hides where it leads.  See networks.md.  A hint."""

import re
from collections.abc import Iterator

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged

_LINK = re.compile(r"(?:https?://|www\.)\S*[^\s.,;:!?)]", re.I)
_SHORT = re.compile(
    r"^(?:https?://)?(?:www\.)?(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|is\.gd|buff\.ly|cutt\.ly|rebrand\.ly|rb\.gy|shorturl\.at|t\.ly)(?:/|$)",
    re.I,
)


def look(judged: Judged) -> Iterator[Finding]:
    text = judged.draft.text
    if "://" not in text and "www." not in text.lower():  # nearly always, and quicker to see
        return
    for link in _LINK.finditer(text):
        if _SHORT.match(link[0]):
            yield Finding("link_cost", Severity.HINT, *link.span(), "shortener")
        elif judged.draft.network == "x":
            yield Finding("link_cost", Severity.HINT, *link.span(), "link_cost")
