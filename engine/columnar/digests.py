"""Digests of whole columns of texts: the function of `engine.digests`, for many texts at once."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from plainterms.engine.digests import FIRST, LANE, LONGEST, SECOND, long_digest

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]

BLOCK = 8_192
"""Rows at a time, so that their text stays in the processor's cache."""

_FIRST, _SECOND = np.uint64(FIRST), np.uint64(SECOND)
_ONE, _SHIFT, _LAST, _TOP = np.uint64(1), np.uint64(32), np.uint64(29), np.uint64(63)
_ENDS = np.array([(1 << (8 * size)) - 1 for size in range(LANE)], np.uint64)


def digests(texts: pa.Array) -> Words:
    """The digest of each text of a string column; of a missing one, that of the empty text."""
    words, starts, lengths = laid_out(texts)
    done = np.empty(len(texts), np.uint64)
    long = np.flatnonzero(lengths > LONGEST)
    folded = lengths.copy()
    folded[long] = 0
    for begin in range(0, len(texts), BLOCK):
        part = slice(begin, begin + BLOCK)
        order = np.argsort(-folded[part], kind="stable")
        done[part][order] = _folded(words, starts[part][order], folded[part][order])
    data = words.data.cast("B")
    for place, start in zip(long.tolist(), starts[long].tolist(), strict=True):
        done[place] = long_digest(data[start : start + int(lengths[place])])
    return done


def _folded(words: Words, starts: Ints, lengths: Ints) -> Words:
    """Digests of texts given the longest first, so that those with a further lane are always the first ones."""
    full = lengths >> 3
    state = lengths.astype(np.uint64) * _FIRST
    active = np.searchsorted(-full, -np.arange(1, full[0] + 1), side="right")
    place, low = starts >> 3, ((starts & 7) << 3).astype(np.uint64)
    high = _TOP - low
    here = words.take(place)
    for lane, count in enumerate(active.tolist(), 1):
        there = words.take(place[:count] + lane)
        _fold(state[:count], _joined(here[:count], there, low[:count], high[:count]))
        here[:count] = there
    rest = _joined(here, words.take(place + full + 1), low, high)
    rest &= _ENDS.take(lengths & 7)
    _fold(state, rest)
    state *= _FIRST
    state ^= state >> _LAST
    return state


def _fold(state: Words, lane: Words) -> None:
    lane ^= state
    lane *= _SECOND
    np.right_shift(lane, _SHIFT, out=state)
    state ^= lane


def _joined(here: Words, there: Words, low: Words, high: Words) -> Words:
    """Eight bytes that begin inside a word."""
    lane = here >> low
    rest = there << _ONE
    rest <<= high
    lane |= rest
    return lane


def laid_out(texts: pa.Array) -> tuple[Words, Ints, Ints]:
    """The column's bytes as words, with room to read behind the last one; where texts begin, and their bytes."""
    kind = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    _, offsets, data = texts.buffers()
    if len(texts) == 0 or offsets is None:
        return np.zeros(3, np.uint64), np.zeros(len(texts), np.int64), np.zeros(len(texts), np.int64)
    ends = np.frombuffer(offsets, kind)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    first, size = int(ends[0]), int(ends[-1] - ends[0])
    words = np.zeros(size // LANE + 3, np.uint64)
    if size:
        words.view(np.uint8)[:size] = np.frombuffer(data, np.uint8)[first : first + size]
    lengths = np.diff(ends)
    if texts.null_count:
        lengths[texts.is_null().to_numpy(zero_copy_only=False)] = 0
    return words, ends[:-1] - first, lengths


def lanes(texts: pa.Array, depth: int) -> Words:
    """Bytes ``8 * depth`` to ``8 * depth + 7`` of each text as a sortable number, zeros behind its end."""
    words, starts, lengths = laid_out(texts)
    begin = np.minimum(starts + LANE * depth, len(words) * LANE - 2 * LANE)
    low = ((begin & 7) << 3).astype(np.uint64)
    lane = _joined(words.take(begin >> 3), words.take((begin >> 3) + 1), low, _TOP - low)
    left = np.clip(lengths - LANE * depth, 0, LANE)
    lane &= np.where(left == LANE, ~np.uint64(0), _ENDS.take(left & 7))
    return lane.byteswap()
