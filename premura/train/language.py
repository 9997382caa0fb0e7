"""What teaches which language a message is in."""

import gettext
import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from premura.text.labels import LANGUAGES
from premura.train import corpus, hashed, shared

# No free data set of short texts was at hand for these: what the packages installed here say on their screens teaches
# them (Django and its kin, BSD).
FROM_SCREENS = ("nl", "pl", "ro")
_FOLDER = re.compile(r"locale/([a-z]{2})(?:_\w+)?/LC_MESSAGES")
_SLOTS = re.compile(r"%\(?\w*\)?[sd]?|\{\w*\}")


def rows(folder: Path, beside: Path) -> Iterator[tuple[str, str, bool]]:
    """Return text, language and whether it is kept for measuring: an eighth of the subtitles, the held files."""
    for sample in corpus.samples(folder):
        yield sample.text, sample.lang, sample.held
    for lang in LANGUAGES[:6]:
        for number, row in enumerate(shared.rows(beside, f"xed_{lang}")):
            yield row["text"], lang, number % 8 == 0
        for row in shared.rows(beside, f"mhc_{lang}"):
            yield row["text"], lang, False
    for number, row in enumerate(shared.rows(beside, "goemotions_en")):
        if number % 4 == 0:
            yield row["text"], "en", False
    yield from _screens()


def _screens() -> Iterator[tuple[str, str, bool]]:
    for path in sorted(Path(sysconfig.get_paths()["purelib"]).glob("**/locale/*/LC_MESSAGES/*.mo")):
        found = _FOLDER.search(path.as_posix())
        if found and found[1] in FROM_SCREENS:
            with path.open("rb") as file:
                said = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            for words in said.values():
                if isinstance(words, str) and 3 < len(words) < 200 and "<" not in words:
                    yield _SLOTS.sub("", words), found[1], False


def train(folder: Path, beside: Path) -> tuple[list[NDArray[np.float32]], list[float], dict[str, float]]:
    """Return the weights and the bias of each language, and how many of the kept lines the layer gets right."""
    texts, langs, kept = zip(*rows(folder, beside), strict=True)
    y, held = np.array(langs), np.array(kept)
    x = hashed.matrix(texts)
    ones = np.ones(len(y), np.float32)
    columns, biases, odds = [], [], []
    for lang in LANGUAGES:
        weights, bias = hashed.fit(x[~held], y[~held] == lang, ones[~held], strength=30.0)
        columns.append(weights)
        biases.append(bias)
        odds.append(x[held] @ weights + bias)
    right = np.array(LANGUAGES)[np.argmax(odds, axis=0)] == y[held]
    short = np.array([len(text) <= 25 for text, kept in zip(texts, kept, strict=True) if kept])
    return columns, biases, {"kept lines": float(right.mean()), "kept lines of 25 or less": float(right[short].mean())}
