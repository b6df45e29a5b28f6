"""Columns that grow batch by batch, in memory or in files of a folder."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[np.generic]
Bools = NDArray[np.bool_]
Packed = NDArray[np.uint8]
Ints = NDArray[np.int64]
Change = Callable[[Numbers], Numbers]

MERGED = 2**17
"""Texts of a piece up to which pieces are joined: larger ones are not worth the copy."""


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
        whole = made(self.read() if self._path is not None or not self._parts else np.concatenate(self._parts))
        if self._path is None:
            self._parts = [whole]
        else:
            whole.tofile(self._path)

    def drop(self) -> None:
        """Forget the whole column."""
        self._parts.clear()
        if self._path is not None:
            self._path.unlink()

    def read(self, rows: slice | None = None) -> NDArray[np.generic]:
        """The whole column, or consecutive rows of it; not to be written to."""
        if self._path is not None:
            start, stop = (0, None) if rows is None else (rows.start, rows.stop)
            count = -1 if stop is None else stop - start
            return np.fromfile(self._path, self.kind, count, offset=start * self.kind.itemsize)
        whole = self._whole()
        return whole if rows is None else whole[rows]

    def _whole(self) -> NDArray[np.generic]:
        if len(self._parts) == 1 and self._parts[0].dtype == self.kind:
            return self._parts[0]
        whole = np.concatenate(self._parts, dtype=self.kind) if self._parts else np.empty(0, self.kind)
        if sum(part.nbytes for part in self._parts) >= whole.nbytes:
            self._parts = [whole]
        return whole


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
            return np.packbits(made(np.unpackbits(packed, bitorder="little")), bitorder="little")  # type: ignore[arg-type]

        self._bytes.change(repacked)

    def read(self) -> Packed:
        """The whole column, packed; not to be written to."""
        return self._bytes.read()  # type: ignore[return-value]


class TextColumn(ABC):
    """Texts, none missing, that can be fetched while further ones come."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def append(self, texts: pa.Array) -> None:
        """Add texts."""

    @abstractmethod
    def take(self, places: NDArray[np.integer]) -> pa.Array:
        """Some of the texts, as large strings."""

    def close(self) -> None:  # noqa: B027 - only files need it
        """No more texts will come."""


class TextsInMemory(TextColumn):
    """Texts as they came, in pieces; small neighbours are joined so that there are never many if ``merge``."""

    def __init__(self, merge: bool) -> None:
        self._merge = merge
        self._pieces: list[pa.Array] = []
        self._starts = [0]

    def __len__(self) -> int:
        return self._starts[-1]

    def append(self, texts: pa.Array) -> None:
        """Add texts."""
        if len(texts) == 0:
            return
        self._pieces.append(texts.cast(pa.large_string()) if self._merge else texts)
        self._starts.append(self._starts[-1] + len(texts))
        while self._merge and len(self._pieces) > 1 and self._mergeable(*map(len, self._pieces[-2:])):
            self._pieces[-2:] = [pa.concat_arrays(self._pieces[-2:])]
            del self._starts[-2]

    def _mergeable(self, before: int, last: int) -> bool:
        return before <= 2 * last and before + last <= MERGED

    def take(self, places: NDArray[np.integer]) -> pa.Array:
        """Some of the texts, fetched piece by piece."""
        if len(places) == 0:
            return pa.array([], pa.large_string())
        order = np.argsort(places, kind="stable")
        ordered = places[order]
        ends = np.searchsorted(ordered, self._starts[1:])
        found = [
            piece.take(pa.array(ordered[begin:end] - start)).cast(pa.large_string())
            for piece, start, begin, end in zip(self._pieces, self._starts, (0, *ends[:-1]), ends, strict=False)
            if end > begin
        ]
        back = np.empty(len(order), np.int64)
        back[order] = np.arange(len(order))
        return pa.concat_arrays(found).take(pa.array(back))


class TextsInFiles(TextColumn):
    """Texts in one file of bytes and one of their ends."""

    def __init__(self, file: Path) -> None:
        self._data = file.with_suffix(".data")
        self._ends = file.with_suffix(".ends")
        self._files = (self._data.open("wb", buffering=0), self._ends.open("wb", buffering=0))
        self._files[1].write(np.zeros(1, np.int64).data)
        self._count = 0
        self._size = 0
        self._view: pa.Array | None = None

    def __len__(self) -> int:
        return self._count

    def append(self, texts: pa.Array) -> None:
        """Add texts."""
        if len(texts) == 0:
            return
        plain = pa.concat_arrays([texts]).cast(pa.large_string())
        ends = np.frombuffer(plain.buffers()[1], np.int64)[plain.offset : plain.offset + len(plain) + 1]
        data = plain.buffers()[2]
        if data is not None:
            _write(self._files[0], memoryview(data)[int(ends[0]) : int(ends[-1])])
        _write(self._files[1], memoryview(ends[1:] - ends[0] + self._size).cast("B"))
        self._count += len(texts)
        self._size += int(ends[-1] - ends[0])
        self._view = None

    def take(self, places: NDArray[np.integer]) -> pa.Array:
        """Some of the texts, read where they lie."""
        if self._view is None:
            buffers = [None, _mapped(self._ends), _mapped(self._data)]
            self._view = pa.Array.from_buffers(pa.large_string(), self._count, buffers)
        return self._view.take(pa.array(places))

    def close(self) -> None:
        """No more texts will come."""
        for file in self._files:
            file.close()


def _write(file: object, data: memoryview) -> None:
    """Write all of it; an unbuffered file may take less at a time."""
    while len(data):
        data = data[file.write(data) :]  # type: ignore[attr-defined]


def _mapped(file: Path) -> pa.Buffer:
    size = file.stat().st_size
    return pa.py_buffer(np.memmap(file, np.uint8, "r") if size else b"")


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

    def texts(self, merge: bool) -> TextColumn:
        """A new column of texts; ``merge`` if some will be fetched after each batch."""
        file = self._file()
        column = TextsInMemory(merge) if file is None else TextsInFiles(file)
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
