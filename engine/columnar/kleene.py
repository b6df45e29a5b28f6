"""Three-valued logic on columns: true where ``yes``, unknown where ``maybe``, false elsewhere."""

from functools import reduce

import numpy as np

from plainterms.engine.columnar.arrays import Bools, Ints, picked
from plainterms.engine.columnar.facts import Truth


def constant(value: bool, count: int) -> Truth:
    """The same answer everywhere."""
    return Truth(np.full(count, value), None)


def both(left: Truth, right: Truth) -> Truth:
    """Kleene's and: false where one is false, else unknown where one is unknown."""
    yes = left.yes & right.yes
    if left.maybe is None and right.maybe is None:
        return Truth(yes, None)
    return Truth(yes, possible(left) & possible(right) & ~yes)


def either(left: Truth, right: Truth) -> Truth:
    """Kleene's or: true where one is true, else unknown where one is unknown."""
    yes = left.yes | right.yes
    if left.maybe is None and right.maybe is None:
        return Truth(yes, None)
    return Truth(yes, (possible(left) | possible(right)) & ~yes)


def opposite(truth: Truth) -> Truth:
    """Kleene's not."""
    return Truth(~possible(truth), truth.maybe)


def possible(truth: Truth) -> Bools:
    """Where the answer is not false."""
    return truth.yes if truth.maybe is None else truth.yes | truth.maybe


def unknown(truth: Truth) -> Bools:
    """Where the answer is unknown, as a column in any case."""
    return np.zeros(len(truth.yes), dtype=bool) if truth.maybe is None else truth.maybe


def take(truth: Truth, places: Ints | Bools) -> Truth:
    """The answers at some places."""
    maybe = None if truth.maybe is None else picked(truth.maybe, places)
    return Truth(picked(truth.yes, places), maybe if maybe is not None and maybe.any() else None)


def only(truth: Truth, where: Bools) -> Truth:
    """The answers at the places marked, false elsewhere."""
    return both(truth, Truth(where, None))


def all_of(truths: list[Truth], count: int) -> Truth:
    """The conjunction of any number; of none, true."""
    return reduce(both, truths) if truths else constant(True, count)


def any_of(truths: list[Truth], count: int) -> Truth:
    """The disjunction of any number; of none, false."""
    return reduce(either, truths) if truths else constant(False, count)
