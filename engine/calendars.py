"""Calendar periods in a timezone, daylight saving included."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from plainterms.policy.syntax import CalendarUnit

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def period_start(instant: int, unit: CalendarUnit, timezone: str) -> int:
    """The start (microseconds) of the calendar period in which the instant lies; weeks begin on Monday."""
    return _period(instant, unit, timezone)[0]


def period_end(instant: int, unit: CalendarUnit, timezone: str) -> int:
    """The start of the next period after the one in which the instant lies."""
    return _period(instant, unit, timezone)[1]


def _period(instant: int, unit: CalendarUnit, timezone: str) -> tuple[int, int]:
    """Periods follow one another without gap: where clocks are set back over midnight, the new day goes on."""
    first = _first_day(_local_day(instant, timezone), unit)
    following = _next_first_day(first, unit)
    start, end = _midnight(first, timezone), _midnight(following, timezone)
    if end <= instant:
        return end, _midnight(_next_first_day(following, unit), timezone)
    return start, end


def _local_day(instant: int, timezone: str) -> date:
    return (_EPOCH + instant * _MICROSECOND).astimezone(ZoneInfo(timezone)).date()


@lru_cache(maxsize=65_536)
def _midnight(day: date, timezone: str) -> int:
    """The first instant of a day; where midnight is skipped or doubled, the day's earliest instant."""
    local = datetime.combine(day, time(), ZoneInfo(timezone))
    return (local.astimezone(UTC) - _EPOCH) // _MICROSECOND


def _first_day(day: date, unit: CalendarUnit) -> date:
    match unit:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)


def _next_first_day(first: date, unit: CalendarUnit) -> date:
    match unit:
        case "day":
            return first + timedelta(days=1)
        case "week":
            return first + timedelta(days=7)
        case "month":
            return _first_day(first + timedelta(days=31), "month")
        case "quarter":
            return _first_day(first + timedelta(days=93), "quarter")
        case "year":
            return first.replace(year=first.year + 1)
