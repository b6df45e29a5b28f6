"""The Merkle tree of RFC 6962 and RFC 9162 (section 2.1): roots, inclusion and consistency proofs, and their checks.

Hashes are 32 bytes of SHA-256. A leaf is hashed behind 0x00, a node behind 0x01.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""

Hashes = Sequence[bytes]
Roots = Callable[[int, int], bytes]
"""The root over the leaves from one number up to another."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node from those below it."""
    return sha256(b"\x01" + left + right).digest()


# ── Growing


def grown(frontier: Hashes, size: int, leaves: Iterable[bytes]) -> tuple[list[bytes], int]:
    """The right edge of a tree, and its size, after more leaves.

    A frontier holds the roots of the full subtrees that make up the tree, the largest first: one for each 1 in the
    binary form of ``size``.
    """
    edge = list(frontier)
    for leaf in leaves:
        size += 1
        rest = size
        while rest % 2 == 0:
            leaf = node_hash(edge.pop(), leaf)
            rest //= 2
        edge.append(leaf)
    return edge, size


def root_of(frontier: Hashes) -> bytes:
    """The root of the tree with this right edge."""
    if not frontier:
        return EMPTY
    *rest, found = frontier
    for one in reversed(rest):
        found = node_hash(one, found)
    return found


def root(leaves: Hashes) -> bytes:
    """The root over hashes of leaves."""
    return root_of(grown((), 0, leaves)[0])


def roots_over(leaves: Hashes) -> Roots:
    """The roots of parts of a tree whose leaves are at hand."""
    return lambda start, end: root(leaves[start:end])


class Tree:
    """A whole tree at hand: the root over any part of its leaves without hashing them again."""

    def __init__(self, leaves: Hashes) -> None:
        self.size = len(leaves)
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            self._levels.append([node_hash(*below[place : place + 2]) for place in range(0, len(below) - 1, 2)])

    def root(self, start: int, end: int) -> bytes:
        """The root over the leaves from one number up to another, as `Roots`; ``start`` begins a full subtree."""
        size = end - start
        if size == 0:
            return EMPTY
        if size & (size - 1) == 0 and start % size == 0:
            return self._levels[size.bit_length() - 1][start // size]
        middle = start + split(size)
        return node_hash(self.root(start, middle), self.root(middle, end))


# ── Proofs


def split(size: int) -> int:
    """The largest power of two below ``size``, which must be at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion(number: int, size: int, roots: Roots) -> list[bytes]:
    """The audit path of a leaf in the tree of the first ``size``, from the leaf up (RFC 9162, 2.1.3.1)."""
    if not 0 <= number < size:
        raise ValueError(f"there is no leaf {number} in a tree of {size}")
    return _path(number, 0, size, roots)


def _path(number: int, start: int, end: int, roots: Roots) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if number < middle:
        return [*_path(number, start, middle, roots), roots(middle, end)]
    return [*_path(number, middle, end, roots), roots(start, middle)]


def consistency(first: int, size: int, roots: Roots) -> list[bytes]:
    """The proof that the tree of ``size`` begins with that of ``first`` (RFC 9162, 2.1.4.1)."""
    if not 0 < first <= size:
        raise ValueError(f"a tree of {size} does not begin with one of {first}")
    return _subproof(first, 0, size, roots, whole=True)


def _subproof(first: int, start: int, end: int, roots: Roots, *, whole: bool) -> list[bytes]:
    if first == end:
        return [] if whole else [roots(start, end)]
    middle = start + split(end - start)
    if first <= middle:
        return [*_subproof(first, start, middle, roots, whole=whole), roots(middle, end)]
    return [*_subproof(first, middle, end, roots, whole=False), roots(start, middle)]


# ── Checks


def is_included(leaf: bytes, number: int, size: int, proof: Hashes, root: bytes) -> bool:
    """Whether a proof shows the leaf under the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= number < size:
        return False
    place, last, found = number, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(one, found)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(first: int, size: int, proof: Hashes, first_root: bytes, root: bytes) -> bool:
    """Whether a proof shows that the tree with ``root`` begins with that of ``first_root`` (RFC 9162, 2.1.4.2)."""
    if first == size:
        return not proof and first_root == root
    if not 0 < first < size or not proof:
        return False
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    place, last = first - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = node_hash(one, old), node_hash(one, new)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, one)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == root
