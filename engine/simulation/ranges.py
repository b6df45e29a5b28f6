"""The ranges from which cohorts of accounts are drawn, read from `ranges.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Literal

import numpy as np

Range = tuple[float, float]
Role = Literal["ordinary", "lookalike", "campaign"]
WIDE = 10.0
"""Ranges whose ends differ by this factor are drawn from on a logarithmic scale."""

CLOCKS = ("person", "office", "service", "night")
"""When accounts are active; `service` is round the clock, `night` a burst at a fixed hour."""


@dataclass(frozen=True)
class Family:
    """What the cohorts of one kind have in common; the keys are explained in `ranges.toml`."""

    name: str
    role: Role
    why: str
    share: float
    cohorts: float
    accounts: Range
    start: Range
    days: Range
    requests: Range
    spread: float
    active: Range
    clock: str
    templates: Range
    templated: Range
    asks: tuple[str, ...]
    asking: Range
    payment: Range
    device: Range
    addresses: Range
    pooled: bool
    countries: Range
    agents: Range
    end_users: Range
    opened: Range
    verified: Range
    declared: float
    declaration: str
    organisation: str
    plan: str
    surface: str
    pivot: Range
    old_model: Range
    refused: Range
    retried: Range
    suspended: Range
    replaced: Range
    kept: Range
    steady: Range


@dataclass(frozen=True)
class Ranges:
    """All families: ordinary accounts, look-alikes and campaigns, and how prompts are worded."""

    families: Mapping[str, Family]
    wordings: Mapping[str, tuple[str, ...]] = field(repr=False)

    def of(self, role: Role) -> tuple[Family, ...]:
        """The families of one role, in the order of the file."""
        return tuple(family for family in self.families.values() if family.role == role)


def load_ranges() -> Ranges:
    """The ranges that come with Plainterms."""
    tables = _toml("ranges.toml")
    roles: tuple[Role, ...] = ("ordinary", "lookalike", "campaign")
    families = [
        _family(name, role, {**tables["default"], **values})
        for role in roles
        for name, values in tables[role].items()
    ]
    wordings = {
        name: tuple(texts.split() if name == "words" else texts) for name, texts in _toml("wordings.toml").items()
    }
    return Ranges({family.name: family for family in families}, wordings)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _family(name: str, role: Role, values: Mapping[str, Any]) -> Family:
    made = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    complete: dict[str, Any] = {"name": name, "role": role, "why": "", "share": 0.0, **made}
    return Family(**complete)


def drawn(rng: np.random.Generator, bounds: Range) -> float:
    """One value of a range."""
    low, high = bounds
    if low > 0 and high >= WIDE * low:
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))
    return float(rng.uniform(low, high))


def drawn_whole(rng: np.random.Generator, bounds: Range) -> int:
    """One whole number of a range, both ends included."""
    return int(min(drawn(rng, (bounds[0], bounds[1] + 1 - 1e-9)), bounds[1]))
