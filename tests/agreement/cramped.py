"""Makes the columnar evaluator work in small portions, as it otherwise does on large logs only."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

SMALL: dict[str, int] = {
    "amounts.EXACT_FLOAT": 2,
    "answers.PAIRS": 2,
    "batches.FEWEST": 2,
    "batches.MOST": 3,
    "bounds.HUGE": 1,
    "codes.PORTION": 2,
    "codes.ROOM": 2,
    "codings.PORTION": 8,
    "contents.LONG": 1,
    "counted.DENSE": 0,
    "counted.PORTION": 8,
    "pruning.SAFE": 1,
    "episodes.PORTION": 2,
    "facts.ROOM": 1,
    "groups.BLOCK": 2,
    "groups.PORTION": 2,
    "hashing.FEW": 0,
    "idents.PORTION": 2,
    "latest.PAIRS": 2,
    "links.PORTION": 2,
    "recent.HUGE": 8,
    "recent.LEAST": 0,
    "repeats.PORTION": 2,
    "sequence.PORTION": 2,
    "sequence.SPARSE": 0,
    "sequences.PORTION": 2,
    "sequences.RARE": 0,
    "sheet.ROOM": 0,
    "spans.SAFE": 1,
    "subjects.BLOCK": 2,
    "subjects.DENSE": 1_000_000,
    "subjects.PORTION": 2,
    "texts.LARGEST": 1,
    "texts.MERGED": 2,
    "truths.PORTION": 8,
    "truths.ROOM": 1,
    "values.PORTION": 2,
}
"""The sizes of portions and caches, and the numbers beyond which another way of reckoning is taken.

Portions of truth values are packed to bytes and so multiples of eight.
"""


@contextmanager
def cramped() -> Iterator[None]:
    """Within it all those sizes are small. Raises AttributeError where one is no longer called so."""
    with ExitStack() as stack:
        for name, size in SMALL.items():
            stack.enter_context(patch(f"plainterms.engine.columnar.{name}", size))
        yield
