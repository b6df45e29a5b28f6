"""Journals: files of lines that outlive a kill, each begun afresh when the one before is no longer needed.

A line counts once its end is written; what a kill left half written was never answered for.
"""

import os
from collections.abc import Iterator
from pathlib import Path

SUFFIX = ".jsonl"


class Journal:
    """Numbered segments in a folder. Lines go to the latest; those before it are whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: int | None = None
        self.number = max(self.segments(), default=0)
        self.size = 0

    def segments(self) -> list[int]:
        """The numbers of the segments on disk, in order."""
        return sorted(int(path.stem) for path in self.folder.glob(f"*{SUFFIX}"))

    def append(self, lines: bytes) -> None:
        """Write whole lines; after it returns they outlive this process, and after `sync` the machine."""
        if self._file is None:
            self.number += 1
            path = self._path(self.number)
            self._file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        left = memoryview(lines)
        while left:
            left = left[os.write(self._file, left) :]
        self.size += len(lines)

    def sync(self) -> None:
        """Wait until what was appended is on the disk."""
        if self._file is not None:
            os.fsync(self._file)

    def turn(self) -> int:
        """Close the current segment; the number of the next one."""
        if self._file is not None:
            os.fsync(self._file)
            os.close(self._file)
            self._file = None
            self.size = 0
        return self.number + 1

    def lines(self, since: int) -> Iterator[bytes]:
        """The whole lines of the segments from a number on."""
        for number in self.segments():
            if number >= since:
                with self._path(number).open("rb") as file:
                    yield from (line for line in file if line.endswith(b"\n"))

    def forget(self, before: int) -> None:
        """Delete the segments before a number."""
        for number in self.segments():
            if number < before:
                self._path(number).unlink()

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:012}{SUFFIX}"
