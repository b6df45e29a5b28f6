"""A seeded source of choices."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice(Random):
    """`Random` with the few throws that the generators need."""

    def often(self, chance: float) -> bool:
        """True in that part of all throws."""
        return self.random() < chance

    def some(self, items: Sequence[T], least: int, most: int) -> tuple[T, ...]:
        """Between ``least`` and ``most`` different items, in random order."""
        return tuple(self.sample(list(items), min(len(items), self.randint(least, most))))

    def weighted(self, **weights: float) -> str:
        """One of the names, by weight."""
        return self.choices(list(weights), list(weights.values()))[0]
