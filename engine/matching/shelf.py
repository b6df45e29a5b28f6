"""Texts kept in a temporary file and fetched by number, so that memory holds only the index."""

import tempfile
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

import numpy as np
import orjson

from plainterms.engine.matching.texts import Text


class Shelf:
    """Texts by number; they are put down in the order of their numbers, from 0."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `__exit__`
        self._ends = np.zeros(1, np.int64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, texts: Sequence[Text]) -> None:
        """Put down the next texts."""
        rows = [orjson.dumps([text.id, text.text, text.prompt, text.account, text.time]) for text in texts]
        needed = self._count + len(rows) + 1
        if needed > len(self._ends):
            self._ends = np.resize(self._ends, max(needed, 2 * len(self._ends)))
        self._ends[self._count + 1 : needed] = self._ends[self._count] + np.cumsum([len(row) for row in rows])
        self._file.seek(int(self._ends[self._count]))
        self._file.write(b"".join(rows))
        self._count += len(rows)

    def get(self, numbers: Iterable[int]) -> list[Text]:
        """Fetch texts."""
        found = []
        for number in numbers:
            start, end = int(self._ends[number]), int(self._ends[number + 1])
            self._file.seek(start)
            found.append(Text(number, *orjson.loads(self._file.read(end - start))))
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
