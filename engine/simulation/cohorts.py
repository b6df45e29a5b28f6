"""Cohorts: groups of accounts of one hand or one kind, with the values that were drawn for them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from plainterms.engine.simulation.ranges import Family, Ranges, drawn, drawn_whole

ASKS = ("task", "reasoning", "grading")
PER = 10_000
"""Ordinary accounts for which the ranges say how many look-alikes there are."""


@dataclass(frozen=True)
class Cohort:
    """A cohort as drawn; the keys are explained in `ranges.toml`.

    ``ask`` is an index into ASKS, ``wording`` the first of the three wordings that it uses, ``hour`` the hour of the
    day (UTC) of what it does every night, ``burst`` for how many hours.
    """

    name: str
    family: Family
    accounts: int
    start: float
    days: float
    requests: float
    active: float
    templates: int
    templated: float
    ask: int
    asking: float
    payment: int
    device: int
    addresses: int
    countries: int
    agents: int
    end_users: int
    verified: float
    declared: bool
    pivot: float
    old_model: float
    refused: float
    retried: float
    suspended: float
    replaced: float
    kept: float
    steady: float
    wording: int
    hour: float
    burst: float

    def shown(self) -> dict[str, object]:
        """The drawn values, as JSON can hold them."""
        return {**asdict(self), "family": self.family.name, "role": self.family.role}


def cohorts_of(
    ranges: Ranges,
    accounts: int,
    campaigns: float,
    scale: float,
    rng: np.random.Generator,
    families: Sequence[str] = (),
) -> Iterator[Cohort]:
    """The cohorts of a log.

    ``accounts`` are the ordinary ones; ``campaigns`` says how many of each family of campaigns there are (where
    ``families`` are named, of those alone), ``scale`` by how much their accounts are multiplied.
    """
    for family in ranges.of("ordinary"):
        yield _cohort(rng, family, family.name, max(round(accounts * family.share), 1))
    for family in ranges.of("lookalike"):
        for number in range(_number(rng, family.cohorts * accounts / PER)):
            yield _cohort(rng, family, f"{family.name}-{number + 1}", drawn_whole(rng, family.accounts))
    for family in ranges.of("campaign"):
        for number in range(_number(rng, family.cohorts * campaigns)):
            size = max(round(drawn_whole(rng, family.accounts) * scale), 1)
            cohort = _cohort(rng, family, f"{family.name}-{number + 1}", size)
            if not families or family.name in families:
                yield cohort


def _number(rng: np.random.Generator, mean: float) -> int:
    return int(mean + rng.random())


def _cohort(rng: np.random.Generator, family: Family, name: str, accounts: int) -> Cohort:
    measures = {key: drawn(rng, getattr(family, key)) for key in _MEASURES}
    numbers = {key: drawn_whole(rng, getattr(family, key)) for key in _NUMBERS}
    values: dict[str, Any] = {**measures, **numbers}
    return Cohort(
        name=name,
        family=family,
        accounts=accounts,
        ask=ASKS.index(family.asks[rng.integers(len(family.asks))]),
        declared=bool(rng.random() < family.declared),
        wording=int(rng.integers(1_000)),
        hour=float(rng.uniform(0, 24)),
        burst=float(rng.uniform(0.5, 4)),
        **values,
    )


_MEASURES = (
    *("start", "days", "requests", "active", "templated", "asking", "verified", "pivot", "old_model", "refused"),
    *("retried", "suspended", "replaced", "kept", "steady"),
)
_NUMBERS = ("templates", "payment", "device", "addresses", "countries", "agents", "end_users")
