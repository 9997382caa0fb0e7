"""Teach when two messages tell the same problem, from `corpus/pairs`.

A block of the corpus holds a few problems that share their words; lines of one group tell one problem.  First a
projection of vectors and aspects is learnt (supervised contrast: Khosla et al. 2020), on blocks at a time, so that
what has to be told apart is always at hand.  Then a small net learns to weigh what is seen of a pair, with each
pair placed by a projection that was learnt without its block.  `held.txt` is only measured.

banking77 and clinc150 were tried beside our own groups and did not help (AUC .829 against
.831), so `shared` is not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any
from warnings import catch_warnings

import numpy as np
from numpy.typing import NDArray

from premura.text import aspects, telling, vectors
from premura.text.telling import Floats, Net, Seen, Side

FOLDS = 4
WIDTH = 128  # of the projection
STEPS, AT_ONCE, RATE, WARMTH, DROP = 400, 6, 2e-3, 0.1, 0.5
REMAINDERS = 3  # of a line, without what it shares with a neighbour, learnt beside the line
EASY = 4000  # pairs from different blocks


@dataclass(frozen=True, slots=True)
class Told:
    """The lines of a corpus: the text, its problem, its block and the languages of the block."""

    texts: list[str]
    group: NDArray[np.int64]
    block: NDArray[np.int64]
    languages: list[tuple[str, ...]]


def read(paths: Sequence[Path]) -> Told:
    """Read files of blocks: `# trade | languages`, groups parted by `--`, blocks by a blank line."""
    texts: list[str] = []
    group: list[int] = []
    block: list[int] = []
    languages: list[tuple[str, ...]] = []
    problem = -1
    for number, lines in enumerate(lines for path in paths for lines in _blocks(path)):
        spoken = tuple(lines[0].partition("|")[2].split())
        problem += 1
        for line in lines[1:]:
            if line == "--":
                problem += 1
                continue
            texts.append(line)
            group.append(problem)
            block.append(number)
            languages.append(spoken)
    return Told(texts, np.array(group), np.array(block), languages)


def _blocks(path: Path) -> list[list[str]]:
    return [block.strip().split("\n") for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip())]


def pairs_of(told: Told) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """All pairs of lines of one block, and whether each tells one problem."""
    found = []
    for block in np.unique(told.block):
        found += list(combinations(np.nonzero(told.block == block)[0].tolist(), 2))
    first, second = np.array(found).T
    return first, second, told.group[first] == told.group[second]


def train(shared: Path | None, corpus: Path, out: Path) -> dict[str, Any]:
    """Train, write `out`/same_problem.npz, and measure on what was held.

    Takes: `shared` is not read (see above); `corpus` holds `pairs/*.txt`.
    Returns: figures for the model card: balanced accuracy over pairs of one block, by languages.
    Cost: 3 minutes on one core.
    """
    told = read(sorted(path for path in (corpus / "pairs").glob("*.txt") if path.name != "held.txt"))
    held = read([corpus / "pairs" / "held.txt"])
    tags = aspects.tagged(told.texts)
    rarity = np.clip(np.log(len(tags) / (tags.sum(axis=0) + 1)) / 5, 0, 1).astype(np.float32)
    arrays, figures = _learn(told, rarity)
    arrays |= {"aspects": np.array(aspects.lists().names), "rarity": rarity.astype(np.float16)}
    out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out / "same_problem.npz", allow_pickle=False, **{n: arrays[n] for n in sorted(arrays)})
    telling.weights.cache_clear()
    figures |= {"lines": len(told.texts), "blocks": len(np.unique(told.block)), "held": measure(held)}
    return figures


def _learn(told: Told, rarity: Floats) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    first, second, same = pairs_of(told)
    easy = _easy(told)
    seen = Seen.of([(told.texts[i], told.texts[j]) for i, j in np.c_[np.r_[first, easy[0]], np.r_[second, easy[1]]]])
    given = seen.vectors()
    lines = _lines(told, seen, given, rarity, len(first), same)
    fold = told.block[np.r_[first, easy[0]]] % FOLDS
    plain = seen.plain(rarity)
    meaning = np.zeros((len(plain), 4), np.float32)
    for number in range(FOLDS):
        projection = contrast(*(part[lines[2] % FOLDS != number] for part in lines), seed=number)
        meaning[fold == number] = seen.meaning(given, rarity, projection)[fold == number]
    features = np.concatenate([plain, meaning], axis=1)
    truth = np.r_[same, np.zeros(len(easy[0]), bool)]
    weight = np.r_[
        np.where(same, 1.1 / same.mean(), 1 / (1 - same.mean())), np.full(len(easy[0]), 0.3 * len(same) / EASY)
    ]
    figures = {"cross_validated": _crossed(features, truth, weight, fold, len(first))}
    arrays = {"projection": contrast(*lines, seed=FOLDS).astype(np.float16)}
    for name, columns in (("full", features), ("words", plain)):
        parts = _net(columns, truth, weight)._asdict()
        arrays |= {f"{name}_{part}": np.asarray(value, np.float32) for part, value in parts.items()}
    return arrays, figures


def _easy(told: Told) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of lines from different blocks of one fold: never one problem."""
    some = np.random.default_rng(1).integers(0, len(told.texts), (2, EASY * 8))
    apart = (told.block[some[0]] != told.block[some[1]]) & (told.block[some[0]] % FOLDS == told.block[some[1]] % FOLDS)
    return some[0][apart][:EASY], some[1][apart][:EASY]


