"""Train the second layer: one small network for all labels, so that rare ones profit of what frequent ones teach.

Adam (Kingma and Ba 2015) with decoupled weight decay and dropout (Srivastava and others 2014), in numpy, so
that the same seeds give the same weights wherever the same numpy runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from premura.text.heads import Dense, Floats
from premura.train.hashed import SEED


@dataclass(frozen=True, slots=True)
class Plan:
    """How a network is trained.  `groups` are ranges of outputs of which one is true; the rest stand alone."""

    groups: tuple[tuple[int, int], ...]
    hidden: int = 160
    epochs: int = 20
    rate: float = 2e-3
    decay: float = 2e-2
    drop_in: float = 0.25
    drop_hidden: float = 0.5
    batch: int = 128


def train(x: Floats, known: Floats, weight: Floats, plan: Plan, seed: int = 0) -> Dense:
    """Return a network for `known` (1, 0 or nan a label), trained on columns `x`; `weight` a sample and label."""
    rng = np.random.default_rng(SEED + seed)
    inputs, outputs = x.shape[1], known.shape[1]
    net = Dense(
        (rng.standard_normal((inputs, plan.hidden)) * np.sqrt(2 / inputs)).astype(np.float32),
        np.zeros(plan.hidden, np.float32),
        (rng.standard_normal((plan.hidden, outputs)) * np.sqrt(1 / plan.hidden)).astype(np.float32),
        np.zeros(outputs, np.float32),
    )
    said = ~np.isnan(known)
    y = np.where(said, known, 0).astype(np.float32)
    w = np.asarray(weight * said, np.float32)
    parts = [net.first, net.first_bias, net.last, net.last_bias]
    slow, fast = [np.zeros_like(p) for p in parts], [np.zeros_like(p) for p in parts]
    step, steps = 0, plan.epochs * (len(x) // plan.batch + 1)
    for _ in range(plan.epochs):
        order = rng.permutation(len(x))
        for first in range(0, len(x), plan.batch):
            step += 1
            rows = order[first : first + plan.batch]
            slopes = _slopes(net, x[rows], y[rows], w[rows], plan, rng)
            rate = float(plan.rate * min(1.0, step / 100) * 0.5 * (1 + np.cos(np.pi * step / steps)))
            for part, slope, m, v in zip(parts, slopes, slow, fast, strict=True):
                m += 0.1 * (slope - m)
                v += 0.001 * (slope * slope - v)
                part -= rate * (m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8))
                if part.ndim == 2:
                    part -= rate * plan.decay * part
    return net


def _slopes(net: Dense, x: Floats, y: Floats, w: Floats, plan: Plan, rng: np.random.Generator) -> tuple[Floats, ...]:
    """Return the gradients of the weighted cross-entropy of one batch."""
    x = np.asarray(x * ((rng.random(x.shape, np.float32) >= plan.drop_in) / np.float32(1 - plan.drop_in)), np.float32)
    raw = x @ net.first + net.first_bias
    keep = (raw > 0) * ((rng.random(raw.shape, np.float32) >= plan.drop_hidden) / np.float32(1 - plan.drop_hidden))
    hidden = raw * keep
    odds = hidden @ net.last + net.last_bias
    guess = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    for first, last in plan.groups:
        part = np.exp(odds[:, first:last] - odds[:, first:last].max(axis=1, keepdims=True))
        guess[:, first:last] = part / part.sum(axis=1, keepdims=True)
    error = np.asarray((guess - y) * w / len(x), np.float32)
    back = (error @ net.last.T) * keep
    slopes = x.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)
    return tuple(np.asarray(slope, np.float32) for slope in slopes)


def joined(networks: Sequence[Dense]) -> Dense:
    """Return one network that gives the mean of several."""
    return Dense(
        np.concatenate([net.first for net in networks], axis=1),
        np.concatenate([net.first_bias for net in networks]),
        np.asarray(np.concatenate([net.last for net in networks]) / len(networks), np.float32),
        np.mean([net.last_bias for net in networks], axis=0, dtype=np.float32),
    )


def balanced(known: Floats, weight: Floats, power: float, groups: Sequence[tuple[int, int]]) -> Floats:
    """Return a weight for each sample and label, so that rare labels count for more: (frequency)^-power, mean 1."""
    said = ~np.isnan(known)
    y = np.where(said, known, 0)
    out = np.repeat(weight[:, None], known.shape[1], axis=1).astype(np.float32)
    inside: set[int] = set()
    for first, last in groups:
        inside |= set(range(first, last))
        often = np.maximum((y[:, first:last] * weight[:, None]).sum(axis=0), 1)
        factor = (often.mean() / often) ** power
        each = (y[:, first:last] * factor).sum(axis=1)
        out[:, first:last] *= np.where(each > 0, each, 1)[:, None]
    for label in set(range(known.shape[1])) - inside:
        share = (y[:, label] * weight).sum() / max((said[:, label] * weight).sum(), 1)
        out[:, label] *= np.where(y[:, label] > 0, min((0.5 / max(share, 1e-3)) ** power, 6), 1)
    return out
