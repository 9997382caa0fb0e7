"""Made-up hours under a post: pile-ons and busy hours that are none, each from a story with chance in it.

A trace says when it turns (`onset`) and when a careful person would raise the alarm (`label`), both None where nobody
should.  The label comes from the story: the true voices and their usual pace, not what a reader made of them.
"""

import math
import random
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from premura.listen.patterns.pile_on import Event

HOUR, MINUTE = 3600.0, 60.0
Pace = Callable[[float], float]  # events a second at a moment


class Trace(NamedTuple):
    kind: str
    events: list[Event]
    onset: float | None = None
    label: float | None = None


class Hours:
    """Somewhere to put events until they are a trace."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)
        self.events: list[Event] = []
        self.unread: set[Event] = set()  # critical, and not seen to be
        self.count = 0

    def people(self, prefix: str = "p") -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def add(self, t: float, kind: str, negative: bool = False, author: str = "") -> None:
        self.events.append(Event(round(t, 2), kind, author or self.people(), negative))

    def moments(self, start: float, end: float, pace: Pace) -> Iterator[float]:
        """Moments of a Poisson process whose pace changes."""
        most = max(pace(start + (end - start) * n / 200) for n in range(201)) * 1.05 + 1e-9
        t = start
        while (t := t + self.chance.expovariate(most)) < end:
            if self.chance.random() * most < pace(t):
                yield t

    def talk(
        self, start: float, end: float, pace: Pace, negative: float, kinds: str = "ccr", again: float = 0.1
    ) -> None:
        """People who comment and reply, some of them critical, some of them again."""
        spoken = ["somebody"]
        for t in self.moments(start, end, pace):
            author = self.chance.choice(spoken) if self.chance.random() < again else self.people()
            spoken.append(author)
            kind = {"c": "comment", "r": "reply", "s": "share"}[self.chance.choice(kinds)]
            self.add(t, kind, self.chance.random() < negative, author)

    def likes(self, start: float, end: float, pace: Pace, kind: str = "like") -> None:
        for t in self.moments(start, end, pace):
            self.add(t, kind)

    def trace(self, kind: str, onset: float | None = None, usual: float = 1.0, missed: float = 0.0) -> Trace:
        """Sort, label, and let a reader miss some of the critical voices."""
        events = sorted(self.events)
        label = careful(events, onset or 0.0, usual)
        if (label is None) != (onset is None):
            raise UnlikeItsKind
        seen = [e._replace(negative=e.negative and self.chance.random() >= missed) for e in events]
        return Trace(kind, seen, onset, label)


def careful(events: list[Event], onset: float, usual: float) -> float | None:
    """When a careful person would raise the alarm, None for never; `usual` is the item's critical voices an hour."""
    known: set[str] = set()
    voices: deque[float] = deque()
    likes: deque[float] = deque()
    said: deque[float] = deque()
    complaint = bool(events) and events[0].negative
    five, ten = usual / 12, usual / 6
    for e in events:
        if e.negative and e.author not in known:
            known.add(e.author)
            voices.append(e.t)
        if e.kind in ("comment", "reply"):
            said.append(e.t)
        elif e.kind in ("like", "share"):
            likes.append(e.t)
        while likes and e.t - likes[0] > 720:
            likes.popleft()
        while said and e.t - said[0] > 1200:
            said.popleft()
        while voices and e.t - voices[0] > 1200:
            voices.popleft()
        if e.t < onset:
            continue
        last = [v for v in voices if e.t - v <= 300]
        rising = len([v for v in last if e.t - v <= 150]) * 2 >= len(last)
        if rising and len(last) >= max(6, five + 3 * math.sqrt(five) + 2):
            return e.t
        if len([v for v in voices if e.t - v <= 600]) >= max(8, ten + 3 * math.sqrt(ten) + 2):
            return e.t
        # Whoever likes agrees with the critics where most who spoke lately are critics.
        agreed = len(voices) >= (2 if complaint else 3) and len(voices) * 2 >= len(said)
        if not agreed:
            continue
        fresh, older = (len([x for x in likes if a < e.t - x <= b]) for a, b in ((-1, 120), (120, 720)))
        if fresh >= max(20, older) and e.kind in ("like", "share"):
            return e.t
    return None


