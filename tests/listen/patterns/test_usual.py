"""What is usual in an hour, and what is a spike: on streams that chance made, with their seasons."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premura.listen.patterns import usual

ROME = ZoneInfo("Europe/Rome")
MONTH = 30 * 24
SHARES = (0.3, 0.25, 0.12, 0.1, 0.1, 0.08, 0.03, 0.02)  # of the intents, among all


def hours(begins: datetime, weeks: int) -> np.ndarray:
    return np.arange(usual.number(begins), usual.number(begins) + weeks * 168)


def season(rate: float, when: np.ndarray) -> np.ndarray:
    """The week of a restaurant: quiet nights, a peak at lunch, weekends of half the size; `rate` on average."""
    local = [usual.instant(hour).astimezone(ROME) for hour in when]
    clock, weekday = np.array([at.hour for at in local]), np.array([at.weekday() for at in local])
    awake = (clock >= 7) & (clock < 23)
    shape = np.where(awake, 1 + 0.7 * np.sin((clock - 7) / 16 * np.pi) + (clock == 13), 0.15)
    shape *= np.where(weekday >= 5, 0.5, 1.1)
    return rate * shape / shape.mean()


WHEN = hours(datetime(2026, 2, 2, tzinfo=UTC), 13)  # the clock changes at the end of March
WATCHED = np.arange(8 * 168, len(WHEN))  # the last five weeks, every five minutes


@lru_cache
def past() -> np.ndarray:
    return usual.around(usual.pasts(WHEN[WATCHED].tolist(), ROME)) - WHEN[0]


class Stream:
    """Thirteen weeks that chance made."""

    def __init__(self, rate: float, seed: int, scatter: float = 0, growth: float = 0) -> None:
        self.random = np.random.default_rng(seed)
        self.mean = season(rate, WHEN) * np.exp(growth * np.arange(len(WHEN)) / 168)
        if scatter:
            self.mean = self.random.gamma(scatter, self.mean / scatter)

    def comes(self, mean: np.ndarray) -> np.ndarray:
        """What came until each five minutes of each hour."""
        return self.random.poisson(mean[:, None] / 12, (len(mean), 12)).cumsum(1)

    def levels(self, counts: np.ndarray):
        return usual.levels(counts[np.maximum(past(), 0), -1].astype(float), past() >= 0)

    def alarms(self, counts: np.ndarray, level, sure: float = usual.SURE) -> np.ndarray:
        raised = [usual.spikes(counts[:, part], *level, (part + 1) / 12, sure) for part in range(12)]
        return np.any(raised, axis=0)

    def false_alarms(self, share: float = 1.0, sure: float = usual.SURE) -> int:
        came = self.comes(self.mean * share)
        return int(self.alarms(came[WATCHED], self.levels(came), sure).sum())


@pytest.mark.parametrize(
    ("n", "mean", "spread", "is_one"),
    [
        (5, 0.2, 0.45, True),
        (1, 0.0, 0.0, False),  # one instead of none is nothing
        (4, 0.0, 0.0, False),
        (60, 40, 10, False),
        (120, 40, 10, True),
        (15000, 10000, 100, False),  # sure, but not twice as much
        (0, 0, 0, False),
    ],
)
def test_a_spike_is_much_more_than_usual_and_than_next_to_nothing(n, mean, spread, is_one):
    assert usual.is_spike(n, mean, spread) is is_one


def test_of_an_hour_that_runs_only_the_part_that_has_passed_is_compared():
    assert not usual.is_spike(30, usual=40, spread=7)
    assert usual.is_spike(30, usual=40, spread=7, share_of_hour=0.2)
    assert not usual.is_spike(30, usual=40, spread=7, share_of_hour=0.7)


def test_an_hour_that_has_just_begun_must_be_clearer():
    n = next(n for n in range(5, 99) if usual.is_spike(n, 10, 10**0.5))
    assert not usual.is_spike(n, 20, 20**0.5, share_of_hour=0.5)


@given(st.integers(0, 5000), st.floats(0, 2000), st.floats(0, 500), st.floats(0.001, 1))
def test_more_messages_are_never_less_of_a_spike(n, mean, spread, share):
    if usual.is_spike(n, mean, spread, share):
        assert usual.is_spike(n + 1, mean, spread, share)
        assert usual.is_spike(n, mean / 2, spread, share) or spread**2 > mean / 2


@pytest.mark.parametrize("rate", [0.2, 5, 40])
@pytest.mark.parametrize("scatter", [0, 25])
def test_less_than_one_false_alarm_a_channel_and_month_all_its_intents_included(rate, scatter):
    found, months = 0, 0.0
    for seed in range(8):
        stream = Stream(rate, seed, scatter)
        found += stream.false_alarms()
        found += sum(stream.false_alarms(share, usual.SURE_OF_PART) for share in SHARES)
        months += len(WATCHED) / MONTH
    assert found / months < 1


@pytest.mark.parametrize(
    ("rate", "scatter", "one_thing", "least"),
    [
        (20, 0, False, 0.98),
        (10, 0, False, 0.85),
        (10, 0, True, 0.97),
        (5, 0, True, 0.7),  # 15 instead of 5 is what chance brings every month or two: a test can hardly do better
        (5, 0, False, 0.45),
        (40, 25, True, 0.97),  # of hours that scatter by a fifth, everything at once
        (40, 25, False, 0.85),
    ],
)
def test_three_times_the_usual_is_found_within_the_hour(rate, scatter, one_thing, least):
    found = seen = 0
    for seed in range(3):
        stream = Stream(rate, seed, scatter)
        near = np.abs(season(rate, WHEN)[WATCHED] / rate - 1.2) < 0.2
        mean, of_one = stream.mean, stream.mean * SHARES[0]
        level, level_of_one = stream.levels(stream.comes(mean)), stream.levels(stream.comes(of_one))
        more = stream.comes(2 * mean[WATCHED])
        whole = stream.comes(mean[WATCHED]) + more
        raised = stream.alarms(whole, level)
        if one_thing:
            part = stream.comes(of_one[WATCHED]) + more
            raised |= stream.alarms(part, level_of_one, usual.SURE_OF_PART)
        found, seen = found + int(raised[near].sum()), seen + int(near.sum())
    assert found / seen > least


def test_the_clock_on_the_wall_counts_not_the_suns():
    when = hours(datetime(2026, 2, 2, tzinfo=UTC), 9)
    counts = {hour: 50 if usual.instant(hour).astimezone(ROME).hour == 9 else 2 for hour in when.tolist()}
    before = usual.number(datetime(2026, 3, 27, 9, tzinfo=ROME))
    after = usual.number(datetime(2026, 3, 30, 9, tzinfo=ROME))  # the night of the 29th the clock was put forward
    assert (after - before) % 24 == 23
    for nine in (before, after):
        assert usual.usual(counts, nine, ROME)[0] == pytest.approx(50, abs=1)
        assert usual.usual(counts, nine - 1, ROME)[0] < 20


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"])
def test_every_zone_has_a_past(zone):
    found = usual.pasts([usual.number(datetime(2026, 4, 5, hour, tzinfo=UTC)) for hour in range(24)], ZoneInfo(zone))
    assert found.shape == (24, len(usual.PASTS))
    assert (found[:, :-1][:, : usual.WEEKS - 1] > found[:, 1 : usual.WEEKS]).all()


@pytest.mark.parametrize("odd", [0, 3, 500], ids=["an outage", "a holiday", "a burst"])
def test_one_odd_week_changes_nothing(odd):
    when = hours(datetime(2026, 5, 4, tzinfo=UTC), 8)
    now = int(when[-1]) + 1
    counts = dict.fromkeys(when.tolist(), 20)
    counts |= dict.fromkeys(range(now - 3 * 168 - 12, now - 3 * 168 + 12), odd)
    level, spread = usual.usual(counts, now, ROME)
    assert 17 <= level <= 24
    assert spread < 8


def test_growth_of_two_per_cent_a_week_raises_no_alarm():
    assert sum(Stream(40, seed, growth=0.02).false_alarms() for seed in range(3)) <= 3


def test_a_channel_of_one_week_is_compared_with_its_other_days_and_trusted_less():
    when = hours(datetime(2026, 5, 4, tzinfo=UTC), 1)
    counts = {hour: 30 if usual.instant(hour).astimezone(ROME).hour == 9 else 1 for hour in when.tolist()}
    nine = usual.number(datetime(2026, 5, 10, 9, tzinfo=ROME))
    level, spread = usual.usual({hour: n for hour, n in counts.items() if hour < nine}, nine, ROME)
    assert 25 <= level <= 35
    assert spread > 0.4 * level
    assert not usual.is_spike(65, level, spread)
    assert usual.is_spike(300, level, spread)


def test_where_nothing_is_known_next_to_nothing_is_usual_and_nothing_breaks():
    level, spread = usual.usual({}, usual.number(datetime(2026, 5, 4, tzinfo=UTC)), ROME)
    assert level == pytest.approx(0.05)
    assert spread > 0


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.integers(0, 1500), st.integers(0, 10**6), max_size=60), st.integers(0, 1500))
def test_any_past_gives_a_number(counts, now):
    level, spread = usual.usual(counts, now, ROME)
    assert 0 < level < 10**7
    assert np.isfinite(spread)
