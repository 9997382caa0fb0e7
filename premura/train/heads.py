"""Train sentiment, intent, urgency, flags, emotions and abuse: both layers, from the corpus and the free sets."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.text import columns, heads, vectors
from premura.text.labels import EMOTIONS, FLAGS, GROUPS, INTENTS, LABELS, SENTIMENTS
from premura.text.tokens import cut
from premura.train import corpus, hashed, network, shared
from premura.train.hashed import SEED

NOTHING = np.nan  # a text that says nothing about a label
PARTS = 3  # folds
NETWORKS = 3  # whose mean is the second layer
POWER = 0.5  # how much rare labels are raised


@dataclass(frozen=True, slots=True)
class Data:
    """Texts with what is known of them: `known[text, label]` is 1, 0, or nan where nobody said."""

    texts: list[str]
    langs: list[str]
    known: NDArray[np.float32]
    weight: NDArray[np.float32]
    group: NDArray[Any]  # texts of one group are never on both sides of a split
    own: NDArray[np.bool_]  # of our own corpus


def of_sample(sample: corpus.Sample) -> list[float]:
    """Return what a message of the corpus says about each of LABELS."""
    care = bool(sample.intents)
    sentiment = [float(sample.sentiment == name) if sample.sentiment != "mixed" else NOTHING for name in SENTIMENTS]
    intents = [float(name in sample.intents[:1]) if care else NOTHING for name in INTENTS]
    urgency = [float(sample.urgency >= level) if care else NOTHING for level in (1, 2, 3)]
    flags = [float(name in sample.flags) if care or name == "sarcasm" else NOTHING for name in FLAGS]
    emotions = [1.0 if name in sample.emotions else NOTHING if _likely(name, sample) else 0.0 for name in EMOTIONS]
    return [*sentiment, *intents, *urgency, *flags, *emotions,
            float(sample.abuse >= 1), float(sample.abuse >= 2), float(sample.hate)]  # fmt: skip


def _likely(emotion: str, sample: corpus.Sample) -> bool:
    """Say whether an emotion that is not written down may well be there: only sure ones were written."""
    return sample.sentiment == ("positive" if emotion == "joy" else "negative")


def gathered(folder: Path, beside: Path) -> Data:
    """Return all that may be learnt from: the corpus without its held part, and the free sets where they are there."""
    texts: list[str] = []
    langs: list[str] = []
    known: list[list[float]] = []
    weight: list[float] = []
    group: list[str] = []
    for sample in corpus.samples(folder):
        if not sample.held:
            texts.append(sample.text)
            langs.append(sample.lang)
            known.append(of_sample(sample))
            weight.append(1.0)
            group.append(sample.voice)
    own = len(texts)
    for text, lang, labels, worth, cluster in _free(beside):
        texts.append(text)
        langs.append(lang)
        known.append([labels.get(name, NOTHING) for name in LABELS])
        weight.append(worth)
        group.append(cluster)
    return Data(texts, langs, np.array(known, np.float32), np.array(weight, np.float32), np.array(group),
                np.arange(len(texts)) < own)  # fmt: skip


def _free(beside: Path) -> Any:
    for number, row in enumerate(shared.rows(beside, "goemotions_en")):
        if number % 2:  # every second: our own must not drown
            continue
        sentiment = shared.sentiment_of(row["emotions"])
        felt = {shared.EMOTION_OF[name] for name in row["emotions"]}
        labels = {name: float(name in felt) for name in EMOTIONS}
        if sentiment:
            labels |= {name: float(name == sentiment) for name in SENTIMENTS}
        yield row["text"], "en", labels, 0.25, f"goemotions/{number // 10}"
    for lang in ("it", "es", "fr", "de", "pt"):
        for number, row in enumerate(shared.rows(beside, f"xed_{lang}")):
            if number % 2:
                continue
            labels = {name: float(name in row["emotions"]) for name in EMOTIONS}
            yield row["text"], lang, labels, 0.15, f"xed/{lang}/{number // 10}"
        for row in shared.rows(beside, f"mhc_{lang}"):
            cluster = f"mhc/{shared.skeleton(row['text'], row['target'] or '')}"
            yield row["text"], lang, {"hate": float(row["hate"])}, 0.5, cluster


def folds(group: NDArray[Any], parts: int = PARTS) -> NDArray[np.int64]:
    """Return a fold for each row; rows of one group share theirs."""
    names = np.unique(group)
    of = dict(zip(names.tolist(), np.random.default_rng(SEED).integers(0, parts, len(names)).tolist(), strict=True))
    return np.array([of[name] for name in group.tolist()])


def first_layer(data: Data, fold: NDArray[np.int64]) -> tuple[list[heads.Floats], list[float], heads.Floats]:
    """Return weights and bias of each label, and for each text the odds of a layer that never saw its group."""
    x = hashed.matrix(data.texts)
    unseen = np.zeros((len(data.texts), len(LABELS)), np.float32)
    found: list[heads.Floats] = []
    bias: list[float] = []
    for number, _ in enumerate(LABELS):
        y = data.known[:, number]
        said = ~np.isnan(y)
        for part in np.unique(fold):
            inside = said & (fold != part)
            weights, constant = hashed.fit(x[inside], y[inside] > 0, data.weight[inside])
            unseen[fold == part, number] = x[fold == part] @ weights + constant
        weights, constant = hashed.fit(x[said], y[said] > 0, data.weight[said])
        found.append(weights)
        bias.append(constant)
    return found, bias, unseen


def rows_of(data: Data, odds: heads.Floats) -> heads.Floats:
    """Return the columns of the second layer for all texts, the sentence vectors last."""
    parts = []
    for first in range(0, len(data.texts), 2_000):
        some = slice(first, first + 2_000)
        texts = data.texts[some]
        found = columns.columns(texts, data.langs[some], cut(texts), odds[some]).rows
        parts.append(np.concatenate([found, vectors.encode(texts) * columns.VECTOR_SCALE], axis=1))
    return np.concatenate(parts)


def second_layer(x: heads.Floats, data: Data, fold: NDArray[np.int64]) -> tuple[heads.Dense, heads.Floats]:
    """Return the second layer over columns `x`, and for each text the odds of layers that never saw its group."""
    plan = network.Plan(GROUPS)
    unseen = np.zeros((len(x), len(LABELS)), np.float32)
    for part in np.unique(fold):
        inside = fold != part
        unseen[~inside] = _networks(x[inside], data.known[inside], data.weight[inside], plan, 2).odds(x[~inside])
    return _networks(x, data.known, data.weight, plan, NETWORKS), unseen


def _networks(
    x: heads.Floats, known: heads.Floats, weight: heads.Floats, plan: network.Plan, count: int
) -> heads.Dense:
    each = network.balanced(known, weight, POWER, plan.groups)
    return network.joined([network.train(x, known, each, plan, seed) for seed in range(count)])


def thresholds(odds: heads.Floats, known: heads.Floats) -> heads.Floats:
    """Return for each label the log-odds above which it holds: where F1 is best on texts that were not seen."""
    found = np.zeros(len(LABELS), np.float32)
    for number in range(len(LABELS)):
        said = ~np.isnan(known[:, number])
        y, guess = known[said, number] > 0, odds[said, number]
        steps = np.arange(-2.0, 3.0, 0.1)
        scores = [2 * (y & (guess > step)).sum() / max(y.sum() + (guess > step).sum(), 1) for step in steps]
        # The middle of all that are nearly best: a single peak is chance.
        good = steps[np.array(scores) >= max(scores) - 0.005]
        found[number] = good.mean()
    return found


def some_of(data: Data, rows: NDArray[np.int64]) -> Data:
    return Data([data.texts[row] for row in rows], [data.langs[row] for row in rows], data.known[rows],
                data.weight[rows], data.group[rows], data.own[rows])  # fmt: skip


def for_second(data: Data) -> NDArray[np.int64]:
    """Return which texts teach the second layer: all of our own, and a share of the free sets."""
    rng = np.random.default_rng(SEED)
    name = np.array([str(group).split("/")[0] for group in data.group])
    share = np.select([data.own, name == "goemotions", name == "mhc"], [1.0, 0.6, 1.0], 0.3)
    return np.flatnonzero(rng.random(len(share)) < share)
