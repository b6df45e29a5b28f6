"""When requests arrive, and how long they are: the bursts of a real trace under the rhythm of a week."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TRACE = Path(__file__).parents[1].parent / "shared" / "data" / "traces" / "azure_llm_conv.csv"
"""Arrivals and token counts of a production service (Azure/AzurePublicDataset, CC BY); used where present."""

START = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
"""The first second of the log."""

DAY = 86_400
MINUTE = 60


@dataclass(frozen=True)
class Trace:
    """An hour of traffic: arrivals in each second, relative to the mean, and pairs of token counts."""

    seconds: NDArray[np.float64]
    input_tokens: NDArray[np.int64]
    output_tokens: NDArray[np.int64]


def source() -> str:
    """Which of the two `trace` gives."""
    return TRACE.name if TRACE.exists() else "a synthetic hour"


@cache
def trace() -> Trace:
    """The Azure trace, or a synthetic hour of the same mean lengths and a like burstiness."""
    return _read(TRACE) if TRACE.exists() else _synthetic()


def _read(path: Path) -> Trace:
    with path.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    times = [datetime.fromisoformat(row["TIMESTAMP"][:26]).timestamp() for row in rows]
    seconds = np.bincount((np.array(times) - times[0]).astype(np.int64), minlength=3600)[:3540].astype(float)
    return Trace(
        seconds / seconds.mean(),
        np.array([int(row["ContextTokens"]) for row in rows]),
        np.array([int(row["GeneratedTokens"]) for row in rows]),
    )


def _synthetic() -> Trace:
    """Seconds are gamma distributed (shape 3); lengths are lognormal with the means of the trace (1155 and 211)."""
    rng = np.random.default_rng(0)
    seconds = rng.gamma(3.0, 1 / 3.0, 3540)
    context = np.clip(rng.lognormal(6.5, 1.0, 20_000), 3, 14_000).astype(np.int64)
    generated = np.clip(rng.lognormal(5.0, 0.8, 20_000), 1, 1_500).astype(np.int64)
    return Trace(seconds / seconds.mean(), context, generated)


CLOCKS: Sequence[tuple[str, int]] = (("service", 0), ("asia", 8), ("europe", 1), ("america", -6))
"""The kinds of account by when they are active, each with the offset of its clock from UTC in hours."""

_WAKING = np.array([1, 0, 0, 0, 0, 1, 3, 8, 20, 32, 36, 34, 28, 32, 36, 35, 32, 26, 20, 18, 16, 12, 8, 3], float)
_WEEK = np.array([1.0, 1.05, 1.05, 1.0, 0.95, 0.45, 0.4])
_SHARES = np.array([0.35, 0.15, 0.25, 0.25])


def activity(hour: NDArray[np.int64]) -> NDArray[np.float64]:
    """How active each kind of account is (row) in each hour since the start of the log (column)."""
    rows = []
    for share, (name, offset) in zip(_SHARES, CLOCKS, strict=True):
        local = hour + offset
        # 1970-01-01 was a Thursday, and Monday is day 0.
        weekday = (START // DAY + local // 24 + 3) % 7
        rhythm = np.ones(len(hour)) if name == "service" else _WAKING[local % 24] / _WAKING.mean() * _WEEK[weekday]
        rows.append(share * rhythm)
    return np.array(rows)


def arrivals(rng: np.random.Generator, first_day: int, days: int, events: int) -> NDArray[np.int64]:
    """Sorted times of so many events in these days of the log, in microseconds (whole milliseconds)."""
    hours = np.arange(first_day * 24, (first_day + days) * 24)
    rhythm = np.repeat(activity(hours).sum(axis=0), 3600)
    minutes = trace().seconds.reshape(-1, MINUTE)
    bursts = minutes[rng.integers(0, len(minutes), len(hours) * 60)].ravel()
    mass = np.concatenate([[0.0], np.cumsum(rhythm * (0.1 + bursts))])
    drawn = np.sort(rng.random(events)) * mass[-1]
    seconds = np.interp(drawn, mass, np.arange(len(mass)))
    milliseconds = (seconds * 1000).astype(np.int64)
    times: NDArray[np.int64] = (START + first_day * DAY) * 1_000_000 + milliseconds * 1000
    return times
