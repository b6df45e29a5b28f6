"""The truth of any condition about all events, in the order of reading, from what a scan kept."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from plainterms.engine.columnar.arrays import own_bytes
from plainterms.engine.columnar.bits import Bits, Packed, both, either, joined, opposite, pack, unknown
from plainterms.engine.columnar.codings import Base, Coding, Codings, valued
from plainterms.engine.columnar.counted import PORTION, column, is_numeric
from plainterms.engine.columnar.kept import Kept
from plainterms.engine.columnar.leaves import Verdicts, fields_read, verdicts
from plainterms.engine.columnar.recent import Recent
from plainterms.engine.columnar.values import portions
from plainterms.engine.columnar.wanted import at_hand
from plainterms.policy.meaning import And, Condition, Field, Not, Or, ResemblesAny

Numbers = NDArray[np.int32]

ROOM = 2**26
"""Bytes of results that are remembered, and as many of numbers of events."""

BLOCK = 2**16
"""Events at a time, so that they stay in the processor's cache."""


class Truths:
    """Truths of conditions; those asked for last are remembered."""

    def __init__(self, kept: Kept, codings: Codings) -> None:
        self._kept = kept
        self._codings = codings
        self._found = Recent[Bits](ROOM, lambda bits: bits.nbytes)
        self._bases = Recent[Numbers](ROOM, own_bytes)

    def of(self, condition: Condition) -> Bits:
        """The truth of a condition. Raises TypeError for what looks at other events: `Follows`, `BreachIn`."""
        return self._found.get(condition, lambda: self._made(condition))

    def base(self, base: Base) -> Numbers:
        """The number of each event."""
        return self._bases.get(base, lambda: self._codings.base(base))

    def _made(self, condition: Condition) -> Bits:
        match condition:
            case And():
                return both([self.of(operand) for operand in condition.operands], self._kept.rows)
            case Or():
                return either([self.of(operand) for operand in condition.operands], self._kept.rows)
            case Not():
                return opposite(self.of(condition.operand))
            case ResemblesAny(by=None):
                return unknown(self._kept.rows)
            case _ if self._kept.has(condition):
                return self._kept.bits(condition)
            case _:
                return self._later(condition)

    def _later(self, leaf: Condition) -> Bits:
        fields = fields_read(leaf)
        codings = {field: self._codings.of(field) for field in fields if not self._counts(field)}
        bases = {coding.base for coding in codings.values()}
        if len(codings) == len(fields) and len(bases) == 1:
            return self._spread(bases.pop(), _table(leaf, codings))
        return self._compared(leaf, codings)

    def _counts(self, field: Field) -> bool:
        return at_hand(field) and is_numeric(field)

    def _spread(self, base: Base, table: Verdicts) -> Bits:
        """Give each event the verdict on its number of the base."""
        numbers = self.base(base)
        blocks = [numbers[start : start + BLOCK] for start in range(0, len(numbers), BLOCK)]
        if table.possible is None:
            return joined([pack(table.yes.take(block)) for block in blocks])
        both_of = np.bitwise_or(table.yes, np.left_shift(table.possible, 1, dtype=np.uint8), dtype=np.uint8)
        told = (both_of.take(block) for block in blocks)
        return joined([pack(_bit(block, 1), _bit(block, 2)) for block in told])

    def _compared(self, leaf: Condition, codings: Mapping[Field, Coding]) -> Bits:
        """Judge a condition event by event, as its fields stand on different numbers."""
        numbers = {coding.base: self.base(coding.base) for coding in codings.values()}

        def bits(rows: slice) -> Bits:
            def read(field: Field) -> pa.Array:
                if field not in codings:
                    return column(self._kept, field, rows)
                coding = codings[field]
                return valued(coding.values, coding.numbers(numbers[coding.base][rows]))

            return _packed(verdicts(leaf, read, rows.stop - rows.start))

        return joined([bits(rows) for rows in self._portions()])

    def _portions(self) -> Sequence[slice]:
        rows = self._kept.rows
        return [slice(start, min(start + PORTION, rows)) for start in range(0, rows, PORTION)]


def _packed(told: Verdicts) -> Bits:
    return pack(told.yes, told.possible)


def _table(leaf: Condition, codings: Mapping[Field, Coding]) -> Verdicts:
    """The verdict on each number of the common base and, last, on none."""
    first = next(iter(codings.values()))
    if len(codings) == 1 and first.of is None:
        none = pa.nulls(1, first.values.take(np.empty(0, np.int64)).type)
        return _put_together([_on(leaf, values) for values in (*portions(first.values), none)])
    columns = {field: coding.column() for field, coding in codings.items()}
    return verdicts(leaf, columns.__getitem__, len(columns[next(iter(columns))]))


def _on(leaf: Condition, values: pa.Array) -> Verdicts:
    return verdicts(leaf, lambda _field: values, len(values))


def _put_together(parts: Sequence[Verdicts]) -> Verdicts:
    yes = np.concatenate([part.yes for part in parts])
    if all(part.possible is None for part in parts):
        return Verdicts(yes)
    return Verdicts(yes, np.concatenate([part.yes if part.possible is None else part.possible for part in parts]))


def _bit(numbers: Packed, bit: int) -> Packed:
    return np.bitwise_and(numbers, np.uint8(bit), dtype=np.uint8)
