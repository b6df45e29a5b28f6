"""Columns of texts that grow batch by batch: in memory, there compressed, or in files."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MERGED = 2**17
"""Texts of a piece up to which pieces are joined: larger ones are not worth the copy."""

LARGEST = 2**31 - 1
"""Bytes of a piece at most, whose texts are told by 32-bit offsets."""


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

    def settle(self) -> None:  # noqa: B027 - only pieces need it
        """From now on texts are fetched, many and often."""


class _InPieces(TextColumn):
    """Texts in memory, in pieces that are kept in some form of their own."""

    def __init__(self) -> None:
        self._starts = [0]

    def __len__(self) -> int:
        return self._starts[-1]

    def append(self, texts: pa.Array) -> None:
        """Add texts."""
        if len(texts):
            self._starts.append(len(self) + len(texts))
            self._keep(texts)

    def take(self, places: NDArray[np.integer]) -> pa.Array:
        """Some of the texts, fetched piece by piece."""
        return _gathered(places, self._starts, self._piece)

    @abstractmethod
    def _keep(self, texts: pa.Array) -> None: ...

    @abstractmethod
    def _piece(self, number: int) -> pa.Array: ...


class TextsInMemory(_InPieces):
    """Texts as they came; small neighbours are joined so that there are never many pieces if ``merge``."""

    def __init__(self, merge: bool) -> None:
        super().__init__()
        self._merge = merge
        self._pieces: list[pa.Array] = []

    def _keep(self, texts: pa.Array) -> None:
        self._pieces.append(texts.cast(pa.large_string()) if self._merge else texts)
        while self._merge and len(self._pieces) > 1 and self._mergeable(*map(len, self._pieces[-2:])):
            self._pieces[-2:] = [pa.concat_arrays(self._pieces[-2:])]
            del self._starts[-2]

    def _mergeable(self, before: int, last: int) -> bool:
        return before <= 2 * last and before + last <= MERGED

    def settle(self) -> None:
        """Join the pieces."""
        whole: list[list[pa.Array]] = []
        size = LARGEST
        while self._pieces:
            piece = self._pieces.pop(0)
            size += piece.nbytes
            if size > LARGEST:
                whole.append([])
                size = piece.nbytes
            whole[-1].append(piece)
        while whole:
            self._pieces.append(pa.concat_arrays(whole.pop(0)))
        self._starts = [0, *np.cumsum([len(piece) for piece in self._pieces]).tolist()]

    def _piece(self, number: int) -> pa.Array:
        return self._pieces[number]


class TextsPacked(_InPieces):
    """Texts compressed; a piece is unpacked to fetch one of its texts."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[pa.Buffer] = []

    def _keep(self, texts: pa.Array) -> None:
        batch, packed = pa.record_batch({"text": texts}), pa.BufferOutputStream()
        with pa.ipc.new_stream(packed, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
            stream.write_batch(batch)
        self._pieces.append(packed.getvalue())

    def _piece(self, number: int) -> pa.Array:
        return pa.ipc.open_stream(self._pieces[number]).read_next_batch()["text"]


def _gathered(places: NDArray[np.integer], starts: Sequence[int], piece: Callable[[int], pa.Array]) -> pa.Array:
    """Some of the texts of pieces that start at the numbers given, as large strings."""
    if len(places) == 0:
        return pa.array([], pa.large_string())
    if len(starts) == 2:
        return piece(0).take(pa.array(places)).cast(pa.large_string())
    order = np.argsort(places, kind="stable")
    ordered = places[order]
    ends = np.searchsorted(ordered, starts[1:]).tolist()
    found = [
        piece(number).take(pa.array(ordered[begin:end] - starts[number])).cast(pa.large_string())
        for number, (begin, end) in enumerate(zip([0, *ends], ends, strict=False))
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

    def take(self, places: NDArray[np.integer]) -> pa.Array:
        """Some of the texts, read where they lie; what was read does not stay in memory."""
        buffers = [None, _mapped(self._ends), _mapped(self._data)]
        return pa.Array.from_buffers(pa.large_string(), self._count, buffers).take(pa.array(places))

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
