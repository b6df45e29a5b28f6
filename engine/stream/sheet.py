"""All conditions that need no memory, as one generated function of an event: each is worked out once."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from plainterms.engine.conditions import Truth
from plainterms.engine.events import Event
from plainterms.engine.stream.conditions import Compiler, Test
from plainterms.engine.stream.scanner import Scanner
from plainterms.engine.stream.usual import Usual, told_apart
from plainterms.engine.stream.values import Registers
from plainterms.engine.stream.writer import TRUE, Writer, compiled
from plainterms.policy.meaning import Condition, EventField, Follows
from plainterms.policy.rewrite import nodes

Truths = tuple[Truth, ...]


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
    names: dict[str, Any] = {"found": compiler.scanner.found, "scanned": compiler.scanner.scanned}
    uses = Counter(node for one in conditions for node in nodes(one) if not isinstance(node, EventField))
    writer = Writer(compiler, names, uses)
    usual = Usual(compiler.early)
    checks = usual.checks(told_apart(conditions), writer)
    named = len(writer.lines)
    results = [writer.written(one).code for one in conditions]
    lines = [
        "def truths(event):",
        "    kind, time, get = event.kind, event.time, event.fields.get",
        *writer.lines[:named],
        f"    if {' and '.join(checks) or TRUE}: return {tuple(usual.truth(one) for one in conditions)}",
        *writer.lines[named:],
        f"    return ({''.join(f'{result}, ' for result in results)})",
    ]
    exec(compiled("\n".join(lines)), names)  # noqa: S102 - written here, names are ours
    function: Callable[[Event], Truths] = names["truths"]
    return function
