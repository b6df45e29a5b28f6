"""How the value of any field follows, event by event, from what a scan kept and from the registers.

A field's *coding* says on which numbers of events it stands (its base), and which value goes with each of them:
a register field stands on the numbers of its key, so a condition about it is decided once for each account.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.columnar.codes import FREE, numbered
from plainterms.engine.columnar.counted import PORTION, counted, is_numeric
from plainterms.engine.columnar.kept import Kept
from plainterms.engine.columnar.leaves import plain
from plainterms.engine.columnar.lists import joined, parted
from plainterms.engine.columnar.lookups import NONE, Lookup
from plainterms.engine.columnar.parts import part_column
from plainterms.engine.columnar.values import Held, Values, held, whole
from plainterms.engine.columnar.wanted import at_hand, bare
from plainterms.engine.conditions import ruling_of
from plainterms.engine.registers import RULINGS, RegisterTable
from plainterms.engine.sources.columns import ARROW
from plainterms.policy.meaning import EventField, Field, PartField, RegisterField, RulingField, Scalar
from plainterms.policy.schema import Type

Numbers = NDArray[np.int32]
Bools = NDArray[np.bool_]
Default = Scalar | tuple[str, ...] | None
Key = EventField | RulingField


@dataclass(frozen=True)
class Everywhere:
    """All events have the number 0."""


@dataclass(frozen=True)
class OfEvents:
    """Numbers of the values that events have in a field."""

    field: Field


@dataclass(frozen=True)
class OfRows:
    """Numbers of the register's rows that hold of events, by their key and time."""

    register: str
    key: Key


Base = Everywhere | OfEvents | OfRows


@dataclass(frozen=True)
class Coding:
    """``of`` has the number of a value for each number of the base and, last, for none; None: they are the same.

    -1 is a missing value. ``presumed`` marks, like ``of``, where a register's default stands in.
    """

    base: Base
    of: Numbers | None
    values: Values
    presumed: Bools | None = None

    def numbers(self, base: Numbers) -> Numbers:
        """The numbers of values, from those of the base."""
        return base if self.of is None else self.of[base]

    def column(self) -> pa.Array:
        """The value for each number of the base and, last, for none."""
        return valued(self.values, np.append(np.arange(len(self.values)), FREE) if self.of is None else self.of)


def valued(values: Values, numbers: NDArray[np.integer]) -> pa.Array:
    """The values of these numbers; -1 is a missing one."""
    if len(values) == 0:
        return pa.nulls(len(numbers), values.take(np.empty(0, np.int64)).type)
    missing = numbers == FREE
    found = values.take(np.maximum(numbers, 0))
    return pc.if_else(pa.array(missing), pa.scalar(None, found.type), found) if missing.any() else found


class Codings:
    """The codings of fields, each made once."""

    def __init__(self, kept: Kept, registers: Mapping[str, RegisterTable]) -> None:
        self._kept = kept
        self._lookups = {name: Lookup(table) for name, table in registers.items()}
        self._made: dict[Field, Coding] = {}
        self._found: dict[OfRows, tuple[Base, Numbers]] = {}

    def of(self, field: Field) -> Coding:
        """The coding of a field."""
        if field not in self._made:
            self._made[field] = self._coding(field)
        return self._made[field]

    def base(self, base: Base) -> Numbers:
        """The number of each event, in the order of reading; -1 is none."""
        match base:
            case Everywhere():
                return np.zeros(self._kept.rows, np.int32)
            case OfEvents(field) if is_numeric(field):
                return counted(self._kept, field).of
            case OfEvents(field) if field.type is Type.YES_NO:
                return self._kept.flags(field).astype(np.int32)
            case OfEvents(field):
                return self._kept.codes(field)
            case OfRows():
                return self._rows(base)
            case _:
                assert_never(base)

    def _coding(self, field: Field) -> Coding:
        match field:
            case RegisterField():
                return self._looked_up(OfRows(field.register, bare(field.key)), field, field.as_of, field.default)
            case RulingField():
                return self._looked_up(OfRows(RULINGS, field), field, None, None)
            case PartField() if not at_hand(field) or field.part == "domain":
                of = self.of(field.of)
                return _coded(of.base, plain(part_column(field, of.column())))
            case EventField() | PartField():
                return self._of_event(bare(field) if isinstance(field, EventField) else field)
            case _:
                assert_never(field)

    def _of_event(self, field: Field) -> Coding:
        if is_numeric(field):
            return Coding(OfEvents(field), None, counted(self._kept, field).values)
        values = Held(pa.array([False, True])) if field.type is Type.YES_NO else self._kept.values(field)
        return Coding(OfEvents(field), None, values)

    # ── Registers

    def _looked_up(
        self, rows: OfRows, field: RegisterField | RulingField, time: int | None, default: Default
    ) -> Coding:
        lookup = self._lookups.get(rows.register)
        if lookup is None:
            return _coded(Everywhere(), pa.nulls(2, ARROW[field.type]), default)
        column = lookup.column("answer" if isinstance(field, RulingField) else field.name, field.type)
        if time is None and not lookup.lasting:
            return _coded(rows, column, default)
        keys, places = self._places(rows)
        return _coded(keys, column.take(pa.array(lookup.rows(places, time) % len(column))), default)

    def _rows(self, rows: OfRows) -> Numbers:
        """The register's row of each event, at its time."""
        keys, places = self._places(rows)
        of, times = self.base(keys), self._kept.moments()
        found = np.empty(len(of), np.int32)
        for start in range(0, len(of), PORTION):
            part = slice(start, start + PORTION)
            found[part] = self._lookups[rows.register].rows_at(places[of[part]], times[part])
        return found

    def _places(self, rows: OfRows) -> tuple[Base, Numbers]:
        """Where in a register the key of each number of a base stands, last that of none."""
        if rows not in self._found:
            self._found[rows] = self._looked_for(rows)
        return self._found[rows]

    def _looked_for(self, rows: OfRows) -> tuple[Base, Numbers]:
        lookup, key = self._lookups[rows.register], rows.key
        if isinstance(key, EventField):
            coding = self.of(key)
            texts = whole(coding.values)
        elif key.key is None:
            texts = pa.array([ruling_of(key, None)])
            return Everywhere(), np.append(lookup.places(texts), np.int32(NONE))
        else:
            coding = self.of(key.key)
            texts = pa.array([ruling_of(key, subject) for subject in held(whole(coding.values))], pa.string())
        places = np.append(lookup.places(texts), np.int32(NONE))
        return coding.base, places if coding.of is None else places[coding.of]


def _coded(base: Base, column: pa.Array, default: Default = None) -> Coding:
    """Number the values of a column that has one for each number of a base and, last, for none."""
    presumed = None
    if default is not None and column.null_count:
        presumed = column.is_null().to_numpy(zero_copy_only=False)
        column = pa.concat_arrays([column, pa.array([default], column.type)])
        column = column.take(pa.array(np.where(presumed, len(presumed), np.arange(len(presumed)))))
    if pa.types.is_list(column.type):
        of, texts = numbered(joined(column))
        return Coding(base, of, Held(parted(texts)), presumed)
    of, values = numbered(column)
    return Coding(base, of, Held(values), presumed)
