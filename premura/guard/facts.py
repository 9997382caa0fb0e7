"""Whether a draft tells a fact that was to stay inside, in the same words or in others."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from premura.guard.meaning import FACTS, SENTENCES
from premura.guard.parts import Part, folded_of
from premura.text.heads import Floats, logistic
from premura.text.vectors import Vectors

WIDTH = 9
LEAST = 3  # words: a name under a reply tells nothing
BROKEN_OVER = 3  # sentences or lines
WORD_FOR_WORD = 5  # so many words of a fact behind one another tell it, whatever the sentence sounds like
SHARED, THREE = 1, 2  # columns: which part of the fact's own words stand there; that three of them do
_SECRECY = re.compile(
    r"\b(?:tra noi|fra noi|tra me e (?:te|lei)|a dirla tutta|in confidenza|non dirlo|non lo dica|non dovrei|"
    r"zitt[oaie]|psst|"
    r"between us|between you and me|in truth|don t tell|shouldn t say|off the record|tbh|to be honest|"
    r"unter uns|entre nosotros|entre nous|pour tout vous dire|ca reste entre|aqui entre nos|"
    r"perche|because|weil|porque|parce que)\b"
)  # who tells a secret often says so, or gives it as the reason
# Of some facts the secret is who: "produced by Dalefresh", "Non nominare Neteka".
_WHO = re.compile(
    r"\b(?:[Ss]uppliers?|produced by|made by|manufactured by|naming|name|[Nn]ominare|[Ff]ornitor[ei]"
    r"|prodott[oaie] da(?:ll['’a])?|[Tt]erzista|[Ss]ubcontractors?|[Pp]roveedor"
    r"|fabricado por|[Ff]ournisseur|fabriqué par|[Ff]ornecedor|[Ll]ieferant|hergestellt von)"
    r"\s?(?:[a-zà-þ]+\s){0,2}(?P<name>[A-ZÀ-Þ][^\W_]{3,})"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One draft whose sentences are held against facts."""

    parts: Sequence[Part]
    secret: Sequence[str]
    asked: str  # the customer's own words, near to which every answer is
    odds: Floats  # how much each sentence sounds like telling something, see `loud`


def told(given: Sequence[Asked], weights: Floats) -> list[list[tuple[Part, str, float]]]:
    """Return for each draft its sentences, each with the fact that it most likely tells, and how likely that is.

    Takes    weights: WIDTH of them and the bias.
    Cost     about a millisecond a sentence, and only where there are facts; a fact is worked out once.
    Misses   a fact that is spread over four sentences; a hint that nobody would take but who knows.
    """
    found = []
    for one, x in zip(given, columns(given), strict=True):
        likely = logistic(x @ weights[:-1] + weights[-1])
        for n, fact in np.argwhere((x[:, :, SHARED] > 0.5) & (x[:, :, THREE] == 1)).tolist():
            if _in_a_row(one.parts[n].text, one.secret[fact], one.asked) >= WORD_FOR_WORD:
                likely[n, fact] = 1
        for n, fact in (*_broken(one, x), *_named(one)):
            likely[n, fact] = 1
        best = likely.argmax(axis=1).tolist() if one.parts else []
        found.append([
            (part, one.secret[fact], float(likely[n, fact]))
            for n, (part, fact) in enumerate(zip(one.parts, best, strict=True))
            if len(part.words) >= LEAST
        ])  # fmt: skip
    return found


def _broken(one: Asked, x: Floats) -> Iterator[tuple[int, int]]:
    """Yield which sentences tell which fact word for word where it is broken over two or three of them."""
    for many in range(2, min(BROKEN_OVER, len(one.parts)) + 1):
        near = np.lib.stride_tricks.sliding_window_view(x[:, :, [SHARED, THREE]], many, axis=0).sum(axis=-1)
        for first, fact in np.argwhere((near[:, :, 0] > 0.5) & (near[:, :, 1] > 0.99)).tolist():
            some = one.parts[first : first + many]
            if _in_a_row(" ".join(part.text for part in some), one.secret[fact], one.asked) >= WORD_FOR_WORD:
                yield first + max(range(many), key=lambda n: len(some[n].words)), fact


