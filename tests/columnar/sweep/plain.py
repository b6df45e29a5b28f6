"""The kernels said once more in the plainest way, and the little that they need of a log."""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product

import numpy as np

from plainterms.engine.columnar.facts import Codes, Numbers, Truth
from plainterms.engine.columnar.order import Rows, sorted_rows
from plainterms.engine.columnar.sheet import Sheet
from plainterms.policy.meaning import EventField, Field
from plainterms.policy.schema import Type

VALUE = EventField("value", Type.TEXT)


@dataclass
class Times:
    """A log of which only times and one field are known."""

    time: np.ndarray
    values: dict[Field, np.ndarray] = field(default_factory=dict)

    @property
    def n(self):
        return len(self.time)

    def ids(self, positions):
        return [f"e{position}" for position in np.asarray(positions).tolist()]

    def codes(self, of):
        return Codes(self.values[of].astype(np.int32), range(int(self.values[of].max(initial=0)) + 1), None)

    def numbers(self, of):
        return Numbers(np.maximum(self.values[of], 0), self.values[of] >= 0)


def sheet(rng, *, rows=30, runs=3, span=12, kinds=4, unknown=0.0):
    """A random sheet of one measure: short times, so that many are equal."""
    time = np.sort(rng.integers(0, span, rows))
    columns = Times(time, {VALUE: rng.integers(-1 if unknown else 0, kinds, rows)})
    placed = sorted_rows(rng.integers(0, runs, rows), np.arange(rows))
    yes = rng.random(rows) < 0.7
    maybe = ~yes & (rng.random(rows) < unknown)
    return Sheet(columns, Rows(placed.run, placed.at), (Truth(yes, maybe if maybe.any() else None),))


def window(page, row, length):
    """The rows of the window (t - length, t] that ends with a row."""
    return [
        other
        for other in range(row + 1)
        if page.run[other] == page.run[row] and page.time[other] > page.time[row] - length
    ]


def share_completions(rows, certain, maybe, values):
    """Every share of the most frequent value that some completion has; without events none."""
    named = sorted({values[row] for row in rows} - {-1})
    counted = [row for row in rows if certain[row] or maybe[row]]
    new = [1_000 + row for row in counted if values[row] < 0]
    options = []
    for row in counted:
        known = [values[row]] if values[row] >= 0 else [*named, *new]
        options.append(known if certain[row] else [None, *known])
    found = set()
    for choice in product(*options):
        kept = [value for value in choice if value is not None]
        if kept:
            found.add(Fraction(max(kept.count(value) for value in kept), len(kept)))
    return found


def part_completions(rows, certain, maybe, part, part_maybe):
    """Every share of a part that some completion has."""
    options = []
    for row in rows:
        if not (certain[row] or maybe[row]):
            continue
        sides = [True, False] if part_maybe[row] else [bool(part[row])]
        options.append(sides if certain[row] else [None, *sides])
    found = set()
    for choice in product(*options):
        kept = [side for side in choice if side is not None]
        if kept:
            found.add(Fraction(sum(kept), len(kept)))
    return found
