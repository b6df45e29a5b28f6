"""A function of an event, written in two ways: a short one for usual events, and one for all."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from sys import intern
from typing import Any

from plainterms.engine.stream.gates import Gate
from plainterms.engine.stream.rows import FIRST
from plainterms.engine.stream.sheet import Sheet
from plainterms.engine.stream.sleepers import Sleeper, Sleepers, Vector
from plainterms.engine.stream.usual import Usual, told_apart
from plainterms.engine.stream.values import ALWAYS
from plainterms.engine.stream.writer import FALSE, TRUE, Code, Writer, compiled
from plainterms.policy.meaning import Condition, EventField, Prohibition
from plainterms.policy.rewrite import nodes
from plainterms.policy.schema import Type

Gates = Sequence[Gate | None]
"""What lets events through to each clause that never sleeps; None lets all."""


class Page:
    """A function in two ways: a short one for usual events, and one for all.

    Of a usual event, a request, nothing is true that clauses ask for, and nothing is missing that can be known.
    """

    def __init__(self, sleepers: Sleepers, sheet: Sheet, gates: Gates, head: str) -> None:
        self.sleepers = sleepers
        self.early = sheet.compiler.early
        self.head = head
        self.begin: list[str] = []
        scales = [each.ahead.early if self.early else each.ahead.scales for each in sleepers.sleepers.values()]
        conditions = [condition for each in scales for condition in each.conditions]
        guards = {place: _guard(each) for place, each in sleepers.sleepers.items()}
        parts = [what for what in sleepers.book.columns if isinstance(what, Condition)]
        passing = [gate.condition for gate in gates if gate is not None]
        every = [*conditions, *guards.values(), *parts, *passing]
        uses = Counter(node for each in every for node in nodes(each) if not isinstance(node, EventField))
        scanner = sheet.compiler.scanner
        self.names: dict[str, Any] = {"found": scanner.found, "scanned": scanner.scanned, "code_of": sleepers.code}
        self.names |= {"usually": None}
        sleepers.hear(self.early, self._number)
        self.writer = Writer(sheet.compiler, self.names, uses)
        self.leaves = list(dict.fromkeys(told_apart(conditions)))
        self.asked_for = list(dict.fromkeys(told_apart(every)))
        self.tests = [test for each in scales for _, test in each.presumptions]
        self.asked = [f"{self.writer.constant(test)}(event)" for test in self.tests]
        self.usually = Usual(self.early)
        self.vector = (*(self.usually.truth(leaf) for leaf in self.leaves), *(False for _ in self.tests))
        self.unusual = Body(self, {place: self.writer.written(each) for place, each in guards.items()})
        self.unusual.columns = [self._written(what, number) for number, what in enumerate(sleepers.book.columns)]
        self.unusual.gate = self._gate(gates, self.writer.written)
        self.usual = Body(self, {place: self.usually.code(each) for place, each in guards.items()})
        self.usual.columns = [
            self.usually.code(what).code if isinstance(what, Condition) else self.unusual.columns[number]
            for number, what in enumerate(sleepers.book.columns)
        ]
        self.usual.gate = self._gate(gates, self.usually.code)

    def _number(self, truths: Vector, number: int | None) -> None:
        """Note the number of how usual events stand."""
        if number is None or truths == self.vector:
            self.names["usually"] = number

    def code(self, otherwise: str) -> list[str]:
        """Lines that find how an event stands."""
        truths = [self.writer.written(each).code for each in self.leaves]
        codes = self.writer.constant(self.sleepers.early_codes if self.early else self.sleepers.codes)
        return [
            f"truths = ({''.join(f'{each}, ' for each in (*truths, *self.asked))})",
            f"code = {codes}.get(truths)",
            "if code is None:",
            f"    code = code_of(truths, event, {self.early})",
            f"    if code is None: {otherwise}",
        ]

    def _gate(self, gates: Gates, written: Callable[[Condition], Code]) -> str:
        found = []
        for gate in gates:
            if gate is None:
                return TRUE
            truth = written(gate.condition)
            if truth.code != FALSE:
                found.append(possible(truth))
            for court in gate.courts:
                held, key = self.writer.constant(court.subjects.conducts), self.writer.constant(court.subjects.key)
                found.append(f"({held} and {key}(event) in {held})")
        return " or ".join(found) or FALSE

    def _written(self, what: Any, number: int) -> str:
        if isinstance(what, Condition):
            code = self.writer.written(what).code
            return code if code.isidentifier() else self.writer.line("w", code)
        if isinstance(what, EventField) and what.name not in ALWAYS:
            return self.writer.value(what)
        getters = self.sleepers.soon if self.early else self.sleepers.late
        return self.writer.line("v", f"{self.writer.constant(getters[number])}(event)")

    def measured(self) -> Iterator[int]:
        """The columns with which measures measure."""
        found = {column for each in self.sleepers.sleepers.values() for column in each.reader.columns}
        yield from sorted(column for column in found if column is not None)

    def _checks(self) -> list[str]:
        """What makes an event usual."""
        known = [] if self.early else [self.usual.column(place) for place in self.measured()]
        return [
            "usually is not None",
            *(f"{column} is not None" for column in known if column not in (TRUE, FALSE)),
            *self.usually.checks(self.asked_for, self.writer),
            *(f"not {each}" for each in self.asked),
        ]

    def function(self) -> Any:
        """The function that was written."""
        checks = " and ".join(dict.fromkeys(self._checks()))
        named = [line for line in self.writer.lines if line.lstrip()[0] in "vm"]
        rest = [line for line in self.writer.lines if line.lstrip()[0] not in "vm"]
        lines = [
            f"def {self.head}:",
            "    kind, time, get = event.kind, event.time, event.fields.get",
            *named,
            *(f"    {line}" for line in self.begin),
            f"    if {checks}:",
            "        code = usually",
            *(f"        {line}" for line in self.usual.lines),
            *rest,
            *(f"    {line}" for line in self.unusual.lines),
        ]
        exec(compiled("\n".join(lines)), self.names)  # noqa: S102 - written here, names are ours
        return self.names[self.head.partition("(")[0]]


class Body:
    """The lines of one of the two ways, and what conditions are there."""

    def __init__(self, page: Page, guards: dict[int, Code]) -> None:
        self.page = page
        self.guards = guards
        self.columns: list[str] = []
        self.gate = FALSE
        self.lines: list[str] = []

    def constant(self, value: object) -> str:
        """A name for a value."""
        return self.page.writer.constant(value)

    def column(self, place: int) -> str:
        """The expression for a column of a row."""
        return self.columns[place - FIRST]

    def write(self, *lines: str) -> None:
        """Add lines."""
        self.lines += lines

    def row(self) -> None:
        """The event's row; equal texts in rows that stay are one."""
        columns = "".join(f", {self._shared(number, each)}" for number, each in enumerate(self.columns))
        self.write("identifier = event.id", f"row = (time, identifier, code{columns})")

    def _shared(self, number: int, column: str) -> str:
        what = self.page.sleepers.book.columns[number]
        if self.page.early or not isinstance(what, EventField) or what.type != Type.TEXT:
            return column
        self.page.names["intern"] = intern
        return f"intern({column}) if {column}.__class__ is str else {column}"


def _guard(one: Sleeper) -> Condition:
    """True of an event that the hope's measure counts."""
    clause = one.judge.court.clause
    assert isinstance(clause.statement, Prohibition)
    return clause.counted(clause.statement.measures[one.hope.measure].events)


def possible(truth: Code) -> str:
    """An expression for whether a truth is not false."""
    return truth.code if truth.sure else f"{truth.code} is not False"
