"""Vectors on disk, by the digest of their text: what was embedded once is not embedded again, even after kill -9."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from plainterms.engine.matching.products import Vectors
from plainterms.policy.errors import PlainTermsError

TOGETHER = 500
"""Digests that are asked for at a time."""


class VectorCache:
    """The vectors that one model makes in one precision; the file may be shared by processes."""

    def __init__(self, folder: Path, key: str) -> None:
        """Raises PlainTermsError where the folder cannot be written or the file is no cache."""
        self.path = folder / f"{key}.sqlite"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(self.path, timeout=60)
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        except (OSError, sqlite3.Error) as error:
            raise PlainTermsError(f"the cache of embeddings {self.path} cannot be used: {error}") from error

    def find(self, digests: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Those that are there."""
        return dict(self._find(digests))

    def _find(self, digests: Sequence[bytes]) -> Iterator[tuple[bytes, Vectors]]:
        for start in range(0, len(digests), TOGETHER):
            some = digests[start : start + TOGETHER]
            marks = ", ".join("?" * len(some))
            asked = f"SELECT text, vector FROM vectors WHERE text IN ({marks})"  # noqa: S608 - question marks alone
            for text, vector in self._file.execute(asked, some):
                yield text, np.frombuffer(vector, "<f4")

    def keep(self, digests: Sequence[bytes], vectors: Vectors) -> None:
        """Write them so that they outlive the process."""
        rows = ((digest, vector.astype("<f4").tobytes()) for digest, vector in zip(digests, vectors, strict=True))
        with self._file:
            self._file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
