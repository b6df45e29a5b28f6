"""Instants, spans and lengths of time in words. Everything is in UTC, and says so."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from plainterms.engine.events import Period
from plainterms.engine.findings import EPOCH
from plainterms.policy.names import plural
from plainterms.policy.syntax import MICROSECONDS


def moment(time: int) -> datetime:
    """An instant in microseconds as a datetime in UTC."""
    return EPOCH + timedelta(microseconds=time)


def clock(time: int) -> str:
    """`10:00:00`, with as many decimals as the instant needs (none, three or six)."""
    shown = moment(time)
    if shown.microsecond == 0:
        return f"{shown:%H:%M:%S}"
    return shown.time().isoformat("milliseconds" if shown.microsecond % 1000 == 0 else "microseconds")


def instant(time: int) -> str:
    """`2026-04-01 10:00:00`, in UTC (the reader is told so once)."""
    return f"{moment(time).date().isoformat()} {clock(time)}"


def day(time: int) -> str:
    """`1 April 2026`."""
    shown = moment(time)
    return f"{shown.day} {shown:%B} {shown.year}"


def dated(time: int) -> str:
    """`1 April 2026, 10:00:00 UTC`."""
    return f"{day(time)}, {clock(time)} UTC"


def local(time: int, timezone: str) -> str:
    """The same instant on the clocks of a place, `1 April 2026, 12:00:00 in Europe/Berlin`; nothing for UTC."""
    if timezone == "UTC":
        return ""
    there = moment(time).astimezone(ZoneInfo(timezone))
    return f"{there.day} {there:%B} {there.year}, {there:%H:%M:%S} in {timezone}"


def span(first: int, last: int) -> str:
    """`2026-04-01 10:00:00 to 10:00:52`; the day is said again only where it changes."""
    if first == last:
        return instant(first)
    same_day = moment(first).date() == moment(last).date()
    return f"{instant(first)} to {clock(last) if same_day else instant(last)}"


def dated_span(first: int, last: int) -> str:
    """`1 April 2026, 10:00:00 to 10:00:52 UTC`."""
    if first == last:
        return dated(first)
    if moment(first).date() == moment(last).date():
        return f"{day(first)}, {clock(first)} to {clock(last)} UTC"
    return f"{day(first)}, {clock(first)} UTC to {dated(last)}"


def period(judged: Period) -> str:
    """The audit period in words; its end is not included."""
    start = "the first event" if judged.start is None else f"{instant(judged.start)} UTC"
    end = "the last event" if judged.until is None else f"{instant(judged.until)} UTC (not included)"
    return f"from {start} to {end}"


def length(microseconds: int) -> str:
    """`30 days`, `90 minutes`, `1.5 seconds`: in the greatest unit, up to days, that leaves no remainder."""
    for unit in ("day", "hour", "minute", "second"):
        count, rest = divmod(microseconds, MICROSECONDS[unit])
        if rest == 0 and count:
            return f"{count} {unit if count == 1 else plural(unit)}"
    return f"{microseconds / MICROSECONDS['second']:f}".rstrip("0").rstrip(".") + " seconds"


def in_force(start: int | None, end: int | None, timezone: str) -> str:
    """Since when and until when a document binds, by the days of its timezone."""
    if start is None and end is None:
        return "without dates"
    parts = [] if start is None else [f"from {_local_day(start, timezone)}"]
    if end is not None:
        parts.append(f"until {_local_day(end, timezone)} (not included)")
    return " ".join(parts)


def _local_day(time: int, timezone: str) -> str:
    return moment(time).astimezone(ZoneInfo(timezone or "UTC")).date().isoformat()
