"""Events from what a platform has at hand: names and plain values, checked against the terms' schema."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from plainterms.engine.events import Event, EventValue
from plainterms.engine.sources.errors import nearest, shown
from plainterms.engine.sources.values import BadValueError, convert
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.schema import Field, Schema

REQUEST = "request"


class EventError(PlainTermsError):
    """An event that cannot be judged: without id or time, or with a field or value that there is not."""


class Intake:
    """What events of a schema look like."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @cached_property
    def kinds(self) -> Mapping[str, Mapping[str, Field]]:
        """The fields of each kind."""
        return {name: self.schema.fields_of(name) for name in self.schema.kinds if name != "breach"}

    def event(self, given: Mapping[str, object]) -> Event:
        """An event from plain values, as a line of a log in our own format would hold them; times may be `datetime`.

        Raises EventError.
        """
        kind = given.get("kind") or REQUEST
        fields = self.kinds.get(kind) if isinstance(kind, str) else None
        if fields is None:
            raise EventError(f"unknown kind: {shown(kind)}{nearest(str(kind), self.kinds)}")
        values: dict[str, EventValue] = {}
        for name, value in given.items():
            if value is None or name == "kind":
                continue
            field = fields.get(name)
            if field is None:
                raise EventError(f"unknown field: {shown(name)} of `{kind}`{nearest(name, fields)}")
            values[name] = _value(value, field)
        identifier, time = values.pop("id", None), values.pop("time", None)
        if not isinstance(identifier, str) or not identifier:
            raise EventError("an event must have an `id`, so that it counts once")
        if not isinstance(time, int):
            raise EventError(f"event {shown(identifier)} must have a `time`")
        return Event(identifier, time, str(kind), values)


def _value(value: object, field: Field) -> EventValue:
    if isinstance(value, str) and field.type == "text":
        return value
    try:
        held = convert(value.isoformat() if isinstance(value, datetime) else value, field)
    except BadValueError as error:
        raise EventError(str(error)) from None
    return tuple(held) if isinstance(held, list) else held  # type: ignore[return-value]  # held as `Type` says