class UnlikeItsKind(Exception):
    """Chance made of the story what it should not be."""


def steady(per_hour: float) -> Pace:
    return lambda t: per_hour / HOUR


def growing(start: float, per_hour: float, doubles_in: float, most: float) -> Pace:
    return lambda t: min(per_hour * 2 ** ((t - start) / doubles_in), most) / HOUR


def bump(at: float, height: float, rise: float, fall: float, floor: float = 0.0) -> Pace:
    """A sudden peak that dies down."""
    return lambda t: (floor + height * (math.exp((t - at) / rise) if t < at else math.exp((at - t) / fall))) / HOUR


# -- pile-ons, seen while the detector was made -------------------------------------------------------


def shop_sudden(h: Hours) -> Trace:
    at = h.chance.uniform(1, 3) * HOUR
    h.talk(0, at + 2400, steady(4), 0.1)
    h.likes(0, at + 2400, steady(10))
    h.talk(at, at + 1800, bump(at, h.chance.uniform(60, 150), 1, 900), 0.95)
    return h.trace("shop_sudden", at, 1)


def shop_slow_start(h: Hours) -> Trace:
    at = h.chance.uniform(1, 2) * HOUR
    h.talk(0, at + 3600, steady(3), 0.1)
    h.talk(at, at + 3600, growing(at, 10, h.chance.uniform(400, 800), 300), 0.9)
    return h.trace("shop_slow_start", at, 1)


def brand_storm(h: Hours) -> Trace:
    at = h.chance.uniform(1, 4) * HOUR
    h.talk(0, at + 2400, steady(200), 0.08)
    h.likes(0, at + 2400, steady(900))
    h.talk(at, at + 2400, growing(at, 60, 180, h.chance.uniform(600, 1500)), 0.9)
    return h.trace("brand_storm", at, 16)


def likes_on_anger(h: Hours) -> Trace:
    h.add(0, "comment", True, "angry")
    at = h.chance.uniform(5, 40) * MINUTE
    h.likes(0, at, steady(12))
    h.talk(0, at + 2400, steady(4), 0.4)
    h.talk(at, at + 2400, growing(at, 12, 400, 60), 0.7, "r")
    h.likes(at, at + 2400, growing(at, 120, 120, h.chance.uniform(1000, 4000)))
    return h.trace("likes_on_anger", at, 3)


def giveaway_turns(h: Hours) -> Trace:
    at = h.chance.uniform(1, 2) * HOUR
    h.talk(0, at + 2400, steady(h.chance.uniform(80, 250)), 0.03)
    h.likes(0, at + 2400, steady(600))
    h.talk(at, at + 2400, growing(at, 60, 200, h.chance.uniform(400, 800)), 0.95)
    return h.trace("giveaway_turns", at, 5)


def night(h: Hours) -> Trace:
    at = h.chance.uniform(6, 8) * HOUR
    h.talk(0, 2 * HOUR, steady(12), 0.1)
    h.talk(2 * HOUR, at, steady(0.5), 0.1)
    h.talk(at, at + 3600, growing(at, 20, 300, 200), 0.9)
    return h.trace("night", at, 1)


def from_the_first_minute(h: Hours) -> Trace:
    h.talk(0, 2400, steady(h.chance.uniform(80, 400)), 0.75)
    h.likes(0, 2400, steady(100))
    return h.trace("from_the_first_minute", 0, 1)


# -- pile-ons, held back -------------------------------------------------------------------------------


def shared_far(h: Hours) -> Trace:
    h.add(0, "comment", True, "angry")
    at = h.chance.uniform(20, 60) * MINUTE
    h.talk(0, at + 2400, steady(3), 0.4)
    h.likes(at, at + 2400, growing(at, 60, 180, 800), "share")
    h.likes(at, at + 2400, growing(at, 60, 180, 1200))
    h.talk(at, at + 2400, growing(at, 20, 240, 300), 0.8, "rrs")
    return h.trace("shared_far", at, 2)


def brand_slow_ramp(h: Hours) -> Trace:
    at = h.chance.uniform(1, 3) * HOUR
    h.talk(0, at + 5400, steady(120), 0.1)
    h.talk(at, at + 5400, growing(at, 15, h.chance.uniform(500, 900), 700), 0.9)
    return h.trace("brand_slow_ramp", at, 12)


