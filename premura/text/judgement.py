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
    person: tuple[str, ...] = ()


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
) -> list[Judged]:
    """Return what each message says.

    Takes    the tier that the odds are of; odds (n, len(LABELS)); which signs stand in each (n, len(SIGNS)); the
             questions and the insults found.
    """
    moods, intents = softmax(odds[:, 0:3]), softmax(odds[:, 3:11])
    sure = odds > thresholds(tier)
    felt = logistic(odds)
    empty = np.bincount(tokens.message[tokens.kind == LETTER], minlength=tokens.count) == 0
    urgent, flagged = _by_signs(fired)
    found = []
    for row in range(len(odds)):
        if empty[row] and not asks[row]:
            intents[row] = _gesture(intents[row])
        flags = [name for number, name in enumerate(FLAGS) if sure[row, AT[name]] or flagged[row, number]]
        found.append(_judged(moods[row], intents[row], sure[row], felt[row], flags, int(urgent[row]), asks[row],
                             rude[row]))  # fmt: skip
    return found


def _judged(
    moods: Floats, intents: Floats, sure: NDArray[np.bool_], felt: Floats, flags: list[str], urgent: int,
    asks: tuple[Stretch, ...], rude: Abuse,
) -> Judged:  # fmt: skip
    best = int(moods.argmax())
    negative, _neutral, positive = moods.tolist()
    mixed = min(negative, positive) > BOTH
    lead = int(intents.argmax())
    others = [(INTENTS[place], round(float(intents[place]), 3)) for place in np.argsort(-intents).tolist()
              if place == lead or intents[place] >= SECOND_INTENT]  # fmt: skip
    if asks and all(name not in ("question", "purchase") for name, _ in others):
        others.append(("question", round(float(max(intents[1], 0.5)), 3)))
    urgency = max([sum(sure[AT[name]] for name in URGENCIES), urgent, *(LEAST_URGENT.get(flag, 0) for flag in flags)])
    if asks:
        flags = [*flags, "asks_question"]
    level = max(rude.level, 2 if sure[AT["insult"]] else 1 if sure[AT["rude"]] else 0)
    hate = bool(rude.hate or sure[AT["hate"]])
    return Judged(
        "mixed" if mixed else SENTIMENTS[best],
        round(positive - negative, 3),
        round(float(moods[best]), 3),
        {name: round(float(felt[AT[name]]), 2) for name in EMOTIONS if sure[AT[name]]},
        INTENTS[lead],
        tuple(others),
        int(urgency),
        tuple(flags),
        3 if hate else level,
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
