"""What a message says: all readings of it as one, with the version that made it and what decided it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Event, Lock

import numpy as np
from numpy.typing import NDArray

from premura.text import columns, heads, language, personal_data, questions, signs, vectors
from premura.text.abuse import Abuse
from premura.text.features import Features, features, word_ids
from premura.text.judgement import Judged, judge
from premura.text.labels import LABELS, LANGUAGES
from premura.text.lessons import Lessons
from premura.text.tokens import LETTER, PICTURE, Tokens, cut

VERSION = "2026.11"
AT_ONCE = 512  # messages that are read together: more fall out of the processor's cache


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a reading says so: a rule's sign or the words that weighed most, at `text[start:end]`."""

    of: str  # language, sentiment, intent, urgency, flag:<name>, abuse
    by: str  # rule, words, learnt, model
    name: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """One message as it was read.  Offsets are code points of its text; confidences lie between 0 and 1."""

    version: str
    tier: int
    language: language.Guess
    sentiment: str  # negative, neutral, positive, mixed
    score: float  # -1 to +1
    emotions: dict[str, float]
    intent: str
    intents: tuple[tuple[str, float], ...]
    urgency: int  # 0 to 3
    flags: tuple[str, ...]
    questions: tuple[questions.Stretch, ...]
    personal_data: tuple[personal_data.Find, ...]
    abuse: int  # 0 to 3
    hate: bool
    confidence: float  # of the sentiment
    reasons: tuple[Reason, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Asked:
    """A message to be read, and what is known about it beforehand."""

    text: str
    lang: str = ""  # what the thread or the network says
    lessons: Lessons | None = None  # what the brand's own corrections taught


def read(asked: Sequence[Asked], tier: int = 2, explain: bool = True, places: bool = True) -> list[Reading]:
    """Read a batch.

    Takes    any messages; tier 1 (words, letters, signs) or 2 (and the sentence vector, where it is installed);
             whether to say why; whether to say of each sign where it stands, which costs ten times as much.
    Returns  one reading each, in order.
    Cost     in batches of 500, on one core: see `premura bench text`.
    """
    found: list[Reading] = []
    ready()
    tier = tier if vectors.available() else 1
    for first in range(0, len(asked), AT_ONCE):
        found += _read(asked[first : first + AT_ONCE], tier, explain, places)
    return found


def ready() -> None:
    """Load what reading needs, once for all threads: two seconds the first time, nothing after that."""
    if not _loaded.is_set():
        with _loading:
            if not _loaded.is_set():
                _read([Asked("Buongiorno, quando aprite?", "it")], 1, True, False)
                _loaded.set()


_loading, _loaded = Lock(), Event()


def languages(texts: Sequence[str], priors: Sequence[str]) -> list[language.Guess]:
    """Return the language of each text; `priors` is what is known of each, "" for nothing.  About 60 µs a text."""
    ready()
    tokens = cut(texts)
    return language.detect(texts, tokens, _language_layer().odds(features(tokens)), priors)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A batch as the heads see it."""

    texts: list[str]
    tokens: Tokens
    hashed: Features
    guesses: list[language.Guess]
    fired: NDArray[np.uint8]  # which signs stand in each
    rude: list[Abuse]
    odds: heads.Floats


def _seen(asked: Sequence[Asked], tier: int) -> _Seen:
    texts = [one.text for one in asked]
    tokens = cut(texts)
    layer = first_layer()
    hashed = features(tokens)
    first = layer.odds(hashed)
    known = len(layer.labels) - len(LANGUAGES)
    guesses = language.detect(texts, tokens, first[:, known:], [one.lang for one in asked])
    found = columns.columns(texts, [guess.code for guess in guesses], tokens, first[:, :known])
    rows = found.rows
    if tier > 1:
        rows = np.concatenate([rows, vectors.encode(texts) * columns.VECTOR_SCALE], axis=1)
    return _Seen(texts, tokens, hashed, guesses, found.fired, found.rude, second_layer(tier).odds(rows))


def _read(asked: Sequence[Asked], tier: int, explain: bool, places: bool) -> list[Reading]:
    seen = _seen(asked, tier)
    texts, langs, guesses = seen.texts, [guess.code for guess in seen.guesses], seen.guesses
    told = np.zeros_like(seen.odds)
    for row, one in enumerate(asked):
        if one.lessons is not None:
            seen.odds[row] += one.lessons.shift(seen.hashed.of(row), one.text)
            told[row] = one.lessons.said_of(one.text)
    asks = questions.find_many(texts, langs)
    judged = judge(tier, seen.odds, seen.fired, seen.tokens, asks, seen.rude, told)
    personal = personal_data.find_many(texts)
    why = _reasons(seen, judged, places) if explain else [()] * len(asked)
    return [
        Reading(
            VERSION, tier, guess, says.sentiment, says.score, says.emotions, says.intent, says.intents, says.urgency,
            says.flags, stretches, finds, says.abuse, says.hate, says.confidence, reasons,
        )
        for guess, says, stretches, finds, reasons in zip(guesses, judged, asks, personal, why, strict=True)
    ]  # fmt: skip


def odds(asked: Sequence[Asked], tier: int = 1) -> heads.Floats:
    """Return the odds (n, len(LABELS)) that the shared heads give each message, before any brand's lessons."""
    if not asked:
        return np.zeros((0, len(LABELS)), np.float32)
    parts = []
    for first in range(0, len(asked), AT_ONCE):
        some = asked[first : first + AT_ONCE]
        parts.append(_seen(some, tier).odds)
    return np.concatenate(parts)


@cache
def first_layer() -> heads.Hashed:
    return heads.hashed("hashed")


@cache
def _language_layer() -> heads.Hashed:
    return first_layer().of(first_layer().labels[-len(LANGUAGES) :])


@cache
def second_layer(tier: int) -> heads.Dense:
    return heads.dense("dense", tier)


# -- why ---------------------------------------------------------------------------------------------


def _reasons(seen: _Seen, judged: Sequence[Judged], places: bool) -> list[tuple[Reason, ...]]:
    """Return why each message was read so: signs for urgency and flags, words for intent and sentiment."""
    words = _words(seen.tokens, judged)
    found: list[tuple[Reason, ...]] = []
    for row, says in enumerate(judged):
        reasons = words[row]
        if says.urgency > 1 or says.flags:
            reasons += _by_signs(_signs(seen, row, places), says)
        found.append(tuple(reasons))
    return found


def _signs(seen: _Seen, row: int, places: bool) -> Sequence[signs.Sign]:
    if places:
        return signs.read(seen.texts[row], seen.guesses[row].code)
    return [signs.Sign(signs.SIGNS[sign], 0, 0) for sign in np.flatnonzero(seen.fired[row]).tolist()]


def _by_signs(seen: Sequence[signs.Sign], says: Judged) -> list[Reason]:
    reasons: list[Reason] = []
    flags = set(says.flags)
    for sign in seen:
        flag = signs.FLAG_OF.get(sign.name)
        if flag in flags:
            reasons.append(Reason(f"flag:{flag}", "rule", sign.name, sign.start, sign.end))
        if signs.URGENT.get(sign.name, 0) >= 2 and says.urgency >= signs.URGENT[sign.name]:
            reasons.append(Reason("urgency", "rule", sign.name, sign.start, sign.end))
    told = {reason.of for reason in reasons}
    reasons += [Reason(f"flag:{flag}", "learnt") for flag in says.flags if f"flag:{flag}" not in told]
    if says.urgency > 1 and "urgency" not in told:
        reasons.append(Reason("urgency", "learnt"))
    return reasons


def _words(tokens: Tokens, judged: Sequence[Judged]) -> list[list[Reason]]:
    """Return for each message the three words that weighed most for its intent, and for its sentiment."""
    layer, ids = first_layer(), word_ids(tokens)
    told = (tokens.kind == PICTURE) | ((tokens.kind == LETTER) & (tokens.end - tokens.start > 2))
    found: list[list[Reason]] = [[] for _ in judged]
    if not len(ids):
        return found
    for of in ("intent", "sentiment"):
        label = np.array([layer.labels.index(getattr(says, of)) if getattr(says, of) in layer.labels else -1
                          for says in judged])  # fmt: skip
        column = label[tokens.message]
        weight = layer.table[ids, column] * layer.scale[column] * (column >= 0) * told
        heavy = np.flatnonzero(weight > 0.5 * np.abs(weight).mean())
        message = tokens.message[heavy]
        order = np.lexsort((-weight[heavy], message))
        place = np.arange(len(order)) - np.searchsorted(message[order], message[order])
        for token in heavy[order[place < 3]].tolist():
            start, end = tokens.within(token)
            found[int(tokens.message[token])].append(Reason(of, "words", "", start, end))
    return found
