"""From the author's conditions to conditions over an event."""

from dataclasses import dataclass, replace
from typing import assert_never

from plainterms.policy import meaning, syntax
from plainterms.policy.lists import list_of
from plainterms.policy.logic import all_of, any_of, negated
from plainterms.policy.meaning import FALSE, TRUE, Condition, Constant, EventField, RulingField, Written
from plainterms.policy.names import listed
from plainterms.policy.patterns import flaw_of, inlined
from plainterms.policy.resolve import (
    TYPE_WORDS,
    Reading,
    as_type,
    constant_of,
    field_of,
    lacked,
    value_of,
)
from plainterms.policy.rewrite import nodes, rewritten
from plainterms.policy.schema import MILLION, Type
from plainterms.policy.scope import Declared, Scope, Sort

_ORDERED = (Type.NUMBER, Type.PERCENT, Type.TIME, Type.DATE, Type.DURATION)

_ASK_ELSEWHERE = "a person is asked in `when` or `unless` of an exception, or in a condition used only there"


def condition_of(reading: Reading, node: syntax.Condition) -> Condition | None:
    """The condition that a tree means; None after a mistake in it."""
    found = _condition(reading, node)
    if found is not None:
        reading.scope.written.append(Written(node.span.start, node.span.end, found))
    return found


def _condition(reading: Reading, node: syntax.Condition) -> Condition | None:
    match node:
        case syntax.Either(operands):
            found = _each(reading, operands)
            return None if found is None else any_of(*found)
        case syntax.Both(operands):
            found = _each(reading, operands)
            return None if found is None else all_of(*found)
        case syntax.Negation(operand):
            return _negated(condition_of(reading, operand))
        case syntax.Truth(of):
            return _truth(reading, of)
        case syntax.Equal():
            return _maybe_not(_equal(reading, node), node.negated)
        case syntax.Ordered():
            return _ordered(reading, node)
        case syntax.IsIn():
            return _maybe_not(_is_in(reading, node), node.negated)
        case syntax.IsMissing(left, negated):
            field = field_of(reading, left)
            return None if field is None else _maybe_not(meaning.Missing(field), negated)
        case syntax.Elapsed():
            return _elapsed(reading, node)
        case syntax.Contains():
            return _contains(reading, node)
        case syntax.Matches():
            return _matches(reading, node)
        case syntax.Resembles():
            return _resembles(reading, node)
        case syntax.Appears():
            return _appears(reading, node)
        case syntax.Judged():
            return _judged(reading, node)
        case _:
            assert_never(node)


def _each(reading: Reading, operands: tuple[syntax.Condition, ...]) -> list[Condition] | None:
    found = [condition_of(reading, operand) for operand in operands]
    sound = [operand for operand in found if operand is not None]
    return sound if len(sound) == len(found) else None


def _negated(found: Condition | None) -> Condition | None:
    return None if found is None else negated(found)


def _maybe_not(found: Condition | None, negate: bool) -> Condition | None:
    return _negated(found) if negate else found


# ── Yes and no, and defined conditions ────────────────────────────────────────────────────────────────────────────


def _truth(reading: Reading, of: syntax.FieldRef) -> Condition | None:
    if isinstance(of, syntax.Path) and len(of.parts) == 1:
        condition = reading.scope.find_beside_fields(of.parts[0], Sort.CONDITION)
        if condition is not None:
            return _inlined(reading, condition, of)
        switch = reading.scope.find_beside_fields(of.parts[0], Sort.LET)
        if switch is not None:
            return _switch(reading.scope, of)
    field = field_of(reading, of)
    if field is None:
        return None
    if field.type != Type.YES_NO:
        words = reading.scope.words(of)
        example = "contains" if field.type == Type.LIST else "is"
        reading.scope.report(
            f"`{words}` is {TYPE_WORDS[field.type]}, not a condition",
            of,
            f"say what it must be, as in `{words} {example} …`",
        )
        return None
    return meaning.IsTrue(field)


def _switch(scope: Scope, path: syntax.Path) -> Condition | None:
    value = constant_of(scope, path, "here")
    if value is None:
        return None
    if value.type != Type.YES_NO:
        scope.report(f"`{scope.words(path)}` is {TYPE_WORDS[value.type]}, not a condition", path)
        return None
    return TRUE if value.value else FALSE


@dataclass(frozen=True)
class Defined:
    """What a definition means, before it is known of whom a person is asked."""

    condition: Condition
    question: str | None
    event_fields: tuple[str, ...]


def define_condition(scope: Scope, item: syntax.DefineCondition) -> Defined | None:
    """What a definition means; None after a mistake in it."""
    condition = condition_of(Reading(scope, asks=True), item.meaning)
    if condition is None:
        return None
    parts = list(nodes(condition))
    questions = sorted(part.question for part in parts if isinstance(part, RulingField))
    fields = sorted({part.name for part in parts if isinstance(part, EventField)})
    return Defined(condition, questions[0] if questions else None, tuple(fields))


def _inlined(reading: Reading, declared: Declared, path: syntax.Path) -> Condition | None:
    scope = reading.scope
    defined = scope.once(declared, define_condition)
    if defined is None:
        return None
    if defined.question is not None and not reading.asks:
        scope.report(
            f'`{declared.name}` asks a person (judged "{defined.question}"), but `where` asks only the log and the'
            " registers",
            path,
            _ASK_ELSEWHERE,
        )
        return None
    if reading.kinds is not None and not _carried(reading, declared, defined.event_fields, path):
        return None
    if defined.question is None or reading.asked_of is None:
        return defined.condition
    return _asked_of(defined.condition, reading.asked_of)


