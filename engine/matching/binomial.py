"""Exact binomial bounds and tails, as far as matching needs them; found by halving, without tables."""

from functools import cache
from math import exp, lgamma, log, log1p

HALVINGS = 60


def tail(count: int, of: int, rate: float) -> float:
    """The probability of at least ``count`` successes in ``of`` trials of the given rate."""
    if count <= 0:
        return 1.0
    if count > of or rate <= 0:
        return 0.0
    if rate >= 1:
        return 1.0
    if count > of * rate:
        return min(1.0, _sum(count, of, rate, 1))
    return max(0.0, 1.0 - _sum(count - 1, of, rate, -1))


def _sum(start: int, of: int, rate: float, step: int) -> float:
    """The terms from ``start`` on, upwards or downwards, until they no longer count."""
    total, term = 0.0, exp(_log_term(start, of, rate))
    odds = rate / (1 - rate)
    at = start
    while 0 <= at <= of and term > total * 1e-17:
        total += term
        term *= odds * (of - at) / (at + 1) if step > 0 else at / (odds * (of - at + 1))
        at += step
    return total


def _log_term(count: int, of: int, rate: float) -> float:
    ways = lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)
    return ways + count * log(rate) + (of - count) * log1p(-rate)


@cache
def upper(count: int, of: int, confidence: float = 0.95) -> float:
    """The greatest rate at which ``count`` or fewer of ``of`` are not yet too few (Clopper and Pearson 1934)."""
    if count >= of:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        few = 1 - tail(count + 1, of, middle)
        low, high = (middle, high) if few > 1 - confidence else (low, middle)
    return high


@cache
def lower(count: int, of: int, confidence: float = 0.95) -> float:
    """The least rate at which ``count`` or more of ``of`` are not yet too many (Clopper and Pearson 1934)."""
    return 0.0 if count == 0 else 1 - upper(of - count, of, confidence)


def most_allowed(of: int, rate: float, confidence: float = 0.95) -> int:
    """The most successes of which the `upper` limit is no more than the rate; -1 if it is more even without any."""
    if of == 0 or upper(0, of, confidence) > rate:
        return -1
    low, high = 0, of
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if upper(middle, of, confidence) <= rate else (low, middle)
    return low


@cache
def most_by_chance(of: int, rate: float, sure: float = 0.999) -> int:
    """The least number that chance alone does not exceed with this probability, in ``of`` trials of the rate."""
    found = int(of * rate)
    while tail(found + 1, of, rate) > 1 - sure:
        found += 1
    while found > 0 and tail(found, of, rate) <= 1 - sure:
        found -= 1
    return found


def needed(rate: float, confidence: float = 0.95) -> int:
    """How many control texts, none of which matches, support a rate."""
    count = int(log(1 - confidence) / log1p(-rate))
    while upper(0, count, confidence) > rate:
        count += 1
    return count
