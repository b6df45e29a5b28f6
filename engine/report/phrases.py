"""A condition in the words of the language, with definitions and lists written out, as it was in fact tested."""

from typing import assert_never

from plainterms.engine.findings import field_name, similarity_name, value_text
from plainterms.engine.report import times
from plainterms.engine.report.visible import clipped, visible
from plainterms.policy.meaning import (
    And,
    AppearsIn,
    BreachIn,
    Compare,
    Condition,
    Constant,
    ContainsAny,
    ElapsedWithin,
    Field,
    Follows,
    InList,
    IsTrue,
    KindIs,
    MatchesAny,
    Missing,
    Not,
    Or,
    RegisterField,
    ResemblesAny,
    Scalar,
    TimeIn,
)
from plainterms.policy.schema import Type

_VALUES = 12
_LONG = 120


def phrase(condition: Condition) -> str:
    """The whole condition on one line."""
    match condition:
        case And():
            return _joined(condition, " and ", "always")
        case Or():
            return _joined(condition, " or ", "never")
        case Not(operand=Or(operands=(single,))) | Not(operand=And(operands=(single,))):
            return phrase(Not(single))
        case Not():
            return f"not {_grouped(condition.operand)}"
        case Follows():
            related = [f" with same {named(one)}" for one in condition.same]
            related += [f" with different {named(one)}" for one in condition.different]
            within = times.length(condition.within)
            return f"within {within} after an event where {_grouped(condition.first)}{''.join(related)}"
        case _:
            return _leaf(condition)


def _joined(condition: And | Or, word: str, nothing: str) -> str:
    parts = [operand for operand in condition.operands if operand not in (And(()), Not(Or(())))]
    if len(parts) == 1:
        return phrase(parts[0])
    return word.join(_grouped(part) for part in parts) or nothing


def _grouped(condition: Condition) -> str:
    inner = phrase(condition)
    return f"({inner})" if isinstance(condition, And | Or) and len(condition.operands) > 1 else inner


def _leaf(condition: Condition) -> str:
    match condition:
        case KindIs():
            return f"kind is {_options(tuple(map(visible, condition.kinds)))}"
        case TimeIn():
            return _time(condition)
        case BreachIn():
            return f"breach of {visible(condition.clause.rpartition(' § ')[2])}"
        case IsTrue():
            return named(condition.field)
        case Compare():
            return f"{named(condition.left)} {condition.relation} {_right(condition.right)}"
        case InList():
            listed = _options(tuple(_constant(value, condition.field.type) for value in condition.values))
            return f"{named(condition.field)} is in {listed}{' among others' if condition.open else ''}"
        case Missing():
            return f"{named(condition.field)} is missing"
        case ElapsedWithin():
            within = times.length(condition.within)
            return f"{named(condition.field)} is within {within} after {named(condition.after)}"
        case ContainsAny():
            return f"{named(condition.field)} contains {_options(tuple(map(_quoted, condition.values)))}"
        case MatchesAny():
            return f"{named(condition.field)} matches {_options(tuple(map(_pattern, condition.patterns)))}"
        case ResemblesAny():
            return f"{named(condition.field)} resembles {_options(tuple(map(_quoted, condition.texts)))}"
        case AppearsIn():
            return visible(similarity_name(condition))
        case And() | Or() | Not() | Follows():
            raise TypeError("not a leaf")
        case _:
            assert_never(condition)


def _time(condition: TimeIn) -> str:
    match condition.start, condition.end:
        case None, None:
            return "at any time"
        case int(start), None:
            return f"time is from {times.instant(start)} UTC"
        case None, int(end):
            return f"time is before {times.instant(end)} UTC"
        case int(start), int(end):
            return f"time is from {times.instant(start)} UTC, before {times.instant(end)} UTC"
        case _:
            raise TypeError(condition)


def named(field: Field) -> str:
    """The field's name, with the day as of which a register is read."""
    name = visible(field_name(field))
    if isinstance(field, RegisterField) and field.as_of is not None:
        return f"{name} as of {times.instant(field.as_of)} UTC"
    return name


def _right(right: Field | Constant) -> str:
    return _constant(right.value, right.type) if isinstance(right, Constant) else named(right)


def _constant(value: Scalar, kind: Type) -> str:
    return _quoted(str(value)) if kind in (Type.TEXT, Type.LIST) else value_text(value, kind)


def _pattern(pattern: str) -> str:
    bare = pattern.removeprefix("(?i)")
    return f"/{clipped(visible(bare), _LONG)}/{'i' if bare != pattern else ''}"


def _quoted(text: str) -> str:
    return f"“{clipped(visible(text), _LONG)}”"


def _options(values: tuple[str, ...]) -> str:
    shown = ", ".join(values[:_VALUES])
    return shown if len(values) <= _VALUES else f"{shown} … ({len(values):,} in all)"
