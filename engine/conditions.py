"""The truth of a condition about one event: true, false, or (None) unknown. Slow and obvious, by definition."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, assert_never

import re2

from plainterms.engine.events import Event, EventValue
from plainterms.engine.findings import decimal_text, field_name, similarity_name, value_text
from plainterms.engine.parts import part_of
from plainterms.engine.registers import RULINGS, RegisterTable, ruling_key
from plainterms.policy.meaning import (
    And,
    AppearsIn,
    BreachIn,
    Compare,
    Condition,
    Constant,
    ContainsAny,
    Count,
    Distinct,
    ElapsedWithin,
    EventField,
    Field,
    Follows,
    InList,
    IsTrue,
    KindIs,
    MatchesAny,
    Missing,
    Not,
    Or,
    PartField,
    Quantity,
    RegisterField,
    ResemblesAny,
    RulingField,
    Sum,
    TimeIn,
)
from plainterms.policy.schema import MILLION, Type

Truth = bool | None


@dataclass(frozen=True)
class World:
    """What a condition may look at beside the event: the registers, and earlier events for a sequence."""

    registers: Mapping[str, RegisterTable]
    follows: Callable[[Follows, Event], Truth]


def both(truths: Iterable[Truth]) -> Truth:
    """Kleene's and: false if one is false, else unknown if one is unknown."""
    found = list(truths)
    if any(truth is False for truth in found):
        return False
    return None if any(truth is None for truth in found) else True


def either(truths: Iterable[Truth]) -> Truth:
    """Kleene's or: true if one is true, else unknown if one is unknown."""
    found = list(truths)
    if any(truth is True for truth in found):
        return True
    return None if any(truth is None for truth in found) else False


def opposite(truth: Truth) -> Truth:
    """Kleene's not."""
    return None if truth is None else not truth


def truth_of(condition: Condition, event: Event, world: World) -> Truth:
    """Whether the condition holds of the event."""
    match condition:
        case And():
            return both(truth_of(operand, event, world) for operand in condition.operands)
        case Or():
            return either(truth_of(operand, event, world) for operand in condition.operands)
        case Not():
            return opposite(truth_of(condition.operand, event, world))
        case Follows():
            return world.follows(condition, event)
        case _:
            return _leaf(condition, event, world)


def _leaf(condition: Condition, event: Event, world: World) -> Truth:
    match condition:
        case KindIs():
            return event.kind in condition.kinds
        case TimeIn():
            after_start = condition.start is None or event.time >= condition.start
            return after_start and (condition.end is None or event.time < condition.end)
        case BreachIn():
            if event.kind != "breach" or event.get(BREACH_CLAUSE) != condition.clause:
                return False
            return True if event.get(BREACH_VERDICT) == "breach" else None
        case AppearsIn():
            told = event.get(appearance(condition).name)
            return told if isinstance(told, bool) else None
        case ResemblesAny():
            text = value_of(condition.field, event, world.registers)
            if condition.by is None or not isinstance(text, str):
                return None
            return condition.by.told(condition.texts, [text])[0]
        case Missing():
            return value_of(condition.field, event, world.registers) is None
        case Compare():
            left = value_of(condition.left, event, world.registers)
            return _compared(left, condition.relation, _right(condition.right, event, world))
        case ElapsedWithin():
            value = value_of(condition.field, event, world.registers)
            after = value_of(condition.after, event, world.registers)
            if value is None or after is None:
                return None
            return after < value <= after + condition.within  # type: ignore[operator]
        case IsTrue() | InList() | ContainsAny() | MatchesAny():
            value = value_of(condition.field, event, world.registers)
            return None if value is None else _known(condition, value)
        case And() | Or() | Not() | Follows():
            raise TypeError("not a leaf")
        case _:
            assert_never(condition)


def _right(right: Field | Constant, event: Event, world: World) -> EventValue:
    return right.value if isinstance(right, Constant) else value_of(right, event, world.registers)


def _compared(left: Any, relation: str, right: Any) -> Truth:
    if left is None or right is None:
        return None
    match relation:
        case "is":
            return bool(left == right)
        case ">=":
            return bool(left >= right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left < right)


def _known(condition: IsTrue | InList | ContainsAny | MatchesAny, value: Any) -> Truth:
    match condition:
        case IsTrue():
            return value is True
        case InList():
            listed = value in condition.values
            return None if condition.open and not listed else listed
        case ContainsAny():
            return any(wanted in value for wanted in condition.values)
        case MatchesAny():
            return any(compiled(pattern).search(value) is not None for pattern in condition.patterns)


@cache
def compiled(pattern: str) -> Any:
    """The pattern, compiled by RE2; it was checked with the document."""
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


# ── Appearances

ONE_IN = 10_000
"""What `appears in samples` allows without `allowing chance of 1 in N`."""


