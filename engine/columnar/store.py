"""Columns of numbers and truth values that grow batch by batch, in memory or in files of a folder."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.columnar.texts import TextColumn, TextsInFiles, TextsInMemory, TextsPacked

Numbers = NDArray[np.generic]
Bools = NDArray[np.bool_]
Packed = NDArray[np.uint8]
Ints = NDArray[np.int64]
Change = Callable[[Numbers], Numbers]


class Column:
    """Numbers of one type. In memory each batch may come in a narrower type."""

    def __init__(self, kind: type[np.generic], file: Path | None = None) -> None:
        self.kind = np.dtype(kind)
        self._file = None if file is None else file.open("wb", buffering=2**16)
        self._path = file
        self._parts: list[Numbers] = []

    def append(self, part: Numbers) -> None:
        """Add a batch."""
        if self._file is None:
            self._parts.append(part)
        else:
            self._file.write(np.ascontiguousarray(part, self.kind).data)

    def close(self) -> None:
        """No more batches will come."""
        if self._file is not None:
            self._file.close()

    def change(self, made: Change) -> None:
        """Once no more batches come, keep instead what is made of the whole column."""
        if self._path is None:
            self._parts = [made(np.concatenate(self._parts) if self._parts else self.read())]
        else:
            made(np.fromfile(self._path, self.kind)).tofile(self._path)

    def drop(self) -> None:
        """Forget the whole column."""
        self._parts.clear()
        if self._path is not None:
            self._path.unlink()

    def read(self, rows: slice | None = None) -> NDArray[np.generic]:
        """A view of the whole column, or of consecutive rows of it; not to be written to."""
        whole = self._whole() if self._path is None else _mapped(self._path, self.kind)
        return whole[slice(None) if rows is None else rows]

    def _whole(self) -> NDArray[np.generic]:
        """Not writeable if it is kept; made anew if it is kept in a narrower type."""
        if len(self._parts) != 1 or self._parts[0].dtype != self.kind:
            whole = np.concatenate(self._parts, dtype=self.kind) if self._parts else np.empty(0, self.kind)
            if sum(part.nbytes for part in self._parts) < whole.nbytes:
                return whole
            self._parts = [whole]
        self._parts[0].flags.writeable = False
        return self._parts[0]


def _mapped(file: Path, kind: np.dtype[np.generic]) -> Numbers:
    return np.memmap(file, kind, "r").view(np.ndarray) if file.stat().st_size else np.empty(0, kind)


class BitColumn:
    """Truth values, eight to a byte."""

    def __init__(self, file: Path | None = None) -> None:
        self._bytes = Column(np.uint8, file)
        self._rest = np.empty(0, np.bool_)

    def append(self, part: Bools) -> None:
        """Add a batch."""
        if len(self._rest):
            part = np.concatenate((self._rest, part))
        full = len(part) // 8 * 8
        self._bytes.append(np.packbits(part[:full], bitorder="little"))
        self._rest = part[full:].copy()

    def close(self) -> None:
        """No more batches will come."""
        self._bytes.append(np.packbits(self._rest, bitorder="little"))
        self._bytes.close()

    def change(self, made: Change) -> None:
        """Once no more batches come, keep instead what is made of the whole column, some rows of none added."""

        def repacked(packed: Numbers) -> Numbers:
            bits = made(np.unpackbits(packed.view(np.uint8), bitorder="little"))
            return np.packbits(bits.view(np.uint8), bitorder="little")

        self._bytes.change(repacked)

    def read(self) -> Packed:
        """The whole column, packed; not to be written to."""
        return self._bytes.read()  # type: ignore[return-value]


class Store:
    """Makes columns, all in memory or all in files of ``folder``, which must exist and be empty."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._made: list[Column | BitColumn | TextColumn] = []

    def _file(self) -> Path | None:
        return None if self._folder is None else self._folder / f"column-{len(self._made)}"

    def numbers(self, kind: type[np.generic]) -> Column:
        """A new column of numbers."""
        column = Column(kind, self._file())
        self._made.append(column)
        return column

    def bits(self) -> BitColumn:
        """A new column of truth values."""
        column = BitColumn(self._file())
        self._made.append(column)
        return column

    def texts(self, *, compared: bool = False, packed: bool = False) -> TextColumn:
        """A new column of texts: ``compared`` if some are fetched after each batch, ``packed`` if few ever are."""
        file = self._file()
        column: TextColumn
        if file is not None:
            column = TextsInFiles(file)
        else:
            column = TextsPacked() if packed else TextsInMemory(merge=compared)
        self._made.append(column)
        return column

    def close(self) -> None:
        """No more batches will come."""
        for column in self._made:
            column.close()


def narrowed(codes: NDArray[np.integer], below: int) -> NDArray[np.integer]:
    """Codes from -1 to ``below`` - 1 in the narrowest type; if all are missing, one stands for all."""
    if below == 0:
        return np.broadcast_to(np.int8(-1), codes.shape)
    kinds: Sequence[type[np.signedinteger]] = (np.int8, np.int16)
    return next((codes.astype(kind) for kind in kinds if below <= np.iinfo(kind).max), codes)
