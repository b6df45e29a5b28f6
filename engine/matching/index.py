"""An index in memory of the fingerprints of many texts: which texts share the most, and the rarest, with another."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plainterms.engine.matching.fingerprints import Fingerprints
from plainterms.engine.matching.normal import Hashes, Ints

SHARDS = 64
_SHARD = np.uint64(58)

COMMON = 64
"""Texts that are kept of those that share one fingerprint: what more texts have is boilerplate and weighs little."""

NOMINATED = 32
"""Texts that are nominated for one: those that share the most."""

PLACES = (16, 24)
"""Bits of a hash, at least and at most, that tell where its texts stand; the next 32 are kept beside them."""

IN_PLACE = 2
"""Entries of a place, on average; where there are no more bits, more."""

Texts = npt.NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class Nominations:
    """Pairs worth verifying, by ``left``: rows of the texts asked about, and ``right``: numbers of indexed texts."""

    left: Ints
    right: Ints


class Index:
    """Fingerprints of texts, each hash with the first ``COMMON`` texts that have it; eight bytes for each.

    Entries are in order of the hash, of which the first bits are the place in a table of where they begin.
    """

    def __init__(self) -> None:
        self._open: list[list[tuple[Hashes, Texts]]] = [[] for _ in range(SHARDS)]
        self._count = self._entries = 0
        self._shift = np.uint64(64 - PLACES[0])
        self._starts = np.zeros(2 ** PLACES[0] + 1, np.uint32)
        self._rests, self._texts = np.zeros(0, np.uint32), np.zeros(0, np.uint32)

    def add(self, hashes: Hashes, texts: Ints, count: int) -> None:
        """Take in fingerprints of ``count`` texts, whose numbers are greater than all before."""
        self._count += count
        self._entries += len(hashes)
        order = np.argsort(hashes, kind="stable")
        hashes, texts_in_order = hashes[order], texts[order].astype(np.uint32)
        bounds = _bounds(hashes)
        for shard in range(SHARDS):
            part = slice(bounds[shard], bounds[shard + 1])
            self._open[shard].append((hashes[part], texts_in_order[part]))

    def close(self) -> None:
        """Sort what was taken in; from now on the index can be asked."""
        bits = min(max((self._entries // IN_PLACE).bit_length(), PLACES[0]), PLACES[1])
        self._shift = np.uint64(64 - bits)
        width = 2**bits // SHARDS
        counts = np.zeros(2**bits + 1, np.uint32)
        self._rests, self._texts = np.empty(self._entries, np.uint32), np.empty(self._entries, np.uint32)
        end = 0
        for number, shard in enumerate(self._open):
            hashes, texts = _thinned(*_sorted(shard))
            part = slice(end, end + len(hashes))
            self._rests[part], self._texts[part] = self._rest(hashes), texts
            places = (hashes >> self._shift).astype(np.int64) - number * width
            counts[1 + number * width : 1 + (number + 1) * width] = np.bincount(places, minlength=width)
            end = part.stop
        self._rests, self._texts = self._rests[:end].copy(), self._texts[:end].copy()
        self._starts = np.cumsum(counts, dtype=np.uint32)

    def _rest(self, hashes: Hashes) -> Texts:
        """The 32 bits after those of the place."""
        return ((hashes << (np.uint64(64) - self._shift)) >> np.uint64(32)).astype(np.uint32)

    @property
    def size(self) -> int:
        """Bytes held."""
        return self._rests.nbytes + self._texts.nbytes + self._starts.nbytes

    def nominate(self, prints: Fingerprints, most: int = NOMINATED) -> Nominations:
        """For each text at most ``most`` indexed ones: those whose shared fingerprints weigh the most.

        A fingerprint weighs the bits of (indexed texts / texts that have it). Those that are cut off are looked at
        only for texts that have no others, and weigh one.
        """
        order = np.argsort(prints.hashes)
        asked, entries = self._found(prints.hashes[order])
        sizes = np.bincount(asked, minlength=len(order))
        asking = prints.texts[order]
        told = np.zeros(int(asking.max(initial=-1)) + 1, bool)
        told[asking[(sizes > 0) & (sizes < COMMON)]] = True
        kept = ((sizes < COMMON) | ~told[asking])[asked]
        asked, entries = asked[kept], entries[kept]
        weights = np.where(sizes < COMMON, _bits(self._count // np.maximum(sizes, 1)), 1)
        return _heaviest(asking[asked], self._texts[entries], weights[asked], most)

    def _found(self, hashes: Hashes) -> tuple[Ints, Ints]:
        """The entries of sorted hashes: which of the hashes, and where its entry stands."""
        places = hashes >> self._shift
        first = self._starts[places].astype(np.int64)
        sizes = self._starts[places + np.uint64(1)] - first
        asked = np.repeat(np.arange(len(hashes)), sizes)
        entries = np.arange(len(asked)) + np.repeat(first - np.cumsum(sizes) + sizes, sizes)
        same = np.flatnonzero(self._rests[entries] == self._rest(hashes)[asked])
        return asked[same], entries[same]


def _sorted(parts: list[tuple[Hashes, Texts]]) -> tuple[Hashes, Texts]:
    """One array of the parts, which are let go, in order of hash, then text."""
    hashes = np.concatenate([part for part, _ in parts] or [np.zeros(0, np.uint64)])
    texts = np.concatenate([part for _, part in parts] or [np.zeros(0, np.uint32)])
    parts.clear()
    order = np.argsort(hashes, kind="stable")
    return hashes[order], texts[order]


def _bounds(hashes: Hashes) -> list[int]:
    """Where each shard begins among sorted hashes, and where the last one ends."""
    starts = np.searchsorted(hashes, np.arange(SHARDS, dtype=np.uint64) << _SHARD)
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


def _heaviest(left: Ints, right: Texts, weights: Ints, most: int) -> Nominations:
    """Of each left at most so many rights, those of the greatest sum of weights; by left, then weight, then right."""
    pairs = (left.astype(np.uint64) << np.uint64(32)) | right
    order = np.argsort(pairs)
    pairs = pairs[order]
    begins = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)])
    sums = np.add.reduceat(weights[order], begins) if len(begins) else weights
    pairs = pairs[begins]
    left, right = (pairs >> np.uint64(32)).astype(np.int64), pairs.astype(np.uint32)
    order = np.argsort((left << 32) - sums, kind="stable")
    left, right = left[order], right[order]
    firsts = np.flatnonzero(np.append(True, left[1:] != left[:-1])[: len(left)])
    rank = np.arange(len(left)) - np.repeat(firsts, np.diff(np.append(firsts, len(left))))
    return Nominations(left[rank < most], right[rank < most].astype(np.int64))
