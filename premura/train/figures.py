"""How well readings fit what people said: the measures of the model cards and of `premura bench text`."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.text.heads import Floats
from premura.text.labels import FLAGS, INTENTS, LABELS, SENTIMENTS


def macro_f1(said: Sequence[str], guessed: Sequence[str], classes: Sequence[str]) -> float:
    """Return the mean F1 of the classes that are there at all."""
    y, p = np.array(said), np.array(guessed)
    scores = []
    for name in classes:
        there, hit = (y == name).sum(), ((y == name) & (p == name)).sum()
        if there:
            scores.append(2 * hit / (there + (p == name).sum()))
    return round(float(np.mean(scores)), 3) if scores else 0.0


def f1(said: NDArray[np.bool_], guessed: NDArray[np.bool_]) -> float:
    """Return the F1 of one label."""
    return round(float(2 * (said & guessed).sum() / max(said.sum() + guessed.sum(), 1)), 3)


def confusion(said: Sequence[str], guessed: Sequence[str], classes: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return how often each class was read as each."""
    table = {name: dict.fromkeys(classes, 0) for name in classes}
    for one, other in zip(said, guessed, strict=True):
        if one in table and other in table:
            table[one][other] += 1
    return table


def of_hate(odds: Floats, known: Floats, over: float) -> float:
    """Return the macro-F1 of hate against none, where hate is said above the log-odds `over`."""
    place = LABELS.index("hate")
    said = [str(y) for y in known[:, place] > 0]
    return macro_f1(said, [str(guess) for guess in odds[:, place] > over], ("True", "False"))


def of_odds(odds: Floats, known: Floats, langs: NDArray[Any]) -> dict[str, Any]:
    """Return what the second layer gets right on texts that it had not seen, by language."""
    found: dict[str, Any] = {}
    for name, first, classes in (("sentiment", 0, SENTIMENTS), ("intent", 3, INTENTS)):
        here = slice(first, first + len(classes))
        said = known[:, here].sum(axis=1) == 1
        for lang in np.unique(langs):
            rows = said & (langs == lang)
            if rows.any():
                y, p = known[rows, here].argmax(axis=1), odds[rows, here].argmax(axis=1)
                found[f"{name} {lang}"] = macro_f1([classes[i] for i in y], [classes[i] for i in p], classes)
    for name in (*FLAGS, "u2", "u3", "insult", "hate"):
        place = LABELS.index(name)
        said = ~np.isnan(known[:, place])
        y, guess = known[said, place] > 0, odds[said, place]
        found[name] = max(f1(y, guess > step) for step in np.arange(-2, 3, 0.25))
    return found
