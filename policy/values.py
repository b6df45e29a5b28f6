"""From the author's values to constants, `let`s and fields."""

from typing import assert_never

from plainterms.policy import meaning, syntax
from plainterms.policy.instants import start_of_day
from plainterms.policy.meaning import Constant
from plainterms.policy.resolve import TYPE_WORDS, Reading, field_of
from plainterms.policy.schema import Type
from plainterms.policy.scope import Declared, Scope, Sort
from plainterms.policy.syntax import Path


def value_of(reading: Reading, value: syntax.Value) -> Constant | meaning.Field | None:
    """A constant, a `let`, or a field; None after a mistake."""
    if not isinstance(value, Path):
        return None if reading.scope.is_flawed(value) else literal(value)
    declared = _let(reading.scope, value)
    if declared is None:
        return field_of(reading, value)
    return reading.scope.once(declared, let_value)


def constant_of(
    scope: Scope, value: syntax.Value, use: str, instead: str = "the value itself, a text in quotes,"
) -> Constant | None:
    """A value that must be known from the text. ``use`` says in words what it is for, ``instead`` what to write."""
    if not isinstance(value, Path):
        return None if scope.is_flawed(value) else literal(value)
    declared = _let(scope, value)
    if declared is not None:
        return scope.once(declared, let_value)
    name = ".".join(value.parts)
    if not scope.forgives(*value.parts):
        near = scope.suggest(name, Sort.LET) or f"write {instead} or the name of a `let`"
        scope.report(f"`{name}` is not a value that can stand {use}", value, near)
    return None


def let_value(scope: Scope, item: syntax.Let) -> Constant | None:
    """The value of a `let`, or what `use … with` put in its place."""
    value = constant_of(scope, item.value, "in a `let`")
    return scope.overrides.get(item.name.text, value)


def _let(scope: Scope, path: Path) -> Declared | None:
    return scope.find_beside_fields(path.parts[0], Sort.LET) if len(path.parts) == 1 else None


def length_of(scope: Scope, length: syntax.Length) -> int | None:
    """The microseconds after `within`, written out or named; None after a mistake."""
    constant = constant_of(scope, length, "after `within`", "a duration, such as `30 days`,")
    if constant is None:
        return None
    if constant.type == Type.DURATION:
        return int(constant.value)
    name = scope.words(length)
    scope.report(
        f"`{name}` is {TYPE_WORDS[constant.type]}, and `within` needs a duration",
        length,
        f"write it with its unit, as in `let {name} be 30 days`",
    )
    return None


Literal = syntax.Text | syntax.Number | syntax.Percent | syntax.Date | syntax.Time | syntax.Duration | syntax.YesNo


def literal(value: Literal) -> Constant:
    """A value written out."""
    match value:
        case syntax.Text():
            return Constant(value.value, Type.TEXT)
        case syntax.Number():
            return Constant(value.value, Type.NUMBER)
        case syntax.Percent():
            return Constant(value.value, Type.PERCENT)
        case syntax.Date():
            return Constant(value.value, Type.DATE)
        case syntax.Time():
            return Constant(value.value, Type.TIME)
        case syntax.Duration():
            return Constant(value.microseconds, Type.DURATION)
        case syntax.YesNo():
            return Constant(value.value, Type.YES_NO)
        case _:
            assert_never(value)


def as_type(scope: Scope, constant: Constant, wanted: Type) -> Constant | None:
    """The constant as a value of a type: a date is also the time at which the day begins."""
    if constant.type == Type.DATE and wanted == Type.TIME:
        assert isinstance(constant.value, int)
        return Constant(start_of_day(constant.value, scope.zone), Type.TIME)
    return constant if constant.type == wanted else None
