"""Sixty-four-bit hashes of runs of letters and words, for whole arrays at once; the same on every machine."""

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

BASE = 0x9E3779B97F4A7C15
LONGEST_WORD = 64
"""Letters of a word that weigh differently by their place; after these the weights begin again."""


def mixed(values: npt.NDArray[np.unsignedinteger]) -> Hashes:
    """Each value scattered over 64 bits (the finaliser of SplitMix64, Steele et al. 2014)."""
    state = values.astype(np.uint64)
    state += np.uint64(BASE)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


def windows(values: Hashes, size: int) -> Hashes:
    """A hash of each ``size`` values in a row (``len(values) - size + 1`` of them), by doubling."""
    if len(values) < size:
        return np.zeros(0, np.uint64)
    built, length = np.zeros(0, np.uint64), 0
    block, width = values, 1
    while True:
        if size & width:
            built, length = (block, width) if length == 0 else (_joined(built, block, length, width), length + width)
        if width * 2 > size:
            return mixed(built[: len(values) - size + 1])
        block = _joined(block, block, width, width)
        width *= 2


def _joined(left: Hashes, right: Hashes, width: int, right_width: int) -> Hashes:
    """Windows of ``width`` values followed by windows of ``right_width``."""
    count = min(len(left), len(right) - width)
    factor = np.uint64(pow(BASE, right_width, 2**64))
    return left[:count] * factor + right[width : width + count]


def word_hashes(
    letters: npt.NDArray[np.uint32], words: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]
) -> Hashes:
    """A hash of each word. ``starts`` are the first letters of words, and one past the last letter."""
    if len(letters) == 0:
        return np.zeros(0, np.uint64)
    place = (np.arange(len(letters)) - starts[words]) % LONGEST_WORD
    weights = np.array([pow(BASE, power, 2**64) for power in range(LONGEST_WORD)], np.uint64)
    return mixed(np.add.reduceat(mixed(letters) * weights[place], starts[:-1]))
