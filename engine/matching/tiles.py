"""Where products of sketches are formed: tile by tile, and of each tile only what reaches a floor leaves it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from threading import local
from typing import Any, Protocol

import numpy as np

from plainterms.engine.matching.products import Rows, Vectors
from plainterms.engine.matching.sketch import Precision
from plainterms.policy.errors import PlainTermsError

Held = Any
"""Sketches in the form that a processor multiplies best."""


class Tiles(Protocol):
    """A device that multiplies blocks of sketches.

    ``rows`` is the most that a block may have, ``workers`` how many threads should ask at a time (None: one a core).
    """

    precision: Precision
    rows: int
    workers: int | None

    def working(self) -> AbstractContextManager[object]:
        """The time in which threads ask for tiles."""
        ...

    def hold(self, block: Vectors) -> Held:
        """A block of sketches, ready to be multiplied."""
        ...

    def reaching(self, left: Held, right: Held, floor: float) -> Iterator[tuple[Rows, Rows]]:
        """Pairs of rows whose products, rounded as `sketch.slack` allows, are at least the floor; in portions."""
        ...


class Processor:
    """Products in single precision, by the linear algebra that numpy brings; each thread works on its own tile."""

    precision = Precision.SINGLE
    rows = 1_024
    workers: int | None = None

    def __init__(self) -> None:
        self._own = local()

    def working(self) -> AbstractContextManager[object]:
        """Products use one thread each. Raises PlainTermsError where the extra `embeddings` is not installed."""
        try:
            from threadpoolctl import threadpool_limits
        except ModuleNotFoundError as error:
            raise PlainTermsError("joining vectors needs `pip install 'plainterms[embeddings]'`") from error
        limits: AbstractContextManager[object] = threadpool_limits(1, "blas")
        return limits

    def hold(self, block: Vectors) -> Held:
        """The block itself."""
        return block

    def reaching(self, left: Held, right: Held, floor: float) -> Iterator[tuple[Rows, Rows]]:
        """As `Tiles.reaching`."""
        tile, high = self._room(len(left), len(right))
        self._product(left, right, tile)
        np.greater_equal(tile, np.float32(floor), out=high)
        found = np.flatnonzero(high)
        if len(found):
            yield np.divmod(found, len(right))

    def _product(self, left: Vectors, right: Vectors, tile: Vectors) -> None:
        np.matmul(left, right.T, out=tile)

    def _room(self, rows: int, columns: int) -> tuple[Vectors, Any]:
        """The calling thread's tile, used again and again."""
        if getattr(self._own, "shape", None) != (rows, columns):
            self._own.shape = (rows, columns)
            self._own.room = np.empty((rows, columns), np.float32), np.empty((rows, columns), np.bool_)
        return self._own.room  # type: ignore[no-any-return]
