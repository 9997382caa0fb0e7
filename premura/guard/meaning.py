"""Sentence vectors, kept for a while: a draft that grows is checked at each pause, with mostly the same sentences."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from premura.text import vectors
from premura.text.vectors import Vectors


class Kept:
    """The vectors of the texts that were asked for last; a vector is two kilobytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def of(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of some texts: 0 for one without words, or where none can be had.

        Cost     about half a millisecond for each text that is new.
        """
        found = np.zeros((len(texts), vectors.DIMS), np.float32)
        if not vectors.available():
            return found
        with self._lock:
            known = {text: self._kept.pop(text) for text in set(texts) if text in self._kept}
        new = [text for text in dict.fromkeys(texts) if text.strip() and text not in known]
        known.update(zip(new, vectors.encode(new), strict=True))
        with self._lock:
            self._kept.update(known)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        for n, text in enumerate(texts):
            found[n] = known.get(text, 0)
        return found


SENTENCES = Kept(256)  # of some dozen people who are writing
FACTS = Kept(4096)  # a brand's own, which stay
