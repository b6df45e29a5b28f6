"""An index in memory of the fingerprints of many texts: which texts share the most, and the rarest, with another."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plainterms.engine.matching.fingerprints import Fingerprints
from plainterms.engine.matching.normal import Hashes, Ints

SHARDS = 64
_SHIFT = np.uint64(58)

COMMON = 64
"""Texts that are kept of those that share one fingerprint: what more texts have is boilerplate and weighs little."""

NOMINATED = 32
"""Texts that are nominated for one: those that share the most."""

Texts = npt.NDArray[np.uint32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Nominations:
    """Pairs worth verifying, by ``left``: rows of the texts asked about, and ``right``: numbers of indexed texts."""

    left: Ints
    right: Ints


class Index:
    """Fingerprints of texts, each hash with the first ``COMMON`` texts that have it; twelve bytes for each."""

    def __init__(self) -> None:
        self._open: list[list[tuple[Hashes, Texts]]] = [[] for _ in range(SHARDS)]
        self._hashes: list[Hashes] = []
        self._texts: list[Texts] = []
        self._count = 0

    def add(self, hashes: Hashes, texts: Ints, count: int) -> None:
        """Take in fingerprints of ``count`` texts, whose numbers are greater than all before."""
        self._count += count
        order = np.argsort(hashes, kind="stable")
        hashes, texts_in_order = hashes[order], texts[order].astype(np.uint32)
        bounds = _bounds(hashes)
        for shard in range(SHARDS):
            part = slice(bounds[shard], bounds[shard + 1])
            self._open[shard].append((hashes[part], texts_in_order[part]))

    def close(self) -> None:
        """Sort what was taken in; from now on the index can be asked."""
        for shard in self._open:
            hashes = np.concatenate([part for part, _ in shard] or [np.zeros(0, np.uint64)])
            texts = np.concatenate([part for _, part in shard] or [np.zeros(0, np.uint32)])
            shard.clear()
            order = np.argsort(hashes, kind="stable")
            kept_hashes, kept_texts = _thinned(hashes[order], texts[order])
            self._hashes.append(kept_hashes)
            self._texts.append(kept_texts)

    @property
    def size(self) -> int:
        """Bytes held."""
        return sum(part.nbytes for part in self._hashes) + sum(part.nbytes for part in self._texts)

    def nominate(self, prints: Fingerprints, most: int = NOMINATED) -> Nominations:
        """For each text at most ``most`` indexed ones: those whose shared fingerprints weigh the most.

        A fingerprint weighs the bits of (indexed texts / texts that have it). Those that are cut off are looked at
        only for texts that have no others, and weigh one.
        """
        order = np.argsort(prints.hashes, kind="stable")
        hashes, asking = prints.hashes[order], prints.texts[order]
        bounds = _bounds(hashes)
        found = [
            self._found(shard, hashes[bounds[shard] : bounds[shard + 1]], asking[bounds[shard] : bounds[shard + 1]])
            for shard in range(SHARDS)
        ]
        told = np.zeros(int(asking.max(initial=-1)) + 1, bool)
        for _, sizes, own in found:
            told[own[sizes < COMMON]] = True
        hits = [self._hits(shard, *one, told) for shard, one in enumerate(found)]
        left, right, weights = (np.concatenate(column) for column in zip(*hits, strict=True))
        return _heaviest(left, right, weights, most)

    def _found(self, shard: int, hashes: Hashes, asking: Ints) -> tuple[Ints, Ints, Ints]:
        """Where the texts of known hashes begin, how many they are, and who asks."""
        known = self._hashes[shard]
        first = np.searchsorted(known, hashes)
        hit = np.flatnonzero(first < len(known))
        hit = hit[known[first[hit]] == hashes[hit]]
        first = first[hit]
        return first, np.searchsorted(known, hashes[hit], side="right") - first, asking[hit]

    def _hits(self, shard: int, first: Ints, sizes: Ints, asking: Ints, told: Bools) -> tuple[Ints, Ints, Ints]:
        """Each text of each hash; cut-off hashes only for texts that nothing rarer tells of."""
        kept = (sizes < COMMON) | ~told[asking]
        first, sizes, asking = first[kept], sizes[kept], asking[kept]
        rank = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        right = self._texts[shard][np.repeat(first, sizes) + rank].astype(np.int64)
        weights = np.where(sizes < COMMON, _bits(self._count // np.maximum(sizes, 1)), 1)
        return np.repeat(asking, sizes), right, np.repeat(weights, sizes)


def _bounds(hashes: Hashes) -> list[int]:
    """Where each shard begins among sorted hashes, and where the last one ends."""
    starts = np.searchsorted(hashes, np.arange(SHARDS, dtype=np.uint64) << _SHIFT)
    return [*starts.tolist(), len(hashes)]


def _thinned(hashes: Hashes, texts: Texts) -> tuple[Hashes, Texts]:
    """Each text once for a hash, and of a hash's texts the first ``COMMON``; sorted by hash, then text."""
    if len(hashes) == 0:
        return hashes, texts
    fresh = np.ones(len(hashes), bool)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (texts[1:] != texts[:-1])
    hashes, texts = hashes[fresh], texts[fresh]
    begins = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1]))
    rank = np.arange(len(hashes)) - np.repeat(begins, np.diff(np.append(begins, len(hashes))))
    kept = rank < COMMON
    return hashes[kept], texts[kept]


def _bits(values: Ints) -> Ints:
    """The number of binary digits of each value below 2^53."""
    return np.frexp(values.astype(np.float64))[1].astype(np.int64)


def _heaviest(left: Ints, right: Ints, weights: Ints, most: int) -> Nominations:
    if len(left) == 0:
        return Nominations(left, right)
    order = np.lexsort((right, left))
    left, right, weights = left[order], right[order], weights[order]
    begins = np.flatnonzero(np.append(True, (left[1:] != left[:-1]) | (right[1:] != right[:-1])))
    left, right, weights = left[begins], right[begins], np.add.reduceat(weights, begins)
    order = np.lexsort((right, -weights, left))
    left, right = left[order], right[order]
    begins = np.flatnonzero(np.append(True, left[1:] != left[:-1]))
    rank = np.arange(len(left)) - np.repeat(begins, np.diff(np.append(begins, len(left))))
    return Nominations(left[rank < most], right[rank < most])
