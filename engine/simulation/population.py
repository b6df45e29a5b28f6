"""The accounts of all cohorts, one value of each attribute for each account, in arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.simulation.cohorts import Cohort

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

COUNTRIES = {
    "US": -6,
    "DE": 1,
    "GB": 0,
    "FR": 1,
    "IN": 5,
    "JP": 9,
    "CA": -5,
    "BR": -3,
    "NL": 1,
    "SG": 8,
    "IE": 0,
    "ES": 1,
    "IT": 1,
    "PL": 1,
    "KR": 9,
    "ID": 7,
    "VN": 7,
    "MX": -6,
    "AU": 10,
    "SE": 1,
    "CH": 1,
    "TR": 3,
    "ZA": 2,
    "AE": 4,
    "HK": 8,
    "TW": 8,
    "TH": 7,
    "MY": 8,
    "PH": 8,
    "AR": -3,
    "CL": -4,
    "CO": -5,
    "NG": 1,
    "KE": 3,
    "IL": 2,
    "FI": 2,
}
"""Where accounts are at home, the frequent ones first, with the offset from UTC in hours."""

PLANS = {"free": 2e6, "pro": 2e7, "team": 2e8, "enterprise": 2e9}
"""Plans, and the tokens of a month that they allow at least."""

UNKNOWN_VERIFIED = 0.02
"""The share of accounts of which nobody recorded whether their holder was verified."""

TOKENS = 1_500.0
"""Roughly the tokens of a request, by which allowances are set."""

MONTH = 30
"""Days in which the shares of suspended accounts are reached, and allowances used up."""

TURNS, SOONEST, LATEST = 3, 0.02, 3.0
"""How often a banned account is replaced, and after how many days at least and at most."""

NONE = -1


@dataclass(frozen=True)
class Population:
    """One value for each account. Times are in days from the start of the log; NONE is no value.

    An account sends requests from ``begins`` until ``ends``; where ``suspended``, it ends because of that.
    ``verified`` is 1, 0 or NONE. ``rate`` is requests on an active day, ``allowance`` tokens a month.
    """

    cohort: Ints
    organisation: Ints
    payment: Ints
    device: Ints
    country: Ints
    opened: Floats
    begins: Floats
    ends: Floats
    suspended: Bools
    verified: Ints
    rate: Floats
    allowance: Floats

    def __len__(self) -> int:
        return len(self.cohort)


def populated(cohorts: Sequence[Cohort], days: int, seed: int) -> Population:
    """The accounts of these cohorts, cohort after cohort, the replacements of banned ones included."""
    parts: list[dict[str, NDArray[Any]]] = []
    first = {"organisation": 0, "payment": 0, "device": 0}
    for number, cohort in enumerate(cohorts):
        rng = np.random.default_rng([seed, 1, number])
        made = _cohort(rng, number, cohort, days)
        for key in first:
            values = made[key]
            made[key] = np.where(values >= 0, values + first[key], NONE)
            first[key] += int(values.max(initial=0)) + 1
        parts.append(made)
    return Population(**{key: np.concatenate([part[key] for part in parts]) for key in parts[0]})


def _cohort(rng: np.random.Generator, number: int, cohort: Cohort, days: int) -> dict[str, NDArray[Any]]:
    family, count = cohort.family, cohort.accounts
    each = np.arange(count)
    opened = cohort.start * (family.role != "ordinary") - rng.uniform(*family.opened, count)
    begins = np.maximum(opened, 0 if family.role == "ordinary" else cohort.start)
    ends = np.full(count, 1.0 * days if family.role == "ordinary" else min(cohort.start + cohort.days, days))
    home = (len(COUNTRIES) * rng.random(count) ** 2).astype(np.int64)
    one = family.organisation == "one"
    parts = {
        "organisation": np.zeros(count, np.int64) if one else each,
        "payment": np.full(count, NONE) if family.plan == "free" else each // cohort.payment,
        "device": each // cohort.device,
        "country": np.full(count, home[0]) if one or cohort.family.pooled else home,
        "opened": opened,
        "begins": begins,
        "ends": ends,
        "suspended": np.zeros(count, bool),
    }
    if cohort.suspended:
        parts = _replaced(rng, cohort, parts)
    return {"cohort": np.full(len(parts["ends"]), number), **parts, **_habits(rng, cohort, len(parts["ends"]))}


def _habits(rng: np.random.Generator, cohort: Cohort, count: int) -> dict[str, NDArray[Any]]:
    spread = cohort.family.spread
    rate = cohort.requests * np.exp(spread * rng.standard_normal(count) - spread**2 / 2)
    used = cohort.steady or rng.uniform(0.01, 0.6, count)
    least = 0.0 if cohort.steady else PLANS[cohort.family.plan]
    verified = (rng.random(count) < cohort.verified).astype(np.int64)
    verified[rng.random(count) < UNKNOWN_VERIFIED] = NONE
    return {"verified": verified, "rate": rate, "allowance": np.maximum(rate * TOKENS * MONTH / used, least)}


def _replaced(rng: np.random.Generator, cohort: Cohort, parts: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Some accounts suspended, and new ones that take their place, perhaps to be suspended in turn."""
    rounds = [parts]
    for _ in range(TURNS):
        rounds[-1], fresh = _one_round(rng, cohort, rounds[-1])
        if not len(fresh["ends"]):
            break
        rounds.append(fresh)
    joined = {key: np.concatenate([one[key] for one in rounds]) for key in parts}
    for key in ("organisation", "payment", "device"):
        joined[key] = _numbered_on(joined[key].astype(np.int64))
    return joined


def _one_round(
    rng: np.random.Generator, cohort: Cohort, parts: dict[str, NDArray[Any]]
) -> Iterator[dict[str, NDArray[Any]]]:
    """The accounts with some suspended, and their replacements; -2 stands for a new card, device or name."""
    begins, ends = parts["begins"].astype(float), parts["ends"].astype(float)
    lasts = np.maximum(ends - begins, 0)
    suspended = rng.random(len(ends)) < cohort.suspended * lasts / MONTH
    banned = np.where(suspended, begins + lasts * rng.uniform(0.1, 0.9, len(ends)), ends)
    yield {**parts, "ends": banned, "suspended": suspended}
    again = suspended & (rng.random(len(ends)) < cohort.replaced)
    begun = banned + rng.uniform(SOONEST, LATEST, len(ends))
    rows = np.flatnonzero(again & (begun < ends))
    keeps = {key: rng.random(len(rows)) < cohort.kept for key in ("payment", "device")}
    one = cohort.family.organisation == "one"
    yield {
        "organisation": parts["organisation"][rows] if one else np.full(len(rows), -2),
        **{key: np.where(kept | (parts[key][rows] == NONE), parts[key][rows], -2) for key, kept in keeps.items()},
        "country": parts["country"][rows],
        "opened": begun[rows] - rng.uniform(0, 0.5, len(rows)),
        "begins": begun[rows],
        "ends": ends[rows],
        "suspended": np.zeros(len(rows), bool),
    }


def _numbered_on(values: Ints) -> Ints:
    """New numbers for what is new (-2)."""
    new = values == -2
    values[new] = values.max(initial=NONE) + 1 + np.arange(new.sum())
    return values