def sarcastic(h: Hours) -> Trace:
    at = h.chance.uniform(1, 2) * HOUR
    h.talk(0, at + 2400, steady(15), 0.1)
    h.talk(at, at + 2400, growing(at, 60, 240, 400), 0.95)
    return h.trace("sarcastic", at, 2, missed=0.3)


def under_a_complaint(h: Hours) -> Trace:
    h.add(0, "comment", True, "angry")
    at = h.chance.uniform(1, 15) * MINUTE
    h.talk(at, at + 2400, growing(at, 40, 200, 300), 0.8, "rrrc", 0.3)
    h.likes(at, at + 2400, growing(at, 60, 200, 600))
    return h.trace("under_a_complaint", at, 1)


def live_event_turns(h: Hours) -> Trace:
    at = h.chance.uniform(0.7, 1.5) * HOUR
    h.talk(0, at + 2400, bump(at - 600, 500, 900, 1800, 50), 0.06)
    h.likes(0, at + 2400, bump(at - 600, 3000, 900, 1800, 200))
    h.talk(at, at + 2400, growing(at, 200, 150, 1500), 0.9)
    return h.trace("live_event_turns", at, 25)


def price_rise(h: Hours) -> Trace:
    at = h.chance.uniform(0.5, 2) * HOUR
    h.talk(0, at, steady(60), 0.15)
    h.talk(at, at + 2400, growing(at, 80, 300, 500), 0.65)
    return h.trace("price_rise", at, 9)


def badly_read(h: Hours) -> Trace:
    at = h.chance.uniform(1, 3) * HOUR
    h.talk(0, at + 2400, steady(40), 0.2)
    h.talk(at, at + 2400, growing(at, 60, 240, 600), 0.95)
    return h.trace("badly_read", at, 8, missed=0.15)


def a_villages_restaurant(h: Hours) -> Trace:
    """Eight or ten people in ten minutes, where three a week are many."""
    at = h.chance.uniform(3, 9) * HOUR
    h.talk(0, at, steady(0.7), 0.1)
    for n in range(h.chance.randint(9, 12)):
        h.add(at + 600 * (n + h.chance.random() * 0.6) / 10, h.chance.choice(["comment", "reply"]), True)
    return h.trace("a_villages_restaurant", at, 0.2)


# -- harmless, seen while the detector was made ---------------------------------------------------------


def giveaway(h: Hours) -> Trace:
    h.talk(0, 3 * HOUR, bump(0, h.chance.uniform(300, 1500), 1, 2400, 40), 0.04)
    h.likes(0, 3 * HOUR, bump(0, 3000, 1, 2400, 100))
    return h.trace("giveaway", usual=60)


def popular_and_steady(h: Hours) -> Trace:
    pace = h.chance.uniform(150, 400)
    h.talk(0, 6 * HOUR, steady(pace), 0.1)
    h.likes(0, 6 * HOUR, steady(1500))
    return h.trace("popular_and_steady", usual=pace * 0.1)


def all_day(h: Hours) -> Trace:
    h.talk(0, 14 * HOUR, steady(h.chance.uniform(8, 30)), 0.2)
    h.likes(0, 14 * HOUR, steady(30))
    return h.trace("all_day", usual=5)


def one_angry_person(h: Hours) -> Trace:
    if h.chance.random() < 0.5:
        h.add(0, "comment", True, "angry")
    h.talk(0, 2 * HOUR, steady(6), 0.1)
    for t in sorted(h.chance.uniform(1800, 3000) for _ in range(25)):
        h.add(t, "comment", True, "angry")
    h.likes(1800, 3600, steady(20))
    return h.trace("one_angry_person")


def likes_on_praise(h: Hours) -> Trace:
    h.add(0, "comment", False, "fan")
    h.likes(0, 2 * HOUR, bump(1800, h.chance.uniform(1500, 6000), 200, 900, 10))
    h.talk(0, 2 * HOUR, steady(15), 0.08)
    return h.trace("likes_on_praise")


def mixed_feelings(h: Hours) -> Trace:
    pace = h.chance.uniform(20, 60)
    h.talk(0, 5 * HOUR, steady(pace), 0.35)
    h.likes(0, 5 * HOUR, steady(200))
    return h.trace("mixed_feelings", usual=pace * 0.35)


