"""A link on X costs 0.20 $ a post, and a shortener hides where it leads.  See networks.md.  A hint."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from premura.guard.contract import Finding, Severity
from premura.guard.judged import Judged

# With its scheme, or bare: then a name before the stop, and neither a mailbox nor the middle of a word.
_LINK = re.compile(
    r"(?:https?://|www\.)\S*[^\s.,;:!?)]"
    r"|(?<![\w@./:-])(?:[^\W_](?:[^\W_]|-){0,62}\.){1,5}(?P<end>[a-z]{2,10})(?![\w@-])(?!\.[^\W_]+@)(?P<path>/\S*[^\s.,;:!?)]|/)?",
    re.I,
)
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([^/?#:\s]+)", re.I)


def look(judged: Judged) -> Iterator[Finding]:
    text = judged.draft.text
    if "." not in text and "://" not in text:
        return
    for link in _LINK.finditer(text):
        host = _HOST.match(link[0])
        if host and host[1].lower() in _list("shorteners"):
            yield Finding("link_cost", Severity.HINT, *link.span(), "shortener")
        elif judged.draft.network == "x" and _is_link(link, judged.one.lang):
            yield Finding("link_cost", Severity.HINT, *link.span(), "link_cost")


def _is_link(link: re.Match[str], lang: str) -> bool:
    end = (link["end"] or "").lower()
    if not end:
        return True  # it has its scheme
    if end not in _list("domains") or not any(map(str.isalpha, link[0][: link.start("end") - link.start()])):
        return False
    before = link[0][: link.start("end") - link.start() - 1].rpartition(".")[2]
    return bool(link["path"]) or (len(before) > 1 and end not in _words(lang))


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((files("premura.guard") / "links.toml").read_text("utf-8"))


@cache
def _list(name: str) -> frozenset[str]:
    return frozenset(str(_told()[name]).split())


@cache
def _words(lang: str) -> frozenset[str]:
    """Return the ends of addresses that are words of a language, or of any where it is not known."""
    words: dict[str, str] = _told()["words"]
    return frozenset(words[lang].split() if lang in words else " ".join(words.values()).split())
