"""Days and times as a form or an address gives them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

# Beyond them PostgreSQL gives back years that Python does not know, and other zones overflow.
FIRST_YEAR, LAST_YEAR = 2001, 2999


def time_of(given: str, zone: ZoneInfo) -> datetime | None:
    """Return the time that was typed, in the zone where it names none; None for what is no time of ours.

    >>> rome = ZoneInfo("Europe/Rome")
    >>> time_of("2026-10-08T09:00", rome).isoformat()
    '2026-10-08T09:00:00+02:00'
    >>> [time_of(given, rome) for given in ("domani", "0001-01-01T00:00", "9999-12-31T23:59:59-12:00")]
    [None, None, None]
    """
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        return None
    if not is_ours(found):
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def is_ours(day: date) -> bool:
    """Whether a day or a time lies in years that can be kept, and read back in every zone."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
