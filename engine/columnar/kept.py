"""The columns that a scan keeps of the whole log: as events are read, and then in their total order."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.columnar.bits import Bits, unpack
from plainterms.engine.columnar.codes import FREE, Numbering
from plainterms.engine.columnar.memory import give_back
from plainterms.engine.columnar.pieces import Figures, Piece
from plainterms.engine.columnar.places import Places
from plainterms.engine.columnar.sequence import Order
from plainterms.engine.columnar.store import BitColumn, Column, Store, narrowed
from plainterms.engine.columnar.texts import TextColumn
from plainterms.engine.columnar.values import Lists, Values
from plainterms.engine.columnar.wanted import Wanted
from plainterms.policy.meaning import Condition, EventField, Field
from plainterms.policy.schema import Type

Bools = NDArray[np.bool_]
Codes = NDArray[np.int32]


@dataclass(frozen=True)
class _Coded:
    """A text or list field: its values and which of them each event has."""

    numbering: Numbering
    codes: Column

    def append(self, piece: Piece, field: Field) -> None:
        batch = piece.coded[field]
        codes = self.numbering.number(batch)
        found = np.append(codes, np.int32(FREE)).take(batch.of, mode="wrap")
        self.codes.append(narrowed(found, len(self.numbering)))


class _Sparse:
    """Truth values that are rarely true: nothing is written before the first true one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.column: BitColumn | None = None

    def append(self, part: Bools | None, before: int, rows: int) -> None:
        """Add a batch; None is all false."""
        if self.column is None:
            if part is None or not part.any():
                return
            self.column = self._store.bits()
            self.column.append(np.zeros(before, np.bool_))
        self.column.append(np.zeros(rows, np.bool_) if part is None else part)

    def read(self) -> NDArray[np.uint8] | None:
        """All of it, packed; None if nothing is true."""
        return None if self.column is None else self.column.read()


def _values(field: Field, store: Store) -> TextColumn:
    """Where the values of a field are kept: of parts of texts there are many, and they are seldom fetched."""
    return store.texts(compared=True) if isinstance(field, EventField) else store.texts(packed=True)


class Kept:
    """Columns of a log, filled piece by piece."""

    def __init__(self, wanted: Wanted, store: Store) -> None:
        self.rows = 0
        self.ids = store.texts()
        self.digests = store.numbers(np.uint64)
        self.contents = store.numbers(np.uint64)
        self.times = store.numbers(np.int64)
        self.places = Places()
        self._store = store
        self._coded = {
            field: _Coded(Numbering(_values(field, store)), store.numbers(np.int32)) for field in wanted.coded
        }
        self._flags = {field: store.numbers(np.int8) for field in wanted.flags}
        self._numbers = {field: (store.numbers(np.int64), _Sparse(store)) for field in wanted.numbers}
        self._leaves = {leaf: (store.bits(), _Sparse(store)) for leaf in wanted.leaves}

    def append(self, piece: Piece) -> None:
        """Add a piece."""
        self.ids.append(piece.ids)
        self.digests.append(piece.digests)
        self.contents.append(piece.contents)
        self.times.append(piece.times)
        self.places.append(piece.sources, piece.lines)
        for field, coded in self._coded.items():
            coded.append(piece, field)
        for field, flags in self._flags.items():
            flags.append(piece.flags[field])
        for field, (values, missing) in self._numbers.items():
            numbers = piece.numbers[field]
            values.append(numbers.of)
            missing.append(None if numbers.present is None else ~numbers.present, self.rows, piece.rows)
        for leaf, (yes, maybe) in self._leaves.items():
            told = piece.leaves[leaf]
            yes.append(told.yes)
            maybe.append(None if told.possible is None else told.possible & ~told.yes, self.rows, piece.rows)
        self.rows += piece.rows

    def close(self) -> None:
        """No more pieces will come: what only tells the numbers of further values is forgotten."""
        self._store.close()
        for coded in self._coded.values():
            coded.numbering.settle()

    def settle(self, order: Order | None, threads: int) -> None:
        """Put the rows in this order (None: as they are), and forget what only tells which records repeat others.

        Ids stay in the order of reading.
        """
        self.digests.drop()
        self.contents.drop()
        self.places = Places()
        self.ids.settle()
        give_back(self.rows)
        if order is not None:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(lambda column: column.change(order.of), self._columns()))
            self.rows = len(order.rows)

    def _columns(self) -> Iterator[Column | BitColumn]:
        yield self.times
        yield from (coded.codes for coded in self._coded.values())
        yield from self._flags.values()
        yield from (values for values, _ in self._numbers.values())
        yield from (yes for yes, _ in self._leaves.values())
        sparse = [some for _, some in (*self._numbers.values(), *self._leaves.values())]
        yield from (some.column for some in sparse if some.column is not None)

    # ── What was kept

    def has(self, leaf: Condition) -> bool:
        """Whether a condition was decided while reading."""
        return leaf in self._leaves

    def bits(self, leaf: Condition) -> Bits:
        """Of which events a condition is true."""
        yes, maybe = (column.read() for column in self._leaves[leaf])
        assert yes is not None
        return Bits(yes, yes if maybe is None else yes | maybe)

    def codes(self, field: Field) -> Codes:
        """Which of its values each event has; -1 where it has none."""
        return self._coded[field].codes.read()  # type: ignore[return-value]

    def values(self, field: Field) -> Values:
        """The different values of a text or list field, by their numbers."""
        texts = self._coded[field].numbering.values
        return Lists(texts) if field.type is Type.LIST else texts

    def flags(self, field: Field) -> NDArray[np.int8]:
        """Of each event 1 for yes, 0 for no, -1 if missing."""
        return self._flags[field].read()  # type: ignore[return-value]

    def numbers(self, field: Field, rows: slice) -> Figures:
        """The numbers of some consecutive events."""
        values, missing = self._numbers[field]
        gone = missing.read()
        present = None if gone is None else ~unpack(gone, rows.stop)[rows]
        return Figures(values.read(rows), present)  # type: ignore[arg-type]

    def moments(self) -> NDArray[np.int64]:
        """The time of each event."""
        return self.times.read()  # type: ignore[return-value]
