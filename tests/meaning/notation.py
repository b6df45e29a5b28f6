"""The short notation of the cases: instants of one day, and values by the type of their field."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from plainterms.engine.findings import decimal_text
from plainterms.policy.schema import MILLION, Type

DAY = "2026-03-02"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANT = re.compile(r"(?:(?:(\d{4})-)?(\d\d-\d\d)T)?(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{6}))?)?$")


def instant(written: str) -> int:
    """Microseconds of `10:00`, `10:00:00.000001` (on `DAY`), `03-29T01:00` (of its year) or with a year, in UTC."""
    match = INSTANT.match(written)
    if match is None:
        raise ValueError(f"`{written}` is no instant, write `10:00` or `03-29T10:00:00.000001`")
    year, day, hour, minute, second, fraction = match.groups()
    date = f"{year or DAY[:4]}-{day or DAY[5:]}"
    moment = datetime.fromisoformat(f"{date}T{hour}:{minute}:{second or '00'}+00:00")
    return (moment - EPOCH) // timedelta(microseconds=1) + int(fraction or 0)


def instant_text(time: int) -> str:
    """The shortest notation of an instant."""
    moment = EPOCH + timedelta(microseconds=time)
    date, day = moment.date().isoformat(), ""
    if date != DAY:
        day = (date[5:] if date[:4] == DAY[:4] else date) + "T"
    clock = moment.strftime("%H:%M")
    if moment.second or moment.microsecond:
        clock += moment.strftime(":%S")
    if moment.microsecond:
        clock += f".{moment.microsecond:06}"
    return day + clock


def value(written: str, kind: Type) -> str | int | bool | tuple[str, ...]:
    """A value in the units of `schema.Type`; the items of a list stand between semicolons."""
    match kind:
        case Type.TEXT:
            return written
        case Type.NUMBER | Type.PERCENT:
            scaled = Decimal(written.removesuffix("%")) * MILLION
            assert scaled == int(scaled), f"{written} has more than six places"
            return int(scaled)
        case Type.YES_NO:
            return {"yes": True, "no": False}[written]
        case Type.TIME:
            return instant(written)
        case Type.LIST:
            return tuple(written.split(";")) if written else ()
        case Type.DURATION:
            return int(Decimal(written.removesuffix("s")) * MILLION)
        case Type.DATE:
            raise ValueError("no field of an event is a date")


def value_text(given: object, kind: Type) -> str:
    """The notation of a value."""
    match kind:
        case Type.NUMBER | Type.PERCENT | Type.DURATION:
            assert isinstance(given, int)
            unit = {Type.PERCENT: "%", Type.DURATION: "s"}.get(kind, "")
            return decimal_text(Fraction(given, MILLION)) + unit
        case Type.YES_NO:
            return "yes" if given else "no"
        case Type.TIME:
            assert isinstance(given, int)
            return instant_text(given)
        case Type.LIST:
            assert isinstance(given, tuple)
            return ";".join(given)
        case _:
            return str(given)
