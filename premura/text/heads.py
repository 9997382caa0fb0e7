"""The learnt heads: what the features of a message say, as numbers.

Two layers.  The first sums one weight a hashed feature and label over the whole message (a linear
model; int8 weights with one scale a label).  The second reads those sums beside the signs, the
word lists and, in tier 2, the sentence vector, and gives each label its final odds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.text.features import Features

Floats = NDArray[np.float32]
TOGETHER = 8  # messages summed by one product


@dataclass(frozen=True, slots=True)
class Hashed:
    """The first layer: `table[feature, label]` int8, `scale[label]`, `bias[label]`."""

    labels: tuple[str, ...]
    table: NDArray[np.int8]
    scale: Floats
    bias: Floats

    def of(self, labels: Sequence[str]) -> "Hashed":
        """Return the layer for some of its labels, which it reads faster."""
        columns = [self.labels.index(label) for label in labels]
        table = np.ascontiguousarray(self.table[:, columns])
        return Hashed(tuple(labels), table, self.scale[columns], self.bias[columns])

    def odds(self, features: Features) -> Floats:
        """Return the log-odds (n, labels) of a batch; about 10 microseconds for 200 features and 32 labels.

        The rows of a few messages are summed by one product with a matrix of ones and zeros:
        three times as fast as `np.add.reduceat`.
        """
        size, begin = features.sizes, features.begin.tolist()
        total = np.empty((len(size), len(self.labels)), np.float32)
        for first in range(0, len(size), TOGETHER):
            edges = begin[first : first + TOGETHER + 1]
            rows = self.table.take(features.ids[edges[0] : edges[-1]], axis=0).astype(np.float32)
            share = np.zeros((len(edges) - 1, len(rows)), np.float32)
            for n, (start, end) in enumerate(pairwise(edges)):
                share[n, start - edges[0] : end - edges[0]] = 1
            total[first : first + TOGETHER] = share @ rows
        return np.asarray(total * (self.scale / np.sqrt(size)[:, None]) + self.bias, np.float32)


@dataclass(frozen=True, slots=True)
class Dense:
    """The second layer: one hidden layer over the columns, then the odds of every label."""

    first: Floats
    first_bias: Floats
    last: Floats
    last_bias: Floats

    def odds(self, columns: Floats) -> Floats:
        """Return the log-odds (n, labels) of columns (n, k)."""
        hidden = columns @ self.first
        hidden += self.first_bias
        np.maximum(hidden, 0, out=hidden)
        return np.asarray(hidden @ self.last + self.last_bias, np.float32)


def softmax(odds: Floats) -> Floats:
    """Return the probabilities (rows sum to 1) of log-odds."""
    odds = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)


def logistic(odds: Floats) -> Floats:
    """Return the probability of each log-odd by itself."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)


@cache
def weights(name: str) -> Mapping[str, NDArray[Any]]:
    """Return the arrays of `weights/<name>.npz`, read once."""
    with (files("premura.text") / "weights" / f"{name}.npz").open("rb") as file:
        return dict(np.load(file))


def hashed(name: str) -> Hashed:
    """Return the first layer kept in `weights/<name>.npz`."""
    found = weights(name)
    return Hashed(tuple(found["labels"].tolist()), found["table"], found["scale"], found["bias"])


def dense(name: str, tier: int) -> Dense:
    """Return the second layer of one tier kept in `weights/<name>.npz`."""
    found = weights(name)
    parts = (found[f"{part}_{tier}"].astype(np.float32) for part in ("first", "first_bias", "last", "last_bias"))
    return Dense(*parts)
