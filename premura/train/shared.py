"""The free data sets that are not committed: what of them teaches our heads."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# GoEmotions' 28 labels as our six emotions and three sentiments (grouping: Demszky and others 2020).
EMOTION_OF = {
    "amusement": "joy", "excitement": "joy", "joy": "joy", "love": "joy", "admiration": "joy", "gratitude": "joy",
    "optimism": "joy", "pride": "joy", "relief": "joy", "caring": "joy", "approval": "", "desire": "", "curiosity": "",
    "anger": "anger", "annoyance": "anger", "disapproval": "", "disgust": "disgust", "fear": "fear",
    "nervousness": "fear", "sadness": "sadness", "grief": "sadness", "remorse": "sadness", "disappointment": "sadness",
    "embarrassment": "", "surprise": "surprise", "realization": "", "confusion": "", "neutral": "",
}  # fmt: skip
POSITIVE = {"amusement", "excitement", "joy", "love", "desire", "optimism", "caring", "pride", "admiration",
            "gratitude", "relief", "approval"}  # fmt: skip
NEGATIVE = {"anger", "annoyance", "disapproval", "disgust", "fear", "nervousness", "sadness", "grief", "remorse",
            "disappointment", "embarrassment"}  # fmt: skip


def rows(shared: Path, name: str) -> Iterator[dict[str, Any]]:
    """Return the rows of one set; nothing where the set is not there."""
    path = shared / "data" / f"{name}.jsonl.gz"
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def sentiment_of(emotions: list[str]) -> str | None:
    """Return the sentiment that GoEmotions' labels say, or None where they disagree or say nothing clear."""
    labels = set(emotions)
    positive, negative = bool(labels & POSITIVE), bool(labels & NEGATIVE)
    if positive and not negative:
        return "positive"
    if negative and not positive:
        return "negative"
    return "neutral" if labels <= {"neutral", "curiosity", "realization"} else None


def skeleton(text: str, target: str) -> str:
    """Return what is left of a constructed test sentence without whom it is about, so that its twins stay together."""
    words = re.findall(r"\w+", text.lower())
    parts = {word[:4] for word in re.findall(r"\w+", target.lower())}
    return " ".join(word for word in words if len(word) > 3 and word[:4] not in parts)[:40]
