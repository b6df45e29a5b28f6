"""Requests that are refused, and come again from another account."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plainterms.engine.simulation.population import Ints
from plainterms.engine.simulation.setting import SECONDS, Setting

BLOCKED, LIMITED = 1, 2
"""Why a request was refused: by a safeguard (403), or for the rate (429); 0 is answered."""

Columns = Mapping[str, NDArray[Any]]


def refused(scene: Setting, cohort: Ints, rng: np.random.Generator) -> Ints:
    """Campaigns are stopped by safeguards, others half by them and half for their rate."""
    stopped = rng.random(len(cohort)) < scene.of("refused", cohort)
    campaign = np.array([one.family.role == "campaign" for one in scene.cohorts])[cohort]
    return np.where(stopped, np.where(campaign | (rng.random(len(cohort)) < 0.5), BLOCKED, LIMITED), 0)


def with_retries(scene: Setting, columns: Columns, rng: np.random.Generator) -> Columns:
    """Refused requests come again from another account of the cohort, word for word, within a minute."""
    cohort = columns["cohort"]
    again = np.flatnonzero((columns["refused"] > 0) & (rng.random(len(cohort)) < scene.of("retried", cohort)))
    first, size = scene.of("first", cohort[again]), scene.of("size", cohort[again])
    others = (first + rng.random(len(again)) * size).astype(np.int64)
    times = columns["time"][again] + rng.uniform(0.5, 50, len(again))
    people = scene.population
    there = (people.begins[others] * SECONDS <= times) & (
        times < np.minimum(people.ends[others], scene.days) * SECONDS
    )
    again, others, times = again[there], others[there], times[there]
    retried = {name: values[again] for name, values in columns.items()}
    retried |= {"account": others, "time": times, "refused": np.zeros(len(again), np.int64)}
    retried |= {"device": people.device[others], "country": people.country[others]}
    same = {"text": np.concatenate([np.arange(len(cohort)), again])}
    return {name: np.concatenate([values, retried[name]]) for name, values in columns.items()} | same
