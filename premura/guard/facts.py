"""Whether a draft tells a fact that was to stay inside, in the same words or in others."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from premura.guard.parts import Part, folded_of
from premura.text import vectors
from premura.text.heads import Floats, logistic
from premura.text.vectors import Vectors

WIDTH = 10
_SECRECY = re.compile(
    r"\b(?:tra noi|fra noi|tra me e (?:te|lei)|a dirla tutta|in confidenza|non dirlo|non lo dica|non dovrei|"
    r"zitt[oaie]|psst|"
    r"between us|between you and me|in truth|don t tell|shouldn t say|off the record|tbh|to be honest|"
    r"unter uns|entre nosotros|entre nous|pour tout vous dire|ca reste entre|aqui entre nos|"
    r"perche|because|weil|porque|parce que)\b"
)  # who tells a secret often says so, or gives it as the reason


def told(
    parts: Sequence[Part], secret: Sequence[str], asked: str, odds: Floats, weights: Floats
) -> Iterator[tuple[Part, str, float]]:
    """Yield each sentence with the fact that it most likely tells, and how likely that is.

    Takes    asked: the customer's own words, near to which every answer is; odds: how much each sentence sounds like
             telling something (one a part); weights: WIDTH of them and the bias.

    Cost     about a millisecond a sentence, and only where there are facts; a fact is worked out once.
    Misses   a fact that is spread over three sentences; a hint that nobody would take but who knows.
    """
    if not parts or not secret:
        return
    likely = logistic(columns(parts, secret, asked, odds) @ weights[:-1] + weights[-1])
    for part, row in zip(parts, likely, strict=True):
        best = int(row.argmax())
        if len(part.words) > 2:
            yield part, secret[best], float(row[best])


def loud(likely: Floats) -> Floats:
    """Return how much each sentence sounds like telling something, -1 to 1, of the probability that a head gave it."""
    likely = np.clip(likely, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(likely / (1 - likely)) / 9.21, np.float32)


def columns(parts: Sequence[Part], secret: Sequence[str], asked: str, odds: Floats) -> Floats:
    """Return what is weighed of each sentence beside each fact: (sentences, facts, WIDTH)."""
    theirs, own = _stems(asked), [_stems(part.text) for part in parts]
    stems = [_stems(fact) for fact in secret]
    numbers = [frozenset(filter(_is_number, fact)) for fact in stems]
    texts = [part.text for part in parts]
    together = [f"{a} {b}" for a, b in zip(["", *texts], [*texts, ""], strict=True)]
    near, near_pair, asked_fact, asked_part = _near(texts, together, secret, asked)
    x = np.zeros((len(parts), len(secret), WIDTH), np.float32)
    for n, part in enumerate(parts):
        for f, fact in enumerate(stems):
            new = fact - theirs
            shared = own[n] & new
            x[n, f] = (
                near[n][f], max(near_pair[n][f], near_pair[n + 1][f]), len(shared) / max(len(new), 1),
                min(len(shared), 3) / 3, bool(numbers[f] & own[n] - theirs), asked_fact[f], asked_part[n],
                near[n][f] * odds[n], odds[n], _SECRECY.search(part.plain) is not None,
            )  # fmt: skip
    return x


def _near(texts: list[str], together: list[str], secret: Sequence[str], asked: str) -> tuple[Vectors, ...]:
    if not vectors.available():
        shape = len(texts), len(secret)
        shapes = shape, (shape[0] + 1, shape[1]), shape[1], shape[0]
        return tuple(np.zeros(one, np.float32) for one in shapes)
    found = vectors.encode([*texts, *together, asked])
    facts = np.stack([_vector(fact) for fact in secret])
    own, pairs, theirs = found[: len(texts)], found[len(texts) : -1], found[-1] * bool(asked.strip())
    return own @ facts.T, pairs @ facts.T, facts @ theirs, own @ theirs


@lru_cache(maxsize=4096)
def _vector(fact: str) -> Vectors:
    found: Vectors = vectors.encode([fact])[0]
    return found


def _stems(text: str) -> frozenset[str]:
    words = (word.strip('.,;:!?()"«»…-%€') for word in folded_of(text).split())
    return frozenset(word[:6] for word in words if len(word) > 3 or _is_number(word))


def _is_number(word: str) -> bool:
    return any(map(str.isdigit, word))