def a_quarrel(h: Hours) -> Trace:
    for t in sorted(h.chance.uniform(600, 1800) for _ in range(60)):
        h.add(t, "reply", h.chance.random() < 0.8, h.chance.choice(["left", "right", "third"]))
    h.likes(600, 1800, steady(40))
    return h.trace("a_quarrel")


# -- harmless, held back ---------------------------------------------------------------------------------


def live_event_peak(h: Hours) -> Trace:
    h.talk(0, 3 * HOUR, bump(5400, h.chance.uniform(800, 2500), 600, 900, 60), 0.07)
    h.likes(0, 3 * HOUR, bump(5400, 8000, 600, 900, 100))
    return h.trace("live_event_peak", usual=150)


def famous_share_of_praise(h: Hours) -> Trace:
    h.add(0, "comment", False, "fan")
    at = 2400.0
    h.likes(0, 2 * HOUR, bump(at, 5000, 30, 1200, 5))
    h.likes(0, 2 * HOUR, bump(at, 800, 30, 1200, 1), "share")
    h.talk(0, 2 * HOUR, bump(at, h.chance.uniform(100, 300), 30, 1200, 3), 0.1)
    return h.trace("famous_share_of_praise", usual=25)


def complaint_with_a_few_likes(h: Hours) -> Trace:
    h.add(0, "comment", True, "angry")
    h.likes(0, 2 * HOUR, bump(300, 60, 60, 1200, 4))
    h.talk(0, 2 * HOUR, steady(5), 0.5)
    return h.trace("complaint_with_a_few_likes")


def four_friends(h: Hours) -> Trace:
    h.talk(0, 2 * HOUR, steady(5), 0.1)
    for t in sorted(h.chance.uniform(1800, 2400) for _ in range(24)):
        h.add(t, "comment", True, h.chance.choice(["a", "b", "c", "d"]))
    return h.trace("four_friends")


def complaints_all_day(h: Hours) -> Trace:
    h.talk(0, 12 * HOUR, steady(h.chance.uniform(3, 7)), 0.9)
    return h.trace("complaints_all_day", usual=6)


def likes_from_nowhere(h: Hours) -> Trace:
    h.talk(0, 2 * HOUR, steady(4), 0.1)
    h.likes(0, 2 * HOUR, bump(1800, 6000, 5, 600))
    h.likes(0, 2 * HOUR, bump(1800, 2000, 5, 600), "share")
    return h.trace("likes_from_nowhere")


def debate(h: Hours) -> Trace:
    pace = h.chance.uniform(60, 150)
    h.talk(0, 4 * HOUR, steady(pace), 0.3, again=0.4)
    h.likes(0, 4 * HOUR, steady(400))
    return h.trace("debate", usual=pace * 0.2)


def winners_announced(h: Hours) -> Trace:
    h.talk(0, 3 * HOUR, bump(3600, h.chance.uniform(400, 900), 30, 600, 60), 0.08)
    return h.trace("winners_announced", usual=60)


PILE_ONS = [
    shop_sudden, shop_slow_start, brand_storm, likes_on_anger, giveaway_turns, night, from_the_first_minute,
]  # fmt: skip
HELD_PILE_ONS = [
    shared_far, brand_slow_ramp, sarcastic, under_a_complaint, live_event_turns, price_rise, badly_read,
    a_villages_restaurant,
]  # fmt: skip
HARMLESS = [giveaway, popular_and_steady, all_day, one_angry_person, likes_on_praise, mixed_feelings, a_quarrel]
HELD_HARMLESS = [
    live_event_peak, famous_share_of_praise, complaint_with_a_few_likes, four_friends, complaints_all_day,
    likes_from_nowhere, debate, winners_announced,
]  # fmt: skip


def make(kind: Callable[[Hours], Trace], seed: int) -> Trace:
    """Make a trace; one in which chance made a harmless hour a pile-on, or the other way round, is made again."""
    for again in range(50):
        try:
            return kind(Hours(f"{kind.__name__} {seed} {again}"))
        except UnlikeItsKind:
            pass
    raise AssertionError(f"{kind.__name__} is never what it says")
