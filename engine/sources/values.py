"""Turns one value of a log into the canonical form of its field's type, or says why it cannot be."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import assert_never

from plainterms.engine.sources.errors import shown
from plainterms.policy.schema import MILLION, Field, Type

EARLIEST = 0
LATEST = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp()) * MILLION
"""Times before 1970 or from 2200 on are clock errors, in microseconds."""

LARGEST = 2**63 - 1

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_FLOAT = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPAN = re.compile(r"([0-9.]{1,30}) ?(second|minute|hour|day|week)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
YES_NO = {"yes": True, "true": True, "no": False, "false": False}

EXPECTED = {
    Type.TEXT: "text",
    Type.NUMBER: "a number",
    Type.PERCENT: "a percentage",
    Type.YES_NO: "yes or no",
    Type.TIME: "a time",
    Type.DATE: "a date",
    Type.DURATION: "a duration",
    Type.LIST: "a list of texts",
}


class BadValueError(ValueError):
    """A value that its field cannot hold; the message is the reason that goes into the quarantine."""


def convert(value: object, field: Field, foreign: bool = False) -> object:
    """One value in canonical form.

    ``foreign`` is for formats that are not ours: numbers there are rounded to six places, and times may be,
    and durations are, integers of microseconds. Raises `BadValueError`.
    """
    match field.type:
        case Type.TEXT:
            return _text(value, field)
        case Type.NUMBER | Type.PERCENT:
            return bounded(_number(value, field, foreign), field)
        case Type.YES_NO:
            return _yes_no(value, field)
        case Type.TIME:
            return _time(value, field, foreign)
        case Type.DATE:
            return _date(value, field)
        case Type.DURATION:
            return _duration(value, field, foreign)
        case Type.LIST:
            return _list(value, field)
        case _:
            assert_never(field.type)


def bounded(scaled: int, field: Field) -> int:
    """The number itself if it lies in the field's declared range. Raises `BadValueError`."""
    if field.least is not None and scaled < field.least:
        raise BadValueError(f"out of range: `{field.name}` is {plain(scaled)}, the least is {plain(field.least)}")
    if field.greatest is not None and scaled > field.greatest:
        raise BadValueError(
            f"out of range: `{field.name}` is {plain(scaled)}, the greatest is {plain(field.greatest)}"
        )
    return scaled


