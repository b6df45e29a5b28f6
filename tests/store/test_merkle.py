"""The tree of RFC 6962 against published roots and proofs, against its definition, and under changes of a proof."""

from itertools import pairwise, product
from pathlib import Path

import pytest

from plainterms.engine.store.merkle import (
    EMPTY,
    Hashes,
    Tree,
    consistency,
    grown,
    inclusion,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root,
    root_of,
    roots_over,
    split,
)

ROWS = [
    line.split()
    for line in (Path(__file__).parent / "trees.txt").read_text().splitlines()
    if not line.startswith("#")
]
LEAVES = [leaf_hash(bytes.fromhex(leaf.strip("-"))) for leaf, _ in ROWS]
ROOTS = [bytes.fromhex(found) for _, found in ROWS]

INCLUSION = {
    (0, 8): "96a296d2 5f083f0a 6b47aaf2",
    (5, 8): "bc1a0643 ca854ea1 d37ee418",
    (2, 3): "fac54203",
    (1, 5): "6e340b9c 5f083f0a bc1a0643",
}
CONSISTENCY = {
    (1, 1): "",
    (1, 8): "96a296d2 5f083f0a 6b47aaf2",
    (6, 8): "0ebc5d34 ca854ea1 d37ee418",
    (2, 5): "5f083f0a bc1a0643",
}
"""Proofs of the same reference data, by how their hashes begin."""


def defined(leaves: Hashes) -> bytes:
    """The root as RFC 6962 defines it, word for word."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return node_hash(defined(leaves[:middle]), defined(leaves[middle:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    assert root(LEAVES[:size]) == ROOTS[size - 1]


@pytest.mark.parametrize("case", INCLUSION)
def test_published_inclusion_proofs(case: tuple[int, int]) -> None:
    proof = inclusion(*case, roots_over(LEAVES))
    assert " ".join(one.hex()[:8] for one in proof) == INCLUSION[case]


@pytest.mark.parametrize("case", CONSISTENCY)
def test_published_consistency_proofs(case: tuple[int, int]) -> None:
    proof = consistency(*case, roots_over(LEAVES))
    assert " ".join(one.hex()[:8] for one in proof) == CONSISTENCY[case]


def test_trees_grow_as_they_are_defined() -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(70)]
    frontier: list[bytes] = []
    for size in range(len(leaves) + 1):
        assert root_of(frontier) == root(leaves[:size]) == defined(leaves[:size])
        assert len(frontier) == size.bit_count()
        frontier, _ = grown(frontier, size, leaves[size : size + 1])


def test_a_tree_at_hand_gives_the_same_proofs() -> None:
    for size in range(1, 40):
        leaves = [leaf_hash(bytes([number])) for number in range(size)]
        tree, over = Tree(leaves), roots_over(leaves)
        assert tree.root(0, size) == root(leaves)
        for number in range(size):
            assert inclusion(number, size, tree.root) == inclusion(number, size, over)
            assert consistency(number + 1, size, tree.root) == consistency(number + 1, size, over)


def test_every_proof_shows_what_it_shows_and_nothing_else() -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(17)]
    over = roots_over(leaves)
    for size in range(1, 18):
        whole = root(leaves[:size])
        for number in range(size):
            proof = inclusion(number, size, over)
            assert is_included(leaves[number], number, size, proof, whole)
            assert not is_included(leaves[number - 1], number, size, proof, whole) or size == 1
            for wrong in broken(proof):
                assert not is_included(leaves[number], number, size, wrong, whole)
            others = [(n, s) for n, s in product(range(18), range(1, 18)) if s == size and n != number]
            assert not any(is_included(leaves[number], n, s, proof, whole) for n, s in others)
        for first in range(1, size + 1):
            proof, before = consistency(first, size, over), root(leaves[:first])
            assert is_consistent(first, size, proof, before, whole)
            assert not is_consistent(first, size, proof, leaf_hash(b"other"), whole)
            assert not is_consistent(first, size, proof, before, leaf_hash(b"other"))
            for wrong in broken(proof):
                assert not is_consistent(first, size, wrong, before, whole)
    assert not is_consistent(0, 5, [], EMPTY, root(leaves[:5]))
    assert not is_included(leaves[0], 1, 1, [], leaves[0])


def broken(proof: Hashes) -> list[list[bytes]]:
    """Proofs with one hash changed, dropped, doubled, or two exchanged."""
    found = [[*proof, leaf_hash(b"more")]]
    for place in range(len(proof)):
        found.append([*proof[:place], leaf_hash(b"other"), *proof[place + 1 :]])
        found.append([*proof[:place], *proof[place + 1 :]])
        found.append([*proof[: place + 1], *proof[place:]])
    for place, _ in pairwise(range(len(proof))):
        found.append([*proof[:place], proof[place + 1], proof[place], *proof[place + 2 :]])
    return found


def test_what_no_proof_is_made_of() -> None:
    with pytest.raises(ValueError, match=r"^there is no leaf 3 in a tree of 3$"):
        inclusion(3, 3, roots_over(LEAVES))
    with pytest.raises(ValueError, match=r"^a tree of 3 does not begin with one of 4$"):
        consistency(4, 3, roots_over(LEAVES))
