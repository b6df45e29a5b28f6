"""Ranges of rows over which quantities are measured: the windows of anchors, or the answers to a duty."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.columnar.arrays import Ints
from plainterms.engine.columnar.sheet import running
from plainterms.policy.meaning import Window

SAFE = 1 << 62
"""Sums below fit 64 bits."""


@dataclass(frozen=True)
class Late:
    """Rows of entities that joined later: not seen in their window before the row ``until``."""

    rows: Ints
    until: Ints

    def hidden(self, values: NDArray[Any]) -> NDArray[Any]:
        """At each row, the sum of the values in its window that are not seen yet."""
        change = np.zeros(len(values) + 1, dtype=object if values.dtype == object else np.int64)
        own = values.take(self.rows)
        np.add.at(change, self.rows, own)
        np.subtract.at(change, self.until, own)
        return np.cumsum(change[:-1])


@dataclass(frozen=True)
class Spans:
    """Ranges [begin, end) of rows; where they ``begin`` is found out when asked for.

    With ``late`` rows, a range ends with its anchor, from which is told what is seen.
    """

    window: Window | None
    begin: Callable[[], Ints]
    end: Ints
    late: Late | None = None

    @property
    def anchors(self) -> Ints:
        """The last row of each range."""
        return self.end - 1

    def sum(self, values: NDArray[Any]) -> NDArray[Any]:
        """The sums of the rows' values over each range, exact."""
        values = _roomy(values)
        sums = running(values)
        found: NDArray[Any] = sums.take(self.end) - sums.take(self.begin())
        return found if self.late is None else found - self.late.hidden(values).take(self.anchors)


def _roomy(values: NDArray[Any]) -> NDArray[Any]:
    """Values whose sums cannot overflow: Python's own numbers where 64 bits might not do."""
    if values.dtype in (np.bool_, object):
        return values
    most = max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0))))
    return values if most * len(values) < SAFE else values.astype(object)
