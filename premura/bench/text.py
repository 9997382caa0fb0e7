"""How fast reading is on one core, and, with labelled texts, how right."""

import gzip
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from premura.bench import text_accuracy, text_query

FOR_S = 4.0  # each speed is measured for about so long
ROOT = Path(__file__).parents[2]
IMPORT = "import time; began = time.perf_counter(); import premura.text.reading; print(time.perf_counter() - began)"


def measure(data: str = "", report: str = "") -> dict[str, Any]:
    """Measure reading on one core; with `data` (a folder) its accuracy too, and write a report for people to `report`.

    The folder holds .jsonl or .jsonl.gz files (text, and any of lang, sentiment, intent, urgency, flags, hate,
    questions) and files in the notation of our corpus (.txt).
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from premura.text import reading

    texts = list(_texts())
    asked = [reading.Asked(text) for text in texts]
    # What is loaded once is not counted, nor a word that is met for the first time: a worker lives for days.
    reading.read(asked, tier=1, explain=False)
    reading.read(asked[:600])
    found: dict[str, Any] = {
        "tier1_per_s": _speed(asked, lambda some: reading.read(some, tier=1, explain=False)),
        "tier1_in_flow_per_s": _speed(asked, lambda some: reading.read(some, tier=1, places=False)),
        "tier1_with_places_per_s": _speed(asked, lambda some: reading.read(some, tier=1)),
        "both_per_s": _speed(asked, lambda some: reading.read(some, tier=2, explain=False)),
        "query_per_s": round(text_query.measure()["query_per_s"]),
        "import_s": round(_import_s(), 2),
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "characters": round(sum(map(len, texts)) / len(texts)),
        "version": reading.VERSION,
    }
    if data:
        found["accuracy"] = text_accuracy.measure(Path(data))
        if report:
            Path(report).write_text(text_accuracy.readable(found), encoding="utf-8")
    return found


def _speed(asked: Sequence[Any], read: Callable[[Sequence[Any]], Any]) -> int:
    """Return messages a second of processor time."""
    done, began = 0, time.process_time()
    while time.process_time() - began < FOR_S:
        some = [asked[place % len(asked)] for place in range(done, done + 512)]
        read(some)
        done += len(some)
    return round(done / (time.process_time() - began))


def _import_s() -> float:
    return min(float(subprocess.check_output([sys.executable, "-c", IMPORT], text=True)) for _ in range(3))


def _texts() -> Iterator[str]:
    """Return real-like messages in the order of chance: our corpus, or what the shared folder has, or a few of ours."""
    import random

    from premura.train import corpus

    found = [sample.text for sample in corpus.samples(ROOT / "corpus")] if (ROOT / "corpus").is_dir() else []
    random.Random(7).shuffle(found)
    yield from found or ["Il pacco non è ancora arrivato, quando arriva? 😡", "Great service, thank you!"] * 500


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Return the rows of a .jsonl or .jsonl.gz file."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        yield from (msgspec.json.decode(line) for line in file if line.strip())
