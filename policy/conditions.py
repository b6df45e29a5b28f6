"""From the author's conditions to conditions over an event."""

from dataclasses import dataclass, replace
from typing import assert_never

from plainterms.policy import comparisons, meaning, syntax, texts
from plainterms.policy.carriers import lacked
from plainterms.policy.lists import list_of
from plainterms.policy.logic import all_of, any_of, negated
from plainterms.policy.meaning import FALSE, TRUE, Condition, EventField, RulingField, Written
from plainterms.policy.names import listed
from plainterms.policy.resolve import TYPE_WORDS, Reading, field_of
from plainterms.policy.rewrite import nodes, rewritten
from plainterms.policy.schema import Type
from plainterms.policy.scope import Declared, Scope, Sort
from plainterms.policy.values import constant_of, length_of

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
            return _maybe_not(comparisons.equal(reading, node), node.negated)
        case syntax.Ordered():
            return comparisons.ordered(reading, node)
        case syntax.IsIn():
            return _maybe_not(_is_in(reading, node), node.negated)
        case syntax.IsMissing(left, negated):
            field = field_of(reading, left)
            return None if field is None else _maybe_not(meaning.Missing(field), negated)
        case syntax.Elapsed():
            return _elapsed(reading, node)
        case syntax.Contains():
            return texts.contains(reading, node)
        case syntax.Matches():
            return texts.matches(reading, node)
        case syntax.Resembles():
            return texts.resembles(reading, node)
        case syntax.Appears():
            return texts.appears(reading, node)
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
    within = length_of(scope, node.within)
    if field is None or after is None or within is None or not sound:
        return None
    return meaning.ElapsedWithin(field, within, after)
