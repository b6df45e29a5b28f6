"""The accounts of the benchmark, their organisations and registers: 100,000 accounts with a heavy tail."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.arrivals import CLOCKS

ACCOUNTS = 100_000
ORGANISATIONS = 20_000
FLEETS = 300
FLEET_ACCOUNTS = 4_000
GATEWAYS = 5
"""Devices of shared gateways, which many strangers use."""

NEW_ACCOUNTS = 4_000
"""Accounts opened while the log runs, evenly over ``NEW_DAYS``."""
NEW_DAYS = 300

TEMPLATE_OF_CAMPAIGN = (4_900, 5_000)
"""Templates of prompts that only campaigns use."""

_HOMES = {
    "service": "US DE GB FR IN JP CA NL SG IE",
    "asia": "IN JP KR ID SG VN TH MY PH AU NZ",
    "europe": "DE GB FR NL ES IT PL SE CH AT BE DK FI NO IE PT CZ GR RO HU IL TR ZA NG",
    "america": "US CA BR MX AR CL CO",
}
"""Where the accounts of each kind of clock are at home, the frequent countries first."""

COUNTRIES = tuple(sorted({code for codes in _HOMES.values() for code in codes.split()}))
UNSUPPORTED = ("CU", "IR", "KP", "SY", "BY")

MODELS = ("atlas-1", "atlas-1-mini", "atlas-2", "atlas-2-mini", "atlas-2-pro", "quill-1", "quill-2", "quill-2-vision")
RELEASES = {"atlas-3": 1, "atlas-3-mini": 20, "quill-3": 60, "atlas-4": 150, "quill-4": 240}
"""Models that come out while the log runs, by the day."""
FRONTIER = ("atlas-2-pro", "atlas-3", "atlas-4", "quill-4")

INDUSTRIES = ("software", "health", "finance", "retail", "education", "media", "law", "research", "logistics")
PLANS = ("free", "pro", "team", "enterprise")

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def is_in_education(accounts: Ints) -> Bools:
    """Which accounts are in the education programme: one in 25."""
    chosen: Bools = accounts % 25 == 7
    return chosen


@dataclass(frozen=True)
class Population:
    """One value for each account; numbers of entities, not their names.

    ``by_clock`` are the accounts of each kind of `arrivals.CLOCKS`, ``reach`` the cumulated weights beside them.
    """

    by_clock: tuple[Ints, ...]
    reach: tuple[NDArray[np.float64], ...]
    clock: Ints
    weight: NDArray[np.float64]
    organisation: Ints
    country: Ints
    plan: Ints
    keys: Ints
    first_key: Ints
    devices: Ints
    first_device: Ints
    fingerprint: Ints
    end_users: Ints
    templated: NDArray[np.float64]
    consumer: Bools
    opened_day: NDArray[np.float64]
    fleets: tuple[Ints, ...]
    owner_of_key: Ints


@cache
def population() -> Population:
    """The accounts; the same in every run. Account 0 sends the most."""
    rng = np.random.default_rng(2)
    weight: NDArray[np.float64] = (np.arange(ACCOUNTS, dtype=np.float64) + 10.0) ** -1.05
    clock = rng.choice(len(CLOCKS), ACCOUNTS, p=[0.2, 0.2, 0.3, 0.3])
    clock[:60] = np.arange(60) % 2 * (clock[:60] % 3 + 1)
    by_clock = tuple(np.flatnonzero(clock == kind) for kind in range(len(CLOCKS)))
    consumer = (clock > 0) & (np.arange(ACCOUNTS) > 3_000) & (rng.random(ACCOUNTS) < 0.6)
    plan = np.where(consumer, rng.choice(4, ACCOUNTS, p=[0.5, 0.35, 0.15, 0.0]), rng.choice(3, ACCOUNTS) + 1)
    plan[~consumer & (rng.random(ACCOUNTS) < 0.002)] = 0
    fleets = _fleets(rng)
    keys, devices = rng.integers(1, 5, ACCOUNTS), rng.integers(1, 4, ACCOUNTS)
    first_key, first_device = np.cumsum(keys) - keys, np.cumsum(devices) - devices + GATEWAYS
    return Population(
        by_clock=by_clock,
        reach=tuple(np.cumsum(weight[members]) / weight[members].sum() for members in by_clock),
        clock=clock,
        weight=weight,
        organisation=(ORGANISATIONS * rng.random(ACCOUNTS) ** 1.3).astype(np.int64),
        country=_countries(rng, clock),
        plan=plan,
        keys=keys,
        first_key=first_key,
        devices=_shared(devices, fleets[1::2], np.ones(FLEETS // 2, np.int64)),
        first_device=_shared(first_device, fleets[1::2], 10_000_000 + np.arange(FLEETS // 2)),
        fingerprint=_shared(np.arange(ACCOUNTS), fleets[::2], 10_000_000 + np.arange(FLEETS // 2)),
        end_users=_end_users(rng),
        templated=rng.beta(0.6, 0.9, ACCOUNTS),
        consumer=consumer,
        opened_day=_opened(rng),
        fleets=fleets,
        owner_of_key=np.repeat(np.arange(ACCOUNTS), keys),
    )


def _fleets(rng: np.random.Generator) -> tuple[Ints, ...]:
    """Groups of 5 to 21 accounts of little traffic that belong to one hand; every other one shares a device."""
    members = rng.choice(np.arange(20_000, ACCOUNTS - NEW_ACCOUNTS), FLEET_ACCOUNTS, replace=False)
    sizes = rng.integers(5, 22, FLEETS)
    cuts = np.minimum(np.cumsum(sizes), FLEET_ACCOUNTS)
    return tuple(np.split(members, cuts)[:FLEETS])


def _shared(values: Ints, fleets: tuple[Ints, ...], common: Ints) -> Ints:
    shared = values.copy()
    for members, value in zip(fleets, common, strict=True):
        shared[members] = value
    return shared


def _countries(rng: np.random.Generator, clock: Ints) -> Ints:
    country = np.empty(ACCOUNTS, np.int64)
    for kind, (name, _) in enumerate(CLOCKS):
        homes = np.array([COUNTRIES.index(code) for code in _HOMES[name].split()])
        rows = np.flatnonzero(clock == kind)
        country[rows] = homes[(len(homes) * rng.random(len(rows)) ** 2).astype(np.int64)]
    return country


def _end_users(rng: np.random.Generator) -> Ints:
    """How many customers of its own an account serves: most none, resellers up to 5,000."""
    serves = rng.random(ACCOUNTS) < 0.1
    return np.where(serves, (5_000 * rng.random(ACCOUNTS) ** 6).astype(np.int64) + 2, 0)


def _opened(rng: np.random.Generator) -> NDArray[np.float64]:
    """The day on which each account was opened, counted from the start of the log."""
    opened = -rng.integers(30, 900, ACCOUNTS).astype(float)
    opened[-NEW_ACCOUNTS:] = np.arange(NEW_ACCOUNTS) * NEW_DAYS / NEW_ACCOUNTS
    return opened
