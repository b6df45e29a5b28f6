"""What is wrong with an event, without repeating anything that it says."""

from collections.abc import Mapping

from plainterms.engine.sources.errors import nearest
from plainterms.engine.stream.intake import REQUEST, EventError, Intake
from plainterms.policy.schema import Type

FORMS: Mapping[Type, str] = {
    Type.TEXT: "text",
    Type.NUMBER: "a number in the range that the terms declare, with at most six decimals",
    Type.PERCENT: "a percentage",
    Type.YES_NO: "true or false",
    Type.TIME: "a time with an offset, such as 2026-06-01T12:00:00Z",
    Type.DATE: "a date, such as 2026-06-01",
    Type.DURATION: "a duration, such as `90 seconds`",
    Type.LIST: "a list of texts",
}

STAND_IN = {"id": "-", "time": "2026-01-01T00:00:00Z"}
"""What every event must have, while another field is looked at."""


def fault(intake: Intake, given: Mapping[str, object]) -> str:
    """Why the event cannot be judged. Names of the terms' own are told, never a value or a name that was sent."""
    kind = given.get("kind") or REQUEST
    fields = intake.kinds.get(kind) if isinstance(kind, str) else None
    if fields is None:
        return f"`kind` is none that the terms declare{nearest(str(kind), intake.kinds)}"
    for number, (name, value) in enumerate(given.items(), 1):
        if value is None or name == "kind":
            continue
        if name not in fields:
            return f"field {number} of the event is none of `{kind}`{nearest(name, fields)}"
        try:
            intake.event({**STAND_IN, "kind": kind, name: value})
        except EventError:
            return f"`{name}` must be {FORMS[Type(fields[name].type)]}"
    return "an event must have an `id`, so that it counts once, and a `time`"