def appearance(leaf: AppearsIn) -> EventField:
    """The field, told by a matches file, that says whether the condition holds of an event (see `appearances`)."""
    one_in = ONE_IN * MILLION if leaf.one_in is None else leaf.one_in
    return EventField(f"{similarity_name(leaf)} at 1 in {decimal_text(Fraction(one_in, MILLION))}", Type.YES_NO)


def rate(leaf: AppearsIn) -> float:
    """The rate of false matches that the condition allows, per output against all samples."""
    return 1 / ONE_IN if leaf.one_in is None else MILLION / leaf.one_in


# ── Values

BREACH_CLAUSE = "breach of"
BREACH_VERDICT = "breach verdict"
SERVICE = "service"


def value_of(field: Field, event: Event, registers: Mapping[str, RegisterTable]) -> EventValue:
    """The field's value for the event, None where it is missing; a register's default stands in."""
    value = _found(field, event, registers)
    if value is None and isinstance(field, RegisterField):
        return field.default
    return value


def is_presumed(field: Field, event: Event, registers: Mapping[str, RegisterTable]) -> bool:
    """Whether the field's value for the event is a register's default."""
    if not isinstance(field, RegisterField) or field.default is None:
        return False
    return _found(field, event, registers) is None


def _found(field: Field, event: Event, registers: Mapping[str, RegisterTable]) -> EventValue:
    match field:
        case EventField():
            return event.get(field.name)
        case RegisterField():
            key = event.get(field.key.name)
            time = event.time if field.as_of is None else field.as_of
            return _row_value(registers.get(field.register), key, time, field.name)
        case RulingField():
            subject = SERVICE if field.key is None else value_of(field.key, event, registers)
            key = None if subject is None else ruling_of(field, subject)
            return _row_value(registers.get(RULINGS), key, event.time, "answer")
        case PartField():
            value = value_of(field.of, event, registers)
            return None if value is None else part_of(field, value)
        case _:
            assert_never(field)


def ruling_of(field: RulingField, subject: EventValue) -> str:
    """The key of the ruling about a subject, which is named as in findings."""
    if field.key is None:
        return ruling_key(field.question, SERVICE, SERVICE)
    return ruling_key(field.question, field_name(field.key), value_text(subject, field.key.type))


def _row_value(table: RegisterTable | None, key: EventValue, time: int, name: str) -> EventValue:
    if table is None or not isinstance(key, str):
        return None
    row = table.at(key, time)
    return None if row is None else row.values.get(name)  # type: ignore[return-value]  # held as `Type` says


def declared_range(field: Field) -> tuple[int | None, int | None]:
    """The least and greatest value a missing field can have; None is unbounded."""
    match field:
        case EventField() | RegisterField():
            return field.least, field.greatest
        case PartField(part="length"):
            return 0, None
        case PartField(part="hour"):
            return 0, 23 * MILLION
        case _:
            return None, None


def monotone(quantity: Quantity) -> bool:
    """Whether more events can only make the quantity greater."""
    match quantity:
        case Count() | Distinct():
            return True
        case Sum():
            least, _ = declared_range(quantity.field)
            return least is not None and least >= 0
        case _:
            return False


# ── What would decide an unknown


def unknown_fields(condition: Condition, event: Event, world: World) -> Iterator[str]:
    """The names of the fields for want of which the condition is unknown of the event; none if it is known."""
    if truth_of(condition, event, world) is not None:
        return
    match condition:
        case And() | Or():
            for operand in condition.operands:
                yield from unknown_fields(operand, event, world)
        case Not():
            yield from unknown_fields(condition.operand, event, world)
        case Follows():
            yield EARLIER_EVENT
        case BreachIn():
            yield f"breach of {condition.clause.rpartition(' § ')[2]}"
        case ResemblesAny() | AppearsIn():
            yield similarity_name(condition)
        case Compare() | ElapsedWithin() | IsTrue() | InList() | ContainsAny() | MatchesAny():
            yield from _wanting(condition, event, world)
        case KindIs() | TimeIn() | Missing():
            raise TypeError("never unknown")
        case _:
            assert_never(condition)


EARLIER_EVENT = "earlier event"


def _wanting(
    leaf: Compare | ElapsedWithin | IsTrue | InList | ContainsAny | MatchesAny, event: Event, world: World
) -> Iterator[str]:
    for field in fields_of(leaf):
        if value_of(field, event, world.registers) is None or isinstance(leaf, InList):
            yield field_name(field)


def fields_of(leaf: Condition) -> tuple[Field, ...]:
    """The fields that a leaf looks at."""
    match leaf:
        case Compare():
            return (leaf.left,) if isinstance(leaf.right, Constant) else (leaf.left, leaf.right)
        case ElapsedWithin():
            return (leaf.field, leaf.after)
        case IsTrue() | InList() | ContainsAny() | MatchesAny() | Missing() | ResemblesAny() | AppearsIn():
            return (leaf.field,)
        case _:
            return ()
