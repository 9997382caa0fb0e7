"""The order of work: a priority in points, made of named parts, each with what it rests on.

Points are a brand's to choose (`Weights`).  Nothing is weighed in secret: a list shows the parts in words, and each
leads to its messages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, log2, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from premura.clock import Seconds

# Installed points, for each unit that `parts` counts.
POINTS: dict[str, int] = {
    "urgency": 30,  # each step above normal
    "breached": 25,  # a target has passed, and again when it has passed twice
    "breach_near": 15,  # less than a quarter of the time is left
    "window_near": 25,  # the network soon no longer lets us answer
    "pile_on": 60,
    "spill": 30,  # no solution in private, now in public
    "last_resort": 20,
    "chaser": 10,  # each time they asked again, up to three
    "service_complaint": 15,
    "churn_threat": 10,
    "repeats": 5,  # each other post of theirs with the same words, up to six
    "agree": 3,  # each person who joined, up to fifteen
    "reach": 4,  # each doubling of likes and shares
    "negative": 5,
    "promise": 20,  # of ours, near its time or past it
    "exposed": 8,  # whoever searches finds it unanswered for a day, and again after three
    "gesture": -15,
    "spam": -60,
    "employee": -20,  # works for us: no customer
}
MOST = {"chaser": 3, "repeats": 6, "agree": 15, "reach": 10, "urgency": 2, "breached": 2, "exposed": 2}
MOST_EVIDENCE = 20
NEAR = 0.25  # of a target's time
WINDOW_NEAR = 6 * 3600.0  # seconds, or a quarter of the window
EXPOSED = (24 * 3600.0, 72 * 3600.0)  # seconds; the first as in `access.EXPOSED_AFTER`
DUE_SCALE = 10**10  # more than any time stamp in seconds


class Part(NamedTuple):
    """What speaks for (or against) a conversation: its points, how many there are, what it rests on."""

    name: str
    points: int
    number: float
    evidence: Sequence[int] = ()  # of messages; of conversations for "agree" and "spill"


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the order looks at, of one conversation.  Moments are seconds since 1970; nan: none."""

    urgency: int = 1
    urgent: Sequence[int] = ()  # messages that are as urgent as that
    flags: Mapping[str, Sequence[int]] | None = None  # messages that carry each flag
    intent: str = ""
    sentiment: str = "neutral"
    waits_since: float = nan
    due: float = nan
    window_from: float = nan
    window_until: float = nan
    likes: int = 0
    repeats: Sequence[int] = ()
    agree: Sequence[int] = ()
    spilled_from: int = 0
    pile_on: int = 0  # different people
    promise: float = nan  # when the next one is due
    employee: bool = False
    said: Sequence[int] = ()  # messages of theirs that wait
    exposed: bool = False  # whoever searches finds these, unhappy ones, while they wait
    extra: int = 0  # points that a rule or a person gave


@dataclass(frozen=True, slots=True)
class Ordered:
    """Priority in points, what it is made of, and when time alone will change it (nan: it will not)."""

    priority: int
    parts: list[Part]
    stirs: float


def order(one: Standing, points: Mapping[str, int], now: float) -> Ordered:
    """Return the priority of a conversation that waits for us.  About 5 microseconds."""
    counts, evidence = _of_words(one)
    stirs: list[float] = []
    if not isnan(one.due):
        _clock(one.waits_since if not isnan(one.waits_since) else one.due, one.due, now, counts, stirs)
    if not isnan(one.window_until):
        room = min(WINDOW_NEAR, (one.window_until - one.window_from) * NEAR)
        near = one.window_until - room
        if near <= now < one.window_until:
            counts["window_near"] = 1
        stirs += [near, one.window_until]
    if not isnan(one.promise):
        if now >= one.promise - 3600:
            counts["promise"] = 1
        stirs.append(one.promise - 3600)
    if one.exposed:
        _exposed(one.waits_since, now, counts, stirs)
    parts = [
        Part(name, round(worth * min(n, MOST.get(name, n))), n, tuple(evidence.get(name, ()))[:MOST_EVIDENCE])
        for name, n in counts.items()
        for worth in [points.get(name, POINTS[name])]  # what is worth nothing now may be weighed again
    ]
    if one.extra:
        parts.append(Part("extra", one.extra, 1))
    parts.sort(key=lambda part: -abs(part.points))
    later = [at for at in stirs if at > now]
    return Ordered(sum(part.points for part in parts), parts, min(later, default=nan))


def rank(priority: int, due: float) -> int:
    """Return priority and target as one number: more comes first, and of equals what is due first.

    >>> rank(30, 1_800_000_000) > rank(30, 1_800_000_060) > rank(29, 1_700_000_000) > rank(29, nan)
    True
    """
    return (priority + 1) * DUE_SCALE - (DUE_SCALE - 1 if isnan(due) else round(due))


def ranked(priority: NDArray[np.int64], due: Seconds) -> NDArray[np.int64]:
    """Return `rank` of many at once."""
    until = np.where(np.isnan(due), DUE_SCALE - 1, np.rint(np.nan_to_num(due))).astype(np.int64)
    return (priority + 1) * DUE_SCALE - until


def _of_words(one: Standing) -> tuple[dict[str, float], dict[str, Sequence[int]]]:
    """Return how often each part that time does not change is there, and what it rests on."""
    flags = one.flags or {}
    counts: dict[str, float] = {}
    evidence: dict[str, Sequence[int]] = {
        "urgency": one.urgent, "repeats": one.repeats, "agree": one.agree,
        **dict.fromkeys(("exposed", "negative", "reach"), one.said), **flags,
    }  # fmt: skip
    if one.urgency > 1:
        counts["urgency"] = one.urgency - 1
    for flag in ("last_resort", "chaser", "service_complaint", "churn_threat"):
        if flag in flags:
            counts[flag] = len(flags[flag]) or 1
    for flag in ("last_resort", "service_complaint", "churn_threat"):
        if flag in counts:
            counts[flag] = 1
    counts |= {name: n for name, n in (("repeats", len(one.repeats)), ("agree", len(one.agree))) if n}
    if one.likes:
        counts["reach"] = round(log2(1 + one.likes))
    if one.spilled_from:
        counts["spill"], evidence["spill"] = 1, (one.spilled_from,)
    if one.pile_on:
        counts["pile_on"] = 1
    if one.sentiment == "negative":
        counts["negative"] = 1
    if one.intent in ("gesture", "spam"):
        counts[one.intent] = 1
    if one.employee:
        counts["employee"] = 1
    return counts, evidence


def _clock(since: float, due: float, now: float, counts: dict[str, float], stirs: list[float]) -> None:
    """Count how near a target is, or how far behind us, and note when that changes."""
    length = max(due - since, 60.0)
    near, twice = due - length * NEAR, due + length
    if now >= due:
        counts["breached"] = 2 if now >= twice else 1
    elif now >= near:
        counts["breach_near"] = 1
    stirs += [near, due, twice]


def _exposed(since: float, now: float, counts: dict[str, float], stirs: list[float]) -> None:
    """Count how long whoever searches finds it without an answer, and note when that changes."""
    passed = sum(now >= since + after for after in EXPOSED)
    if passed:
        counts["exposed"] = passed
    stirs += [since + after for after in EXPOSED]
