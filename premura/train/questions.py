"""Train what finds questions: a weight for each word in its place, then a small network over neighbouring clauses."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premura.text import questions
from premura.text.questions_words import Tables, gate, lexicon, weighed
from premura.text.sentences import ASK, Clause, Worth, clauses, lowered
from premura.train.corpus import Sample, samples

SEED = 20261122
PARTS = 5
STRENGTH = 0.1
SURE = 3.0  # how much less a rare but sure sign is held back
LEAST = 5  # a name that stands in fewer clauses says nothing
HIDDEN, NETWORKS, EPOCHS = 24, 3, 25
WITHOUT = 0.5  # what a message without its question marks counts

Names = tuple[str, ...]
Spans = Sequence[tuple[int, int]]


@dataclass(slots=True)
class Rows:
    """The clauses of all messages, one row each."""

    cut: list[list[Clause]]
    names: list[Names]
    wanted: NDArray[np.bool_]
    weight: NDArray[np.float64]
    fold: NDArray[np.int64]
    read: NDArray[np.bool_]
    real: NDArray[np.bool_]  # not made by taking marks away


@dataclass(frozen=True, slots=True)
class Text:
    """A message of the corpus, its twin without question marks."""

    lang: str
    lower: str
    inside: NDArray[np.bool_]
    weight: float
    real: bool
    fold: int

    def share(self, part: Clause) -> float:
        """Return how much of a clause belongs to a question."""
        return float(self.inside[part.start : part.asked_to].mean())


def train(shared: Path | None, corpus: Path, out: Path) -> dict[str, Any]:
    """Write `out/questions.npz` and return the figures of a cross-validation by voice; `held*.txt` is only measured."""
    every = [sample for sample in samples(corpus) if sample.intents]
    own = [sample for sample in every if not sample.held]
    texts = _texts(own)
    gates = [_gate(texts, part) for part in (*range(PARTS), None)]
    rows = _rows(texts, gates)
    matrix, vocabulary = _matrix(rows.names)
    unseen = np.full(len(rows.wanted), questions.LOW, np.float32)
    for part in range(PARTS):
        inside, outside = (rows.fold != part) & rows.read, (rows.fold == part) & rows.read
        weights, bias = _linear(matrix[inside], rows.wanted[inside], rows.weight[inside])
        unseen[outside] = matrix[outside] @ weights + bias
    columns = questions.columns(rows.cut, unseen)
    odds = np.full(len(unseen), questions.LOW)
    for part in range(PARTS):
        inside, outside = (rows.fold != part) & rows.read & rows.real, (rows.fold == part) & rows.read
        first, first_bias, last, last_bias = _network(columns[inside], rows.wanted[inside])
        odds[outside] = np.maximum(columns[outside] @ first + first_bias, 0) @ last + last_bias
    weights, bias = _linear(matrix[rows.read], rows.wanted[rows.read], rows.weight[rows.read])
    inside = rows.read & rows.real
    _write(out, _told(vocabulary, weights), bias, gates[-1],
           _network(columns[inside], rows.wanted[inside]))  # fmt: skip
    figures = {"cross-validated": measured(own, _found(rows, own, odds))}
    held = [sample for sample in every if sample.held]
    if held:
        found = questions.find_many([sample.text for sample in held], [sample.lang for sample in held])
        figures["held"] = measured(held, [[(one.start, one.end) for one in some] for some in found])
    return figures


def _texts(own: Sequence[Sample]) -> list[Text]:
    """Return all messages, then those with question marks once more without."""
    voices = sorted({sample.voice for sample in own})
    order = np.random.default_rng(SEED).permutation(len(voices)) % PARTS
    fold = dict(zip(voices, order.tolist(), strict=True))
    found: list[Text] = []
    for real in (True, False):
        for sample in own:
            if not real and "?" not in sample.text:
                continue
            inside = np.zeros(len(sample.text) + 1, bool)
            for start, end in sample.questions:
                inside[start:end] = True
            lower = lowered(sample.text if real else sample.text.replace("?", " "))
            found.append(Text(sample.lang, lower, inside, 1.0 if real else WITHOUT, real, fold[sample.voice]))
    return found


# -- the first look: which sentences without question mark are read ---------------------------------


def _gate(texts: Sequence[Text], without: int | None) -> tuple[dict[str, float], float]:
    """Return the weights of names at the gate and the bias, learnt from all folds but one."""
    names: list[Names] = []
    wanted: list[bool] = []
    weight: list[float] = []
    for text in texts:
        if text.fold != without:
            for sentence in _sentences(text.lower):
                if sentence[-1].after != ASK:
                    asks = any(text.share(part) > 0.3 for part in sentence)
                    words = [word for part in sentence for word in part.words]
                    names.append(gate(words, _tables(text.lang)[False]))
                    wanted.append(asks)
                    weight.append(text.weight * (3.0 if asks else 1.0))
    matrix, vocabulary = _matrix(names)
    weights, bias = _linear(matrix, np.array(wanted), np.array(weight))
    return _told(vocabulary, weights), bias


def _sentences(lower: str) -> list[list[Clause]]:
    found: dict[int, list[Clause]] = defaultdict(list)
    for part in clauses(lower):
        found[part.sentence].append(part)
    return list(found.values())


def _worth(lang: str, weights: dict[str, float], bias: float) -> Worth:
    stated = _tables(lang)[False]
    return lambda words: sum(weights.get(name, 0.0) for name in gate(words, stated)) + bias > questions.GATE


# -- the clauses ------------------------------------------------------------------------------------


def _rows(texts: Sequence[Text], gates: Sequence[tuple[dict[str, float], float]]) -> Rows:
    cut: list[list[Clause]] = []
    names: list[Names] = []
    found: list[tuple[bool, float, int, bool, bool]] = []
    for text in texts:
        lang = text.lang
        parts = clauses(text.lower, lexicon(lang).hinges, _worth(lang, *gates[text.fold]))
        if parts:
            both = _tables(lang)
            ends = questions.sentence_ends(parts)
            names += [weighed(parts, i, end, both[end == ASK]) if parts[i].read else () for i, end in enumerate(ends)]
        cut.append(parts)
        for part in parts:
            weight = text.weight * (part.asked_to - part.start) ** 0.5
            found.append((text.share(part) > 0.5, weight, text.fold, part.read, text.real))
    wanted, weight, fold, read, real = (np.array(column) for column in zip(*found, strict=True))
    return Rows(cut, names, wanted, weight / weight.mean(), fold, read, real)


_KEPT: dict[str, tuple[Tables, Tables]] = {}


def _tables(lang: str) -> tuple[Tables, Tables]:
    if lang not in _KEPT:
        _KEPT[lang] = Tables(lang, False, lambda names: names), Tables(lang, True, lambda names: names)
    return _KEPT[lang]


def _matrix(rows: Sequence[Names]) -> tuple[Any, list[str]]:
    """Return which names stand in which row, and the names; rare ones are left out."""
    import scipy.sparse

    often = Counter(name for names in rows for name in set(names))
    vocabulary = sorted(name for name, times in often.items() if times >= LEAST)
    number = {name: column for column, name in enumerate(vocabulary)}
    ids = [sorted({number[name] for name in names if name in number}) for names in rows]
    begin = np.concatenate([[0], np.cumsum([len(some) for some in ids])])
    flat = np.array([one for some in ids for one in some], np.int32)
    values = np.array([worth(name) for name in vocabulary], np.float32)[flat]
    return scipy.sparse.csr_matrix((values, flat, begin), shape=(len(ids), len(vocabulary))), vocabulary


def worth(name: str) -> float:
    """Return the value that stands for a name in a row: a rare but sure sign is held back less."""
    return SURE if name.lstrip("?.").startswith(("P", "<P", ">P", "<True", ">True")) else 1.0


def _told(vocabulary: Sequence[str], weights: NDArray[Any]) -> dict[str, float]:
    """Return what each name adds."""
    return {name: weight * worth(name) for name, weight in zip(vocabulary, weights.tolist(), strict=True)}


def _linear(matrix: Any, wanted: NDArray[np.bool_], weight: NDArray[np.float64]) -> tuple[NDArray[Any], float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=200, random_state=SEED)
    model.fit(matrix, wanted, sample_weight=weight)
    return model.coef_[0], float(model.intercept_[0])


def _network(columns: NDArray[Any], wanted: NDArray[np.bool_]) -> tuple[NDArray[Any], ...]:
    """Return the weights of one network that gives the mean of several; the scaling of the columns is in them."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    mean, spread = columns.mean(axis=0), columns.std(axis=0) + 1e-3
    parts = []
    for seed in range(NETWORKS):
        model = MLPClassifier((HIDDEN,), alpha=1e-2, learning_rate_init=3e-3, max_iter=EPOCHS, batch_size=128,
                              random_state=SEED + seed)  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            parts.append(model.fit((columns - mean) / spread, wanted))
    first = np.concatenate([model.coefs_[0] for model in parts], axis=1) / spread[:, None]
    first_bias = np.concatenate([model.intercepts_[0] for model in parts]) - mean @ first
    last = np.concatenate([model.coefs_[1][:, 0] for model in parts]) / NETWORKS
    last_bias = np.array(np.mean([model.intercepts_[1][0] for model in parts]))
    return first.astype(np.float32), first_bias.astype(np.float32), last.astype(np.float32), last_bias


