"""Local times of whole columns, daylight saving included, from the same zone data as everywhere else."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
STEP = 6 * HOUR
"""No zone leaves an offset and comes back to it within this time."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local_times(times: Ints, timezone: str) -> Ints:
    """What clocks showed: microseconds since 1970-01-01T00:00 of the zone's own calendar."""
    if len(times) == 0:
        return times
    first, last = (_moment(int(time)).year for time in (times.min(), times.max()))
    spans = [_year(timezone, year) for year in range(first, last + 1)]
    starts = np.concatenate([start for start, _ in spans])
    offsets = np.concatenate([offset for _, offset in spans])
    local: Ints = times + offsets.take(np.searchsorted(starts, times, "right") - 1)
    return local


@cache
def _year(timezone: str, year: int) -> tuple[Ints, Ints]:
    """The instants of a year (UTC) from which an offset holds, the year's beginning first; and the offsets."""
    zone = ZoneInfo(timezone)
    begin, end = (_micros(datetime(number, 1, 1, tzinfo=UTC)) for number in (year, year + 1))
    starts, offsets = [begin], [_offset(begin, zone)]
    for time in range(begin, end, STEP):
        before, after = time, min(time + STEP, end - SECOND)
        while _offset(after, zone) != offsets[-1]:
            change = _change(before, after, zone)
            starts.append(change)
            offsets.append(_offset(change, zone))
            before = change
    return np.array(starts, np.int64), np.array(offsets, np.int64)


def _change(before: int, after: int, zone: ZoneInfo) -> int:
    """The second between ``before`` and ``after`` from which another offset holds than at ``before``."""
    while after - before > SECOND:
        middle = before + (after - before) // (2 * SECOND) * SECOND
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            after = middle
    return after


def _offset(time: int, zone: ZoneInfo) -> int:
    shift = _moment(time).astimezone(zone).utcoffset()
    return 0 if shift is None else shift // timedelta(microseconds=1)


def _moment(time: int) -> datetime:
    return _EPOCH + timedelta(microseconds=time)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
