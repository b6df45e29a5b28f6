"""Conditions compiled to functions of an event: true, false, or (None) unknown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt
from typing import Any, assert_never

from plainterms.engine.conditions import BREACH_CLAUSE, BREACH_VERDICT, Truth, appearance
from plainterms.engine.events import Event
from plainterms.engine.stream.scanner import Scanner
from plainterms.engine.stream.values import Registers, known_after, value
from plainterms.policy.meaning import (
    And,
    AppearsIn,
    BreachIn,
    Compare,
    Condition,
    Constant,
    ContainsAny,
    ElapsedWithin,
    Follows,
    InList,
    IsTrue,
    KindIs,
    MatchesAny,
    Missing,
    Not,
    Or,
    ResemblesAny,
    TimeIn,
)

Test = Callable[[Event], Truth]
_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {"is": eq, ">=": ge, "<=": le, ">": gt, "<": lt}


@dataclass(frozen=True)
class Compiler:
    """What conditions of a clause are compiled with: the registers, and how a sequence is looked up.

    ``early`` before a request is answered: what is known only after is then *not yet* there, and not missing.
    """

    registers: Registers
    scanner: Scanner
    follows: Callable[[Follows], Test]
    early: bool = False

    def test(self, condition: Condition) -> Test:
        """The condition as a function of an event."""
        match condition:
            case And():
                return _joined([self.test(operand) for operand in condition.operands], decisive=False)
            case Or():
                return _joined([self.test(operand) for operand in condition.operands], decisive=True)
            case Not():
                return _opposite(self.test(condition.operand))
            case Follows():
                return self.follows(condition)
            case KindIs():
                return _kind(frozenset(condition.kinds))
            case TimeIn():
                return _time(condition.start, condition.end)
            case BreachIn():
                return _breach(condition.clause)
            case AppearsIn():
                return value(appearance(condition), self.registers)  # type: ignore[return-value]  # a yes/no field
            case ResemblesAny():
                return _unknown
            case _:
                return self._leaf(condition)

    def _leaf(self, leaf: Missing | Compare | ElapsedWithin | IsTrue | InList | ContainsAny | MatchesAny) -> Test:
        match leaf:
            case Missing():
                absent = None if self.early and known_after(leaf.field) else True
                return _missing(value(leaf.field, self.registers), absent)
            case Compare():
                return self._compare(leaf)
            case ElapsedWithin():
                of, after = value(leaf.field, self.registers), value(leaf.after, self.registers)
                return _elapsed(of, leaf.within, after)
            case IsTrue():
                return value(leaf.field, self.registers)  # type: ignore[return-value]  # a yes/no field
            case InList():
                return _listed(value(leaf.field, self.registers), frozenset(leaf.values), leaf.open)
            case ContainsAny():
                return _contains(value(leaf.field, self.registers), leaf.values)
            case MatchesAny():
                places = frozenset(self.scanner.places[pattern] for pattern in leaf.patterns)
                return _matches(value(leaf.field, self.registers), self.scanner, places)
            case _:
                assert_never(leaf)

    def _compare(self, leaf: Compare) -> Test:
        relation, left = _RELATIONS[leaf.relation], value(leaf.left, self.registers)
        if isinstance(leaf.right, Constant):
            return _compared_with(left, relation, leaf.right.value)
        return _compared(left, relation, value(leaf.right, self.registers))


def _joined(tests: Sequence[Test], decisive: bool) -> Test:
    """False decides a conjunction, true a disjunction."""
    if len(tests) == 1:
        return tests[0]
    undecided = not decisive

    def test(event: Event) -> Truth:
        found: Truth = undecided
        for one in tests:
            truth = one(event)
            if truth is decisive:
                return decisive
            if truth is None:
                found = None
        return found

    return test


def _opposite(test: Test) -> Test:
    def opposite(event: Event) -> Truth:
        truth = test(event)
        return None if truth is None else not truth

    return opposite


def _unknown(_event: Event) -> Truth:
    return None


def _kind(kinds: frozenset[str]) -> Test:
    if len(kinds) == 1:
        (only,) = kinds
        return lambda event: event.kind == only
    return lambda event: event.kind in kinds


def _time(start: int | None, end: int | None) -> Test:
    if start is None and end is None:
        return lambda _event: True
    first = -(2**200) if start is None else start
    last = 2**200 if end is None else end
    return lambda event: first <= event.time < last


def _breach(clause: str) -> Test:
    def test(event: Event) -> Truth:
        if event.kind != "breach" or event.fields.get(BREACH_CLAUSE) != clause:
            return False
        return True if event.fields.get(BREACH_VERDICT) == "breach" else None

    return test


# ── Leaves over values


def _missing(of: Callable[[Event], object], absent: Truth) -> Test:
    return lambda event: absent if of(event) is None else False


def _compared_with(left: Callable[[Event], Any], relation: Callable[[Any, Any], bool], right: object) -> Test:
    def test(event: Event) -> Truth:
        found = left(event)
        return None if found is None else relation(found, right)

    return test


def _compared(
    left: Callable[[Event], Any], relation: Callable[[Any, Any], bool], right: Callable[[Event], Any]
) -> Test:
    def test(event: Event) -> Truth:
        one, other = left(event), right(event)
        return None if one is None or other is None else relation(one, other)

    return test


def _elapsed(of: Callable[[Event], Any], within: int, after: Callable[[Event], Any]) -> Test:
    def test(event: Event) -> Truth:
        found, since = of(event), after(event)
        if found is None or since is None:
            return None
        return bool(since < found <= since + within)

    return test


def _listed(of: Callable[[Event], Any], values: frozenset[Any], is_open: bool) -> Test:
    otherwise = None if is_open else False

    def test(event: Event) -> Truth:
        found = of(event)
        if found is None:
            return None
        return True if found in values else otherwise

    return test


def _contains(of: Callable[[Event], Any], values: Sequence[str]) -> Test:
    def test(event: Event) -> Truth:
        found = of(event)
        return None if found is None else any(wanted in found for wanted in values)

    return test


def _matches(of: Callable[[Event], Any], scanner: Scanner, places: frozenset[int]) -> Test:
    def test(event: Event) -> Truth:
        text = of(event)
        return None if text is None else not places.isdisjoint(scanner.found(text))

    return test
