"""Where each event was read: the index of its file and its line, kept as runs of consecutive lines."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Location = tuple[int, int]
"""Index of the source file, line."""


@dataclass(frozen=True)
class _Run:
    """Rows from ``start`` on; where lines are not consecutive, or files differ, each row's own."""

    start: int
    source: int | NDArray[np.int32]
    line: int | NDArray[np.int64]


@dataclass
class Places:
    """The places of all rows of a scan."""

    _runs: list[_Run] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _rows: int = 0

    def append(self, sources: NDArray[np.int32], lines: NDArray[np.int64]) -> None:
        """Add the places of a batch."""
        if len(lines) == 0:
            return
        even = bool((sources == sources[0]).all() and (np.diff(lines) == 1).all())
        if even:
            self._runs.append(_Run(self._rows, int(sources[0]), int(lines[0])))
        else:
            self._runs.append(_Run(self._rows, sources.copy(), lines.copy()))
        self._starts.append(self._rows)
        self._rows += len(lines)

    def at(self, row: int) -> Location:
        """The place of a row."""
        run = self._runs[int(np.searchsorted(self._starts, row, "right")) - 1]
        offset = row - run.start
        if isinstance(run.source, int) and isinstance(run.line, int):
            return run.source, run.line + offset
        assert not isinstance(run.source, int)
        assert not isinstance(run.line, int)
        return int(run.source[offset]), int(run.line[offset])
