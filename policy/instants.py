"""From calendar days in a timezone to instants."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_NOT_PLACES = ("localtime", "posixrules", "Factory", "posix/", "right/")


@lru_cache(maxsize=4096)
def start_of_day(days: int, timezone: str) -> int:
    """The first instant of a day (days since 1970-01-01) in a timezone, in microseconds since 1970-01-01T00:00Z."""
    day = date.fromordinal(days + _EPOCH_DAY)
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone))
    return (midnight - _EPOCH) // timedelta(microseconds=1)


def day_after(instant: int) -> str:
    """The day, in UTC, that begins after an instant, as it is written in a document."""
    ordinal = instant // 86_400_000_000 + 1 + _EPOCH_DAY
    return date.fromordinal(min(ordinal, date.max.toordinal())).isoformat()


def is_timezone(name: str) -> bool:
    """Whether the IANA database has a timezone of this name, the same on every machine."""
    if name.startswith(_NOT_PLACES):
        return False
    try:
        return ZoneInfo(name).key == name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
