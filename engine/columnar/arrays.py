"""Columns of numbers, and what is done with them everywhere."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.integer[Any]]
"""64-bit, where sums or times are held."""
Places = NDArray[np.integer[Any]]
"""32-bit where they are many: positions in the total order, or numbers of runs."""


def own_bytes(column: NDArray[Any]) -> int:
    """Bytes of memory that are held for an array alone: none for a view of what is kept, which is not writeable."""
    return 0 if isinstance(column.base, np.ndarray) and not column.base.flags.writeable else column.nbytes


def picked(column: NDArray[Any], keep: NDArray[np.integer] | Bools) -> NDArray[Any]:
    """Some of a column, by marks or places; several times faster than indexing."""
    return column.compress(keep) if keep.dtype == np.bool_ else column.take(keep)


def packed(first: NDArray[np.integer] | int, second: NDArray[np.integer]) -> Ints:
    """Pairs of numbers below 2^31 as one number each, which sorts as the pair does."""
    pairs = np.empty(len(second), dtype="<i8")
    halves = pairs.view("<i4")
    halves[0::2], halves[1::2] = second, first
    return pairs


def firsts(pairs: Ints) -> Places:
    """The first numbers of pairs."""
    return pairs.view("<i4")[1::2].copy()


def seconds(pairs: Ints) -> Places:
    """The second numbers of pairs."""
    return pairs.view("<i4")[0::2].copy()


def in_order(run: Places, at: Places) -> Ints | None:
    """The places of pairs as they ascend; None: they ascend already."""
    level = run[1:] == run[:-1]
    level &= at[1:] >= at[:-1]
    level |= run[1:] > run[:-1]
    return None if level.all() else packed(run, at).argsort(kind="stable")


def ascending(numbers: Ints) -> Ints:
    """Each number once, ascending; sorting is faster than hashing here."""
    return once(np.sort(numbers))


def once(sorted_numbers: Ints) -> Ints:
    """Each of some ascending numbers once."""
    fresh = np.ones(len(sorted_numbers), dtype=bool)
    np.not_equal(sorted_numbers[1:], sorted_numbers[:-1], out=fresh[1:])
    return sorted_numbers if fresh.all() else sorted_numbers.compress(fresh)


def starts_of(run: NDArray[np.integer]) -> Ints:
    """Where each run of equal numbers begins."""
    if len(run) == 0:
        return np.empty(0, np.int64)
    return np.concatenate(([0], np.flatnonzero(run[1:] != run[:-1]) + 1))


def spread(begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """All numbers of the ranges [begin, end), one range after another, and the index of the range of each."""
    lengths = np.maximum(end - begin, 0)
    total = int(lengths.sum())
    which = np.repeat(np.arange(len(lengths)), lengths)
    offsets = np.cumsum(lengths) - lengths
    return np.arange(total) + (begin - offsets).take(which), which


def covering(begin: Ints, end: Ints, count: int) -> Ints:
    """Of how many of the ranges [begin, end) each of the numbers below ``count`` is part."""
    change = np.bincount(begin, minlength=count + 1)
    change -= np.bincount(end, minlength=count + 1)
    return np.cumsum(change[:-1])
