"""What the traffic of all days depends on: the cohorts' drawn values as columns, the accounts, the traces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from plainterms.engine.simulation.cohorts import Cohort
from plainterms.engine.simulation.population import Floats, Ints, Population
from plainterms.engine.simulation.ranges import CLOCKS
from plainterms.engine.simulation.traces import Traces

SECONDS = 86_400.0
"""Seconds of a day."""


@dataclass(frozen=True)
class Setting:
    """What the traffic of all days depends on. ``release`` is the day on which the new model comes out."""

    cohorts: Sequence[Cohort]
    population: Population
    traces: Traces
    days: int
    release: int
    weekday: int
    values: Mapping[str, Floats]

    def of(self, key: str, cohort: Ints) -> Floats:
        """A drawn value of each account's cohort."""
        return self.values[key][cohort]


def setting(
    cohorts: Sequence[Cohort], population: Population, traces: Traces, days: int, release: int, weekday: int
) -> Setting:
    """The setting, with the drawn values of cohorts as columns."""
    names = (
        *("requests", "active", "templates", "templated", "ask", "asking", "addresses", "countries", "agents"),
        *("end_users", "pivot", "old_model", "refused", "retried", "hour", "burst"),
    )
    values = {name: np.array([getattr(cohort, name) for cohort in cohorts], float) for name in names}
    values["clock"] = np.array([CLOCKS.index(cohort.family.clock) for cohort in cohorts], float)
    values["pooled"] = np.array([cohort.family.pooled for cohort in cohorts], float)
    values["own"] = np.array([cohort.family.role == "ordinary" for cohort in cohorts], float)
    sizes = np.bincount(population.cohort, minlength=len(cohorts))
    values["first"], values["size"] = (np.cumsum(sizes) - sizes).astype(float), sizes.astype(float)
    return Setting(cohorts, population, traces, days, release, weekday, values)


def expected(scene: Setting) -> Floats:
    """Requests of each account on a day on which it is there, on the average."""
    return scene.population.rate * scene.of("active", scene.population.cohort)


def split(means: Floats, most: float) -> list[Ints]:
    """Account numbers cut so that each part expects about ``most`` requests a day: bounds what is held in memory."""
    part = (np.cumsum(means) // most).astype(np.int64)
    return np.split(np.arange(len(means)), np.flatnonzero(np.diff(part)) + 1)
