"""All events of an audit in their total order, and what is true of each: what a scan leaves for the sweeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from plainterms.engine.columnar.arrays import own_bytes
from plainterms.engine.columnar.bits import unpack
from plainterms.engine.columnar.codes import FREE
from plainterms.engine.columnar.codings import Codings
from plainterms.engine.columnar.counted import is_numeric, numbers
from plainterms.engine.columnar.kept import Kept
from plainterms.engine.columnar.recent import Recent
from plainterms.engine.columnar.sequence import Order
from plainterms.engine.columnar.texts import TextColumn
from plainterms.engine.columnar.truths import Truths
from plainterms.engine.columnar.values import ValueList, whole
from plainterms.engine.columnar.wanted import at_hand
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import Condition, Field

Bools = NDArray[np.bool_]
Rows = NDArray[np.int32]

ALWAYS = np.array(True)
"""One truth value that stands for those of all events."""

ALWAYS.flags.writeable = False

ROOM = 2**26
"""Bytes of truths that are remembered, and as many of codes and numbers; the last of each always is."""


@dataclass(frozen=True)
class Truth:
    """What is true of each event where ``yes``, unknown where ``maybe``, false elsewhere; never both.

    ``maybe`` is None where nothing is unknown.
    """

    yes: Bools
    maybe: Bools | None


@dataclass(frozen=True)
class Codes:
    """Which value of a field each event has: ``of`` is a place in ``values``, -1 where it has none.

    The order of values is arbitrary, and some may be the value of no event. ``presumed`` marks values that are a
    register's default; None where there are none.
    """

    of: NDArray[np.int32]
    values: Sequence[Any]
    presumed: Bools | None


@dataclass(frozen=True)
class Numbers:
    """The number that each event has in a field, in the units of `schema.Type`; zero where not ``present``.

    With ``codes``, which of these numbers each event has; -1 is the last.
    """

    of: NDArray[np.int64]
    present: Bools
    codes: NDArray[np.int32] | None = None

    def at(self, positions: NDArray[np.integer]) -> tuple[NDArray[np.int64], Bools]:
        """The numbers of some events, and which of these have one."""
        if self.codes is not None:
            positions = self.codes.take(positions)
        return self.of.take(positions, mode="wrap"), self.present.take(positions, mode="wrap")


@dataclass(frozen=True)
class Ids:
    """The ids of events: ``texts`` in the order of reading, and which of them each event has; None: the same."""

    texts: TextColumn
    rows: Rows | None

    def ids(self, positions: NDArray[np.integer]) -> pa.Array:
        """The ids of events, as large strings."""
        return self.texts.take(positions if self.rows is None else self.rows.take(positions))


class Facts:
    """The events of an audit; the *position* of an event is its rank in the total order (time, id).

    Arrays are not to be written to. What was asked for lately is remembered. Threads may share it.
    """

    n: int
    time: NDArray[np.int64]
    identified: Ids
    repeated: int
    conflicting: int

    def __init__(
        self,
        kept: Kept,
        order: Order | None,
        registers: Mapping[str, RegisterTable],
        repeated: int = 0,
        conflicting: int = 0,
    ) -> None:
        self._kept = kept
        self.identified = Ids(kept.ids, None if order is None else order.rows)
        self._codings = Codings(kept, registers)
        self._truths = Truths(kept, self._codings)
        self._told = Recent[Truth](ROOM, lambda told: told.yes.nbytes * (1 if told.maybe is None else 2))
        self._coded = Recent[Codes](ROOM, lambda codes: own_bytes(codes.of))
        self._counted = Recent[Numbers](ROOM, lambda found: own_bytes(found.of) + own_bytes(found.present))
        self.repeated, self.conflicting = repeated, conflicting
        self.time = _fixed(kept.moments())
        self.n = kept.rows

    def ids(self, positions: NDArray[np.integer]) -> pa.Array:
        """The ids of events, as large strings; ask for many at once."""
        return self.identified.ids(positions)

    def truth(self, condition: Condition) -> Truth:
        """Of which events a condition is true.

        Its single conditions must be among those of the scan. Raises TypeError for `Follows` and `BreachIn`.
        """
        return self._told.get(condition, lambda: self._truth(condition))

    def codes(self, field: Field) -> Codes:
        """The values of a field, numbered. It must be among those of the scan, or read by one of its conditions."""
        return self._coded.get(field, lambda: self._codes(field))

    def numbers(self, field: Field) -> Numbers:
        """The values of a number, percentage, duration, time or date; else as `codes`."""
        return self._counted.get(field, lambda: self._numbers(field))

    def forget(self) -> None:
        """Forget what is remembered of earlier questions."""
        for remembered in (self._told, self._coded, self._counted):
            remembered.forget()

    def _truth(self, condition: Condition) -> Truth:
        bits = self._truths.of(condition)
        yes = _fixed(unpack(bits.yes, self.n))
        if bits.known:
            return Truth(yes, None)
        maybe = _fixed(unpack(bits.possible & ~bits.yes, self.n))
        return Truth(yes, maybe if maybe.any() else None)

    def _codes(self, field: Field) -> Codes:
        coding = self._codings.of(field)
        base = self._truths.base(coding.base)
        presumed = None if coding.presumed is None else _fixed(coding.presumed.take(base, mode="wrap"))
        return Codes(_fixed(coding.numbers(base)), ValueList(coding.values), presumed)

    def _numbers(self, field: Field) -> Numbers:
        if at_hand(field) and is_numeric(field):
            found = numbers(self._kept, field, slice(0, self.n))
            present = np.broadcast_to(ALWAYS, self.n) if found.present is None else found.present
            return Numbers(_fixed(found.of), _fixed(present))
        coding = self._codings.of(field)
        values = pc.fill_null(whole(coding.values), 0).to_numpy(zero_copy_only=False).astype(np.int64)
        which = np.append(np.arange(len(values)), FREE) if coding.of is None else coding.of
        of = np.append(values, np.int64(0)).take(which, mode="wrap")
        return Numbers(of, which != FREE, self._truths.base(coding.base))


def _fixed(column: NDArray[Any]) -> NDArray[Any]:
    """The column, which is not to be written to any more."""
    column.flags.writeable = False
    return column
