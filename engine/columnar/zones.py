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
    starts, offsets = _spans(timezone, int(times.min()), int(times.max()))
    local: Ints = times + offsets.take(np.searchsorted(starts, times, "right") - 1)
    return local


def hours(times: Ints, timezone: str) -> Ints:
    """Where, among ascending times, clocks show another hour or day than before; the first time begins one too."""
    if len(times) == 0:
        return np.empty(0, np.int64)
    first, last = int(times[0]), int(times[-1])
    starts, offsets = _spans(timezone, first, last)
    ends = np.append(starts[1:], last + 1)
    begun = [starts]
    for start, end, offset in zip(starts.tolist(), ends.tolist(), offsets.tolist(), strict=True):
        full = -(-(max(start, first) + offset) // HOUR) * HOUR - offset
        begun.append(np.arange(full, min(end, last + 1), HOUR))
    places = np.searchsorted(times, np.concatenate(begun))
    return np.unique(np.append(places.compress(places < len(times)), 0))


def _spans(timezone: str, first: int, last: int) -> tuple[Ints, Ints]:
    """The instants from which an offset holds, the first not after ``first``; and the offsets."""
    years = [_year(timezone, year) for year in range(_moment(first).year, _moment(last).year + 1)]
    return np.concatenate([start for start, _ in years]), np.concatenate([offset for _, offset in years])


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
