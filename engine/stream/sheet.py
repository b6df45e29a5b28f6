"""All conditions that need no memory, as one generated function of an event: each is worked out once."""

from collections.abc import Callable, Iterator
from typing import Any

from plainterms.engine.conditions import Truth
from plainterms.engine.events import Event
from plainterms.engine.stream.conditions import Compiler, Test
from plainterms.engine.stream.scanner import Scanner
from plainterms.engine.stream.values import ALWAYS, Registers
from plainterms.policy.meaning import (
    And,
    Compare,
    Condition,
    Constant,
    EventField,
    Follows,
    InList,
    IsTrue,
    KindIs,
    MatchesAny,
    Not,
    Or,
    TimeIn,
)
from plainterms.policy.rewrite import nodes

Truths = tuple[Truth, ...]
_OPERATORS = {"is": "==", ">=": ">=", "<=": "<=", ">": ">", "<": "<"}


class Sheet:
    """Conditions by number. ``of`` gives the truths of all, and remembers those of the event at hand."""

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler
        self.numbers: dict[Condition, int] = {}
        self.event: Event | None = None
        self.truths: Truths = ()
        self._function: Callable[[Event], Truths] | None = None

    def number(self, condition: Condition) -> int | None:
        """The number of a condition; None if it needs memory."""
        if any(isinstance(node, Follows) for node in nodes(condition)):
            return None
        if condition not in self.numbers:
            self.numbers[condition] = len(self.numbers)
            self._function = None
        return self.numbers[condition]

    def of(self, event: Event) -> Truths:
        """The truth of each condition."""
        if event is not self.event:
            if self._function is None:
                self._function = generated(list(self.numbers), self.compiler)
            self.truths = self._function(event)
            self.event = event
        return self.truths

    def test(self, condition: Condition) -> Test | None:
        """The condition as a function of an event; None if it needs memory."""
        number = self.number(condition)
        return None if number is None else lambda event: self.of(event)[number]


def sheet_of(registers: Registers, scanner: Scanner, early: bool = False) -> Sheet:
    """An empty sheet."""
    return Sheet(Compiler(registers, scanner, _remembered, early))


def _remembered(leaf: Follows) -> Test:
    raise TypeError(f"a sequence needs memory, and is on no sheet: {leaf}")


# ── The function


def generated(conditions: list[Condition], compiler: Compiler) -> Callable[[Event], Truths]:
    """A function from an event to the truths of all conditions."""
    names: dict[str, Any] = {"found": compiler.scanner.found}
    writer = Writer(compiler, names)
    results = [f"    r{number} = {writer.written(one)}" for number, one in enumerate(conditions)]
    lines = [
        "def truths(event):",
        "    kind, time, get = event.kind, event.time, event.fields.get",
        *writer.lines,
        *results,
        f"    return ({''.join(f'r{number}, ' for number in range(len(conditions)))})",
    ]
    exec(compile("\n".join(lines), "<conditions>", "exec"), names)  # noqa: S102 - written here, names are ours
    function: Callable[[Event], Truths] = names["truths"]
    return function


class Writer:
    """Conditions as expressions; each is worked out once. Constants, and functions to be asked, stand under names.

    Nothing of a document's text becomes part of the source.
    """

    def __init__(self, compiler: Compiler, names: dict[str, Any]) -> None:
        self.compiler = compiler
        self.names = names
        self.lines: list[str] = []
        self._known: dict[object, str] = {}

    def written(self, condition: Condition) -> str:
        """The name, or constant, that holds the condition's truth."""
        known = self._known.get(condition)
        if known is None:
            known = self._known[condition] = self._line("t", self._expression(condition))
        return known

    def _line(self, letter: str, expression: str) -> str:
        name = f"{letter}{len(self.lines)}"
        self.lines.append(f"    {name} = {expression}")
        return name

    def _constant(self, value: object) -> str:
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def _expression(self, condition: Condition) -> str:
        match condition:
            case And(operands):
                return _joined([self.written(one) for one in operands], "False", "True")
            case Or(operands):
                return _joined([self.written(one) for one in operands], "True", "False")
            case Not(operand):
                truth = self.written(operand)
                return f"None if {truth} is None else not {truth}"
            case KindIs(kinds):
                return f"kind in {self._constant(frozenset(kinds))}"
            case TimeIn(start, end):
                return " and ".join(self._ends(start, end)) or "True"
            case _:
                return self._leaf(condition)

    def _ends(self, start: int | None, end: int | None) -> Iterator[str]:
        if start is not None:
            yield f"time >= {self._constant(start)}"
        if end is not None:
            yield f"time < {self._constant(end)}"

    def _leaf(self, leaf: Any) -> str:
        match leaf:
            case Compare(EventField() as field, relation, Constant(value)) if field.name not in ALWAYS:
                held = self._value(field)
                return f"None if {held} is None else {held} {_OPERATORS[relation]} {self._constant(value)}"
            case InList(EventField() as field, values, is_open) if field.name not in ALWAYS:
                held, listed = self._value(field), f"in {self._constant(frozenset(values))}"
                inside = f"(True if {held} {listed} else None)" if is_open else f"{held} {listed}"
                return f"None if {held} is None else {inside}"
            case IsTrue(EventField() as field) if field.name not in ALWAYS:
                return self._value(field)
            case MatchesAny(EventField() as field, patterns) if field.name not in ALWAYS:
                held = self._value(field)
                places = self._constant(frozenset(self.compiler.scanner.places[one] for one in patterns))
                return f"None if {held} is None else not {places}.isdisjoint({self._scanned(held)})"
            case _:
                return f"{self._constant(self.compiler.test(leaf))}(event)"

    def _value(self, field: EventField) -> str:
        if field.name not in self._known:
            self._known[field.name] = self._line("v", f"get({self._constant(field.name)})")
        return self._known[field.name]

    def _scanned(self, held: str) -> str:
        if (held, "found") not in self._known:
            self._known[held, "found"] = self._line("m", f"() if {held} is None else found({held})")
        return self._known[held, "found"]


def _joined(truths: list[str], decisive: str, otherwise: str) -> str:
    """Kleene's and, or: ``decisive`` if one is, else unknown if one is."""
    if not truths:
        return otherwise
    if len(truths) == 1:
        return truths[0]
    decided = " or ".join(f"{truth} is {decisive}" for truth in truths)
    unknown = " or ".join(f"{truth} is None" for truth in truths)
    return f"{decisive} if {decided} else None if {unknown} else {otherwise}"
