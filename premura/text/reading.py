"""What a message says: all readings of it as one, with the version that made it and what decided it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from premura.text import abuse, columns, heads, language, personal_data, questions, signs, vectors
from premura.text.features import features
from premura.text.judgement import Judged, judge
from premura.text.lessons import Lessons
from premura.text.tokens import Tokens, cut

VERSION = "2026.11"
AT_ONCE = 512  # messages that are read together: more fall out of the processor's cache


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a reading says so: a rule's sign or the words that weighed most, at `text[start:end]`."""

    of: str  # language, sentiment, intent, urgency, flag:<name>, abuse
    by: str  # rule, words, learnt, thread, person
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
    kind: str = ""
    lessons: Lessons | None = None  # what the brand's own corrections taught


def read(asked: Sequence[Asked], tier: int = 2, explain: bool = True) -> list[Reading]:
    """Read a batch.

    Takes    any messages; tier 1 (words, letters, signs) or 2 (and the sentence vector, where it is installed);
             whether to say why.
    Returns  one reading each, in order.
    Cost     in batches of 500, on one core: see `premura bench text`.
    """
    found: list[Reading] = []
    for first in range(0, len(asked), AT_ONCE):
        found += _read(asked[first : first + AT_ONCE], tier if vectors.available() else 1, explain)
    return found


def _read(asked: Sequence[Asked], tier: int, explain: bool) -> list[Reading]:
    texts = [one.text for one in asked]
    tokens = cut(texts)
    layer = first_layer()
    hashed = features(tokens)
    odds = layer.odds(hashed)
    known = len(layer.labels) - len(language.LANGUAGES)
    guesses = language.detect(texts, tokens, odds[:, known:], [one.lang for one in asked])
    langs = [guess.code for guess in guesses]
    rows, fired = columns.columns(texts, langs, tokens, odds[:, :known])
    if tier > 1:
        rows = np.concatenate([rows, vectors.encode(texts) * columns.VECTOR_SCALE], axis=1)
    final = second_layer(tier).odds(rows)
    for row, one in enumerate(asked):
        if one.lessons is not None:
            final[row] += one.lessons.shift(hashed.of(row), one.text)
    asks = questions.find_many(texts, langs)
    rude = abuse.read_many(texts, langs)
    judged = judge(tier, final, fired, tokens, asks, rude)
    personal = personal_data.find_many(texts)
    why = _reasons(asked, guesses, judged, tokens) if explain else [()] * len(asked)
    return [
        Reading(
            VERSION, tier, guess, says.sentiment, says.score, says.emotions, says.intent, says.intents, says.urgency,
            says.flags, stretches, finds, says.abuse, says.hate, says.confidence, reasons,
        )
        for guess, says, stretches, finds, reasons in zip(guesses, judged, asks, personal, why, strict=True)
    ]  # fmt: skip


@cache
def first_layer() -> heads.Hashed:
    return heads.hashed("hashed")


@cache
def second_layer(tier: int) -> heads.Dense:
    return heads.dense("dense", tier)


# -- why ---------------------------------------------------------------------------------------------


def _reasons(
    asked: Sequence[Asked], guesses: Sequence[language.Guess], judged: Sequence[Judged], tokens: Tokens
) -> list[tuple[Reason, ...]]:
    """Return why each message was read so: signs for urgency and flags, words for intent and sentiment."""
    words = _words(tokens, judged)
    found: list[tuple[Reason, ...]] = []
    for one, guess, says, weighed in zip(asked, guesses, judged, words, strict=True):
        reasons = list(weighed)
        if says.urgency > 1 or says.flags:
            reasons += _by_signs(signs.read(one.text, guess.code), says)
        if says.person:
            reasons += [Reason(of, "person") for of in says.person]
        found.append(tuple(reasons))
    return found


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
    from premura.text.features import word_ids

    layer, ids = first_layer(), word_ids(tokens)
    found: list[list[Reason]] = [[] for _ in judged]
    for of in ("intent", "sentiment"):
        label = np.array([layer.labels.index(getattr(says, of)) if getattr(says, of) in layer.labels else -1
                          for says in judged])  # fmt: skip
        column = label[tokens.message]
        weight = layer.table[ids, column] * layer.scale[column] * (column >= 0)
        order = np.lexsort((-weight, tokens.message))
        place = np.arange(len(order)) - np.searchsorted(tokens.message[order], tokens.message[order])
        for token in order[(place < 3) & (weight[order] > 0.5 * np.abs(weight[order]).mean())].tolist():
            start, end = tokens.within(token)
            found[int(tokens.message[token])].append(Reason(of, "words", "", start, end))
    return found
