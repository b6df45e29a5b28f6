"""A 64-bit digest of a text that is cheap on whole columns; `columnar.digests` computes the same for many at once.

It is no cryptographic hash: what must be exact compares the texts themselves. Long texts, of which a column has few,
are digested one by one, by BLAKE2b.
"""

from hashlib import blake2b

FIRST = 0x9E3779B97F4A7C15
SECOND = 0xBF58476D1CE4E5B9
LANE = 8
LONGEST = 16_384
"""Bytes of a text that is folded lane by lane."""

_ALL = 2**64 - 1


def digest(data: bytes) -> int:
    """Fold the length, then each lane of eight bytes (little-endian, the last one filled up with zeros)."""
    if len(data) > LONGEST:
        return long_digest(data)
    state = len(data) * FIRST & _ALL
    full = len(data) // LANE * LANE
    for start in range(0, full, LANE):
        state = _folded(state, data[start : start + LANE])
    state = _folded(state, data[full:]) * FIRST & _ALL
    return state ^ (state >> 29)


def long_digest(data: bytes | memoryview) -> int:
    """The digest of more than ``LONGEST`` bytes."""
    return int.from_bytes(blake2b(data, digest_size=LANE).digest(), "little")


def _folded(state: int, lane: bytes) -> int:
    mixed = (state ^ int.from_bytes(lane, "little")) * SECOND & _ALL
    return mixed ^ (mixed >> 32)
