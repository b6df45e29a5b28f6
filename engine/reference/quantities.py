"""A quantity of events, some of them only possible, as an interval; and whether a bound holds of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from plainterms.engine.conditions import Truth, declared_range, truth_of, value_of
from plainterms.engine.events import Event
from plainterms.engine.findings import Interval, Limit, Share
from plainterms.engine.reference.log import Case
from plainterms.policy.meaning import (
    Bound,
    Count,
    Distinct,
    Field,
    ModeShare,
    PartShare,
    Quantity,
    Sum,
)
from plainterms.policy.schema import MILLION

HUNDRED_PERCENT = 100 * MILLION


@dataclass(frozen=True)
class Counted:
    """Events of a window: those certainly and those possibly counted."""

    certain: Sequence[Event]
    possible: Sequence[Event]


def measured(quantity: Quantity, counted: Counted, case: Case) -> tuple[Interval, bool]:
    """The interval of the quantity, and whether a share may be empty."""
    match quantity:
        case Count():
            least = len(counted.certain)
            return Interval(least * MILLION, (least + len(counted.possible)) * MILLION), False
        case Distinct():
            return _distinct(quantity.field, counted, case), False
        case Sum():
            return _sum(quantity.field, counted, case), False
        case PartShare():
            return _part_share(quantity, counted, case), not counted.certain
        case ModeShare():
            return _mode_share(quantity.field, counted, case), not counted.certain


def _distinct(field: Field, counted: Counted, case: Case) -> Interval:
    certain = [value_of(field, event, case.registers) for event in counted.certain]
    every = certain + [value_of(field, event, case.registers) for event in counted.possible]
    least = max(1, len(set(certain) - {None})) if certain else 0
    most = len(set(every) - {None}) + every.count(None)
    return Interval(least * MILLION, most * MILLION)


def _sum(field: Field, counted: Counted, case: Case) -> Interval:
    ranges = [_contribution(field, event, case) for event in counted.certain]
    for least, most in [_contribution(field, event, case) for event in counted.possible]:
        ranges.append((None if least is None else min(0, least), None if most is None else max(0, most)))
    lows, highs = [least for least, _ in ranges], [most for _, most in ranges]
    return Interval(None if None in lows else sum(lows), None if None in highs else sum(highs))  # type: ignore[arg-type]


def _contribution(field: Field, event: Event, case: Case) -> tuple[int | None, int | None]:
    value = value_of(field, event, case.registers)
    if value is None:
        return declared_range(field)
    assert isinstance(value, int)
    return value, value


def _part_share(quantity: PartShare, counted: Counted, case: Case) -> Interval:
    certain = Counter(truth_of(quantity.part, event, case.world) for event in counted.certain)
    possible = Counter(truth_of(quantity.part, event, case.world) for event in counted.possible)
    fixed = len(counted.certain)
    least = Share(certain[True], fixed + possible[False] + possible[None])
    if least.whole == 0:
        least = Share(possible[True], possible[True])
    most_part = certain[True] + certain[None] + possible[True] + possible[None]
    most = Share(most_part, fixed + possible[True] + possible[None])
    if most.whole == 0:
        most = Share(0, possible[False])
    return Interval(least, most)


def _mode_share(field: Field, counted: Counted, case: Case) -> Interval:
    certain = Counter(value_of(field, event, case.registers) for event in counted.certain)
    possible = Counter(value_of(field, event, case.registers) for event in counted.possible)
    unnamed, perhaps_unnamed = certain.pop(None, 0), possible.pop(None, 0)
    fixed = len(counted.certain)
    values = sorted({*certain, *possible}, key=repr)

    highest = [
        Share(
            certain[value] + possible[value] + unnamed + perhaps_unnamed,
            fixed + possible[value] + perhaps_unnamed,
        )
        for value in values
    ]
    if unnamed + perhaps_unnamed:
        highest.append(Share(unnamed + perhaps_unnamed, fixed + perhaps_unnamed))

    # The least: let no value have more than `mode` events, and fill up with other possible ones.
    start = max([1, *(certain[value] for value in values)])
    end = max([start, *(certain[value] + possible[value] for value in values)])
    lowest = [
        Share(
            mode,
            fixed + sum(min(possible[value], mode - certain[value]) for value in values) + perhaps_unnamed,
        )
        for mode in range(start, end + 1)
    ]
    if not highest:
        return Interval(Share(0, 0), Share(0, 0))
    least = min(lowest, key=lambda share: (fraction(share), share.part))
    most = max(highest, key=lambda share: (fraction(share), share.part))
    return Interval(least, most)


def fraction(share: Share) -> Fraction:
    """The share as a fraction; an empty one is below all."""
    return Fraction(share.part, share.whole) if share.whole else Fraction(-1)


# ── Bounds


def limit_of(bound: Bound, anchor: Event, case: Case) -> Limit:
    """The limit a bound sets at an anchor."""
    if bound.field is None:
        return Limit(Fraction(bound.amount), Fraction(bound.amount))
    factor = Fraction(bound.amount, HUNDRED_PERCENT)
    value = value_of(bound.field, anchor, case.registers)
    assert value is None or isinstance(value, int)
    least, most = declared_range(bound.field) if value is None else (value, value)
    return Limit(
        None if least is None else Fraction(least) * factor,
        None if most is None else Fraction(most) * factor,
    )


def holds(bound: Bound, value: Interval, limit: Limit, may_be_empty: bool, empty_holds: bool) -> Truth:
    """Whether the bound holds of every completion (true), of none (false), or of some (None)."""
    low, high = _comparable(value.low), _comparable(value.high)
    if may_be_empty:
        return _of_empty_or_not(bound, value, limit, empty_holds)
    return _holds_between(bound.relation, low, high, limit)


def _of_empty_or_not(bound: Bound, value: Interval, limit: Limit, empty_holds: bool) -> Truth:
    if value.high == Share(0, 0):
        return empty_holds
    otherwise = _holds_between(bound.relation, _comparable(value.low), _comparable(value.high), limit)
    return empty_holds if otherwise is empty_holds else None


def _comparable(amount: int | Share | None) -> Fraction | None:
    """Millionths; of a share, of a percent."""
    return fraction(amount) * HUNDRED_PERCENT if isinstance(amount, Share) else _fraction_or_none(amount)


def _fraction_or_none(amount: int | None) -> Fraction | None:
    return None if amount is None else Fraction(amount)


def _holds_between(relation: str, low: Fraction | None, high: Fraction | None, limit: Limit) -> Truth:
    match relation:
        case ">=":
            certain = low is not None and limit.high is not None and low >= limit.high
            possible = high is None or limit.low is None or high >= limit.low
        case ">":
            certain = low is not None and limit.high is not None and low > limit.high
            possible = high is None or limit.low is None or high > limit.low
        case "<=":
            certain = high is not None and limit.low is not None and high <= limit.low
            possible = low is None or limit.high is None or low <= limit.high
        case _:
            certain = high is not None and limit.low is not None and high < limit.low
            possible = low is None or limit.high is None or low < limit.high
    if certain:
        return True
    return None if possible else False
