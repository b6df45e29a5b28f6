"""Whether matches gather on few accounts, and on which: beyond their share of what was served."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import lgamma

import numpy as np
import numpy.typing as npt

from plainterms.engine.matching.calibration import bin_of
from plainterms.engine.matching.rows import Row

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

RATE = 0.01
"""The share of false names that is allowed among the accounts named."""

DRAWS = 9_999
SEED = 20_260_301


@dataclass(frozen=True)
class Account:
    """An account: outputs examined, clusters of matches, how many its share of the traffic would bring, and p."""

    name: str
    examined: int
    matched: int
    expected: float
    p: float
    named: bool


@dataclass(frozen=True)
class Concentration:
    """``p`` of the sum of squares over accounts by permutation within strata of month and length, (b+1)/(m+1).

    ``accounts`` are those with matches, by p; an account's p is that of the same permutations, worked out exactly.
    """

    p: float
    draws: int
    seed: int
    strata: int
    accounts: tuple[Account, ...]


def concentration(
    rows: Sequence[Row], matched: Sequence[bool], seed: int = SEED, draws: int = DRAWS
) -> Concentration:
    """The concentration of matches over the accounts of rows; rows without account or too short count for nothing."""
    kept = [place for place, row in enumerate(rows) if row.account and bin_of(row.words) is not None]
    names, whose = _coded([rows[place].account for place in kept])
    _, strata = _coded([_stratum(rows[place]) for place in kept])
    hits = np.array([matched[place] for place in kept], bool)
    served = _table(whose, strata, len(names))
    found = _table(whose[hits], strata[hits], len(names), served.shape[1])
    drawn, total = found.sum(axis=0), served.sum(axis=0)
    chances = [_account_p(served[one], drawn, total, int(found[one].sum())) for one in range(len(names))]
    expected = (served * (drawn / np.maximum(total, 1))).sum(axis=1)
    named = benjamini_hochberg(chances, RATE)
    order = sorted(np.flatnonzero(found.sum(axis=1)).tolist(), key=lambda one: (chances[one], names[one]))
    accounts = tuple(
        Account(str(names[i]), int(served[i].sum()), int(found[i].sum()), float(expected[i]), chances[i], named[i])
        for i in order
    )
    return Concentration(_overall(served, found, seed, draws), draws, seed, served.shape[1], accounts)


def benjamini_hochberg(chances: Sequence[float], rate: float) -> list[bool]:
    """Which hypotheses are rejected with false ones among them at most at the rate (Benjamini and Hochberg 1995)."""
    order = sorted(range(len(chances)), key=chances.__getitem__)
    last = max((rank for rank, one in enumerate(order, 1) if chances[one] <= rate * rank / len(chances)), default=0)
    rejected = [False] * len(chances)
    for one in order[:last]:
        rejected[one] = True
    return rejected


def _coded(values: Sequence[Hashable]) -> tuple[list[Hashable], Ints]:
    names = list(dict.fromkeys(values))
    numbers = {name: number for number, name in enumerate(names)}
    return names, np.array([numbers[value] for value in values], np.int64)


def _stratum(row: Row) -> tuple[str, int | None]:
    month = "" if row.time is None else datetime.fromtimestamp(row.time / 1_000_000, UTC).strftime("%Y-%m")
    return month, bin_of(row.words)


def _table(whose: Ints, strata: Ints, accounts: int, width: int | None = None) -> Ints:
    columns = width if width is not None else int(strata.max(initial=-1)) + 1
    return np.bincount(whose * columns + strata, minlength=accounts * columns).reshape(accounts, columns)


def _account_p(own: Ints, drawn: Ints, total: Ints, found: int) -> float:
    """The probability that as many of the matches, dealt out at random within strata, fall to the account."""
    if found == 0:
        return 1.0
    whole = np.ones(1)
    for mine, k, n in zip(own.tolist(), drawn.tolist(), total.tolist(), strict=True):
        if mine and k:
            whole = np.convolve(whole, _hypergeometric(mine, k, n))
    return float(min(1.0, whole[found:].sum()))


def _hypergeometric(own: int, drawn: int, total: int) -> Floats:
    """The probability of 0, 1, … of an account's ``own`` among ``drawn`` of ``total``."""
    counts = np.arange(0, min(own, drawn) + 1)
    logs = _log_choose(own, counts) + _log_choose(total - own, drawn - counts) - _log_choose(total, np.array([drawn]))
    return np.exp(logs)


def _log_choose(of: int, counts: Ints) -> Floats:
    inside = (counts >= 0) & (counts <= of)
    values = [
        lgamma(of + 1) - lgamma(c + 1) - lgamma(of - c + 1) if ok else -np.inf
        for c, ok in zip(counts.tolist(), inside.tolist(), strict=True)
    ]
    return np.array(values)


def _overall(served: Ints, found: Ints, seed: int, draws: int) -> float:
    """How often matches dealt out at random within strata gather as much."""
    chance = np.random.default_rng(seed)
    seen = int((found.sum(axis=1) ** 2).sum())
    drawn = found.sum(axis=0)
    more = 0
    for _ in range(draws):
        dealt = sum(
            (
                chance.multivariate_hypergeometric(served[:, column], int(drawn[column]), method="marginals")
                for column in np.flatnonzero(drawn)
            ),
            np.zeros(len(served), np.int64),
        )
        more += int((dealt**2).sum()) >= seen
    return (more + 1) / (draws + 1)
