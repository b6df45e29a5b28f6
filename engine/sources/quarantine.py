"""Keeps what could not be read as an event, with its place and the reason, so that a person can look at it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import orjson

EXCERPT = 4096
"""Bytes of a bad record that are kept."""

KEPT = 1000
"""Entries that are kept in memory; the file holds all."""


@dataclass(frozen=True)
class Place:
    """Where a record stands; ``line`` is the 1-based line or row, None for a whole file."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Entry:
    """One quarantined piece of input; ``records`` is how many records it stands for."""

    place: Place
    reason: str
    raw: str
    truncated: bool = False
    records: int = 1


class Quarantine:
    """Receives bad records; writes them to ``path`` as JSON Lines if one is given.

    ``reasons`` counts records by the class of the reason, which is what stands before its first colon, so that
    hostile input cannot make the table of reasons long. The file is made when the first entry arrives.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.reasons: Counter[str] = Counter()
        self.entries: list[Entry] = []
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        return self.reasons.total()

    def add(self, place: Place, reason: str, raw: bytes | str, records: int = 1) -> None:
        """Keep one piece of bad input; ``raw`` is cut to ``EXCERPT`` bytes and bad bytes become escapes."""
        text, truncated = _excerpt(raw)
        entry = Entry(place, reason, text, truncated, records)
        self.reasons[reason.partition(":")[0]] += records
        if len(self.entries) < KEPT:
            self.entries.append(entry)
        if self.path is not None:
            self._write(entry, self.path)

    def _write(self, entry: Entry, path: Path) -> None:
        if self._file is None:
            self._file = path.open("wb")
        row = {
            "file": entry.place.file,
            "line": entry.place.line,
            "reason": entry.reason,
            "raw": entry.raw,
            "truncated": entry.truncated,
            "records": entry.records,
        }
        self._file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _excerpt(raw: bytes | str) -> tuple[str, bool]:
    data = raw[: EXCERPT + 1].encode("utf-8", "backslashreplace") if isinstance(raw, str) else raw
    return data[:EXCERPT].decode("utf-8", "backslashreplace"), len(data) > EXCERPT
