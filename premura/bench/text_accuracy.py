"""How right the readings are on labelled texts: figures, confusion matrices, and the worst errors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from premura.text.labels import FLAGS, INTENTS, SENTIMENTS
from premura.train import corpus, figures

WORST = 50


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and what is known of it; None where nobody said."""

    text: str
    lang: str = ""
    sentiment: str | None = None
    intent: str | None = None
    urgency: int | None = None
    flags: frozenset[str] | None = None
    hate: bool | None = None
    questions: tuple[tuple[int, int], ...] | None = None


def measure(folder: Path) -> dict[str, Any]:
    """Return for each file under `folder` how right both tiers are on it."""
    from premura.text.reading import Asked, read

    found: dict[str, Any] = {}
    for path in sorted([*folder.rglob("*.jsonl"), *folder.rglob("*.jsonl.gz"), *folder.rglob("*.txt")]):
        if labelled := list(_labelled(path)):
            readings = read([Asked(one.text) for one in labelled], tier=2)
            found[str(path.relative_to(folder))] = {"texts": len(labelled), **_figures(labelled, readings)}
    return found


def _labelled(path: Path) -> Iterator[Labelled]:
    if path.suffix == ".txt":
        for sample in corpus.of_file(path):
            care = bool(sample.intents)
            yield Labelled(
                sample.text, sample.lang, sample.sentiment, sample.intents[0] if care else None,
                sample.urgency if care else None, sample.flags if care else None, sample.hate,
                sample.questions if care else None,
            )  # fmt: skip
        return
    from premura.bench.text import lines

    for row in lines(path):
        asks = row.get("questions")
        yield Labelled(
            row["text"], row.get("lang", ""), row.get("sentiment"), row.get("intent"), row.get("urgency"),
            frozenset(row["flags"]) if "flags" in row else None, bool(row["hate"]) if "hate" in row else None,
            tuple((q["start"], q["end"]) for q in asks) if asks is not None else None,
        )  # fmt: skip


def _figures(labelled: Sequence[Labelled], readings: Sequence[Any]) -> dict[str, Any]:
    pairs = list(zip(labelled, readings, strict=True))
    found: dict[str, Any] = {}
    for name, classes in (("sentiment", SENTIMENTS), ("intent", INTENTS)):
        said = [(getattr(one, name), _class(read, name)) for one, read in pairs if getattr(one, name) in classes]
        if said:
            y, p = zip(*said, strict=True)
            found[name] = {"macro_f1": figures.macro_f1(y, p, classes), "confusion": figures.confusion(y, p, classes)}
    found |= _urgency(pairs) | _flags(pairs) | _questions(pairs) | _others(pairs)
    found["worst"] = _worst(pairs)
    return found


def _class(read: Any, name: str) -> str:
    """Return the class of three that a reading says: a mixed message is what its score leans to."""
    if name == "sentiment" and read.sentiment == "mixed":
        return "negative" if read.score < 0 else "positive"
    return str(getattr(read, name))


def _urgency(pairs: Sequence[tuple[Labelled, Any]]) -> dict[str, Any]:
    said = [(one.urgency, read.urgency) for one, read in pairs if one.urgency is not None]
    if not said:
        return {}
    urgent = [guess for level, guess in said if level == 3]
    near = sum(abs(level - guess) <= 1 for level, guess in said) / len(said)
    exact = sum(level == guess for level, guess in said) / len(said)
    recall = sum(guess == 3 for guess in urgent) / max(len(urgent), 1)
    return {"urgency": {"within_one": round(near, 3), "exact": round(exact, 3), "recall_3": round(recall, 3)}}


def _flags(pairs: Sequence[tuple[Labelled, Any]]) -> dict[str, Any]:
    import numpy as np

    said = [(one.flags, read.flags) for one, read in pairs if one.flags is not None]
    if not said:
        return {}
    each = {}
    for name in (*FLAGS, "asks_question"):
        y = np.array([name in flags for flags, _ in said])
        if y.any():
            each[name] = figures.f1(y, np.array([name in guess for _, guess in said]))
    return {"flags": {"mean_f1": round(sum(each.values()) / max(len(each), 1), 3), **each}}


def _questions(pairs: Sequence[tuple[Labelled, Any]]) -> dict[str, Any]:
    hit = said = guessed = 0
    for one, read in pairs:
        if one.questions is not None:
            y = {place for start, end in one.questions for place in range(start, end)}
            p = {place for stretch in read.questions for place in range(stretch.start, stretch.end)}
            hit, said, guessed = hit + len(y & p), said + len(y), guessed + len(p)
    return {"questions": {"overlap_f1": round(2 * hit / max(said + guessed, 1), 3)}} if said else {}


def _others(pairs: Sequence[tuple[Labelled, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    hates = [(str(one.hate), str(read.hate)) for one, read in pairs if one.hate is not None]
    if any(said == "True" for said, _ in hates):
        y, p = zip(*hates, strict=True)
        found["hate"] = {"macro_f1": figures.macro_f1(y, p, ("True", "False"))}
    langs = [(one.lang, read.language.code) for one, read in pairs if one.lang]
    if langs:
        found["language"] = {"accuracy": round(sum(y == p for y, p in langs) / len(langs), 4)}
    return found


def _worst(pairs: Sequence[tuple[Labelled, Any]]) -> list[dict[str, Any]]:
    """Return the errors about which the reading was surest."""
    wrong = []
    for one, read in pairs:
        for name, sure in (("sentiment", read.confidence), ("intent", read.intents[0][1])):
            said, guess = getattr(one, name), _class(read, name)
            if said is not None and said != "mixed" and said != guess:
                wrong.append((sure, name, said, guess, one.text[:200]))
    wrong.sort(key=lambda error: -error[0])
    return [{"of": name, "is": said, "read": guess, "confidence": sure, "text": text}
            for sure, name, said, guess, text in wrong[:WORST]]  # fmt: skip


def readable(found: dict[str, Any]) -> str:
    """Return the same figures for people."""
    rows = [f"# Reading {found['version']}", ""]
    rows += [f"- {name}: {said}" for name, said in found.items() if name not in ("accuracy", "version")]
    for name, file in found.get("accuracy", {}).items():
        rows += ["", f"## {name} ({file['texts']} texts)", ""]
        for of, figure in file.items():
            if isinstance(figure, dict):
                plain = ", ".join(f"{key} {value}" for key, value in figure.items() if not isinstance(value, dict))
                rows.append(f"- {of}: {plain}")
                for said, guesses in figure.get("confusion", {}).items():
                    rows.append(f"    - {said}: " + ", ".join(f"{guess} {n}" for guess, n in guesses.items() if n))
        rows += ["", "The surest errors:", ""]
        rows += [
            f"- {e['of']} is {e['is']}, read {e['read']} ({e['confidence']}): {e['text']!r}" for e in file["worst"]
        ]
    return "\n".join(rows) + "\n"
