"""Whether a draft tells a fact that was to stay inside, in the same words or in others."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from premura.guard.parts import Part, folded_of
from premura.text import vectors
from premura.text.vectors import Vectors

LEAST = 0.5  # chosen on the drafts of the corpus that tell a fact in other words: four of five findings are right
OF_MEANING, OF_WORDS, OF_SECRECY, OF_SUBJECT = 1.2, 0.6, 0.12, 0.3
FAR = 0.1
_SECRECY = re.compile(
    r"\b(?:tra noi|fra noi|a dirla tutta|non dirlo|non lo dica|zitt[oaie]|between us|between you and me|in truth|"
    r"don t tell|"
    r"off the record|unter uns|entre nosotros|entre nous|pour tout vous dire|ca reste entre|aqui entre nos|"
    r"perche|because|weil|porque|parce que)\b"
)  # who tells a secret often says so, or gives it as the reason


def told(parts: Sequence[Part], secret: Sequence[str], asked: str = "") -> Iterator[tuple[Part, str, float]]:
    """Yield the sentences that tell one of the facts, with the fact and how sure.

    Takes    asked: the customer's own words; a fact that is near to them is near to every answer.

    Cost     about a millisecond a sentence, and only where there are facts; a fact is worked out once.
    Misses   a fact that is spread over three sentences.
    """
    own = [part for part in parts if len(part.words) > 2]
    if not own or not secret:
        return
    known = _stems(asked)
    stems = [_stems(fact) - known for fact in secret]
    near = _near([part.text for part in own], list(secret))
    for row, part in enumerate(own):
        scores = [OF_MEANING * near[row][n] + OF_WORDS * _share(part, stems[n]) for n in range(len(secret))]
        best = max(range(len(secret)), key=lambda n: scores[n])
        score = scores[best] + OF_SECRECY * (_SECRECY.search(part.plain) is not None)
        if score >= LEAST and asked:
            score -= OF_SUBJECT * max(0.0, _near([asked], [secret[best]])[0][0] - FAR)
        if score >= LEAST:
            yield part, secret[best], min(score, 1.0)


def _near(texts: list[str], facts: list[str]) -> list[list[float]]:
    if not vectors.available():
        return [[0.0] * len(facts) for _ in texts]
    near: list[list[float]] = (vectors.encode(texts) @ np.stack([_vector(fact) for fact in facts]).T).tolist()
    return near


@lru_cache(maxsize=4096)
def _vector(fact: str) -> Vectors:
    found: Vectors = vectors.encode([fact])[0]
    return found


def _stems(text: str) -> frozenset[str]:
    words = (word.strip('.,;:!?()"«»…-%€') for word in folded_of(text).split())
    return frozenset(word[:6] for word in words if len(word) > 3 or any(map(str.isdigit, word)))


def _share(part: Part, stems: frozenset[str]) -> float:
    return len(_stems(part.text) & stems) / max(len(stems), 1)
