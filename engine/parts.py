"""The derived parts of one value: hour, day and weekday of a time; template, length and domain of a text."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from plainterms.engine.templates import template
from plainterms.policy.meaning import PartField
from plainterms.policy.schema import MILLION

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def part_of(field: PartField, value: object) -> str | int | None:
    """The part of a value that is not missing, in the units of `schema.Type`; None where there is none."""
    match value:
        case str():
            return _of_text(field.part, value)
        case int():
            return _of_time(field.part, (_EPOCH + timedelta(microseconds=value)).astimezone(ZoneInfo(field.timezone)))
        case _:
            raise TypeError(f"`{field.part}` is a part of texts and times, not of {value!r}")


def _of_text(part: str, text: str) -> str | int | None:
    match part:
        case "template":
            return template(text)
        case "length":
            return len(text) * MILLION
        case "domain":
            return domain(text)
        case _:
            raise ValueError(f"`{part}` is no part of a text")


def _of_time(part: str, local: datetime) -> str | int:
    match part:
        case "hour":
            return local.hour * MILLION
        case "date":
            return local.date().toordinal() - _EPOCH.toordinal()
        case "weekday":
            return WEEKDAYS[local.weekday()]
        case _:
            raise ValueError(f"`{part}` is no part of a time")


def domain(text: str) -> str | None:
    """What follows the last `@`, in lower case; None where there is no `@` or nothing follows."""
    return text.rpartition("@")[2].lower() or None if "@" in text else None
