"""The learnt heads: how likely each sentence breaks each rule, each draft leaves a question open or comes late.

Two layers, as in `text/heads.py`: hashed words of the sentence, then a small network over those odds, the cues, the
draft around the sentence, the customer's words and the network.  Where that network is unsure, a second one also
reads the sentence's vector: what words cannot tell, meaning can, and it costs half a millisecond.
`weights/guard.npz` is made by `premura train --only guard`.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.guard.meaning import SENTENCES
from premura.guard.seen import HEAD, HEADS, Seen, columns, tone
from premura.text import vectors
from premura.text.features import features
from premura.text.heads import Dense, Floats, Hashed, logistic
from premura.text.tokens import cut

WHOLE: tuple[str, ...] = ("question_unanswered", "answer_not_first")
# Measured on drafts that training had not seen: reading the vectors of all above .3 finds a tenth more of what scolds,
# and the likeliest are wrong less often; below it nothing more is found, and time would go.
UNSURE = 0.3
# From here on the vectors said otherwise of 4 sentences in 284.
SURE = 0.999
# Being unkind has three names, and one sentence bears one of them.
UNKIND = [HEAD[name] for name in ("insult", "in_kind", "shaming")]
NOT_IT = np.float32(0.5)  # the most that the other two are given: no rule speaks so low
VECTOR_SCALE = np.float32(8)  # brings the numbers of a sentence vector to about the size of the other columns


@cache
def weights() -> Mapping[str, NDArray[Any]]:
    with (files("premura.guard") / "weights" / "guard.npz").open("rb") as file:
        return dict(np.load(file))


@cache
def first_layer() -> Hashed:
    found = weights()
    return Hashed(HEADS, found["table"], found["scale"], found["bias"])


@cache
def second_layer() -> Dense:
    return _dense("words")


@cache
def third_layer() -> Dense:
    return _dense("meaning")


@cache
def whole_layer() -> Dense:
    return _dense("whole")


@cache
def thresholds() -> Mapping[str, float]:
    """Return from which probability on a rule speaks."""
    return dict(zip((*HEADS, *WHOLE), weights()["thresholds"].tolist(), strict=True))


def is_unsure(likely: Floats) -> NDArray[np.bool_]:
    """Return of which sentences the meaning is looked at too: all that are not plainly innocent, nor plainly guilty."""
    most = likely.max(axis=1)
    unsure: NDArray[np.bool_] = (most > UNSURE) & (most < SURE)
    return unsure


def named(likely: Floats) -> Floats:
    """Return the same, with all that speaks for being unkind given to the name it is most likely.

    Whether a sentence is unkind is plainer than which of the three it is: two doubts make one certainty.
    """
    out, each = likely.copy(), likely[:, UNKIND]
    out[:, UNKIND] = np.minimum(each, NOT_IT)
    out[np.arange(len(out)), np.take(UNKIND, each.argmax(axis=1))] = 1 - (1 - each).prod(axis=1)
    return out


def of_facts() -> Floats:
    """Return the weights of `facts.told`."""
    found: Floats = weights()["facts"]
    return found


def scores(seen: Seen) -> tuple[Floats, Floats]:
    """Return for each sentence and rule of HEADS a probability, and the first layer's odds."""
    if not seen.part_texts:
        return np.zeros((0, len(HEADS)), np.float32), np.zeros((0, len(HEADS)), np.float32)
    hashed = features(cut(seen.part_texts))
    first = first_layer().odds(hashed)
    rows = columns(seen, first, tone(hashed))
    likely = logistic(second_layer().odds(rows))
    if vectors.available():
        unsure = np.flatnonzero(is_unsure(likely))
        meant = SENTENCES.of([seen.part_texts[n] for n in unsure]) * VECTOR_SCALE
        likely[unsure] = logistic(third_layer().odds(np.concatenate([rows[unsure], meant], axis=1)))
    return named(likely), first


def _dense(name: str) -> Dense:
    found = weights()
    first = found[f"{name}_first"] * found[f"{name}_first_scale"]
    return Dense(first, *(found[f"{name}_{part}"].astype(np.float32) for part in ("first_bias", "last", "last_bias")))
