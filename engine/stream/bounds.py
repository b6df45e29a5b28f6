"""Whether a bound holds of an interval: of every completion (true), of none (false), or of some (None)."""

from collections.abc import Callable
from fractions import Fraction

from plainterms.engine.conditions import Truth, declared_range
from plainterms.engine.events import Event
from plainterms.engine.findings import Amount, Interval, Limit, Share
from plainterms.engine.stream.values import Registers, value
from plainterms.policy.meaning import Bound, Field
from plainterms.policy.schema import MILLION

HUNDRED_PERCENT = 100 * MILLION
NOTHING = Share(0, 0)


def limit_of(bound: Bound, registers: Registers) -> Callable[[Event], Limit]:
    """The limit that a bound sets at an anchor."""
    if bound.field is None:
        fixed = Limit(Fraction(bound.amount), Fraction(bound.amount))
        return lambda _event: fixed
    return _from_field(bound.field, Fraction(bound.amount, HUNDRED_PERCENT), registers)


def _from_field(field: Field, factor: Fraction, registers: Registers) -> Callable[[Event], Limit]:
    of, (least, most) = value(field, registers), declared_range(field)

    def limit(event: Event) -> Limit:
        found = of(event)
        low, high = (least, most) if found is None else (found, found)
        return Limit(
            None if low is None else Fraction(low) * factor,  # type: ignore[arg-type]  # a number's field
            None if high is None else Fraction(high) * factor,  # type: ignore[arg-type]
        )

    return limit


def holds(bound: Bound, measured: Interval, limit: Limit, may_be_empty: bool, empty_holds: bool) -> Truth:
    """Whether the bound holds; of a share that may be of nothing, ``empty_holds`` is the answer for nothing."""
    if not may_be_empty:
        return _between(bound.relation, measured, limit)
    if measured.high == NOTHING:
        return empty_holds
    return empty_holds if _between(bound.relation, measured, limit) is empty_holds else None


def _between(relation: str, measured: Interval, limit: Limit) -> Truth:
    low, high = measured.low, measured.high
    if relation in (">=", ">"):
        strict = relation == ">"
        if low is not None and limit.high is not None and _reaches(low, limit.high, strict):
            return True
        possible = high is None or limit.low is None or _reaches(high, limit.low, strict)
        return None if possible else False
    strict = relation == "<="
    if high is not None and limit.low is not None and not _reaches(high, limit.low, strict):
        return True
    possible = low is None or limit.high is None or not _reaches(low, limit.high, strict)
    return None if possible else False


def _reaches(amount: Amount, limit: Fraction, strict: bool) -> bool:
    """Whether the amount is at least the limit, or (``strict``) more; an empty share is below all."""
    if isinstance(amount, Share):
        part, whole = (amount.part, amount.whole) if amount.whole else (-1, 1)
        left, right = part * HUNDRED_PERCENT * limit.denominator, limit.numerator * whole
    else:
        left, right = amount * limit.denominator, limit.numerator
    return left > right if strict else left >= right
