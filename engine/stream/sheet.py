"""All conditions that need no memory, as one generated function of an event: each is worked out once."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
    Missing,
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

TRUE, FALSE = "True", "False"
LONGEST = 500
"""Characters of an expression; longer ones, which may be deep, are worked out on a line of their own."""


def generated(conditions: list[Condition], compiler: Compiler) -> Callable[[Event], Truths]:
    """A function from an event to the truths of all conditions."""
    names: dict[str, Any] = {"found": compiler.scanner.found}
    uses = Counter(node for one in conditions for node in nodes(one) if not isinstance(node, EventField))
    writer = Writer(compiler, names, uses)
    results = [writer.written(one).code for one in conditions]
    lines = [
        "def truths(event):",
        "    kind, time, get = event.kind, event.time, event.fields.get",
        *writer.lines,
        f"    return ({''.join(f'{result}, ' for result in results)})",
    ]
    exec(compile("\n".join(lines), "<conditions>", "exec"), names)  # noqa: S102 - written here, names are ours
    function: Callable[[Event], Truths] = names["truths"]
    return function


@dataclass(frozen=True)
class Code:
    """An expression for a truth. ``sure`` says that it is never unknown."""

    code: str
    sure: bool = False


ALL, NONE = Code(TRUE, True), Code(FALSE, True)


class Writer:
    """Conditions as expressions; what is used more than once is worked out once.

    Constants, and functions to be asked, stand under names: nothing of a document's text becomes part of the source.
    """

    def __init__(self, compiler: Compiler, names: dict[str, Any], uses: Mapping[Any, int]) -> None:
        self.compiler = compiler
        self.names = names
        self.uses = uses
        self.lines: list[str] = []
        self._known: dict[object, Code] = {}

    def written(self, condition: Condition) -> Code:
        """The truth of a condition."""
        known = self._known.get(condition)
        if known is None:
            known = self._expression(condition)
            again = self.uses[condition] > 1 and not known.code.isidentifier()
            if again or len(known.code) > LONGEST:
                known = Code(self._line("t", known.code), known.sure)
            self._known[condition] = known
        return known

    def _line(self, letter: str, expression: str) -> str:
        name = f"{letter}{len(self.lines)}"
        self.lines.append(f"    {name} = {expression}")
        return name

    def _constant(self, value: object) -> str:
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def _expression(self, condition: Condition) -> Code:
        match condition:
            case And(operands):
                return self._joined([self.written(one) for one in operands], NONE, ALL)
            case Or(operands):
                return self._joined([self.written(one) for one in operands], ALL, NONE)
            case Not(operand):
                return self._opposite(self.written(operand))
            case KindIs((kind,)):
                return Code(f"(kind == {self._constant(kind)})", True)
            case KindIs(kinds):
                return Code(f"(kind in {self._constant(frozenset(kinds))})", True)
            case TimeIn(start, end):
                return (
                    Code(f"({' and '.join(self._ends(start, end))})", True) if (start, end) != (None, None) else ALL
                )
            case _:
                return Code(self._leaf(condition), isinstance(condition, Missing) and not self.compiler.early)

    def _ends(self, start: int | None, end: int | None) -> Iterator[str]:
        if start is not None:
            yield f"time >= {self._constant(start)}"
        if end is not None:
            yield f"time < {self._constant(end)}"

    def _opposite(self, truth: Code) -> Code:
        if truth.sure:
            return Code(f"(not {truth.code})", True)
        name = truth.code if truth.code.isidentifier() else self._line("t", truth.code)
        return Code(f"(None if {name} is None else not {name})")

    def _joined(self, truths: list[Code], decisive: Code, otherwise: Code) -> Code:
        """Kleene's and, or: ``decisive`` if one is, else unknown if one is."""
        if decisive in truths:
            return decisive
        sure = [one.code for one in truths if one.sure and one != otherwise]
        unsure = [one.code for one in truths if not one.sure]
        joint = (" and " if decisive == NONE else " or ").join(sure)
        if not unsure:
            return Code(f"({joint})", True) if len(sure) > 1 else Code(joint, True) if sure else otherwise
        rest = unsure[0] if len(unsure) == 1 else self._unsure(unsure, decisive, otherwise)
        if not sure:
            return Code(rest)
        return Code(f"({rest} if {joint} else False)" if decisive == NONE else f"(True if {joint} else {rest})")

    def _unsure(self, truths: list[str], decisive: Code, otherwise: Code) -> str:
        names = [one if one.isidentifier() else self._line("t", one) for one in truths]
        decided = " or ".join(f"{name} is {decisive.code}" for name in names)
        unknown = " or ".join(f"{name} is None" for name in names)
        return f"({decisive.code} if {decided} else None if {unknown} else {otherwise.code})"

    # ── Leaves

    def _leaf(self, leaf: Any) -> str:
        match leaf:
            case Compare(EventField() as field, relation, Constant(value)) if field.name not in ALWAYS:
                held = self._value(field)
                return f"(None if {held} is None else {held} {_OPERATORS[relation]} {self._constant(value)})"
            case InList(EventField() as field, values, is_open) if field.name not in ALWAYS:
                held, listed = self._value(field), f"in {self._constant(frozenset(values))}"
                inside = f"(True if {held} {listed} else None)" if is_open else f"{held} {listed}"
                return f"(None if {held} is None else {inside})"
            case IsTrue(EventField() as field) if field.name not in ALWAYS:
                return self._value(field)
            case MatchesAny(EventField() as field, patterns) if field.name not in ALWAYS:
                held = self._value(field)
                places = self._constant(frozenset(self.compiler.scanner.places[one] for one in patterns))
                return f"(None if {held} is None else not {places}.isdisjoint({self._scanned(held)}))"
            case _:
                return f"{self._constant(self.compiler.test(leaf))}(event)"

    def _value(self, field: EventField) -> str:
        known = self._known.get(field.name)
        if known is None:
            known = self._known[field.name] = Code(self._line("v", f"get({self._constant(field.name)})"))
        return known.code

    def _scanned(self, held: str) -> str:
        known = self._known.get((held, "found"))
        if known is None:
            scanned = self._line("m", f"() if {held} is None else found({held})")
            known = self._known[held, "found"] = Code(scanned)
        return known.code
