"""Breaches of other clauses as events: facts about the log with the openings of findings among its events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.case import Case
from plainterms.engine.columnar.columns import Columns, taken
from plainterms.engine.columnar.drafts import Draft
from plainterms.engine.columnar.facts import Codes, Numbers, Truth
from plainterms.engine.columnar.kleene import unknown
from plainterms.engine.columnar.lazy import lazy
from plainterms.engine.conditions import BREACH_CLAUSE, BREACH_VERDICT, World, is_presumed, truth_of, value_of
from plainterms.engine.conditions import Truth as Answer
from plainterms.engine.event_ids import Identified
from plainterms.engine.events import Event, EventValue
from plainterms.engine.plan import map_conditions
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import FALSE, BreachIn, Condition, EachSubject, EventField, Field, Follows
from plainterms.policy.schema import ENTITY_FIELDS

ENTITIES = tuple(
    EventField(entry.name, entry.type, entry.least, entry.greatest, entry.known_after)
    for entry in ENTITY_FIELDS.values()
    if entry.name not in ("id", "time")
)


def openings(case: Case, found: Sequence[Draft]) -> Iterator[Event]:
    """The findings of a clause as events, with the entities of their anchors and their own subjects."""
    opened = [draft for draft in found if draft.verdict != "pending"]
    at = np.array([draft.anchor for draft in opened], dtype=np.int64)
    fields: list[dict[str, EventValue]] = [{} for _ in opened]
    of_event = np.flatnonzero(at >= 0)
    for entity in ENTITIES if len(of_event) else ():
        codes = case.facts.codes(entity)
        for index, value in zip(of_event.tolist(), taken(codes.values, codes.of[at[of_event]]), strict=True):
            if value is not None:
                fields[index][entity.name] = value
    subject = case.clause.subject
    names: list[Any] = case.subjects.values_of(np.array([draft.entity for draft in opened], dtype=np.int64))
    for draft, known, name in zip(opened, fields, names, strict=True):
        if isinstance(subject, EachSubject) and isinstance(subject.field, EventField):
            known[subject.field.name] = name
        known["severity"] = draft.version.severity
        known[BREACH_CLAUSE], known[BREACH_VERDICT] = case.clause.key, draft.verdict
        yield Event(draft.identity, draft.opening.time, "breach", known)


# ── Columns with them


@dataclass(frozen=True, eq=False)
class MergedIds:
    """The ids of a log's events and of ``more``; ``source`` is a position in the log, or -1 minus one in ``more``."""

    log: Identified
    source: Ints
    more: Sequence[str]

    def ids(self, positions: Ints) -> pa.Array:
        """The ids of events, as large strings."""
        source = self.source[positions]
        own = iter(self.log.ids(source[source >= 0]).to_pylist())
        ids = [next(own) if place >= 0 else self.more[-1 - place] for place in source.tolist()]
        return pa.array(ids, pa.large_string())


@dataclass
class WithOpenings:
    """The facts of a log and of further events, in one total order."""

    base: Columns
    more: Sequence[Event]
    registers: Mapping[str, RegisterTable]
    _codes: dict[Field, Codes] = field(default_factory=dict)
    _numbers: dict[Field, Numbers] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.more = sorted(self.more, key=lambda event: event.order)
        self._places = np.array([_place(self.base, event) for event in self.more], dtype=np.int64)
        self.n = self.base.n + len(self.more)
        self.time = self._merged(self.base.time, [event.time for event in self.more])
        self._source = self._merged(np.arange(self.base.n), [-1 - index for index in range(len(self.more))])

    @property
    def logged(self) -> Bools:
        """Which events are of the log."""
        found: Bools = self._source >= 0
        return found

    def _merged(self, column: NDArray[Any], more: Sequence[object]) -> NDArray[Any]:
        return np.insert(column, self._places, np.array(more, dtype=column.dtype))

    @lazy
    def identified(self) -> "MergedIds":
        """The ids of the log and of the openings."""
        return MergedIds(self.base.identified, self._source, [event.id for event in self.more])

    def ids(self, positions: Ints) -> pa.Array:
        """Ids by position."""
        return self.identified.ids(positions)

    def truth(self, condition: Condition) -> Truth:
        """The truth about the log's events, and about the others one by one."""
        found = self.base.truth(map_conditions(condition, _never))
        world = World(self.registers, _no_sequence)
        answers = [truth_of(condition, event, world) for event in self.more]
        yes = self._merged(found.yes, [answer is True for answer in answers])
        maybe = self._merged(unknown(found), [answer is None for answer in answers])
        return Truth(yes, maybe if maybe.any() else None)

    def codes(self, field: Field) -> Codes:
        """Values as numbers; those that only the further events have come last."""
        if field not in self._codes:
            self._codes[field] = self._more_codes(field)
        return self._codes[field]

    def _more_codes(self, field: Field) -> Codes:
        base = self.base.codes(field)
        numbers = {value: number for number, value in enumerate(base.values)}
        own = [value_of(field, event, self.registers) for event in self.more]
        found = [-1 if value is None else numbers.setdefault(value, len(numbers)) for value in own]
        presumed = None
        if base.presumed is not None:
            presumed = self._merged(base.presumed, [is_presumed(field, event, self.registers) for event in self.more])
        return Codes(self._merged(base.of, found), list(numbers), presumed)

    def numbers(self, field: Field) -> Numbers:
        """Values of a number field."""
        if field not in self._numbers:
            of, present = self.base.numbers(field).at(np.arange(self.base.n))
            own = [value_of(field, event, self.registers) for event in self.more]
            values = self._merged(of, [value if isinstance(value, int) else 0 for value in own])
            self._numbers[field] = Numbers(values, self._merged(present, [value is not None for value in own]))
        return self._numbers[field]


def _place(facts: Columns, event: Event) -> int:
    """How many events of the log stand before another."""
    low = int(np.searchsorted(facts.time, event.time, "left"))
    high = int(np.searchsorted(facts.time, event.time, "right"))
    same: Ints = np.arange(low, high)
    return low + sum(1 for identifier in facts.ids(same).to_pylist() if identifier < event.id)


def _never(node: object) -> object:
    return FALSE if isinstance(node, BreachIn) else node


def _no_sequence(leaf: Follows, event: Event) -> Answer:
    raise TypeError(f"sequences are decided for all events at once: {leaf} at {event.id}")
