"""What a brand's own corrections teach: a small change to the odds of messages like those that were put right.

On top of the frozen shared weights each brand has a sparse table over the same hashed features.  It is made
anew from all of the brand's corrections (so that a correction that is erased is forgotten), a few passes of
gradient steps, every weight kept within a cap.  The very text that was put right is read as it was put right.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from premura.text.features import features
from premura.text.heads import Floats, logistic, softmax
from premura.text.labels import AT, FLAGS, GROUPS, INTENTS, LABELS, SENTIMENTS
from premura.text.similarity import fingerprint
from premura.text.tokens import cut

PASSES = 8
RATE = 1.5
CAP = 3.0  # the most that one brand's lessons may move a label's odds by one feature, times the square root of features
REACH = 8.0  # the odds of a text that was itself put right
MOST = 5_000  # corrections that are learnt from: the newest


@dataclass(frozen=True, slots=True)
class Lesson:
    """One correction: of a text, what the label should be.  `of` is sentiment, intent, urgency or flags."""

    text: str
    of: str
    became: str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lessons:
    """A brand's table: `change[place of id, label]`, and what is known of very texts, by their fingerprint."""

    ids: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    change: Floats = field(default_factory=lambda: np.zeros((0, len(LABELS)), np.float32))
    known: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    told: Floats = field(default_factory=lambda: np.zeros((0, len(LABELS)), np.float32))

    def shift(self, ids: NDArray[np.int32], text: str) -> Floats:
        """Return what to add to the odds of a message with these features."""
        if not len(self.ids):
            return np.zeros(len(LABELS), np.float32)
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        place = place[self.ids[place] == ids]
        moved = self.change[place].sum(axis=0) / np.sqrt(len(ids))
        told = self.said_of(text)
        return np.asarray(np.where(told != 0, told * REACH, moved), np.float32)

    def said_of(self, text: str) -> Floats:
        """Return for each label what was said of this very text: 1 it holds, -1 it does not, 0 nothing."""
        told = np.zeros(len(LABELS), np.float32)
        for row in np.flatnonzero(self.known == fingerprint(text)):
            told = np.where(self.told[row] != 0, self.told[row], told)
        return np.asarray(told, np.float32)

    def packed(self) -> bytes:
        """Return the table as bytes, for the database."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, ids=self.ids, change=self.change.astype(np.float16), known=self.known,
                            told=self.told.astype(np.int8))  # fmt: skip
        return buffer.getvalue()


def unpacked(packed: bytes) -> Lessons | None:
    """Return a table that `packed` made; None for no bytes."""
    if not packed:
        return None
    found = np.load(io.BytesIO(packed))
    return Lessons(found["ids"], found["change"].astype(np.float32), found["known"], found["told"].astype(np.float32))


def learn(lessons: Sequence[Lesson], odds: Floats) -> Lessons:
    """Return what the corrections teach.

    Takes    the corrections, the newest last (the newest 5,000 are learnt from); for each the odds (n, len(LABELS)) of
             its text as the shared heads alone see it.
    Cost     about 1 millisecond a correction.
    """
    lessons, odds = lessons[-MOST:], odds[-MOST:]
    if not lessons:
        return Lessons()
    found = features(cut([lesson.text for lesson in lessons]))
    ids, inverse = np.unique(found.ids, return_inverse=True)
    change = np.zeros((len(ids), len(LABELS)), np.float32)
    wanted = np.stack([_wanted(lesson) for lesson in lessons])
    for _ in range(PASSES):
        for row in range(len(lessons)):
            places = inverse[found.begin[row] : found.begin[row + 1]]
            root = np.sqrt(len(places))
            now = odds[row] + change[places].sum(axis=0) / root
            change[places] += RATE * _slope(now, wanted[row]) / root
            np.clip(change, -CAP, CAP, out=change)
    known = np.array([fingerprint(lesson.text) for lesson in lessons], np.int64)
    told = np.sign(np.where(np.isnan(wanted), 0, wanted * 2 - 1)).astype(np.float32)
    return Lessons(ids.astype(np.int32), change, known, told)


def _wanted(lesson: Lesson) -> Floats:
    """Return 1 for the labels that hold, 0 for those that do not, nan for those the correction says nothing about."""
    wanted = np.full(len(LABELS), np.nan, np.float32)
    if lesson.of == "sentiment" and lesson.became in SENTIMENTS:
        wanted[0:3] = [name == lesson.became for name in SENTIMENTS]
    elif lesson.of == "intent":
        wanted[3:11] = [name == lesson.became for name in INTENTS]
    elif lesson.of == "urgency" and isinstance(lesson.became, int):
        for level in (1, 2, 3):
            wanted[AT[f"u{level}"]] = float(lesson.became >= level)
    elif lesson.of == "flags" and isinstance(lesson.became, Sequence):
        for name in FLAGS:
            wanted[AT[name]] = float(name in lesson.became)
    return wanted


def _slope(odds: Floats, wanted: Floats) -> Floats:
    guess = logistic(odds)
    for first, last in GROUPS:
        guess[first:last] = softmax(odds[None, first:last])[0]
    return np.asarray(np.where(np.isnan(wanted), 0, wanted - guess), np.float32)
