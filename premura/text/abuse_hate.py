"""Hate without a slur: a protected group named, and scorn, violence or beasts said of it."""

import re

from premura.text.abuse_lists import Context, Entry
from premura.text.abuse_scan import Hit, Seen, cold

_TOKENS = re.compile(r'[a-z0-9`]+|[.,"]')
_SENTENCE = re.compile(r"[^.]+")


def attacks(seen: Seen, context: Context, lang: str) -> list[Hit]:
    """Return the names of groups that this message attacks.

    Sure cases only: the group is meant as people ("i gay", "voi donne", "tutti i rom"; not "scarpe da donna"), a word
    of scorn, violence or beasts stands in the same sentence, and nothing there denies, quotes or condemns it.
    """
    groups = [hit for hit in seen.hits if hit.entry.kind == "group" and is_people(seen.line, hit, context)]
    if not groups or against(seen.line, context):
        return []
    found = []
    words = cold(seen.line, lang)
    for sentence in _SENTENCE.finditer(seen.line):
        begin, end = sentence.span()
        inside = [hit for hit in groups if begin <= hit.at < end]
        bad = [(at, to, e) for at, to, e in words if begin <= at < end and e.kind != "good"]
        found += [hit for hit in inside if _attacked(hit, bad, seen.line, sentence[0], context)]
    return found


def is_people(line: str, hit: Hit, context: Context) -> bool:
    """Tell whether a group's name stands for people: an article or "voi" before it, or it opens the sentence."""
    before = _TOKENS.findall(line[max(0, hit.at - 30) : hit.at])
    return not before or before[-1] in context["det"] or before[-1] in '.,"'


def against(line: str, context: Context) -> bool:
    """Tell whether the message speaks against hate: it quotes, condemns or reports it."""
    words = set(_TOKENS.findall(line))
    return bool(words & context["counter"]) or any(
        phrase in line for phrase in context.phrases.get("counter_phrase", ())
    )


def negated(line: str, at: int, context: Context) -> bool:
    """Tell whether one of the four words before denies what stands at `at`."""
    before = _TOKENS.findall(line[max(0, at - 40) : at])[-4:]
    said = [word for word in before if word not in '.,"']
    undone = any(word in context["no_undone"] for word in said)
    return not undone and any(word in context["no"] for word in said)


def _attacked(hit: Hit, bad: list[tuple[int, int, Entry]], line: str, sentence: str, context: Context) -> bool:
    for at, to, entry in bad:
        if at < hit.to and to > hit.at:
            continue
        gap = line[to : hit.at] if to <= hit.at else line[hit.to : at]
        between = _TOKENS.findall(gap)
        if len(between) > 7 or negated(line, min(at, hit.at) if at < hit.at else at, context):
            continue
        wide = (
            between
            if to <= hit.at
            else between[2:]
            if " ".join(between[:2]) in context.phrases.get("like_you", ())
            else between
        )
        if to > hit.at and any(word in context["block"] for word in wide[:1]):
            continue  # "le donne del call center": some people, not a group
        if entry.kind in ("beast", "harm") or len(between) < 5:
            return True
    return False
