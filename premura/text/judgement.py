"""From odds to what is said: classes, thresholds, and the rules that may overrule what was learnt."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from premura.text import heads, signs
from premura.text.abuse import Abuse
from premura.text.heads import Floats, logistic, softmax
from premura.text.labels import AT, EMOTIONS, FLAGS, INTENTS, SENTIMENTS, URGENCIES
from premura.text.questions import Stretch
from premura.text.tokens import LETTER, Tokens

SECOND_INTENT = 0.22  # an intent that is so likely holds beside the leading one
BOTH = 0.36  # so likely both good and bad: mixed
LEAST_URGENT = {"last_resort": 2, "chaser": 2, "legal_threat": 3, "safety": 3}  # labels.md: what urgency says of flags

_FLAGS = [AT[name] for name in FLAGS]
_URGENCIES = [AT[name] for name in URGENCIES]
_EMOTIONS = [AT[name] for name in EMOTIONS]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the odds of one message say."""

    sentiment: str
    score: float
    confidence: float
    emotions: dict[str, float]
    intent: str
    intents: tuple[tuple[str, float], ...]
    urgency: int
    flags: tuple[str, ...]
    abuse: int
    hate: bool


@cache
def thresholds(tier: int) -> Floats:
    """Return above which log-odds each label holds; tuned on texts that training had not seen."""
    return np.asarray(heads.weights("dense")[f"thresholds_{tier}"], np.float32)


def judge(
    tier: int,
    odds: Floats,
    fired: NDArray[np.uint8],
    tokens: Tokens,
    asks: Sequence[tuple[Stretch, ...]],
    rude: Sequence[Abuse],
    told: Floats | None = None,
) -> list[Judged]:
    """Return what each message says.

    Takes    the tier that the odds are of; odds (n, len(LABELS)); which signs stand in each (n, len(SIGNS)); the
             questions and the insults found; what people said of these very texts (n, len(LABELS)), 1, -1 or 0:
             no rule says it better.
    """
    moods, intents = softmax(odds[:, 0:3]), softmax(odds[:, 3:11])
    sure = odds > thresholds(tier)
    letters = np.bincount(tokens.message[tokens.kind == LETTER], minlength=tokens.count)
    for row in np.flatnonzero(letters == 0).tolist():
        if not asks[row]:
            intents[row] = _gesture(intents[row])
    urgent, flagged = _by_signs(fired)
    flagged |= sure[:, _FLAGS]
    urgent = np.maximum(urgent, sure[:, _URGENCIES].sum(axis=1))
    for number, name in enumerate(FLAGS):
        urgent = np.maximum(urgent, flagged[:, number] * LEAST_URGENT.get(name, 0))
    if told is not None:
        flagged = np.where(told[:, _FLAGS] != 0, told[:, _FLAGS] > 0, flagged)
        urgent = np.where(told[:, _URGENCIES].any(axis=1), (told[:, _URGENCIES] > 0).sum(axis=1), urgent)
    level = np.where(sure[:, AT["insult"]], 2, sure[:, AT["rude"]].astype(np.int64)).tolist()
    felt = np.where(sure[:, _EMOTIONS], logistic(odds[:, _EMOTIONS]), 0)
    rows = zip(
        moods.tolist(), intents.tolist(), urgent.tolist(), flagged.tolist(), felt.tolist(), level,
        sure[:, AT["hate"]].tolist(), asks, rude, strict=True,
    )  # fmt: skip
    return [_judged(*row) for row in rows]


def _judged(
    moods: list[float], intents: list[float], urgency: int, flagged: list[bool], felt: list[float], level: int,
    hate: bool, asks: tuple[Stretch, ...], rude: Abuse,
) -> Judged:  # fmt: skip
    negative, _neutral, positive = moods
    best = moods.index(max(moods))
    lead = max(intents)
    held = [(name, round(odd, 3)) for name, odd in zip(INTENTS, intents, strict=True)
            if odd >= SECOND_INTENT or odd == lead]  # fmt: skip
    held.sort(key=lambda intent: -intent[1])
    if asks and all(name not in ("question", "purchase") for name, _ in held):
        held.append(("question", round(max(intents[1], 0.5), 3)))
    flags = [name for name, on in zip(FLAGS, flagged, strict=True) if on]
    if asks:
        flags.append("asks_question")
    hate = bool(hate or rude.hate)
    return Judged(
        "mixed" if min(negative, positive) > BOTH else SENTIMENTS[best],
        round(positive - negative, 3),
        round(moods[best], 3),
        {name: round(odd, 2) for name, odd in zip(EMOTIONS, felt, strict=True) if odd},
        INTENTS[intents.index(lead)],
        tuple(held),
        urgency,
        tuple(flags),
        3 if hate else max(rude.level, level),
        hate,
    )


def _gesture(intents: Floats) -> Floats:
    """Hearts, faces and handles alone are a gesture, unless they are rude."""
    raised = intents * 0.1
    raised[INTENTS.index("gesture")] += 0.9
    return raised


def _by_signs(fired: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return how urgent the signs alone make each message, and which flags they raise."""
    urgent = np.zeros(len(fired), np.int64)
    flagged = np.zeros((len(fired), len(FLAGS)), bool)
    for number, name in enumerate(signs.SIGNS):
        here = fired[:, number] > 0
        urgent[here] = np.maximum(urgent[here], signs.URGENT.get(name, 0))
        if (flag := signs.FLAG_OF.get(name)) in FLAGS:
            flagged[:, FLAGS.index(str(flag))] |= here
    return urgent, flagged