def _carried(reading: Reading, declared: Declared, fields: tuple[str, ...], path: syntax.Path) -> bool:
    kinds = reading.kinds or frozenset()
    lacking = lacked(reading.scope, fields, kinds)
    if lacking is None:
        return True
    reading.scope.report(
        f"`{declared.name}` needs the field `{lacking}`, which {listed(sorted(kinds))} events do not have",
        path,
        f"it is a field of {listed(sorted(reading.scope.carriers[lacking]))} events",
    )
    return False


def _asked_of(condition: Condition, key: meaning.Field) -> Condition:
    return rewritten(condition, lambda node: replace(node, key=key) if isinstance(node, RulingField) else node)


def _judged(reading: Reading, node: syntax.Judged) -> Condition | None:
    if not reading.asks:
        reading.scope.report(
            "`judged` asks a person, but `where` asks only the log and the registers",
            node,
            _ASK_ELSEWHERE,
        )
        return None
    return meaning.IsTrue(RulingField(node.question.value, reading.asked_of))


# ── Comparing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _equal(reading: Reading, node: syntax.Equal) -> Condition | None:
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


def _ordered(reading: Reading, node: syntax.Ordered) -> Condition | None:
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


# ── Lists and times ───────────────────────────────────────────────────────────────────────────────────────────────


def _is_in(reading: Reading, node: syntax.IsIn) -> Condition | None:
    scope = reading.scope
    field, values = field_of(reading, node.left), list_of(scope, node.list)
    if field is None or values is None:
        return None
    words = scope.words(node.left)
    if field.type == Type.LIST:
        help_line = f"ask `{words} contains any of …`"
        scope.report(f"`{words}` is itself a list and cannot be in `{node.list.text}`", node.left, help_line)
        return None
    if field.type != values.type:
        scope.report(
            f"`{words}` is {TYPE_WORDS[field.type]}, and `{node.list.text}` lists values that are each"
            f" {TYPE_WORDS[values.type]}",
            node.list,
        )
        return None
    return meaning.InList(field, values.values, values.open)


def _elapsed(reading: Reading, node: syntax.Elapsed) -> Condition | None:
    scope = reading.scope
    field = EventField("time", Type.TIME) if node.left is None else field_of(reading, node.left)
    after = field_of(reading, node.after)
    sound = True
    for found, ref in ((field, node.left), (after, node.after)):
        if found is not None and ref is not None and found.type != Type.TIME:
            message = f"`{scope.words(ref)}` is {TYPE_WORDS[found.type]}, and `within … after` compares two times"
            scope.report(message, ref)
            sound = False
    if field is None or after is None or not sound:
        return None
    return meaning.ElapsedWithin(field, node.within.microseconds, after)


# ── Texts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _contains(reading: Reading, node: syntax.Contains) -> Condition | None:
    scope = reading.scope
    field = field_of(reading, node.left)
    values = [_contained(scope, value) for value in node.values]
    if field is not None and field.type not in (Type.TEXT, Type.LIST):
        message = f"`{scope.words(node.left)}` is {TYPE_WORDS[field.type]} and contains nothing"
        scope.report(message, node.left, "`contains` asks a text or a list of texts")
        return None
    texts = [value for value in values if value is not None]
    if field is None or len(texts) < len(values):
        return None
    return meaning.ContainsAny(field, tuple(dict.fromkeys(texts)))


def _contained(scope: Scope, value: syntax.Value) -> str | None:
    constant = constant_of(scope, value, "after `contains`")
    if constant is None:
        return None
    if not isinstance(constant.value, str):
        scope.report(f"`{scope.words(value)}` is {TYPE_WORDS[constant.type]}, and `contains` needs a text", value)
        return None
    if not constant.value:
        scope.report("this text is empty, and every text contains it", value, "write what must be found")
        return None
    return constant.value


def _text_field(reading: Reading, ref: syntax.FieldRef, verb: str) -> meaning.Field | None:
    field = field_of(reading, ref)
    if field is not None and field.type != Type.TEXT:
        words = reading.scope.words(ref)
        help_line = f"write `{words} contains …`" if field.type == Type.LIST else ""
        message = f"`{words}` is {TYPE_WORDS[field.type]}, and `{verb}` asks a text"
        reading.scope.report(message, ref, help_line)
        return None
    return field


def _matches(reading: Reading, node: syntax.Matches) -> Condition | None:
    field = _text_field(reading, node.left, "matches")
    flaws = [flaw for flaw in map(flaw_of, node.patterns) if flaw is not None]
    for message, help_line, span in flaws:
        reading.scope.report(message, span, help_line)
    if field is None or flaws:
        return None
    return meaning.MatchesAny(field, tuple(dict.fromkeys(map(inlined, node.patterns))))


def _resembles(reading: Reading, node: syntax.Resembles) -> Condition | None:
    field = _text_field(reading, node.left, "resembles")
    return None if field is None else meaning.ResemblesAny(field, tuple(text.value for text in node.texts))


def _appears(reading: Reading, node: syntax.Appears) -> Condition | None:
    field = _text_field(reading, node.left, "appears in samples")
    one_in = None
    if node.chance is not None:
        part, whole = node.chance
        if not 0 < part.value <= whole.value:
            words = f"`{reading.scope.words(part)} in {reading.scope.words(whole)}` is not a chance"
            reading.scope.report(words, syntax.Span(part.span.start, whole.span.end), "write it as `1 in 1_000_000`")
            return None
        one_in = whole.value * MILLION // part.value
    return None if field is None else meaning.AppearsIn(field, node.samples.value, one_in)
