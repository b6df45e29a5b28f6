"""Conditions of a plan as DuckDB expressions, for the floor: true, false or null where unknown."""

from collections.abc import Iterator
from typing import assert_never

from plainterms.engine.plan import Plan, leaves
from plainterms.policy.meaning import (
    And,
    AppearsIn,
    BreachIn,
    Compare,
    Condition,
    Constant,
    ContainsAny,
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
    RegisterField,
    ResemblesAny,
    RulingField,
    TimeIn,
)
from plainterms.policy.schema import MILLION, Type

Leaf = (
    KindIs
    | TimeIn
    | IsTrue
    | Compare
    | InList
    | Missing
    | ElapsedWithin
    | ContainsAny
    | MatchesAny
)  # fmt: skip


def distinct_leaves(plan: Plan) -> list[Leaf]:
    """Every distinct condition that can be decided from one event alone, in the order of the clauses."""
    parts = [(clause.statement, clause.conduct, clause.exceptions) for clause in plan.clauses]
    return list(dict.fromkeys(node for part in parts for node in leaves(part) if isinstance(node, Leaf)))


def fields_of(plan: Plan) -> list[Field]:
    """Every distinct field of an event that the plan looks at, parts and register fields included."""
    parts = [(clause.subject, clause.statement, clause.conduct, clause.exceptions) for clause in plan.clauses]
    wanted = (EventField, PartField, RegisterField)
    return list(dict.fromkeys(node for part in parts for node in leaves(part) if isinstance(node, wanted)))


def expression(condition: Condition) -> str:
    """The condition as SQL over a row of the log joined with its registers."""
    match condition:
        case KindIs():
            return f"log.kind IN ({', '.join(map(quoted, condition.kinds))})"
        case TimeIn():
            return " AND ".join(_bounds(condition)) or "true"
        case IsTrue():
            return f"({column(condition.field)} = {_constant(True, condition.field)})"
        case Compare():
            return _compared(condition)
        case InList():
            listed = ", ".join(_constant(value, condition.field) for value in condition.values)
            return f"{column(condition.field)} IN ({listed})"
        case Missing():
            return f"{column(condition.field)} IS NULL"
        case ElapsedWithin():
            left, right = column(condition.field), column(condition.after)
            return f"({left} > {right} AND {left} <= {right} + to_microseconds({condition.within}))"
        case ContainsAny():
            return _contains(condition)
        case MatchesAny():
            return f"regexp_matches({column(condition.field)}, {quoted('|'.join(map(_grouped, condition.patterns)))})"
        case Not():
            return f"NOT {expression(condition.operand)}"
        case And():
            return "(" + (" AND ".join(map(expression, condition.operands)) or "true") + ")"
        case Or():
            return "(" + (" OR ".join(map(expression, condition.operands)) or "false") + ")"
        case BreachIn() | Follows() | ResemblesAny() | AppearsIn():
            raise ValueError(f"not decided from one event: {condition}")
        case _:
            assert_never(condition)


def column(entry: Field) -> str:
    """The field as SQL."""
    match entry:
        case EventField():
            return f"log.{entry.name}"
        case RegisterField():
            return f"{entry.register}_register.{entry.name}"
        case PartField(part="hour"):
            return f"hour({column(entry.of)} AT TIME ZONE {quoted(entry.timezone)})"
        case PartField(part="length"):
            return f"length({column(entry.of)})"
        case PartField(part="template"):
            return TEMPLATE
        case PartField() | RulingField():
            raise ValueError(f"not used by the benchmark: {entry}")
        case _:
            assert_never(entry)


TEMPLATE = r"""lower(regexp_replace(regexp_replace(regexp_replace(
    log.prompt, '"[^"]*"', '"', 'g'), '([.!?:;] [A-Z])|([A-Z]\w+ ?)+', '\1^', 'g'), '[0-9]+', '#', 'g'))"""
"""A template much simpler than that of `engine.templates`, as the queries have it."""


def is_text(leaf: Leaf) -> bool:
    """Whether the leaf searches a text."""
    return isinstance(leaf, MatchesAny) or (isinstance(leaf, ContainsAny) and leaf.field.type is Type.TEXT)


def gate(texts: list[Leaf]) -> str:
    """One pattern that finds whatever one of the leaves would find in the same field."""
    patterns = [
        pattern
        for leaf in texts
        for pattern in (leaf.patterns if isinstance(leaf, MatchesAny) else map(escaped, _values(leaf)))
    ]
    return quoted("|".join(map(_grouped, patterns)))


def quoted(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def escaped(text: str) -> str:
    """A pattern that finds just this text."""
    return "".join(character if character.isalnum() else f"\\x{{{ord(character):x}}}" for character in text)


def _values(leaf: Leaf) -> tuple[str, ...]:
    assert isinstance(leaf, ContainsAny)
    return leaf.values


def _grouped(pattern: str) -> str:
    return f"(?:{pattern})"


def _bounds(span: TimeIn) -> Iterator[str]:
    if span.start is not None:
        yield f"log.time >= make_timestamptz({span.start})"
    if span.end is not None:
        yield f"log.time < make_timestamptz({span.end})"


def _compared(condition: Compare) -> str:
    relation = "=" if condition.relation == "is" else condition.relation
    right = condition.right
    shown = _constant(right.value, condition.left) if isinstance(right, Constant) else column(right)
    return f"({column(condition.left)} {relation} {shown})"


def _contains(condition: ContainsAny) -> str:
    entry = condition.field
    if entry.type is Type.TEXT:
        return "(" + " OR ".join(f"contains({column(entry)}, {quoted(value)})" for value in condition.values) + ")"
    items = column(entry) if isinstance(entry, EventField) else f"string_split({column(entry)}, '; ')"
    return "(" + " OR ".join(f"list_contains({items}, {quoted(value)})" for value in condition.values) + ")"


def _constant(value: object, entry: Field) -> str:
    match value:
        case bool():
            shown = {True: "'yes'", False: "'no'"}[value]
            return shown if isinstance(entry, RegisterField) else str(value).lower()
        case int():
            whole, rest = divmod(value, MILLION)
            return str(whole) if rest == 0 else str(value / MILLION)
        case _:
            return quoted(str(value))
