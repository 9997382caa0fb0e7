"""Which texts mean alike: by sentence vectors where the encoder is installed, by their words otherwise.

Vectors alone tell questions of one form ("When does …?") from one another badly, and languages apart from what they
say; so what shares neither a word nor a topic (topics.toml) must lie much nearer to count.
Vectors are kept in this process, so that the same candidates are not encoded at every look.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from threading import Lock, Thread
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from premura.prepare.topics import apart, common, topics_of
from premura.text import vectors
from premura.text.aspects import fold
from premura.text.vectors import Vectors

KEPT = 12_000  # vectors of each kind: 24 MB and 12 MB
WIDTH = 256  # of a text's words
STEM = 5  # letters of a word that count
SHORT = 4  # letters from which on a word says something
NEAR = 0.42  # from which on a text is worth showing: its meaning, and with less weight its words and what it led to
FAR = 0.7  # the same where it shares neither a telling word nor a topic
WORDED = 0.4  # the same by words alone
TOPIC = 0.2  # what a topic in common counts
APART = -1.0
HALF = 0.5  # how much less one word in common tells where a topic is named
SAME = 0.6  # cosine from which on two questions are one
SAME_WORDS = 0.5
LESS = 0.3
STRICTER = 0.1  # for what asks nothing: two thank-yous are alike in little else
AT_ONCE = 64  # texts encoded at one look: the rest follows aside
ASIDE = 16  # at a time, so that a look waits for a few only


@dataclass(frozen=True, slots=True)
class Near:
    """One of the texts, and how near it lies."""

    at: int
    score: float
    meant: bool  # by its meaning too; else by its words alone
    shared: tuple[str, ...]  # words that both have


def ranked(
    asked: str, texts: Sequence[str], led_to: Sequence[Collection[str]] = (), most: int = 5, *, strict: bool = False
) -> list[Near]:
    """Return the texts that surely mean the same as `asked`, nearest first; none where none is near.

    Takes    led_to: what was said to each text, in one wording or several, of which the nearest counts too;
             strict: only what is nearer still.
    Cost     about 100 ms for 2,000 texts, also the first time: what is not encoded yet goes by its words.
    """
    want = fold(asked)
    if not want or not texts:
        return []
    words, folded = (worded([asked]) @ worded(texts).T)[0], [fold(text) for text in texts]
    shared = [_shared(want, text) for text in folded]
    alike = _alike(topics_of(want), folded, led_to)
    same_words = np.array([bool(some) for some in shared])
    score, by_meaning = words.copy(), np.zeros(len(texts), bool)
    if warm():
        meaning, led, by_meaning = _meaning(asked, texts, led_to, np.argsort(-words, kind="stable").tolist())
        both = np.maximum(meaning + LESS * led, led + LESS * meaning)
        score = np.where(by_meaning, both + LESS * words + TOPIC * alike, words)
    telling = np.maximum(alike, same_words * (HALF if topics_of(want) else 1))
    floor = np.where(by_meaning, FAR - (FAR - NEAR) * telling, np.where(telling > 0, WORDED, FAR))
    floor += STRICTER if strict else 0
    near = (score >= floor) & (alike > APART)
    best = [at for at in np.argsort(-score, kind="stable").tolist() if near[at]][:most]
    return [Near(at, float(score[at]), bool(by_meaning[at]), shared[at]) for at in best]


def _alike(about: frozenset[str], folded: Sequence[str], led_to: Sequence[Collection[str]]) -> Vectors:
    """Return how far each text is about these topics: 1 where about these and no others, 0 where about none of them;
    APART where it is about what must not be taken for them.

    A text that names no topic is about those of what it led to.
    """
    alike = np.zeros(len(folded), np.float32)
    for at, text in enumerate(folded if about else ()):
        if others := topics_of(text) or topics_of(fold(" ".join(led_to[at] if led_to else ()))):
            alike[at] = APART if apart(about, others) else len(about & others) / len(about | others)
    return alike


def _meaning(
    asked: str, texts: Sequence[str], led_to: Sequence[Collection[str]], order: Sequence[int]
) -> tuple[Vectors, Vectors, NDArray[np.bool_]]:
    """Return how near each text lies, and the best of what it led to; and of which text that is known yet."""
    wanted, of = [asked], [-1]
    for at in order:
        some = (texts[at], *(led_to[at] if led_to else ()))
        wanted += some
        of += [at, *[~at] * (len(some) - 1)]
    near, known = meant(wanted, 1 if _following.locked() else AT_ONCE)
    if not all(known):
        _follow(wanted)
    meaning, led = np.zeros(len(texts), np.float32), np.zeros(len(texts), np.float32)
    there = np.zeros(len(texts), bool)
    for at, cosine, here in zip(of[1:], (near[1:] @ near[0]).tolist(), known[1:], strict=True):
        if at < 0 and here:
            led[~at] = max(led[~at], cosine)
        elif here:
            meaning[at], there[at] = cosine, True
    return meaning, led, there


def groups(texts: Sequence[str], most: int = 100, *, wait: bool = True) -> tuple[list[list[int]], Vectors, float]:
    """Put together the texts that mean alike, the largest group first; and return their vectors and the threshold.

    Takes    wait: for the encoder to load; else they go by their words while it loads aside.
    Cost     a millisecond a text the first time, 0.2 ms after that.
    """
    from premura.text.similarity import nearest

    vectored, floor = encoded(texts) if wait or warm() else (worded(texts), SAME_WORDS)
    around: list[list[int]] = [[] for _ in texts]
    for near in nearest(vectored, vectored, floor, most):
        around[near.new].append(near.recent)
    left, found = set(range(len(texts))), []
    for centre in sorted(left, key=lambda at: (-len(around[at]), at)):
        if centre in left:
            group = [centre, *(at for at in around[centre] if at in left and at != centre)]
            left.difference_update(group)
            found.append(group)
    return sorted(found, key=lambda group: (-len(group), group[0])), vectored, floor


def encoded(texts: Sequence[str]) -> tuple[Vectors, float]:
    """Return a unit vector for each text, and the cosine from which on two mean alike."""
    if vectors.available():
        return meant(texts)[0], SAME
    return worded(texts), SAME_WORDS


def worded(texts: Sequence[str]) -> Vectors:
    """Return the words of each text as a unit vector; nothing but zeros where it has none."""
    return _words.of(texts, lambda some: np.stack([_hashed(text) for text in some]))[0]


def meant(texts: Sequence[str], most_new: int | None = None) -> tuple[Vectors, list[bool]]:
    """Return the sentence vector of each text, and whether it is there: `most_new` new ones are encoded, in order."""
    return _meanings.of(texts, vectors.encode, most_new)


def warm(*, wait: bool = False) -> bool:
    """Whether the encoder is loaded; where it could be, let it load aside (or `wait` for it)."""
    if not vectors.available():
        return False
    loading = _loading()
    if wait:
        loading.join()
    return not loading.is_alive()


@cache
def _loading() -> Thread:
    loading = Thread(target=vectors.encode, args=(["Buongiorno, quando aprite?"],), daemon=True)
    loading.start()
    return loading


def _follow(texts: Sequence[str]) -> None:
    """Encode the rest aside, so that the next look knows it; one such at a time."""
    if _following.acquire(blocking=False):
        Thread(target=_encode_all, args=(list(dict.fromkeys(texts)),), daemon=True).start()


def _encode_all(texts: list[str]) -> None:
    try:
        for first in range(0, len(texts), ASIDE):
            meant(texts[first : first + ASIDE])
    finally:
        _following.release()


_following = Lock()


class _Kept:
    """The vectors that were worked out last, by what they are of."""

    def __init__(self, width: int) -> None:
        self._width, self._rows = width, OrderedDict[bytes, Vectors]()
        self._lock = Lock()

    def of(
        self, texts: Sequence[str], work: Callable[[list[str]], Vectors], most_new: int | None = None
    ) -> tuple[Vectors, list[bool]]:
        keys = [blake2b(text.encode("utf-8", "replace"), digest_size=16).digest() for text in texts]
        with self._lock:
            rows = {key: row for key in keys if (row := self._rows.get(key)) is not None}
        new = list({key: text for key, text in zip(keys, texts, strict=True) if key not in rows}.items())[:most_new]
        if new:
            rows |= zip((key for key, _text in new), work([text for _key, text in new]), strict=True)
        with self._lock:
            for key, row in rows.items():
                self._rows[key] = row
                self._rows.move_to_end(key)
            while len(self._rows) > KEPT:
                self._rows.popitem(last=False)
        out = np.zeros((len(texts), self._width), np.float32)
        for at, key in enumerate(keys):
            if key in rows:
                out[at] = rows[key]
        return out, [key in rows for key in keys]


_words, _meanings = _Kept(WIDTH), _Kept(vectors.DIMS)


def _hashed(text: str) -> Vectors:
    row = np.zeros(WIDTH, np.float32)
    for word in set(_stems(text)):
        hashed = crc32(word.encode())
        row[hashed % WIDTH] += 1 if hashed & 0x10000 else -1
    length = float(np.linalg.norm(row))
    return row / length if length else row


def _stems(text: str) -> list[str]:
    return [word[:STEM] for word in _words_of(fold(text))]


def _words_of(folded: str) -> list[str]:
    return [word for word in folded.split() if len(word) >= SHORT or word.isdigit()]


def telling(text: str) -> list[str]:
    """Return the words of a text that say what it is about, each once."""
    return [word for word in dict.fromkeys(_words_of(fold(text))) if word not in common() and not word.isdigit()]


def _shared(one: str, other: str) -> tuple[str, ...]:
    stems = {word[:STEM] for word in _words_of(other)}
    return tuple(word for word in dict.fromkeys(_words_of(one)) if word[:STEM] in stems and word not in common())[:4]
