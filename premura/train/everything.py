"""Rebuild every committed weight: `premura train`."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from premura.text.labels import LABELS, LANGUAGES
from premura.train import figures, guard, hashed, heads, language, questions, same_problem

OUT = Path(__file__).parents[1] / "text" / "weights"
OF_GUARD = Path(__file__).parents[1] / "guard" / "weights"
Tell = Callable[[str], None]


def readings(folder: Path, beside: Path, out: Path, tell: Tell) -> dict[str, Any]:
    """Train both layers of sentiment, intent, urgency, flags, emotions, abuse and language; return their figures."""
    data = heads.gathered(folder, beside)
    fold = heads.folds(data.group)
    tell(f"first layer: {len(data.texts)} texts, {int(data.own.sum())} of them our own")
    weights, bias, unseen = heads.first_layer(data, fold)
    tell("languages")
    more, more_bias, spoken = language.train(folder, beside)
    table, scale = hashed.packed([*weights, *more])
    labels = (*LABELS, *(f"lang:{code}" for code in LANGUAGES))
    _save(out / "hashed.npz", labels=np.array(labels), table=table, scale=scale,
          bias=np.array([*bias, *more_bias], np.float32))  # fmt: skip
    rows = heads.for_second(data)
    taken = heads.some_of(data, rows)
    tell(f"columns and sentence vectors of {len(rows)} texts")
    x = heads.rows_of(taken, unseen[rows])
    parts: dict[str, Any] = {}
    found: dict[str, Any] = {"language": spoken}
    for tier, wide in ((1, x.shape[1] - 512), (2, x.shape[1])):
        tell(f"second layer, tier {tier}: {wide} columns")
        net, odds = heads.second_layer(x[:, :wide], taken, fold[rows])
        for name in ("first", "first_bias", "last", "last_bias"):
            parts[f"{name}_{tier}"] = getattr(net, name).astype(np.float16)
        own = taken.own
        parts[f"thresholds_{tier}"] = heads.thresholds(odds[own], taken.known[own])
        langs, over = np.array(taken.langs), parts[f"thresholds_{tier}"][LABELS.index("hate")]
        measured = figures.of_odds(odds[own], taken.known[own], langs[own])
        cases = np.array([str(group).startswith("mhc/") for group in taken.group])
        for lang in np.unique(langs[cases]):
            here = cases & (langs == lang)
            measured[f"hate, constructed cases {lang}"] = figures.of_hate(odds[here], taken.known[here], over)
        found[f"tier {tier}, unseen voices"] = measured
    _save(out / "dense.npz", **parts)
    return found


def train(folder: Path, beside: Path, out: Path = OUT, only: str = "", tell: Tell = print) -> dict[str, Any]:
    """Rebuild the weights of all models, or of `only` one; return the figures of each, for the model cards.

    Takes    the corpus; the folder that holds `data/` with the free sets (what is missing is left out); where to write.
    Cost     about half an hour on two cores, nine minutes of them for the guard.
    """
    out.mkdir(parents=True, exist_ok=True)
    models: Mapping[str, Callable[[], dict[str, Any]]] = {
        "questions": lambda: questions.train(beside, folder, out),
        "same_problem": lambda: same_problem.train(beside, folder, out),
        "readings": lambda: readings(folder, beside, out, tell),
        "guard": lambda: guard.train(folder, OF_GUARD if out == OUT else out, tell),
    }
    found: dict[str, Any] = {}
    for name, model in models.items():
        if only in ("", name):
            tell(f"{name} …")
            found[name] = model()
    path = out / "figures.json"
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    path.write_text(json.dumps(known | found, indent=1, sort_keys=True) + "\n", "utf-8")
    return found


def _save(path: Path, **arrays: Any) -> None:
    """Write arrays so that the same arrays give the same bytes."""
    np.savez_compressed(path, **arrays)
