"""How fast the guard is on one core, and, on labelled drafts, how right."""

import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from premura.guard.contract import Context, Draft, Severity

FOR_S = 4.0
ROOT = Path(__file__).parents[2]
ALONE = 300  # drafts that are checked one by one, as while somebody types
# Where the corpus is not at hand.
FEW = (
    ("Ciao Giulia, hai ragione e ci scusiamo: il pacco riparte stasera e arriva mercoledì. Ti scrivo io qui. Marta",
     "Il mio pacco è fermo da cinque giorni, quando arriva?"),
    ("Gentile cliente, la invitiamo a contattare il numero verde 800 123 456.", "Non mi funziona più il telecomando"),
    ("Hi Tom, yes: we ship to Berlin, three days, 6 euros.", "Do you ship to Berlin? How much is it?"),
)  # fmt: skip


def measure(data: str = "") -> dict[str, Any]:
    """Return drafts a second of processor time in batches, and the 95th percentile of one alone, in milliseconds.

    With `data`, a folder of drafts in the corpus's notation, precision and recall of each rule too; without, those of
    the corpus's held drafts where the corpus is at hand.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from premura.guard.check import check, check_many

    folder = Path(data) if data else ROOT / "corpus" / "drafts"
    samples = _samples(folder, held=not data)
    asked = [given for given, _ in samples] or [(Draft(text, customer_text=said), Context()) for text, said in FEW]
    check_many(asked)  # what is loaded once is not counted
    done, began = 0, time.process_time()
    while time.process_time() - began < FOR_S:
        check_many([asked[place % len(asked)] for place in range(done, done + 256)])
        done += 256
    per_s = done / (time.process_time() - began)
    alone = []
    for place in range(ALONE):
        at = time.perf_counter()
        check(*asked[place * 7 % len(asked)])
        alone.append((time.perf_counter() - at) * 1000)
    found: dict[str, Any] = {"drafts_per_s": round(per_s), "p95_ms": round(sorted(alone)[int(ALONE * 0.95)], 1)}
    if samples:
        found["drafts"] = len(samples)
        found["rules"] = figures(samples)
    return found


Samples = Sequence[tuple[tuple[Draft, Context], frozenset[str]]]


def _samples(folder: Path, held: bool) -> Samples:
    from premura.train import drafts
    from premura.train.guard import asked

    paths = sorted(folder.rglob("held*.txt" if held else "*.txt")) if folder.is_dir() else []
    return [(asked(sample), sample.rules) for path in paths for sample in drafts.of_file(path)]


def figures(samples: Samples) -> dict[str, Any]:
    """Return how many good drafts are left alone, and precision and recall a rule, by language and altogether."""
    from premura.guard.check import check_many

    counts: Counter[tuple[str, str, str]] = Counter()
    for ((draft, _), wanted), found in zip(samples, check_many([given for given, _ in samples]), strict=True):
        says = {one.rule for one in found if one.severity in (Severity.BLOCK, Severity.WARN)}
        for lang in (draft.customer_lang or "post", "all"):
            if not wanted:
                counts[lang, "good", "of"] += 1
                counts[lang, "good", "alone"] += not says
            for rule in says | wanted:
                counts[lang, rule, "hit" if rule in says & wanted else "false" if rule in says else "missed"] += 1
    told: dict[str, Any] = {}
    for lang, rule in sorted({(lang, rule) for lang, rule, _ in counts}):
        of = {kind: counts[lang, rule, kind] for kind in ("hit", "false", "missed", "of", "alone")}
        told.setdefault(lang, {})[rule] = (
            {"of": of["of"], "left_alone": _share(of["alone"], of["of"])}
            if rule == "good"
            else {
                "of": of["hit"] + of["missed"],
                "precision": _share(of["hit"], of["hit"] + of["false"]),
                "recall": _share(of["hit"], of["hit"] + of["missed"]),
            }
        )
    return told


def _share(part: int, of: int) -> float | None:
    return round(part / of, 3) if of else None
