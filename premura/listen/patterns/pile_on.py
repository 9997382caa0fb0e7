"""Pile-ons: many people turn against one item, much faster than is usual for it.

Two things are counted, each against its own past.  Voices: people who have not spoken critically here before.  Support:
likes and shares, where most of what is said is critical, or where they are known to be a critic's.  An alarm needs more
voices in a short time than chance would bring at the usual pace, and a larger part of all that is said than usual: a
busy hour brings a few critical voices too.  What is usual is taken as high as it may be, as long as little was seen.

The numbers below were chosen on made-up traces of fourteen kinds of each sort and looked at on others: see
`docs/process.md` for what came of it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from math import exp, log, sqrt
from typing import Any, NamedTuple

MINUTE, HOUR = 60.0, 3600.0
KINDS = ("comment", "reply", "like", "share")

# -- voices --

# So many new critical voices, after the first, within so many seconds are looked at.  Fewer than four are no pile-on;
# what grows over hours on a quiet page is one as well.
LADDER = (
    (3, 3 * MINUTE), (4, 7 * MINUTE), (5, 12 * MINUTE), (6, 20 * MINUTE), (7, 30 * MINUTE), (8, 45 * MINUTE),
    (9, 60 * MINUTE), (11, 90 * MINUTE), *((n, 3 * HOUR) for n in (13, 16, 20, 25, 31, 39)),
)  # fmt: skip
MOST_VOICES = LADDER[-1][0] + 1  # how many voices are kept with their moment
MOST_KNOWN = 1000  # people kept by name; the longest known are forgotten first
FAST = 5.5  # how surprising it must be that they come so fast, see `surprise`: chance does it once in e^5.5 looks
MANY = 4.5  # and that so many of those who speak are critical
FAST_ALONE = 7.0  # how fast is enough, where MOSTLY all who speak are critical: many were before, or few spoke at all
MOSTLY = 0.6
OF_ALL = 0.06  # part of all who spoke in RECENT that they must be: five of a thousand are no turn, however fast
SLOWLY = 20 * MINUTE  # what takes longer than this is measured against a past as long as itself,
TIMES = 4.0  # and must be so many times the usual: mornings are busier than nights

# -- what is usual --

LONG = 4 * HOUR  # over which it is learnt: longer takes yesterday for today, shorter takes a slow rise for usual
RECENT = 20 * MINUTE  # what is newer does not count for the pace yet, or a rise would be measured against itself
USUAL_PER_HOUR = 1.0  # critical voices on one item, where nothing is known yet
USUAL_WEIGHT = 8 * MINUTE  # for how much watching that guess counts
USUAL_SHARE = 0.12  # critical among all who speak, where nothing is known yet
SHARE_WEIGHT = 20.0  # for how many people that guess counts
PACE_DOUBT = 1.0  # standard deviations by which the pace may be higher than it was seen to be
SHARE_DOUBT = 2.0  # and the share: some items are quarrelled about from their first comment on
COMMON_SHARE = 0.05  # so many critical among all are never remarkable
LEAST_SHARE = 0.2  # below this most people talk of something else
FEW = 20  # people: who saw no more than these does not know what is usual
FEW_SHARE = 0.5  # and wants so many to be critical

# -- support --

SHORT = 2 * MINUTE  # over which likes and shares are counted
SUPPORT_PER_HOUR = 40.0  # likes, where nothing is known yet
SUPPORT_WEIGHT = 20 * MINUTE
SHARE_IS = 3.0  # likes: who shares shows it to others
SURE_SUPPORT = 8.0  # how surprising their number must be
LEAST_SUPPORT = 15.0
VOICES = 3  # so many critical voices they must rest on,
TWO_FROM = 20.0  # from so many likes on two,
ONE_FROM = 20.0  # and one where the item is a complaint itself, or where they are known to be for that voice
KNOWN_FOR = 10 * MINUTE  # before that nobody knows how many likes are usual here, unless the item is a complaint

HEAT = 15 * MINUTE  # over which an outbreak dies down
QUIET_FOR = HOUR  # at least so long between two alarms


class Event(NamedTuple):
    """One thing that somebody did to an item.  Likes of a critical message may be said to be negative."""

    t: float  # seconds, from any beginning
    kind: str  # one of KINDS
    author: str  # "" where it is not known: then everyone is somebody else
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Alarm:
    """Why somebody should look now."""

    t: float
    voices: int  # new critical voices
    within: float  # seconds in which they came
    usual: float  # critical voices an hour, before that
    support: int  # likes and shares of the last two minutes, where they agree; 0 where they play no part
    support_before: int  # in two minutes, before that


class Voice(NamedTuple):
    """One new critical voice, with what was usual before it."""

    t: float
    people: int  # who had spoken until then
    usual: float  # critical voices a second
    pace: float  # as many as it may be that are usual
    share: float  # and as large a part of all


@dataclass(slots=True)
class Watch:
    """Watches one item.

    Give it the item's events in order of time; one that comes late counts as of now.  What is known of the channel
    can be given as critical voices an hour on one of its items, and their share of all who speak.
    Cost     about 4 microseconds an event, 12 where all are critical; and 60 kB where a thousand people spoke.
    """

    per_hour: float = USUAL_PER_HOUR
    share: float = USUAL_SHARE
    began: float | None = None
    now: float = 0.0
    complaint: bool = False  # the item itself, or the first that was said of it
    people: int = 0
    known: dict[str, int] = field(default_factory=dict)  # 1 liked, 2 spoke
    critics: dict[str, int] = field(default_factory=dict)  # apart, so that a thousand likes do not push them out
    voices: list[Voice] = field(default_factory=list)
    long_voices: float = 0.0
    long_people: float = 0.0
    recent_voices: float = 0.0
    recent_people: float = 0.0
    support: float = 0.0
    sided: float = 0.0  # what of it is known to be for a critic
    support_past: float = 0.0  # what support was, before the last minutes
    heat: float = 0.0
    peak: float = 0.0
    alarmed: float | None = None  # when; None while it is armed

    def take(self, event: Event) -> Alarm | None:
        """Count one event.  Return the alarm where it is the one too many: once for each outbreak."""
        self._let_time_pass(event.t)
        if self.began is None:
            self.began, self.complaint = self.now, event.negative
        spoke = event.kind in ("comment", "reply") or (event.negative and event.kind == "share")
        new = self._hear(event) if spoke else self._support(event)
        if not new or self.alarmed is not None:
            return None
        alarm = self._judge_voices() if spoke else None
        alarm = alarm or self._judge_support()
        if alarm:
            self.alarmed = self.now
        return alarm

    def slope(self, now: float | None = None) -> float:
        """Return new critical voices a minute, and a tenth for each like or share that agrees, decayed until now."""
        passed = max(0.0, (self.now if now is None else now) - self.now)
        lately = sum(exp((voice.t - self.now) / SHORT) for voice in self.voices)
        return (lately + self.support * self._agreement() / 10) * exp(-passed / SHORT) / (SHORT / MINUTE)

    def stored(self) -> dict[str, Any]:
        """Return the whole state as plain JSON; `resume` makes a watch of it that goes on as this one would."""
        return asdict(self)

    @classmethod
    def resume(cls, stored: Mapping[str, Any]) -> "Watch":
        """Return the watch whose state was stored.  The given mapping is not changed by what it sees next."""
        voices = [Voice(*voice) for voice in stored["voices"]]
        return cls(**{**stored, "known": dict(stored["known"]), "critics": dict(stored["critics"]), "voices": voices})

    # -- counting ----------------------------------------------------------------------------------

    def _let_time_pass(self, t: float) -> None:
        passed = t - self.now if self.began is not None else 0.0
        if self.began is None:
            self.now = t
        if passed <= 0:
            return
        self.now = t
        slow, recent = exp(-passed / LONG), exp(-passed / RECENT)
        # The past takes in only what the present lets go: a rise is not measured against itself.
        self.long_voices = self.long_voices * slow + self.recent_voices * (1 - recent)
        self.long_people = self.long_people * slow + self.recent_people * (1 - recent)
        self.recent_voices *= recent
        self.recent_people *= recent
        self.heat *= exp(-passed / HEAT)
        left = self.support * exp(-passed / SHORT)
        self.support_past = self.support_past * recent + self.support - left
        self.support, self.sided = left, self.sided * exp(-passed / SHORT)
        if self.alarmed is not None and t - self.alarmed > QUIET_FOR and self.heat < max(1.0, 0.05 * self.peak):
            self.alarmed, self.peak = None, 0.0
            self.voices.clear()

    def _hear(self, event: Event) -> bool:
        """Count somebody who speaks; return whether it is a new critical voice."""
        new = event.negative and event.author not in self.critics
        if new or (self.known.get(event.author, 0) < 2 and event.author not in self.critics):
            self.people += 1
            self.recent_people += 1
        if not new:
            _know(self.known, event.author, 2)
            return False
        _know(self.critics, event.author, 3)
        usual, pace = self._usual()
        self.voices.append(Voice(self.now, self.people, usual, pace, self._usual_share()))
        del self.voices[:-MOST_VOICES]
        self.recent_voices += 1
        self.heat += 1
        self.peak = max(self.peak, self.heat)
        return True

    def _support(self, event: Event) -> bool:
        """Count a like or a share; return whether it is somebody's first."""
        if event.author and (event.author in self.known or event.author in self.critics):
            return False
        _know(self.known, event.author, 1)
        weight = SHARE_IS if event.kind == "share" else 1.0
        self.support += weight
        self.sided += weight if event.negative else 0.0
        return True

    # -- the usual ---------------------------------------------------------------------------------

    def _usual(self) -> tuple[float, float]:
        """Return the critical voices a second that one would expect, and how many it may be, from what was seen."""
        age = self.now - (self.began or 0.0)
        seen = max(0.0, LONG * (1 - exp(-age / LONG)) - RECENT * (1 - exp(-age / RECENT)))
        voices, watched = self.per_hour / HOUR * USUAL_WEIGHT + self.long_voices, USUAL_WEIGHT + seen
        return voices / watched, (voices + PACE_DOUBT * sqrt(voices)) / watched

    def _usual_share(self) -> float:
        """Return how large a part of all who speak may usually be critical."""
        people = SHARE_WEIGHT + self.long_people + self.recent_people
        share = (self.share * SHARE_WEIGHT + self.long_voices + self.recent_voices) / people
        return share + SHARE_DOUBT * sqrt(max(0.0, share * (1 - share)) / people)

    def _agreement(self) -> float:
        """Return from 0 to 1 whether a like now agrees with the critics.

        It does where it is known to be theirs, or where they are most of those who speak.
        """
        credit = 3.0 * exp(-self.people / 10) if self.complaint else 0.0
        share = (self.recent_voices + credit) / (self.recent_people + credit + 1)
        return min(1.0, max(0.0, (share - 0.3) / 0.3, self.sided / max(self.support, 1.0)))

    # -- judging -----------------------------------------------------------------------------------

    def _judge_voices(self) -> Alarm | None:
        """Look back from the newest voice: did any number of them come too fast, and speak for too many?"""
        voices, now = self.voices, self.now
        least = min(OF_ALL * self.recent_people, MOST_VOICES - 1)
        for more, within in LADDER:
            if more >= len(voices):
                return None
            first = voices[-1 - more]
            passed = max(now - first.t, 1.0)
            if passed > within or more < least or now - voices[-1 - more // 2].t > passed / 2 + 1:  # it dies down
                continue
            fast = surprise(more, first.pace * passed)
            if fast < FAST or (passed > SLOWLY and not self._stands_out(more, first)):
                continue
            people = self.people - first.people
            if (fast > FAST_ALONE and more >= MOSTLY * people) or _many(more, people, first) > MANY:
                return self._alarm(more + 1, passed, first.usual)
        return None

    def _stands_out(self, more: int, first: Voice) -> bool:
        passed, before = self.now - first.t, first.t - (self.began or 0.0)
        return before >= passed and more >= TIMES * first.pace * passed

    def _support_surprise(self) -> float:
        return surprise(self.support, self._support_before())

    def _support_before(self) -> float:
        seen = RECENT * (1 - exp(-(self.now - (self.began or 0.0)) / RECENT))
        past = SUPPORT_PER_HOUR / HOUR * SUPPORT_WEIGHT + self.support_past
        return past / (SUPPORT_WEIGHT + seen) * SHORT

    def _judge_support(self) -> Alarm | None:
        """A few critics whom suddenly many like and share are a pile-on too; nobody's likes alone are."""
        young = self.now - (self.began or 0.0) < KNOWN_FOR
        if self.support < LEAST_SUPPORT or not self.voices or (young and not self.complaint):
            return None
        agreement = self._agreement()
        if agreement <= 0.5 or agreement * self._support_surprise() < SURE_SUPPORT:
            return None
        recent = [voice for voice in self.voices if self.now - voice.t < 30 * MINUTE]
        few = VOICES if young or self.support < TWO_FROM else 2
        if len(recent) < few and not self._is_theirs():
            return None
        began = recent[0] if recent else self.voices[0]
        return self._alarm(max(len(recent), 1), max(self.now - began.t, 1.0), began.usual)

    def _is_theirs(self) -> bool:
        """Whether the likes are one critic's alone: the item's author's, or so the network says."""
        return (self.support if self.complaint else self.sided) >= max(ONE_FROM, self.support / 2)

    def _alarm(self, voices: int, within: float, usual: float) -> Alarm:
        agrees = self._agreement() > 0.5 and self.support >= 5
        support, before = (round(self.support), round(self._support_before())) if agrees else (0, 0)
        return Alarm(self.now, voices, within, usual * HOUR, support, before)


def _know(people: dict[str, int], author: str, how: int) -> None:
    if author:
        people[author] = how
        if len(people) > MOST_KNOWN:
            for oldest in list(islice(people, MOST_KNOWN // 4)):  # many at once: one by one is slow
                del people[oldest]


def surprise(seen: float, expected: float) -> float:
    """Return how surprising it is to see more than expected: 0 where it is not, and chance does so about exp(-it)."""
    return seen * log(seen / expected) - seen + expected if seen > expected else 0.0


def _many(critical: int, people: int, first: Voice) -> float:
    """Return how surprising it is that so many of those who spoke are critical; 0 where most talk of else."""
    share, usual = min(1.0, critical / max(people, 1)), max(first.share, COMMON_SHARE)
    least = FEW_SHARE if first.people <= FEW else LEAST_SHARE
    return people * _divergence(share, usual) if share >= max(usual, least) else 0.0


def _divergence(share: float, usual: float) -> float:
    rest = (1 - share) * log((1 - share) / (1 - usual)) if share < 1 else 0.0
    return share * log(share / usual) + rest