def plain(scaled: int) -> str:
    """Millionths as a decimal: 1_500_000 -> 1.5."""
    text = format(Decimal(scaled).scaleb(-6), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def wrong_type(value: object, field: Field) -> BadValueError:
    """The error for a value of another type."""
    return BadValueError(f"wrong type: `{field.name}` must be {EXPECTED[field.type]}, not {_kind_of(value)}")


def _kind_of(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float() | Decimal():
            return "a number"
        case str():
            return f"the text {shown(value)}"
        case datetime() | date():
            return f"the time {shown(value)}"
        case list() | tuple():
            return "a list"
        case dict():
            return "an object"
        case None:
            return "nothing"
        case bytes():
            return "text that is not UTF-8"
        case _:
            return f"a value of type {type(value).__name__}"


def _text(value: object, field: Field) -> str:
    if isinstance(value, str):
        return value
    raise wrong_type(value, field)


def _number(value: object, field: Field, foreign: bool) -> int:
    match value:
        case bool():
            raise wrong_type(value, field)
        case int():
            scaled = value * MILLION
        case float():
            scaled = _from_float(value, field, foreign)
        case Decimal() if value.is_finite():
            scaled = _exact(value, field, foreign)
        case str():
            scaled = _from_text(value, field, foreign)
        case _:
            raise wrong_type(value, field)
    if abs(scaled) > LARGEST:
        raise BadValueError(f"too large: `{field.name}` is {shown(value)}, the limit is {plain(LARGEST)}")
    return scaled


def _from_float(value: float, field: Field, foreign: bool) -> int:
    if value != value or value in (float("inf"), float("-inf")):
        raise BadValueError(f"not a number: `{field.name}` is {value}")
    if abs(value) >= 1e13:
        return int(value) * MILLION
    return round(value * 1e6) if foreign else _exact(Decimal(repr(value)), field, foreign)


def _exact(value: Decimal, field: Field, foreign: bool) -> int:
    if abs(value) >= Decimal(10) ** 13:
        return int(value) * MILLION if abs(value) < Decimal(10) ** 40 else LARGEST * 2
    scaled = value.scaleb(6)
    if scaled != scaled.to_integral_value() and not foreign:
        raise BadValueError(f"not exact: `{field.name}` is {shown(value)}, at most six decimals can be kept")
    return round(scaled)


def _from_text(value: str, field: Field, foreign: bool) -> int:
    text = value.strip()
    if field.type is Type.PERCENT:
        text = text.removesuffix("%").rstrip()
    if not (_FLOAT if foreign else _DECIMAL).fullmatch(text):
        raise wrong_type(value, field)
    return _exact(Decimal(text), field, foreign)


def _yes_no(value: object, field: Field) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in YES_NO:
        return YES_NO[value.lower()]
    raise wrong_type(value, field)


def _time(value: object, field: Field, foreign: bool) -> int:
    if isinstance(value, str):
        micros = moment(value, field)
    elif foreign and type(value) is int:
        micros = value
    else:
        raise wrong_type(value, field)
    if not EARLIEST <= micros < LATEST:
        raise BadValueError(f"time out of range: `{field.name}` is {shown(value)}, not between 1970 and 2200")
    return micros


def moment(text: str, field: Field) -> int:
    """Microseconds since 1970 of an RFC 3339 time; finer fractions are cut off. Raises `BadValueError`."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise BadValueError(f"not a time: `{field.name}` is {shown(text)}, write it like `2026-03-01T09:00:00Z`")
    day, clock, fraction, offset = found.groups()
    if offset is None:
        raise BadValueError(
            f"time without offset: `{field.name}` is {shown(text)}, end it with `Z` or an offset such as `+01:00`"
        )
    zone = "+00:00" if offset in "Zz" else offset
    try:
        whole = datetime.fromisoformat(f"{day}T{clock}{zone}") - _EPOCH
    except ValueError:
        raise BadValueError(f"not a time: `{field.name}` is {shown(text)}, there is no such time") from None
    return whole // timedelta(microseconds=1) + int((fraction or "0")[:6].ljust(6, "0"))


def _date(value: object, field: Field) -> int:
    if not isinstance(value, str):
        raise wrong_type(value, field)
    if not _DATE.fullmatch(value):
        raise BadValueError(f"not a date: `{field.name}` is {shown(value)}, write it like `2026-03-01`")
    try:
        return (date.fromisoformat(value) - _EPOCH.date()).days
    except ValueError:
        raise BadValueError(f"not a date: `{field.name}` is {shown(value)}, there is no such day") from None


def _duration(value: object, field: Field, foreign: bool) -> int:
    if foreign:
        if type(value) is not int:
            raise wrong_type(value, field)
        micros = value
    elif isinstance(value, str) and (found := _SPAN.fullmatch(value.strip())) and _DECIMAL.fullmatch(found[1]):
        micros = _exact(Decimal(found[1]), field, foreign) * _SECONDS[found[2]]
    else:
        micros = _number(value, field, foreign)
    if micros < 0:
        raise BadValueError(f"out of range: `{field.name}` is {shown(value)}, the least is 0")
    if micros > LARGEST:
        raise BadValueError(f"too large: `{field.name}` is {shown(value)}")
    return micros


def _list(value: object, field: Field) -> list[str]:
    if not isinstance(value, list | tuple):
        raise wrong_type(value, field)
    for item in value:
        if not isinstance(item, str):
            raise BadValueError(f"wrong type: `{field.name}` must hold only texts, not {_kind_of(item)}")
    return list(value)
