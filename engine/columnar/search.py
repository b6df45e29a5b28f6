"""Patterns looked for in texts, as RE2 means them: one look for all of them at once, then a closer one where it hits.

Arrow's regular expressions are RE2. Several patterns are one alternation; the few texts in which it is found are
searched for either half of the patterns, and so on down to the single condition.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import re2
from numpy.typing import NDArray

from plainterms.policy.meaning import ContainsAny, MatchesAny

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

FEWEST = 3
"""From so many patterns on it pays to look for all of them first."""

COMMON = 0.7
"""Where more of the texts hit, they are not copied out."""


@dataclass(frozen=True)
class Leaf:
    """A pattern, and the index of the condition that is true where it is found."""

    pattern: str
    of: int


@dataclass(frozen=True)
class Gate:
    """Patterns that are looked for only where their alternation is found; without one, everywhere."""

    pattern: str | None
    halves: tuple["Gate | Leaf", "Gate | Leaf"]


class Search:
    """Conditions on texts, prepared to be asked of many columns."""

    def __init__(self, conditions: Sequence[MatchesAny | ContainsAny]) -> None:
        self._count = len(conditions)
        leaves = [Leaf(part, of) for of, leaf in enumerate(conditions) for part in _parts(patterns(leaf))]
        self._root = _tree(leaves) if leaves else None

    def among(self, texts: pa.Array) -> list[Bools]:
        """For each condition, in which texts it is found; in a missing one nothing is."""
        found = [np.zeros(len(texts), np.bool_) for _ in range(self._count)]
        if self._root is not None:
            _look(self._root, texts, None, found)
        return found


def patterns(leaf: MatchesAny | ContainsAny) -> tuple[str, ...]:
    """The condition as patterns, one of which must be found."""
    return leaf.patterns if isinstance(leaf, MatchesAny) else tuple(map(re2.escape, leaf.values))


def _parts(whole: Sequence[str]) -> Iterator[str]:
    """As few patterns as can be that find the same; RE2 limits the size of each."""
    joined = _alternation(whole)
    if joined is not None:
        yield joined
    elif whole:
        for half in (whole[: len(whole) // 2], whole[len(whole) // 2 :]):
            yield from _parts(half)


def _alternation(whole: Sequence[str]) -> str | None:
    """One pattern for several, if there is one: `\\Q` may run on to a pattern's end, or all be too large."""
    if len(whole) == 1:
        return whole[0]
    if any("\\Q" in pattern for pattern in whole):
        return None
    joined = "|".join(f"(?:{pattern})" for pattern in whole)
    try:
        pc.match_substring_regex(pa.array([""]), joined)
    except pa.ArrowInvalid:
        return None
    return joined if whole else None


def _tree(leaves: Sequence[Leaf]) -> Gate | Leaf:
    if len(leaves) == 1:
        return leaves[0]
    middle = len(leaves) // 2
    joined = _alternation([leaf.pattern for leaf in leaves]) if len(leaves) >= FEWEST else None
    return Gate(joined, (_tree(leaves[:middle]), _tree(leaves[middle:])))


def _look(node: Gate | Leaf, texts: pa.Array, rows: Ints | None, found: list[Bools]) -> None:
    """Look among texts that are the ``rows`` of the whole column (None: all of it)."""
    if isinstance(node, Leaf):
        hits = _hits(node.pattern, texts)
        found[node.of][slice(None) if rows is None else rows] |= hits
        return
    if node.pattern is not None:
        hits = _hits(node.pattern, texts)
        count = np.count_nonzero(hits)
        if count == 0:
            return
        if count < COMMON * len(hits):
            here = np.flatnonzero(hits)
            texts, rows = texts.take(pa.array(here)), here if rows is None else rows[here]
    for half in node.halves:
        _look(half, texts, rows, found)


def _hits(pattern: str, texts: pa.Array) -> Bools:
    found = pc.match_substring_regex(texts, pattern)
    hits: Bools = (pc.fill_null(found, False) if found.null_count else found).to_numpy(zero_copy_only=False)
    return hits
