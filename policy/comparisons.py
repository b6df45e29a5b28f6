"""Comparing a field with a value or with another field."""

from plainterms.policy import meaning, syntax
from plainterms.policy.logic import negated
from plainterms.policy.meaning import Condition, Constant
from plainterms.policy.resolve import TYPE_WORDS, Reading, field_of
from plainterms.policy.schema import Type
from plainterms.policy.scope import Scope
from plainterms.policy.values import as_type, value_of

_ORDERED = (Type.NUMBER, Type.PERCENT, Type.TIME, Type.DATE, Type.DURATION)


def equal(reading: Reading, node: syntax.Equal) -> Condition | None:
    """`F is V`; None after a mistake."""
    left, right = field_of(reading, node.left), value_of(reading, node.right)
    if left is None or right is None:
        return None
    scope = reading.scope
    if left.type == Type.TIME and right.type == Type.DATE:
        scope.report(
            f"`{scope.words(node.left)}` is a time, and `{scope.words(node.right)}` a whole day",
            node.right,
            f"write `{scope.words(node.left)}.date is {scope.words(node.right)}`",
        )
        return None
    fitting = _fitting(scope, left, right, node.left, node.right)
    if fitting is None:
        return None
    if isinstance(fitting, Constant) and fitting.type == Type.YES_NO:
        truth = meaning.IsTrue(left)
        return truth if fitting.value else negated(truth)
    return meaning.Compare(left, "is", fitting)


def ordered(reading: Reading, node: syntax.Ordered) -> Condition | None:
    """`F >= V` and its like; None after a mistake."""
    left, right = field_of(reading, node.left), value_of(reading, node.right)
    if left is None or right is None:
        return None
    scope = reading.scope
    if left.type not in _ORDERED:
        words = scope.words(node.left)
        scope.report(
            f"`{words}` is {TYPE_WORDS[left.type]} and has no order", node, _INSTEAD[left.type].format(words)
        )
        return None
    fitting = _fitting(scope, left, right, node.left, node.right)
    return None if fitting is None else meaning.Compare(left, node.order, fitting)


_INSTEAD = {
    Type.TEXT: "ask `{0} is …` or `{0} is in …`",
    Type.LIST: "ask `{0} contains …`",
    Type.YES_NO: "write `{0}` or `not {0}`",
}


def _fitting(
    scope: Scope,
    left: meaning.Field,
    right: Constant | meaning.Field,
    left_node: syntax.FieldRef,
    right_node: syntax.Value,
) -> Constant | meaning.Field | None:
    """The right side in the type of the left."""
    if isinstance(right, Constant):
        constant = as_type(scope, right, left.type)
        if constant is not None:
            return constant
    elif right.type == left.type:
        return right
    field, value = scope.words(left_node), scope.words(right_node)
    scope.report(
        f"`{field}` is {TYPE_WORDS[left.type]} and cannot be compared with `{value}`, {_what(right)}",
        right_node,
        _how_to_compare(left.type, right, field, value),
    )
    return None


def _what(right: Constant | meaning.Field) -> str:
    return "which is yes or no" if right.type == Type.YES_NO else TYPE_WORDS[right.type]


def _how_to_compare(wanted: Type, right: Constant | meaning.Field, field: str, value: str) -> str:
    if not isinstance(right, Constant):
        return ""
    match wanted, right.type:
        case Type.PERCENT, Type.NUMBER:
            return f"write `{value}%`"
        case Type.NUMBER, Type.PERCENT:
            return f"write `{value.rstrip('% ')}`"
        case Type.TEXT, Type.NUMBER | Type.DATE | Type.TIME:
            return f'write the text "{value}"'
        case Type.LIST, Type.TEXT:
            return f"write `{field} contains {value}`"
        case Type.YES_NO, _:
            return f"write `{field}` or `not {field}`"
        case Type.DURATION, Type.NUMBER:
            return f"name its unit, as in `{value} seconds`"
        case Type.DATE, Type.TIME:
            return "write the day alone, as in `2026-03-01`"
    return ""
