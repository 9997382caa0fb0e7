"""Abuse: how rude a message is, and whether it attacks people for what they are.

Level 0 none; 1 a rude word at large; 2 an insult at somebody; 3 threat, slur, hate, sexual harassment, wish of death.
The words are data (`lists/abuse_*.toml`); what is here is how the words around them change their meaning.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from premura.text.abuse_hate import attacks
from premura.text.abuse_lists import LANGUAGES, Context, load
from premura.text.abuse_scan import Hit, Seen, scan

_TOKENS = re.compile(r'[a-z0-9`]+|[.,"]')
_WINDOW = 90  # characters on either side that may change what a word means


@dataclass(frozen=True, slots=True)
class Find:
    """One abusive stretch, `text[start:end]` in code points, its level, and the word of our lists that it is."""

    start: int
    end: int
    level: int
    word: str


@dataclass(frozen=True, slots=True)
class Abuse:
    """What `read` found: the worst level, whether a protected group is attacked for what it is, and where."""

    level: int = 0
    hate: bool = False
    finds: tuple[Find, ...] = ()


NONE = Abuse()


def read(text: str, lang: str = "") -> Abuse:
    """Return how abusive one message is; `read_many` is the same for many, and much cheaper for each.

    >>> read("siete dei buffoni", "it")
    Abuse(level=2, hate=False, finds=(Find(start=10, end=17, level=2, word='buffoni'),))
    >>> read("il ladro mi ha rubato il telefono", "it").level, read("non siete dei ladri", "it").level
    (0, 0)
    >>> read("che schifo di servizio", "it").level, read("cazzo che attesa", "it").level
    (0, 1)
    """
    return read_many([text], [lang])[0]


def read_many(texts: Sequence[str], langs: Sequence[str]) -> list[Abuse]:
    """Return how abusive each message is.

    Takes    texts and their languages ("it", "en", "es", "fr", "de", "pt"; any other counts as unknown).
    Returns  one Abuse for each, in order.  Unknown language: all lists, except words that are innocent in another.
    Raises   ValueError when there are not as many languages as texts.
    Cost     linear; 9 µs a message in batches of 250 (90 characters on average, one in 17 with a find), 0.7 s once.
    Misses   irony, insults without a bad word ("torna a studiare"), what an emoji hints at, words nobody listed.
    """
    if len(texts) != len(langs):
        raise ValueError(f"{len(texts)} texts and {len(langs)} languages")
    out = [NONE] * len(texts)
    for seen in scan(texts, langs):
        out[seen.index] = judge(seen, langs[seen.index])
    return out


def features(texts: Sequence[str], langs: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return what a learnt reader may know from the rules; the columns are `abuse_features.COLUMNS`."""
    from premura.text.abuse_features import features as rows

    return rows(texts, langs)


def judge(seen: Seen, lang: str) -> Abuse:
    """Weigh the hits of one message against the words around them."""
    context = load().contexts[lang if lang in LANGUAGES else ""]
    finds: list[Find] = []
    hate = False
    for hit in seen.hits:
        if hit.entry.kind == "abuse":
            level = weigh(hit, seen, context)
            hate |= level == 3 and bool(hit.entry.group)
            if level:
                finds.append(Find(hit.start, hit.end, level, hit.entry.word.rstrip("*")))
    for hit in attacks(seen, context, lang):
        hate = True
        finds.append(Find(hit.start, hit.end, 3, hit.entry.word))
    if not finds:
        return NONE
    return Abuse(max(find.level for find in finds), hate, tuple(sorted(finds, key=lambda find: find.start)))


def weigh(hit: Hit, seen: Seen, context: Context) -> int:
    """Return the level of one hit where it stands."""
    entry = hit.entry
    if entry.level < 2:
        return entry.level
    before, after = around(seen.line, hit.at, hit.to)
    softer = softened(before, after, seen.line, context, hit)
    if entry.aimed:
        return 0 if softer or not _aimed(entry.aimed, before, after, context, seen, hit) else entry.level
    return 1 if softer else entry.level


def around(line: str, at: int, to: int) -> tuple[list[str], list[str]]:
    """Return the words and signs before and after a stretch, within reach."""
    begin = max(0, at - _WINDOW)
    before = _TOKENS.findall(line[begin:at])
    if begin and before:
        before = before[1:]  # its head may be cut off
    return before, _TOKENS.findall(line[to : to + _WINDOW])


def softened(before: list[str], after: list[str], line: str, context: Context, hit: Hit) -> str:
    """Return why an insult is none here ("quoted", "negated", "reported", "self", "counter"), or ""."""
    near = _clause(before)
    if _quoted(line, hit, context):
        return "quoted"
    if _negated(near, context):
        return "negated"
    if _reported(near, context):
        return "reported"
    if _of_self(near, after, context):
        return "self"
    if any(word in context["counter"] for word in (*before, *after)) and (hit.entry.group or hit.entry.aimed):
        return "counter"
    if hit.entry.level > 1 and any(phrase in line for phrase in context.phrases.get("counter_phrase", ())):
        return "counter"
    return ""


