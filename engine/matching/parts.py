"""Rows of work that takes long, put down part by part, so that a run that was cut short goes on where it was."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import orjson

from plainterms.engine.matching.rows import Row, row_as_dict, row_from
from plainterms.engine.matching.texts import Text

FORMAT = 2
"""Raised when rows change, so that parts of an older program are not taken up."""


class Parts:
    """A folder with one file of rows for each batch, there whole or not at all. Without a folder, nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.resumed = 0
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def rows(
        self, name: str, batches: Iterable[list[Text]], work: Callable[[list[Text]], Iterable[Row]]
    ) -> Iterator[Row]:
        """The rows of batches, those read from the folder that stand there already."""
        for number, batch in enumerate(batches):
            path = None if self.folder is None else self.folder / f"{name}-{number:06}.jsonl"
            if path is not None and path.exists():
                self.resumed += len(batch)
                yield from _read(path)
                continue
            rows = list(work(batch))
            if path is not None:
                _write(path, rows)
            yield from rows

    def clear(self) -> None:
        """The work is done: take the parts away."""
        if self.folder is not None:
            shutil.rmtree(self.folder)


def inputs_digest(files: Sequence[str]) -> str:
    """SHA-256 over the format of parts and the bytes of files, in order."""
    whole = hashlib.sha256(b"%d" % FORMAT)
    for name in files:
        with Path(name).open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def _write(path: Path, rows: Iterable[Row]) -> None:
    half = path.with_suffix(".half")
    with half.open("wb") as file:
        file.writelines(orjson.dumps(row_as_dict(row), option=orjson.OPT_APPEND_NEWLINE) for row in rows)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)


def _read(path: Path) -> Iterator[Row]:
    return (row_from(orjson.loads(line)) for line in path.read_bytes().splitlines())
