"""What a window adds up to, kept while events come and go: an interval, as some events only possibly count."""

from collections import Counter
from collections.abc import Hashable
from fractions import Fraction
from typing import Any, Protocol, assert_never

from plainterms.engine.conditions import declared_range
from plainterms.engine.findings import Interval, Share
from plainterms.policy.meaning import Count, Distinct, Field, ModeShare, PartShare, Quantity, Sum
from plainterms.policy.schema import MILLION

NOTHING = Interval(Share(0, 0), Share(0, 0))


class Tally(Protocol):
    """A quantity of events. ``certain`` is false of an event that only possibly counts."""

    def add(self, certain: bool, value: Any) -> None:
        """Count an event with what is measured of it: a field's value, or the truth of the part."""

    def drop(self, certain: bool, value: Any) -> None:
        """Take an event out that was counted."""

    def interval(self) -> Interval:
        """What the quantity is at least and at most."""

    def may_be_empty(self) -> bool:
        """Whether it is a share, perhaps of nothing."""


def tally_of(quantity: Quantity) -> Tally:
    """A tally of nothing yet."""
    match quantity:
        case Count():
            return Counted()
        case Distinct():
            return Different()
        case Sum():
            return Total(quantity.field)
        case PartShare():
            return Part()
        case ModeShare():
            return Mode()
        case _:
            assert_never(quantity)


class Counted:
    """How many events."""

    __slots__ = ("certain", "possible")

    def __init__(self) -> None:
        self.certain = 0
        self.possible = 0

    def add(self, certain: bool, value: object) -> None:  # noqa: ARG002 - the protocol's
        """Count an event."""
        if certain:
            self.certain += 1
        else:
            self.possible += 1

    def drop(self, certain: bool, value: object) -> None:  # noqa: ARG002 - the protocol's
        """Take an event out."""
        if certain:
            self.certain -= 1
        else:
            self.possible -= 1

    def interval(self) -> Interval:
        """Counts, in millionths."""
        return Interval(self.certain * MILLION, (self.certain + self.possible) * MILLION)

    def may_be_empty(self) -> bool:
        """Never a share."""
        return False


class Different:
    """How many different values; an event without one has some value."""

    __slots__ = ("certain", "possible")

    def __init__(self) -> None:
        self.certain: dict[Hashable, int] = {}
        self.possible: dict[Hashable, int] = {}

    def add(self, certain: bool, value: Hashable) -> None:
        """Count an event's value, None for none."""
        counts = self.certain if certain else self.possible
        counts[value] = counts.get(value, 0) + 1

    def drop(self, certain: bool, value: Hashable) -> None:
        """Take an event out."""
        counts = self.certain if certain else self.possible
        if counts[value] == 1:
            del counts[value]
        else:
            counts[value] -= 1

    def interval(self) -> Interval:
        """Counts of values, in millionths."""
        certain, possible = self.certain, self.possible
        unnamed, perhaps = certain.get(None, 0), possible.get(None, 0)
        named = len(certain) - (unnamed > 0)
        least = max(1, named) if certain else 0
        more = sum(1 for value in possible if value is not None and value not in certain)
        return Interval(least * MILLION, (named + more + unnamed + perhaps) * MILLION)

    def may_be_empty(self) -> bool:
        """Never a share."""
        return False


class Total:
    """The sum of a number; an event without one adds something in the number's declared range."""

    __slots__ = ("endless_high", "endless_low", "high", "low", "range")

    def __init__(self, field: Field) -> None:
        self.range = declared_range(field)
        self.low = 0
        self.high = 0
        self.endless_low = 0
        self.endless_high = 0

    def add(self, certain: bool, value: int | None) -> None:
        """Count an event's number."""
        self._change(certain, value, 1)

    def drop(self, certain: bool, value: int | None) -> None:
        """Take an event out."""
        self._change(certain, value, -1)

    def _change(self, certain: bool, value: int | None, sign: int) -> None:
        least, most = self.range if value is None else (value, value)
        if not certain:
            least = None if least is None else min(0, least)
            most = None if most is None else max(0, most)
        if least is None:
            self.endless_low += sign
        else:
            self.low += sign * least
        if most is None:
            self.endless_high += sign
        else:
            self.high += sign * most

    def interval(self) -> Interval:
        """Sums, in the field's own units."""
        return Interval(None if self.endless_low else self.low, None if self.endless_high else self.high)

    def may_be_empty(self) -> bool:
        """Never a share."""
        return False


