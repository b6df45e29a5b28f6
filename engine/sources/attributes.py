"""Decodes the attributes of OpenTelemetry spans from OTLP's JSON encoding."""

from collections.abc import Iterable

from plainterms.engine.sources.foreign import BadRecordError

DEEPEST = 32
"""Levels of nesting of an attribute's value."""


def decoded(attributes: object) -> dict[str, object]:
    """Plain values by name. Raises `BadRecordError`."""
    if attributes is None:
        return {}
    return _pairs(attributes, DEEPEST)


def _pairs(entries: object, deepest: int) -> dict[str, object]:
    found: dict[str, object] = {}
    for entry in _items(entries):
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str):
            raise BadRecordError("not OTLP: an attribute has no `key`")
        found[entry["key"]] = _value(entry.get("value"), deepest - 1)
    return found


def _value(wrapped: object, deepest: int) -> object:
    if deepest < 0:
        raise BadRecordError(f"nested too deeply: an attribute has more than {DEEPEST} levels")
    if wrapped is None or wrapped == {}:
        return None
    if not isinstance(wrapped, dict) or len(wrapped) != 1:
        raise BadRecordError("not OTLP: the value of an attribute has no type such as `stringValue`")
    kind, value = next(iter(wrapped.items()))
    match kind:
        case "intValue":
            return integer(value)
        case "arrayValue":
            values = value.get("values") if isinstance(value, dict) else value
            return [_value(item, deepest - 1) for item in _items(values)]
        case "kvlistValue":
            return _pairs(value.get("values") if isinstance(value, dict) else value, deepest)
        case "stringValue" | "boolValue" | "doubleValue" | "bytesValue":
            return value
        case _:
            raise BadRecordError("not OTLP: the value of an attribute has no type such as `stringValue`")


def integer(value: object) -> object:
    """An integer, which OTLP writes as text; anything else as it is."""
    text = value.removeprefix("-") if isinstance(value, str) else ""
    return int(str(value)) if text.isascii() and text.isdecimal() and len(text) < 20 else value


def _items(entries: object) -> Iterable[object]:
    if entries is None:
        return ()
    if not isinstance(entries, list):
        raise BadRecordError("not OTLP: something that must be a list is none")
    return entries
