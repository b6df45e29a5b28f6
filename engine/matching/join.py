"""All pairs of vectors whose inner product reaches a threshold: exact, block by block, never all scores at once.

Sketches rule out nearly all pairs (see `sketch`), single precision most of the others, and one routine that gives the
same bits everywhere decides (see `scores`): so the pairs do not depend on device, blocks or threads.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from plainterms.engine.matching.products import Rows, Scores, Vectors, inner_products
from plainterms.engine.matching.sketch import Sketch, basis_of, rounding, sketch, slack
from plainterms.engine.matching.tiles import Held, Processor, Tiles
from plainterms.policy.errors import PlainTermsError

CAP = 1_000
"""Pairs kept of each left vector unless more are asked for."""

CHUNK = 2**14
"""Pairs that are looked at closer at a time."""

MOST = 1e15
"""What a coordinate may be at most, so that no sum overflows."""

HELD = 2**20
"""Pairs of a block after which those beyond the cap are dropped."""


@dataclass(frozen=True)
class Pairs:
    """Pairs (``left[i]``, ``right[i]``) with their ``scores``, in the order of left and then right.

    Of ``capped`` left vectors only the best pairs were kept; ``dropped`` is how many pairs of them were not.
    """

    left: Rows
    right: Rows
    scores: Scores
    capped: int = 0
    dropped: int = 0

    def __len__(self) -> int:
        return len(self.left)


Progress = Callable[[int], None]
"""Told how many left vectors are done with."""


def join(
    left: Vectors,
    right: Vectors,
    threshold: float,
    *,
    cap: int | None = CAP,
    tiles: Tiles | None = None,
    workers: int | None = None,
    progress: Progress = lambda _: None,
) -> Pairs:
    """Every pair of a row of ``left`` (n x d) and one of ``right`` (m x d) with an inner product >= threshold.

    Of a left row with more than ``cap`` pairs the ``cap`` greatest scores are kept (of equal ones the first), and the
    result says how many rows and pairs that concerns; None keeps all. ``tiles`` is where products are formed, by
    default this processor. Beside the vectors, memory holds the right sketches (at most 4 d bytes a row), a tile of
    scores for each worker, and the pairs found. Raises PlainTermsError for arrays that do not fit or hold what is no
    number.
    """
    left, right = _checked(left, "left"), _checked(right, "right")
    if left.shape[1] != right.shape[1]:
        raise PlainTermsError(
            f"vectors of {left.shape[1]} and of {right.shape[1]} dimensions cannot be compared; embed both with one"
            " model"
        )
    if not np.isfinite(threshold):
        raise PlainTermsError(f"the threshold of a join must be a number, not {threshold}")
    if cap is not None and cap < 1:
        raise PlainTermsError(f"the cap of a join must be at least 1, not {cap}")
    if len(left) == 0 or len(right) == 0:
        return _put_together([])
    return _joined(_Sides(left, right, np.float32(threshold), cap, tiles or Processor()), workers, progress)


def _checked(vectors: Vectors, side: str) -> Vectors:
    if vectors.ndim != 2:
        raise PlainTermsError(f"the {side} vectors must be a table of two dimensions, not of {vectors.ndim}")
    found = np.ascontiguousarray(vectors, np.float32)
    for start in range(0, len(found), CHUNK):
        bad = ~(np.abs(found[start : start + CHUNK]) <= MOST).all(axis=1)
        if bad.any():
            row = start + int(bad.argmax())
            raise PlainTermsError(f"the {side} vector {row} holds what is no number, or one above {MOST:g}")
    return found


@dataclass(frozen=True)
class _Sides:
    """What a join is asked."""

    left: Vectors
    right: Vectors
    threshold: np.float32
    cap: int | None
    tiles: Tiles


def _joined(sides: _Sides, workers: int | None, progress: Progress) -> Pairs:
    tiles = sides.tiles
    count = workers or tiles.workers or len(os.sched_getaffinity(0))
    parts = []
    with tiles.working(), ThreadPoolExecutor(count, "join") as pool:
        search = _search(sides)
        blocks = _blocks(search.left, tiles.rows)
        for part, (start, block) in zip(pool.map(lambda one: search.found(*one), blocks), blocks, strict=True):
            parts.append(part)
            progress(start + len(block))
    return _put_together(parts)


@dataclass(frozen=True)
class _Search:
    """Sketches of both sides, those of the right one as the tiles hold them, each block with its first row.

    Pairs below ``floor`` by their sketches, or below ``near`` in single precision, are below the threshold.
    """

    sides: _Sides
    left: Sketch
    right: Sequence[tuple[int, Held]]
    floor: float
    near: float

    def found(self, start: int, block: Vectors) -> Pairs:
        """The pairs of a block of left vectors."""
        tiles, best = self.sides.tiles, _Best(self.sides, self.near)
        held = tiles.hold(block)
        for first, right in self.right:
            for rows, columns in tiles.reaching(held, right, self.floor):
                best.add(rows + start, columns + first)
        return best.pairs()


def _search(sides: _Sides) -> _Search:
    tiles, threshold = sides.tiles, float(sides.threshold)
    basis = basis_of(sides.left, sides.right, threshold)
    left, right = (sketch(side, basis, tiles.precision) for side in (sides.left, sides.right))
    return _Search(
        sides,
        left,
        [(start, tiles.hold(block)) for start, block in _blocks(right, tiles.rows)],
        threshold - slack(left, right, tiles.precision),
        threshold - rounding(sides.left.shape[1], left, right),
    )


def _blocks(sketches: Sketch, rows: int) -> list[tuple[int, Vectors]]:
    return [(start, sketches.of[start : start + rows]) for start in range(0, len(sketches.of), rows)]


class _Best:
    """The pairs of a block of left vectors, and of each vector no more than the cap."""

    def __init__(self, sides: _Sides, near: float) -> None:
        self._sides, self._near = sides, np.float32(near)
        self._found: list[Pairs] = []
        self._dropped: dict[int, int] = {}
        self._held = 0

    def add(self, rows: Rows, columns: Rows) -> None:
        """Keep those of the pairs that reach the threshold."""
        for start in range(0, len(rows), CHUNK):
            part = slice(start, start + CHUNK)
            self._add(rows[part], columns[part])

    def _add(self, rows: Rows, columns: Rows) -> None:
        sides = self._sides
        close = np.einsum("ij,ij->i", sides.left[rows], sides.right[columns]) >= self._near
        rows, columns = rows[close], columns[close]
        exact = inner_products(sides.left, sides.right, rows, columns)
        enough = exact >= sides.threshold
        self._found.append(Pairs(rows[enough], columns[enough], exact[enough]))
        self._held += int(enough.sum())
        if self._held > HELD:
            self._cut()

    def _cut(self) -> None:
        """Keep the best of each row."""
        kept, dropped = _capped(_put_together(self._found), self._sides.cap)
        for row, count in dropped.items():
            self._dropped[row] = self._dropped.get(row, 0) + count
        self._found, self._held = [kept], 0

    def pairs(self) -> Pairs:
        """What was kept, in order."""
        self._cut()
        (kept,) = self._found
        order = np.lexsort((kept.right, kept.left))
        return Pairs(
            kept.left[order],
            kept.right[order],
            kept.scores[order],
            len(self._dropped),
            sum(self._dropped.values()),
        )


def _capped(pairs: Pairs, cap: int | None) -> tuple[Pairs, dict[int, int]]:
    """The ``cap`` best pairs of each left row, and how many of which rows were dropped."""
    if cap is None or len(pairs) <= cap:
        return pairs, {}
    order = np.lexsort((pairs.right, -pairs.scores, pairs.left))
    left = pairs.left[order]
    begins = np.flatnonzero(np.diff(left, prepend=-1))
    counts = np.diff(begins, append=len(left))
    kept = order[np.arange(len(left)) - np.repeat(begins, counts) < cap]
    over = counts > cap
    dropped = dict(zip(left[begins[over]].tolist(), (counts[over] - cap).tolist(), strict=True))
    return Pairs(pairs.left[kept], pairs.right[kept], pairs.scores[kept]), dropped


def _put_together(parts: Sequence[Pairs]) -> Pairs:
    none = Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
    every = [none, *parts]
    return Pairs(
        np.concatenate([part.left for part in every]),
        np.concatenate([part.right for part in every]),
        np.concatenate([part.scores for part in every]),
        sum(part.capped for part in every),
        sum(part.dropped for part in every),
    )