class Part:
    """The share of events of which a condition is true."""

    __slots__ = ("certain", "possible")

    def __init__(self) -> None:
        self.certain = {True: 0, False: 0, None: 0}
        self.possible = {True: 0, False: 0, None: 0}

    def add(self, certain: bool, value: bool | None) -> None:
        """Count an event, and whether it is of the part."""
        (self.certain if certain else self.possible)[value] += 1

    def drop(self, certain: bool, value: bool | None) -> None:
        """Take an event out."""
        (self.certain if certain else self.possible)[value] -= 1

    def interval(self) -> Interval:
        """The least and greatest share that some completion has."""
        certain, possible = self.certain, self.possible
        fixed = certain[True] + certain[False] + certain[None]
        least = Share(certain[True], fixed + possible[False] + possible[None])
        if least.whole == 0:
            least = Share(possible[True], possible[True])
        part = certain[True] + certain[None] + possible[True] + possible[None]
        most = Share(part, fixed + possible[True] + possible[None])
        if most.whole == 0:
            most = Share(0, possible[False])
        return Interval(least, most)

    def may_be_empty(self) -> bool:
        """Whether no event is certain."""
        return not any(self.certain.values())


class Mode:
    """The share of the most frequent value."""

    __slots__ = ("certain", "fixed", "possible")

    def __init__(self) -> None:
        self.certain: Counter[Hashable] = Counter()
        self.possible: Counter[Hashable] = Counter()
        self.fixed = 0

    def add(self, certain: bool, value: Hashable) -> None:
        """Count an event's value, None for none."""
        self.fixed += certain
        (self.certain if certain else self.possible)[value] += 1

    def drop(self, certain: bool, value: Hashable) -> None:
        """Take an event out."""
        self.fixed -= certain
        counts = self.certain if certain else self.possible
        counts[value] -= 1
        if not counts[value]:
            del counts[value]

    def interval(self) -> Interval:
        """The least and greatest share that some completion has."""
        if self.possible or None in self.certain:
            return self._uncertain()
        if not self.fixed:
            return NOTHING
        share = Share(max(self.certain.values()), self.fixed)
        return Interval(share, share)

    def _uncertain(self) -> Interval:
        certain, possible, fixed = self.certain, self.possible, self.fixed
        unnamed, perhaps = certain[None], possible[None]
        values = {*certain, *possible} - {None}
        highest = [
            Share(certain[value] + possible[value] + unnamed + perhaps, fixed + possible[value] + perhaps)
            for value in values
        ]
        if unnamed + perhaps:
            highest.append(Share(unnamed + perhaps, fixed + perhaps))
        if not highest:
            return NOTHING
        # The least: let no value have more than so many events, and fill up with other possible ones.
        start = max([1, *(certain[value] for value in values)])
        end = max([start, *(certain[value] + possible[value] for value in values)])
        lowest = [
            Share(most, fixed + sum(min(possible[value], most - certain[value]) for value in values) + perhaps)
            for most in range(start, end + 1)
        ]
        return Interval(min(lowest, key=_by_size), max(highest, key=_by_size))

    def may_be_empty(self) -> bool:
        """Whether no event is certain."""
        return not self.fixed


def _by_size(share: Share) -> tuple[Fraction, int]:
    return (Fraction(share.part, share.whole) if share.whole else Fraction(-1), share.part)
