"""The registers of the benchmark: what is declared of accounts, organisations and models."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.arrivals import START, trace
from benchmarks.population import (
    ACCOUNTS,
    COUNTRIES,
    FRONTIER,
    INDUSTRIES,
    MODELS,
    ORGANISATIONS,
    PLANS,
    RELEASES,
    is_in_education,
    population,
)

MONTH_EVENTS = 10_000_000
"""Events in thirty days of the log."""

Row = Sequence[object]


REGISTERS = ("account", "organisation", "model")


def write_registers(folder: Path) -> None:
    """Write the registers as CSV; the same in every run."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in zip(REGISTERS, (_accounts(), _organisations(), _models()), strict=True):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _instant(day: float) -> str:
    moment = datetime.fromtimestamp(START, UTC) + timedelta(days=float(day))
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _accounts() -> Iterable[Row]:
    rng, people = np.random.default_rng(7), population()
    yield ("account", "created_at", "plan", "programme", "service_account", "age", "rate_limit", "verified")
    programmes = rng.choice(["standard", "security research", "start-up"], ACCOUNTS, p=[0.97, 0.01, 0.02])
    programmes = np.where(is_in_education(np.arange(ACCOUNTS)), "education", programmes)
    ages = np.where(rng.random(ACCOUNTS) < 0.0005, 16, rng.integers(18, 75, ACCOUNTS))
    limits = rng.choice([30, 60, 120, 600], ACCOUNTS, p=[0.1, 0.6, 0.25, 0.05])
    for account in range(ACCOUNTS):
        yield (
            f"acct-{account:06}",
            _instant(people.opened_day[account]),
            PLANS[people.plan[account]],
            programmes[account],
            _yes(people.clock[account] == 0),
            ages[account],
            limits[account] if account >= 500 else 600,
            _yes(rng.random() < 0.95),
        )


def _organisations() -> Iterable[Row]:
    rng, people = np.random.default_rng(8), population()
    yield (
        "organisation", "industry", "purpose", "billing_country", "verified", "competes_with_us",
        "distributes_models", "bundled_service", "business_associate_agreement", "authorisations",
        "unsupported_ownership", "monthly_users", "allowance",
    )  # fmt: skip
    weight = np.bincount(people.organisation, people.weight, ORGANISATIONS) / people.weight.sum()
    expected = weight * MONTH_EVENTS * trace().output_tokens.mean()
    generous = np.where(rng.random(ORGANISATIONS) < 0.01, 0.03, rng.uniform(2.0, 5.0, ORGANISATIONS))
    for organisation in range(ORGANISATIONS):
        yield (
            f"org-{organisation:05}",
            rng.choice(INDUSTRIES),
            "embeddings or classifiers" if rng.random() < 0.1 else "assistants",
            rng.choice(COUNTRIES),
            _yes(rng.random() < 0.995),
            _yes(rng.random() < 0.01),
            _yes(rng.random() < 0.2),
            _yes(rng.random() < 0.3),
            _yes(rng.random() < 0.4),
            "output training; resale" if rng.random() < 0.05 else "evaluation",
            round(float(rng.choice([0, 10, 50, 60], p=[0.97, 0.02, 0.005, 0.005])), 1),
            int(rng.integers(10, 500_000)),
            int(expected[organisation] * generous[organisation]) + 20_000,
        )


def _models() -> Iterable[Row]:
    yield ("model", "released_at", "frontier")
    for name in MODELS:
        yield (name, _instant(-200), _yes(name in FRONTIER))
    for name, day in RELEASES.items():
        yield (name, _instant(day), _yes(name in FRONTIER))
