"""Sentence vectors, kept for a while: a draft that grows is checked at each pause, with mostly the same sentences."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from premura.text import vectors
from premura.text.vectors import Vectors

KEPT = 256  # sentences of some dozen people who are writing: half a megabyte
_kept: OrderedDict[str, Vectors] = OrderedDict()
_lock = Lock()


def of(texts: Sequence[str]) -> Vectors:
    """Return the vectors of some sentences, of each text once: 0 for one without words, or where none can be had.

    Cost     about half a millisecond for each sentence that is new.
    """
    found = np.zeros((len(texts), vectors.DIMS), np.float32)
    if not vectors.available():
        return found
    with _lock:
        known = {text: _kept.pop(text) for text in set(texts) if text in _kept}
    new = [text for text in dict.fromkeys(texts) if text.strip() and text not in known]
    known.update(zip(new, vectors.encode(new), strict=True))
    with _lock:
        _kept.update(known)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    for n, text in enumerate(texts):
        found[n] = known.get(text, 0)
    return found
