"""What is true of usual events, so that most need no more than to be seen to be usual."""

from collections.abc import Iterable, Iterator
from typing import Any

from plainterms.engine.conditions import Truth, both, either, opposite
from plainterms.engine.stream.intake import REQUEST
from plainterms.engine.stream.scanner import NOTHING
from plainterms.engine.stream.values import ALWAYS, known_after
from plainterms.engine.stream.writer import FEW, TRUE, Code, Writer
from plainterms.policy.meaning import (
    And,
    Compare,
    Condition,
    Constant,
    ContainsAny,
    EventField,
    InList,
    IsTrue,
    KindIs,
    MatchesAny,
    Missing,
    Not,
    Or,
    TimeIn,
)
from plainterms.policy.rewrite import nodes


class Usual:
    """A usual event is a request: nothing is true of it that clauses ask for, nothing missing but the answer."""

    def __init__(self, early: bool) -> None:
        self.early = early

    def truth(self, condition: Condition) -> Truth:
        """The truth of a condition."""
        match condition:
            case And(operands):
                return both(self.truth(each) for each in operands)
            case Or(operands):
                return either(self.truth(each) for each in operands)
            case Not(operand):
                return opposite(self.truth(operand))
            case KindIs(kinds):
                return REQUEST in kinds
            case TimeIn():
                return True
            case _:
                return None if self._is_later(condition) else False

    def _is_later(self, leaf: Any) -> bool:
        fields = [node for node in nodes(leaf) if isinstance(node, EventField)]
        return self.early and bool(fields) and all(known_after(field) for field in fields)

    def code(self, condition: Condition) -> Code:
        """The truth as an expression."""
        truth = self.truth(condition)
        return Code(str(truth), truth is not None)

    def checks(self, leaves: Iterable[Condition], writer: Writer) -> list[str]:
        """Expressions all of which are true of a usual event, as far as leaves tell; the quickest first."""
        values: dict[EventField, set[object]] = {}
        rest: list[str] = []
        for leaf in leaves:
            match leaf:
                case Compare(EventField() as field, "is", Constant(value)) if self._is_plain(field):
                    values.setdefault(field, set()).add(value)
                case InList(EventField() as field, listed, False) if self._is_plain(field):
                    values.setdefault(field, set()).update(listed)
                case _:
                    rest += self._checks(leaf, writer)
        for field, unusual in values.items():
            rest += self._known(field, writer, f"not in {writer.constant(frozenset(unusual))}")
        return sorted(dict.fromkeys(one for one in rest if one != TRUE), key=_slow)

    def _is_plain(self, field: EventField) -> bool:
        return field.name not in ALWAYS and not (self.early and known_after(field))

    def _checks(self, leaf: Condition, writer: Writer) -> Iterator[str]:
        match leaf:
            case KindIs():
                yield f"kind == {writer.constant(REQUEST)}"
            case TimeIn():
                yield writer.expression(leaf).code
            case Compare(EventField() as field, relation, Constant(value)) if field.name not in ALWAYS:
                yield from self._known(field, writer, f"{_CONTRARY[relation]} {writer.constant(value)}")
            case InList(EventField() as field, _, False) if field.name not in ALWAYS:
                yield from self._known(field, writer, "is not None")
            case Missing(EventField() as field) if field.name not in ALWAYS:
                yield from self._known(field, writer, "is not None")
            case ContainsAny(EventField() as field, wanted) if field.name not in ALWAYS and len(wanted) <= FEW:
                held = writer.value(field)
                yield from self._known(field, writer, "is not None")
                if self._is_plain(field):
                    yield from (f"{writer.constant(one)} not in {held}" for one in wanted)
            case IsTrue(EventField() as field) if field.name not in ALWAYS:
                yield from self._known(field, writer, "is False")
            case MatchesAny(EventField() as field) if field.name not in ALWAYS:
                yield f"{writer.value(field)} is not None"
                yield f"{writer.scanned(field)} is {writer.constant(NOTHING)}"
            case _:
                yield f"{writer.expression(leaf).code} is {self.truth(leaf)}"

    def _known(self, field: EventField, writer: Writer, contrary: str) -> Iterator[str]:
        held = writer.value(field)
        if self.early and known_after(field):
            yield f"{held} is None"
        else:
            yield f"{held} is not None"
            yield f"{held} {contrary}"


_CONTRARY = {"is": "!=", ">=": "<", "<=": ">", ">": "<=", "<": ">="}


def _slow(check: str) -> tuple[bool, bool]:
    return "(event)" in check, not check.endswith("None")


def told_apart(conditions: Iterable[Condition]) -> Iterator[Condition]:
    """What conditions are made of."""
    for each in conditions:
        if isinstance(each, And | Or):
            yield from told_apart(each.operands)
        elif isinstance(each, Not):
            yield from told_apart((each.operand,))
        else:
            yield each
