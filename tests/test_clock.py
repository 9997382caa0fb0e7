"""Working time is what a patient person would count, minute by minute, over every change of the clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premura.clock import ALWAYS, Calendar, WrongCalendar, due, worked

ROME = "Europe/Rome"
OFFICE = Calendar(ROME, (((540, 780), (840, 1080)),) * 5 + (((540, 780),), ()))
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# Half-hour offsets, half-hour changes, a skipped midnight, and a whole skipped day.
ZONES = ("Europe/Rome", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia")


def rome(*when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(ROME), fold=fold)


def counted(calendar: Calendar, since: datetime, until: datetime) -> timedelta:
    """The slow and obvious way: look at each minute."""
    zone, minutes, at = ZoneInfo(calendar.zone), 0, since
    while at < until:
        local = at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        minutes += any(a <= minute < b for a, b in calendar.spans(local.date()))
        at += MINUTE
    return minutes * MINUTE


@st.composite
def spans(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    edges = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))  # quarters of an hour
    return tuple((a * 15, b * 15) for a, b in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn, near: date) -> Calendar:
    days = st.integers(-3, 6).map(lambda n: near + timedelta(days=n))
    zone, week = draw(st.sampled_from(ZONES)), tuple(draw(spans()) for _ in range(7))
    exceptions = draw(st.dictionaries(days, spans(), max_size=2))
    return Calendar(zone, week, frozenset(draw(st.sets(days, max_size=2))), exceptions)


# Changes of the clocks north and south, a leap day, the day that Apia left out, and any day at all.
NEAR = [
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 11, 1),
    date(2028, 2, 29),
    date(2018, 11, 4),
    date(2011, 12, 30),
]
DATES = st.one_of(st.sampled_from(NEAR), st.dates(date(2000, 1, 1), date(2040, 1, 1)))


@settings(max_examples=60, deadline=None)
@given(st.data(), DATES)
def test_working_time_is_what_one_counts_minute_by_minute(data, day):
    calendar = data.draw(calendars(day))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + data.draw(st.integers(-1500, 1500)) * MINUTE
    end = start + data.draw(st.integers(0, 4000)) * MINUTE
    assert worked(calendar, start, end) == counted(calendar, start, end)
    assert worked(calendar, end, start) == -counted(calendar, start, end)


@settings(max_examples=60, deadline=None)
@given(st.data(), DATES, st.integers(1, 2400))
def test_what_is_due_is_due_at_the_first_moment_when_so_much_was_worked(data, day, minutes):
    calendar = data.draw(calendars(day))
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) + data.draw(st.integers(-1500, 1500)) * MINUTE
    found = due(calendar, start, minutes * MINUTE, ahead=40)
    if found is None:
        assert worked(calendar, start, start + timedelta(days=39)) < minutes * MINUTE
    else:
        assert worked(calendar, start, found) == minutes * MINUTE
        assert worked(calendar, start, found - MINUTE) < minutes * MINUTE


def test_four_hours_from_friday_evening_end_on_saturday_and_monday():
    assert due(OFFICE, rome(2026, 11, 20, 17), HOUR) == rome(2026, 11, 20, 18)
    assert due(OFFICE, rome(2026, 11, 20, 17), 5 * HOUR) == rome(2026, 11, 21, 13)
    assert due(OFFICE, rome(2026, 11, 20, 17), 6 * HOUR) == rome(2026, 11, 23, 10)


def test_a_holiday_is_not_worked_and_an_exception_stands_above_it():
    immaculate = date(2026, 12, 8)
    closed = Calendar(ROME, OFFICE.week, frozenset({immaculate}))
    assert worked(closed, rome(2026, 12, 8), rome(2026, 12, 9)) == timedelta()
    open_ = Calendar(ROME, OFFICE.week, frozenset({immaculate}), {immaculate: ((600, 660),)})
    assert worked(open_, rome(2026, 12, 8), rome(2026, 12, 9)) == HOUR


def test_the_night_of_the_hour_that_comes_twice_is_an_hour_longer():
    night = Calendar(ROME, (((0, 360),),) * 7)
    assert worked(night, rome(2026, 10, 25), rome(2026, 10, 25, 6)) == 7 * HOUR
    assert worked(night, rome(2026, 3, 29), rome(2026, 3, 29, 6)) == 5 * HOUR


def test_nothing_is_ever_due_where_nobody_works_and_nothing_to_wait_for_is_due_at_once():
    nobody = Calendar(ROME, ((),) * 7)
    assert due(nobody, rome(2026, 11, 20), MINUTE) is None
    assert worked(nobody, rome(2026, 1, 1), rome(2027, 1, 1)) == timedelta()
    assert due(nobody, rome(2026, 11, 20), timedelta()) == rome(2026, 11, 20)
    assert due(ALWAYS, rome(2026, 11, 20), 25 * HOUR) == rome(2026, 11, 21, 1)


@pytest.mark.parametrize("day", [((600, 540),), ((540, 600), (590, 700)), ((540, 1500),), ((540, 540),), ((-5, 60),)])
def test_a_calendar_that_nobody_could_work_is_refused(day):
    with pytest.raises(WrongCalendar):
        Calendar(ROME, (day,) * 7)
