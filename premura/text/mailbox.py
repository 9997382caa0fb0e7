"""E-mail addresses, also as people write them past a machine: mario punto rossi chiocciola gmail punto com."""

import re
from collections.abc import Iterator
from functools import cache

from premura.text.announce import words

_SPELLED = r"(?: ?[\[({](?:dot|punto|point|\.)[\])}] ?| (?:punto|dot|point|punkt|ponto) )"
_DOT = rf"(?:\.|{_SPELLED})"
_FIRST_DOT = rf"(?: ?\. ?|,(?=[a-z])|{_SPELLED})"
_AT = re.compile(
    r" ?@ ?| ?[\[({<] ?(?:at|a|et|chiocciola|chioccio\w*|arroba|@) ?[\])}>] ?"
    r"| +(?:chiocciol(?:a|ina|etta)|arroba|arobase?|klammeraffe|at) +|(?<=\w)chiocciola(?=\w)",
    re.I,
)
_LOCAL = re.compile(
    r"(?:[\w.+%'&-]|[\[({](?:dot|punto)[\])}])++"
    r"(?: (?:punto|dot|point|underscore|trattino|trattino basso|meno|ponto|punkt) [\w.+%-]++){0,4}+\Z",
    re.I,
)
_DOMAIN = re.compile(rf"([\w-]{{1,63}}+(?:{_FIRST_DOT}[\w-]{{1,63}}+(?:{_DOT}[\w-]{{1,63}}+){{0,5}}+)?+)", re.I)
_SPELLED_DOT = re.compile(_SPELLED, re.I)
_SPLIT = re.compile(_FIRST_DOT, re.I)
_PARTS = re.compile(r"[._+\-\d]+")
_TRAILING = re.compile(r"[.\-_']+\Z")
_REACH = 80


def might_hold(lower: str) -> bool:
    """Return whether there is anything in `lower` that could part a mailbox from its host."""
    return (
        "@" in lower
        or "chiocc" in lower
        or "arrob" in lower
        or "arobas" in lower
        or "at)" in lower
        or "at]" in lower
        or (" at " in lower and (" dot " in lower or "mail" in lower or "libero" in lower or "yahoo" in lower))
    )


def emails(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield every e-mail address: start, end, and whether a person stands behind it (not a firm's desk).

    Takes    the text; "(at)", "chiocciola", "punto", a blank around the @ of a well-known provider are fine.
    Cost     under 1 µs without a sign of one, 10 µs an address.
    Misses   a person's box that is called like a desk; a masked host that nobody knows.
    """
    taken = 0
    for at in _AT.finditer(text):
        if at.start() < taken:
            continue
        found = _around(text, at.start(), at.end(), at[0].strip() == "@", at[0] == "@")
        if found is not None:
            taken = found[1]
            yield found


def _around(text: str, left: int, right: int, is_sign: bool, is_tight: bool) -> tuple[int, int, bool] | None:
    local = _local(text, left)
    host = _host(text, right)
    if local is None or host is None:
        return None
    start, name = local
    end, parts = host
    known = parts[0] in _private()
    sign = text[left:right].strip().casefold()
    if len(parts) < 2 and not (
        known and ((parts[0] in _unmistakable() and sign != "at") or sign.startswith(("chioc", "arro", "(", "[")))
    ):
        return None
    # " at " and a loose @ stand in any sentence; a domain written out tells an address from it.
    loose = is_sign or (sign == "at" and not _SPELLED_DOT.search(text, right, end))
    if loose and not is_tight and not known:
        return None
    return start, end, _is_personal(name, known)


def _local(text: str, left: int) -> tuple[int, str] | None:
    low = max(0, left - _REACH)
    best = None
    # The longest name that ends here: the pattern is anchored at its end, so it is tried from blank to blank.
    for start in _starts(text, low, left):
        match = _LOCAL.match(text[start:left])
        if match:
            best = start
    if best is None:
        return None
    while best < left and text[best] in ".-'%&+":
        best += 1
    name = text[best:left]
    return (best, name) if name and any(sign.isalnum() for sign in name) else None


def _starts(text: str, low: int, left: int) -> Iterator[int]:
    """Yield where a mailbox's name may begin, the nearest first: one word, or words joined by "punto"."""
    at = left
    for _ in range(9):
        begin = at
        while begin > low and (text[begin - 1].isalnum() or text[begin - 1] in "._+%'&-[](){}"):
            begin -= 1
        while begin < at and text[begin] in "([{'":
            begin += 1
        if begin == at:
            return
        yield begin
        if begin <= low or text[begin - 1] != " ":
            return
        at = begin - 1


def _host(text: str, right: int) -> tuple[int, list[str]] | None:
    match = _DOMAIN.match(text, right, right + _REACH)
    if match is None:
        return None
    end = match.end()
    while True:
        host = _TRAILING.sub("", text[right:end])
        parts = [part.casefold() for part in _SPLIT.split(host) if part]
        if not parts:
            return None
        # "scrivimi a x@gmail.com. Grazie" and "x@gmail.com,grazie": the last part must be able to end a host.
        if len(parts) == 1 or _is_tld(parts[-1]):
            return right + len(host), parts
        cut = list(_SPLIT.finditer(host))
        if not cut:
            return None
        end = right + cut[-1].start()


def _is_personal(name: str, is_private_host: bool) -> bool:
    if name.casefold() in {"email", "e-mail", "user", "utente"}:
        return False
    parts = [part for part in _PARTS.split(name.casefold()) if part]
    desk = words("mailbox", "desk")
    if not parts:
        return True
    whole = "".join(parts)
    if is_private_host:
        return not (whole in desk or all(part in desk for part in parts))
    if parts[0] in words("mailbox", "desk_first") or whole.startswith(
        ("noreply", "servizioclient", "assistenza", "customer")
    ):
        return False
    return whole not in desk and not all(part in desk or len(part) < 3 for part in parts)


def _is_tld(part: str) -> bool:
    return (len(part) == 2 and part.isalpha()) or part in _tlds()


@cache
def _private() -> frozenset[str]:
    return words("mailbox", "private")


@cache
def _unmistakable() -> frozenset[str]:
    return words("mailbox", "unmistakable")


@cache
def _tlds() -> frozenset[str]:
    return words("mailbox", "tlds")