def _write(
    out: Path, weights: dict[str, float], bias: float, gate: tuple[dict[str, float], float], net: Sequence[Any]
) -> None:
    every = {name: weight for name, weight in (weights | gate[0]).items() if abs(weight) > 0.003}
    values = np.array(list(every.values()))
    scale = np.abs(values).max() / 32_000
    out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        out / "questions.npz", names=np.frombuffer("\n".join(every).encode(), np.uint8),
        values=np.round(values / scale).astype(np.int16), scale=np.array(scale), bias=np.array(bias),
        gate_bias=np.array(gate[1]), first=net[0], first_bias=net[1], last=net[2], last_bias=net[3],
    )  # fmt: skip
    questions.forget()


def _found(rows: Rows, own: Sequence[Sample], odds: NDArray[Any]) -> list[list[tuple[int, int]]]:
    """Return the stretches of the real messages by what was said of them unseen."""
    every, place = odds.tolist(), 0
    found: list[list[tuple[int, int]]] = []
    for sample, parts in zip(own, rows.cut, strict=False):
        some = questions.joined(sample.text, sample.lang, parts, every[place : place + len(parts)])
        found.append([(one.start, one.end) for one in some])
        place += len(parts)
    return found


def measured(some: Sequence[Sample], found: Sequence[Spans]) -> dict[str, dict[str, float]]:
    """Return for all and for each language: F1 of the characters, and of stretches that overlap by half or more."""
    counts: dict[str, NDArray[Any]] = defaultdict(lambda: np.zeros(6))
    for sample, spans in zip(some, found, strict=True):
        here = {place for start, end in spans for place in range(start, end)}
        there = {place for start, end in sample.questions for place in range(start, end)}
        count = [len(here & there), len(here), len(there), matched(spans, sample.questions), len(spans),
                 len(sample.questions)]  # fmt: skip
        for name in ("all", sample.lang):
            counts[name] += count
    return {
        name: {
            "characters": round(float(2 * same / max(one + two, 1)), 3),
            "precision": round(float(same / max(one, 1)), 3),
            "recall": round(float(same / max(two, 1)), 3),
            "stretches": round(float(2 * hit / max(mine + theirs, 1)), 3),
            "questions": int(theirs),
        }
        for name, (same, one, two, hit, mine, theirs) in sorted(counts.items())
    }


def matched(found: Spans, wanted: Spans) -> int:
    """Return how many stretches meet one of the wanted so that they share at least half of what they cover together."""
    free = list(wanted)
    hits = 0
    for start, end in found:
        for one in free:
            shared = min(end, one[1]) - max(start, one[0])
            if shared > 0 and 2 * shared >= max(end, one[1]) - min(start, one[0]):
                free.remove(one)
                hits += 1
                break
    return hits