def _named(one: Asked) -> Iterator[tuple[int, int]]:
    """Yield which sentences say a name of which fact that is secret for the name in it."""
    for fact, secret in enumerate(one.secret):
        for name in _secret_names(secret):
            word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
            if not re.search(word.pattern, one.asked, re.I):
                yield from ((n, fact) for n, part in enumerate(one.parts) if word.search(part.text))


@lru_cache(maxsize=8192)
def _secret_names(fact: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found["name"] for found in _WHO.finditer(fact)))


def loud(likely: Floats) -> Floats:
    """Return how much each sentence sounds like telling something, -1 to 1, of the probability that a head gave it."""
    likely = np.clip(likely, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(likely / (1 - likely)) / 9.21, np.float32)


def columns(given: Sequence[Asked]) -> list[Floats]:
    """Return what is weighed of each draft's sentences beside each fact: (sentences, facts, WIDTH) each."""
    texts: list[str] = []
    for one in given:
        texts += [*(part.text if len(part.words) >= LEAST else "" for part in one.parts), one.asked]
    secrets = list(dict.fromkeys(fact for one in given for fact in one.secret))
    found, facts = SENTENCES.of(texts), dict(zip(secrets, FACTS.of(secrets), strict=True))
    rows, at = [], 0
    for one in given:
        many = len(one.parts) + 1
        rows.append(_of(one, found[at : at + many], np.stack([facts[fact] for fact in one.secret])))
        at += many
    return rows


def _of(one: Asked, found: Vectors, facts: Vectors) -> Floats:
    n_parts = len(one.parts)
    theirs, own = _stems(one.asked), [_stems(part.text) for part in one.parts]
    stems, numbers = zip(*map(_kept_stems, one.secret), strict=True)
    asked, new = found[-1], [fact - theirs for fact in stems]
    near, many = found[:-1] @ facts.T, np.array([max(len(fact), 1) for fact in new])
    x = np.zeros((n_parts, len(stems), WIDTH), np.float32)
    x[:, :, 0], x[:, :, 4], x[:, :, 5] = near, facts @ asked, (found[:-1] @ asked)[:, None]
    x[:, :, 6], x[:, :, 7] = near * one.odds[:, None], one.odds[:, None]
    for n, part in enumerate(one.parts):
        shared, unasked = np.array([len(own[n] & fact) for fact in new]), own[n] - theirs
        x[n, :, SHARED], x[n, :, THREE] = shared / many, np.minimum(shared, 3) / 3
        x[n, :, 3] = [not unasked.isdisjoint(each) for each in numbers]
        x[n, :, 8] = _SECRECY.search(part.plain) is not None
    return x


def _stems(text: str) -> frozenset[str]:
    words = (word.strip('.,;:!?()"«»…-%€') for word in folded_of(text).split())
    return frozenset(word[:6] for word in words if len(word) > 3 or _is_number(word))


@lru_cache(maxsize=8192)
def _kept_stems(fact: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of a fact, and which of them are numbers: worked out once, whoever writes."""
    stems = _stems(fact)
    return stems, frozenset(filter(_is_number, stems))


def _in_a_row(text: str, fact: str, theirs: str) -> int:
    """Return how many words of a fact stand one behind the other in a sentence, the customer's own not counted."""
    said, wanted, known = (
        [bare for word in folded_of(words).split() if (bare := word.strip('.,;:!?()"«»…'))]
        for words in (text, fact, theirs)
    )
    best, before = 0, [0] * (len(wanted) + 1)
    for word in said:
        row = [0] * (len(wanted) + 1)
        for n, other in enumerate(wanted):
            if word == other:
                row[n + 1] = before[n] + (word not in known)
        best, before = max(best, *row), row
    return best


def _is_number(word: str) -> bool:
    return any(map(str.isdigit, word))
