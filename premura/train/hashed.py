"""Train the first layer: one linear model a label over hashed features."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.text.features import BITS, features
from premura.text.heads import Floats
from premura.text.tokens import cut

SEED = 20261122


def matrix(texts: Sequence[str]) -> Any:
    """Return the hashed features of the texts as a sparse matrix, each row of unit weight as `Hashed.odds` reads it."""
    import scipy.sparse

    parts = []
    for first in range(0, len(texts), 2_000):
        found = features(cut(texts[first : first + 2_000]))
        size = found.sizes
        values = np.repeat(1 / np.sqrt(size), size).astype(np.float32)
        parts.append(scipy.sparse.csr_matrix((values, found.ids, found.begin), shape=(len(size), 1 << BITS)))
    return scipy.sparse.vstack(parts, format="csr")


def fit(x: Any, y: NDArray[np.bool_], weight: Floats, strength: float = 16.0) -> tuple[Floats, float]:
    """Return weights and bias of one label; both sides of it count alike."""
    from sklearn.linear_model import LogisticRegression

    share = np.where(y, weight[~y].sum() / max(weight[y].sum(), 1), 1.0)
    model = LogisticRegression(C=strength, solver="liblinear", dual=True, max_iter=200, random_state=SEED)
    model.fit(x, y, sample_weight=weight * np.clip(share, 0.2, 12))
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def packed(columns: Sequence[Floats]) -> tuple[NDArray[np.int8], Floats]:
    """Return the weights of all labels as int8 with one scale a label."""
    table = np.stack(columns, axis=1)
    most = np.quantile(np.abs(table), 0.9999, axis=0)  # a few words are heavier: they weigh as much as the rest can
    scale = np.maximum(most, 1e-6) / 127
    return np.clip(np.round(table / scale), -127, 127).astype(np.int8), scale.astype(np.float32)
