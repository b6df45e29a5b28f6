"""How an event stands toward a clause: which measures count it, which exceptions apply, what it lacks."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from plainterms.engine.conditions import Truth, unknown_fields
from plainterms.engine.events import Event
from plainterms.engine.findings import field_name, picking
from plainterms.engine.plan import ClauseVersion, PlannedClause, leaves
from plainterms.engine.stream.conditions import Compiler, Test
from plainterms.engine.stream.entries import Entry, Standing
from plainterms.engine.stream.sequences import Ends, Sequences
from plainterms.engine.stream.sheet import Sheet
from plainterms.engine.stream.values import Registers, Value, presumption, value
from plainterms.policy.meaning import (
    And,
    Condition,
    Distinct,
    Field,
    Measure,
    ModeShare,
    Or,
    PartShare,
    RegisterField,
    Sum,
)


class Scales:
    """One clause's conditions, compiled. ``sets`` are the events it counts: of each measure, or a duty's trigger.

    ``gate`` is the number, on the sheet, of a condition that is false of events the clause does not look at; None if
    there is no such condition.
    """

    def __init__(
        self,
        clause: PlannedClause,
        sets: tuple[Condition, ...],
        measures: tuple[Measure, ...],
        sequences: Sequences,
        sheet: Sheet,
    ) -> None:
        registers = sequences.registers
        compiler = replace(sequences.compiler, early=sheet.compiler.early)
        self.clause = clause
        self.sequences = sequences
        self.sheet = sheet
        self.sets = sets
        self.early = compiler.early
        self.events = [sheet.test(one) or compiler.test(one) for one in sets]
        self.conduct = sheet.test(clause.conduct) or compiler.test(clause.conduct)
        self.exceptions = [sheet.test(one.condition) or compiler.test(one.condition) for one in clause.exceptions]
        self.conditions = (*sets, clause.conduct, *(one.condition for one in clause.exceptions))
        self.quantities = [Quantified(measure, sequences, compiler) for measure in measures]
        self.presumptions = list(_presumptions(clause, registers))
        self.ends = Ends(picking(clause), sequences)
        self.versions = [(version, compiler.test(version.applies)) for version in clause.versions]
        self.gate = sheet.number(And((Or(sets), clause.conduct)))
        self.simple = len(sets) == 1 and not self.exceptions and not self.presumptions and not self.ends.guarded
        self.plain = Standing((True,), (True,), ((),), (), ())
        self.nothing: tuple[tuple[str, ...], ...] = ((),) * len(sets)
        self.looks = any(one.looks for one in self.quantities)
        self._standings: dict[tuple[object, ...], Standing] = {}

    def weigh(self, event: Event) -> Entry | None:
        """The event as the clause sees it; None where the clause would not count it for any measure."""
        if self.simple:
            truth = self.events[0](event)
            if truth is False:
                return None
            if truth and self.conduct(event) and self.quantities:
                quantity = self.quantities[0]
                value = quantity.value(event)
                if value is not None or not quantity.looks:
                    return Entry(event.time, event.id, self.plain, (value,), None)
        return self._weigh(event)

    def _weigh(self, event: Event) -> Entry | None:
        truths = [test(event) for test in self.events]
        if True not in truths and None not in truths:
            return None
        governed = self.conduct(event)
        if governed is False:
            return None
        excepted = tuple([test(event) for test in self.exceptions])
        allowed = _none_true(excepted)
        counted = tuple([_all_three(truth, governed, allowed) for truth in truths])
        candidate = tuple([truth is not False for truth in truths])
        values = tuple([quantity.value(event) for quantity in self.quantities])
        lacking = self.nothing
        if not self.early and (None in counted or (None in values and self.looks)):
            lacking = tuple([self.lacking(place, truth, event) for place, truth in enumerate(counted)])
        presumed = self.presumed(event) if self.presumptions else ()
        known = (counted, candidate, lacking, excepted, presumed)
        standing = self._standings.get(known)
        if standing is None:
            standing = self._standings[known] = Standing(*known)
        preceded = self.ends.preceded(event) if self.ends.guarded else None
        return Entry(event.time, event.id, standing, values, preceded)

    def complete(self, entry: Entry) -> bool:
        """Whether nothing is unknown of an event that was weighed."""
        measured = zip(self.quantities, entry.values, strict=True)
        return None not in entry.standing.counted and not any(one.looks and value is None for one, value in measured)

    def lacking(self, place: int, truth: Truth, event: Event) -> tuple[str, ...]:
        """The fields for want of which it is unknown whether, or with what, a measure counts the event."""
        if truth is False:
            return ()
        found: list[str] = []
        if truth is None:
            found += unknown_fields(self.clause.counted(self.sets[place]), event, self.sequences.world())
        if self.quantities:
            found += self.quantities[place].lacking(event)
        return tuple(dict.fromkeys(found))

    def quantified(self, measure: Measure) -> "Quantified":
        """What another measure measures."""
        return Quantified(measure, self.sequences, self.sequences.compiler)

    def presumed(self, event: Event) -> tuple[str, ...]:
        """The fields for which a register's default stands in."""
        return tuple([name for name, test in self.presumptions if test(event)]) if self.presumptions else ()

    def version(self, event: Event) -> ClauseVersion:
        """The version that governs an anchor: certainly, else possibly."""
        truths = [test(event) for _, test in self.versions]
        return self.versions[truths.index(True) if True in truths else truths.index(None)][0]


class Quantified:
    """What a measure measures of an event it counts."""

    def __init__(self, measure: Measure, sequences: Sequences, compiler: Compiler) -> None:
        quantity = measure.quantity
        self.sequences = sequences
        self.part = quantity.part if isinstance(quantity, PartShare) else None
        self.field = quantity.field if isinstance(quantity, Distinct | Sum | ModeShare) else None
        self.looks = self.field is not None or self.part is not None
        self.value: Value | Test = _nothing
        if self.field is not None:
            self.value = value(self.field, sequences.registers)
        elif self.part is not None:
            self.value = compiler.test(self.part)

    def lacking(self, event: Event) -> Iterable[str]:
        """The fields that it lacks on the event."""
        if self.part is not None:
            return unknown_fields(self.part, event, self.sequences.world())
        if self.field is not None and self.value(event) is None:
            return (field_name(self.field),)
        return ()


class Lacking:
    """The field that a limit is taken from, where an anchor has none."""

    def __init__(self, field: Field | None, registers: Registers) -> None:
        self.names = () if field is None else (field_name(field),)
        self.of = _nothing if field is None else value(field, registers)

    def __call__(self, event: Event) -> tuple[str, ...]:
        """Its name, or nothing."""
        return self.names if self.names and self.of(event) is None else ()


def _nothing(_event: Event) -> None:
    return None


def _none_true(truths: tuple[Truth, ...]) -> Truth:
    if True in truths:
        return False
    return None if None in truths else True


def _all_three(one: Truth, other: Truth, third: Truth) -> Truth:
    if one is False or other is False or third is False:
        return False
    return None if one is None or other is None or third is None else True


def _presumptions(clause: PlannedClause, registers: Registers) -> Iterator[tuple[str, Test]]:
    fields = {node for node in leaves(clause.parts) if isinstance(node, RegisterField) and node.default is not None}
    for one in sorted(fields, key=repr):
        yield field_name(one), presumption(one, registers)