def _clause(before: list[str]) -> list[str]:
    """Return the words since the last sign."""
    for i in range(len(before) - 1, -1, -1):
        if before[i] in '.,"':
            return before[i + 1 :]
    return before


def _quoted(line: str, hit: Hit, context: Context) -> bool:
    """Tell whether the hit stands in a quotation of more than itself, or in somebody else's words."""
    if line.count('"', 0, hit.at) % 2 == 0 or '"' not in line[hit.to :]:
        return False
    begin, end = line.rindex('"', 0, hit.at), line.index('"', hit.to)
    outside = set(_TOKENS.findall(line[max(0, begin - 200) : begin] + " " + line[end : end + 200]))
    words = len(outside) > 3 and (end - hit.to + hit.at - begin) > 4
    return words or bool(outside & (context["report"] | context["counter"]))


def _negated(near: list[str], context: Context) -> bool:
    """Tell whether "non siete" governs the hit; "non siete altro che" does not."""
    tail = near[-6:]
    for i in range(len(tail) - 1, -1, -1):
        if tail[i] in context["no"]:
            rest = tail[i + 1 :]
            if any(word in context["no_undone"] for word in rest):
                return False
            if i + 1 < len(tail) or not rest:
                return all(
                    word in context["be"] or word in context["filler"] or word in context["one"] for word in rest
                )
    return False


def _reported(near: list[str], context: Context) -> bool:
    """Tell whether somebody is said to have called somebody so: "mi avete dato del ladro"."""
    tail = near[-5:]
    told = [i for i, word in enumerate(tail) if word in context["report"]]
    if not told:
        return False
    rest = tail[told[-1] + 1 :]
    return len(rest) < 2 or all(
        word in context["report_near"] or word in context["be"] or word in context["filler"] for word in rest
    )


def _of_self(near: list[str], after: list[str], context: Context) -> bool:
    """Tell whether the writer means themselves: "sono un coglione", "che stronzo sono stato"."""
    tail = near[-4:]
    for i, word in enumerate(tail):
        if word in context["self"]:
            rest = tail[i + 1 :]
            if (
                rest
                and all(w in context["self_between"] for w in rest)
                and not any(w in context["you"] for w in tail[:i])
            ):
                return True
    return bool(near) and len(after) > 0 and after[0] in context["self_after"]


def _aimed(how: str, before: list[str], after: list[str], context: Context, seen: Seen, hit: Hit) -> bool:
    """Tell whether a word that can be innocent is thrown at somebody here."""
    if how == "threat":
        return bool(context["will"] & set(_clause(before)[-4:])) and bool(context["victim"] & set(after[:1]))
    if _led(how, before, context) or _followed(after, context):
        return True
    return how == "any" and _alone(before, after, context, seen, hit)


def _led(how: str, before: list[str], context: Context) -> bool:
    """Look to the left: "siete (proprio dei) X", "banda di X", "brutti X", "voi X"."""
    near = _clause(before)
    if not near:
        return False
    if near[-1] in context["lead"] or near[-1] in context["you"] or (how == "any" and near[-1] in context["staff"]):
        return True
    copula = context["be"] if how == "any" else context["you_be"]
    right = ""
    for word in reversed(near[-6:]):
        if word in copula or word in context["pile"]:
            return True
        if word in context["is"] and how == "any":  # "è", which may be "e": only where "un" follows
            return right in context["one"]
        if word not in context["filler"] and word not in context["one"]:
            return False
        right = word
    return False


def _followed(after: list[str], context: Context) -> bool:
    """Look to the right: "X che siete", "X di merda"."""
    two = after[:2]
    if two and (two[0] in context["you_be"] or two[0] in context["tail"]):
        return True
    return len(two) > 1 and (two[1] in context["you_be"] or (two[0] in context["one"] and two[1] in context["tail"]))


def _alone(before: list[str], after: list[str], context: Context, seen: Seen, hit: Hit) -> bool:
    """Tell whether the word stands alone like a shout: "LADRI!", "rimborso mai arrivato, ladri"."""
    near, rest = _clause(before), _until_sign(after)
    if near and (near[-1] in context["article"] or near[-1] in context["block"]):
        return False
    hits = {
        word for other in seen.hits for word in seen.line[other.at : other.to].split() if other.entry.kind == "abuse"
    }
    loose = context["filler"] | hits | context["lead"]
    if all(word in loose for word in (*near, *rest)):
        return True
    if not near and len(rest) < 2 and after[len(rest) : len(rest) + 1] in ([], ["."]):
        return not any(word in context["block"] or word in context["article"] for word in rest)
    at_end = all(word in loose for word in rest) and (not after[len(rest) :] or set(after[len(rest) :]) <= set('.,"'))
    return at_end and len(near) > 2 and hit.entry.word.endswith(("i", "s", "n", "er"))


def _until_sign(after: list[str]) -> list[str]:
    for i, word in enumerate(after):
        if word in '.,"':
            return after[:i]
    return after
