"""Fields compiled to functions of an event."""

from collections.abc import Callable, Mapping
from typing import assert_never

from plainterms.engine.conditions import is_presumed, value_of
from plainterms.engine.events import Event, EventValue
from plainterms.engine.parts import part_of
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import EventField, Field, PartField, RegisterField, RulingField

Registers = Mapping[str, RegisterTable]
Value = Callable[[Event], EventValue]
ALWAYS = ("id", "time", "kind")


def value(field: Field, registers: Registers) -> Value:
    """The field's value for an event, None where it is missing; a register's default stands in."""
    match field:
        case EventField():
            return _of_event(field)
        case RegisterField():
            return _of_register(field, registers)
        case RulingField():
            return lambda event: value_of(field, event, registers)
        case PartField():
            return _of_part(field, registers)
        case _:
            assert_never(field)


def known_after(field: Field) -> bool:
    """Whether the field is not known before a request was answered."""
    match field:
        case EventField() | RegisterField():
            return field.known_after
        case PartField():
            return field.of.known_after
        case RulingField():
            return field.key is not None and known_after(field.key)
        case _:
            assert_never(field)


def presumption(field: RegisterField, registers: Registers) -> Callable[[Event], bool]:
    """Whether the field's value for an event is the register's default."""
    return lambda event: is_presumed(field, event, registers)


def _of_event(field: EventField) -> Value:
    name = field.name
    if name in ALWAYS:
        return lambda event: event.get(name)
    return lambda event: event.fields.get(name)


def _of_register(field: RegisterField, registers: Registers) -> Value:
    table, key_name, name, default, as_of = (
        registers.get(field.register),
        field.key.name,
        field.name,
        field.default,
        field.as_of,
    )
    if table is None:
        return lambda _event: default

    def of(event: Event) -> EventValue:
        key = event.get(key_name)
        if not isinstance(key, str):
            return default
        row = table.at(key, event.time if as_of is None else as_of)
        found = None if row is None else row.values.get(name)
        return default if found is None else found  # type: ignore[return-value]  # held as `Type` says

    return of


def _of_part(field: PartField, registers: Registers) -> Value:
    whole = value(field.of, registers)

    def of(event: Event) -> EventValue:
        found = whole(event)
        return None if found is None else part_of(field, found)

    return of
