"""The truth beside a simulated log: whose account each is, and since when it acts."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from plainterms.engine.simulation.cohorts import Cohort
from plainterms.engine.simulation.population import Floats, Population
from plainterms.engine.simulation.tables import Names


def truth_of(people: Population, cohorts: Sequence[Cohort], names: Names, firsts: Floats) -> pa.Table:
    """One row for each account that sent a request: ``account, role, family, cohort, first``.

    ``firsts`` are the times of first requests (seconds since the log's start), infinite where there is none.
    """
    seen = np.flatnonzero(np.isfinite(firsts))
    of_cohort = people.cohort[seen]
    return pa.table(
        {
            "account": names.accounts(seen).cast(pa.string()),
            "role": np.array([one.family.role for one in cohorts])[of_cohort],
            "family": np.array([one.family.name for one in cohorts])[of_cohort],
            "cohort": np.array([one.name for one in cohorts])[of_cohort],
            "first": names.times(firsts[seen]),
        }
    ).sort_by("account")
