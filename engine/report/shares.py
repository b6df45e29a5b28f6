"""Shares in words, rounded for the reader, and never so that one seems to keep a bound that it breaks."""

from fractions import Fraction
from math import ceil, floor

from plainterms.engine.findings import Share, decimal_text
from plainterms.policy.meaning import Measure
from plainterms.policy.schema import MILLION

PLACES = 100
"""Shares are rounded to a hundredth of a percent."""


def limit_of(measure: Measure) -> Fraction | None:
    """The limit of a share in percent, where the clause states a number."""
    return None if measure.bound.field is not None else Fraction(measure.bound.amount, MILLION)


def fraction(share: Share, limit: Fraction | None) -> str:
    """`80 of 100 (80%)`."""
    return f"{share.part:,} of {share.whole:,} ({percentage(share, limit)})"


def percentage(share: Share, limit: Fraction | None) -> str:
    """`80%`; with `about` where two decimals do not say it exactly: rounded half up, on its side of the limit."""
    if share.whole == 0:
        return "no share"
    exact = Fraction(share.part * 100, share.whole)
    shown = _rounded(exact, limit)
    return f"{'' if shown == exact else 'about '}{decimal_text(shown)}%"


def _rounded(exact: Fraction, limit: Fraction | None) -> Fraction:
    near = Fraction(floor(exact * PLACES + Fraction(1, 2)), PLACES)
    if limit is None or _side(near, limit) == _side(exact, limit):
        return near
    if exact == limit:
        return exact
    return Fraction((floor if exact < limit else ceil)(exact * PLACES), PLACES)


def _side(value: Fraction, limit: Fraction) -> int:
    return (value > limit) - (value < limit)