def _lines(
    told: Told, seen: Seen, given: tuple[Floats, Floats], rarity: Floats, hard: int, same: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """What the projection learns from: each line, and a few of its remainders; with problem and block."""
    number = {text[: telling.LONGEST]: i for i, text in enumerate(told.texts)}
    left: dict[int, set[int]] = {}
    for whole, rest in ((seen.whole.first, seen.rest.first), (seen.whole.second, seen.rest.second)):
        for at, remainder in zip(whole[:hard][~same], rest[:hard][~same], strict=True):
            if 0 < len(seen.rest.texts[remainder].split()) < len(seen.whole.texts[at].split()):
                left.setdefault(number[seen.whole.texts[at]], set()).add(int(remainder))
    rng = np.random.default_rng(2)
    chosen = [(i, r) for i in sorted(left) for r in rng.permutation(sorted(left[i]))[:REMAINDERS]]
    lines, rests = np.array(chosen).T
    at = {text: i for i, text in enumerate(seen.whole.texts)}
    whole = np.array([at[text[: telling.LONGEST]] for text in told.texts])
    rows = _rows(given[0], seen.whole, rarity)[whole], _rows(given[1], seen.rest, rarity)[rests]
    return np.concatenate(rows), np.r_[told.group, told.group[lines]], np.r_[told.block, told.block[lines]]


def _rows(given: Floats, side: Side, rarity: Floats) -> Floats:
    return np.concatenate([given, side.tags * (telling.WEIGHT * rarity)], axis=1).astype(np.float32)


def contrast(rows: Floats, group: NDArray[np.int64], block: NDArray[np.int64], *, seed: int) -> Floats:
    """The projection under which rows of one group lie nearer to one another than to the rest of their blocks."""
    rng = np.random.default_rng(seed)
    _, _, axes = np.linalg.svd(rows, full_matrices=False)
    found = np.ascontiguousarray(axes[:WIDTH].T, np.float32)
    mean: NDArray[Any] = np.zeros_like(found)
    square: NDArray[Any] = np.zeros_like(found)
    places = {number: np.nonzero(block == number)[0] for number in np.unique(block)}
    numbers = np.array(sorted(places))
    for step in range(STEPS):
        some = np.concatenate([places[n] for n in rng.choice(numbers, AT_ONCE, replace=False)])
        seen = (rows[some] * (rng.random((len(some), rows.shape[1])) > DROP) / (1 - DROP)).astype(np.float32)
        slope = _slope(seen, group[some], found) + 1e-3 * found
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope * slope
        rate = RATE * min(1, (step + 1) / 20) * 0.5 * (1 + np.cos(np.pi * step / STEPS))
        even = np.sqrt(square / (1 - 0.99 ** (step + 1))) + 1e-8
        found -= (rate * mean / (1 - 0.9 ** (step + 1)) / even).astype(np.float32)
    return found


def _slope(seen: Floats, group: NDArray[np.int64], projection: Floats) -> Floats:
    """The gradient of the contrastive loss."""
    placed = seen @ projection
    length = np.maximum(np.linalg.norm(placed, axis=1, keepdims=True), 1e-9)
    unit = placed / length
    near = unit @ unit.T / WARMTH
    np.fill_diagonal(near, -1e9)
    share = np.exp(near - near.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    own = (group[:, None] == group) & ~np.eye(len(group), dtype=bool)
    count = own.sum(axis=1, keepdims=True)
    pull = np.where(count > 0, share - own / np.maximum(count, 1), 0) / max(1, int((count > 0).sum()))
    back = (pull + pull.T) @ unit / WARMTH
    back = (back - (back * unit).sum(axis=1, keepdims=True) * unit) / length
    return np.asarray(seen.T @ back, np.float32)


def _net(features: Floats, truth: NDArray[np.bool_], weight: NDArray[np.float64]) -> Net:
    from sklearn.neural_network import MLPClassifier

    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-3
    seen = np.clip((features - mean) / scale, -6, 6).astype(np.float64)
    model = MLPClassifier((12,), activation="tanh", alpha=3, max_iter=40, random_state=0, n_iter_no_change=40, tol=0)
    with catch_warnings(action="ignore"):  # forty rounds are what it gets, converged or not
        model.fit(seen, truth, sample_weight=weight / weight.mean())
    (hidden, out), (hidden_bias, out_bias) = model.coefs_, model.intercepts_
    return Net(mean, scale, *(np.asarray(part, np.float32) for part in (hidden, hidden_bias, out[:, 0], out_bias)))


def _crossed(
    features: Floats, truth: NDArray[np.bool_], weight: NDArray[np.float64], fold: NDArray[np.int64], hard: int
) -> float:
    """Balanced accuracy over the hard pairs, each judged by a net that has not seen its block."""
    score = np.zeros(len(truth), np.float32)
    for number in range(FOLDS):
        own = fold == number
        score[own] = _net(features[~own], truth[~own], weight[~own]).score(features[own])
    return _balanced(score[:hard] >= 0.5, truth[:hard])


def _balanced(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    return round(float((said[truth].mean() + (~said[~truth]).mean()) / 2), 4)


def measure(told: Told) -> dict[str, float]:
    """Balanced accuracy over the pairs of each block, with and without the encoder, and by languages."""
    first, second, same = pairs_of(told)
    pairs = [(told.texts[i], told.texts[j]) for i, j in zip(first, second, strict=True)]
    said = telling.scores(pairs) >= 0.5
    known = telling.weights()
    plain = known.words.score(Seen.of(pairs).plain(known.rarity)) >= 0.5
    spoken = np.array([_language(text, some) for text, some in zip(told.texts, told.languages, strict=True)])
    cosine = np.einsum("ij,ij->i", *(vectors.encode([p[k] for p in pairs]) for k in (0, 1)))
    a, b = spoken[first], spoken[second]
    kinds = {
        "all": same | ~same,
        "it-it": (a == "it") & (b == "it"),
        "en-en": (a == "en") & (b == "en"),
        "across": a != b,
    }
    figures = {name: _balanced(said[some], same[some]) for name, some in kinds.items()}
    best = max(_balanced(cosine >= cut, same) for cut in np.arange(0.1, 0.8, 0.01))
    return figures | {"without_encoder": _balanced(plain, same), "plain_cosine_at_its_best": best, "pairs": len(same)}


def _language(text: str, spoken: tuple[str, ...]) -> str:
    if len(spoken) == 1:
        return spoken[0]
    import py3langid

    py3langid.set_languages(list(spoken))
    return str(py3langid.classify(text)[0])
