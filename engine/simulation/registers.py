"""What is recorded of simulated accounts, organisations, keys and models."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from plainterms.engine.simulation.cohorts import Cohort
from plainterms.engine.simulation.population import Bools, Floats, Ints, Population
from plainterms.engine.simulation.tables import MODELS, Names

DAY = 86_400.0
AGE = {0: -400, 1: -60}
"""On which day the old and the current model were released."""

SERVED = ("team", "enterprise")
"""Plans on which an account that is awake round the clock is recorded as a service, whoever it is."""

PURPOSES = ("evaluation", "batch")
"""Declarations that stand as the account's declared purpose."""

AUTHORISATIONS = ("output training", "reasoning records", "evaluation")
"""Declarations for which there is an authorisation in writing."""


def registers_of(people: Population, cohorts: Sequence[Cohort], names: Names, release: int) -> Mapping[str, pa.Table]:
    """The registers by name, one row for each account, organisation, key and model."""
    each = np.arange(len(people))
    return {
        "account": _accounts(people, cohorts, names, each),
        "organisation": _organisations(people, cohorts, names),
        "api_key": pa.table(
            {"api_key": names.keys(each), "service_account": _yes(_declared(people, cohorts, "service account"))}
        ),
        "model": pa.table(
            {
                "model": list(MODELS),
                "released_at": _dates(names, np.array([AGE[0], AGE[1], release], float)),
                "frontier": ["no", "no", "yes"],
            }
        ),
    }


def _accounts(people: Population, cohorts: Sequence[Cohort], names: Names, each: Ints) -> pa.Table:
    services = np.array([one.family.clock == "service" and one.family.plan in SERVED for one in cohorts])
    declarations = np.array([one.family.declaration if one.declared else "" for one in cohorts])[people.cohort]
    return pa.table(
        {
            "account": names.accounts(each),
            "created_at": _dates(names, people.opened),
            "plan": np.array([one.family.plan for one in cohorts])[people.cohort],
            "payment_fingerprint": names.cards(people.payment),
            "verified": np.array(["no", "yes", ""])[people.verified],
            "purpose": np.where(np.isin(declarations, PURPOSES), declarations, "product"),
            "programme": np.where(declarations == "education", "education", "none"),
            "authorisations": np.where(np.isin(declarations, AUTHORISATIONS), declarations, "[]"),
            "allowance": np.rint(people.allowance).astype(np.int64),
            "suspended": _yes(people.suspended),
            "service_account": _yes(services[people.cohort]),
        }
    )


def _organisations(people: Population, cohorts: Sequence[Cohort], names: Names) -> pa.Table:
    numbers, firsts = np.unique(people.organisation, return_index=True)
    return pa.table(
        {
            "organisation": names.organisations(numbers),
            "verified": _yes(_declared(people, cohorts, "verified organisation")[firsts]),
            "reseller": _yes(_declared(people, cohorts, "reseller")[firsts]),
        }
    )


def _declared(people: Population, cohorts: Sequence[Cohort], declaration: str) -> Bools:
    chosen = np.array([one.declared and one.family.declaration == declaration for one in cohorts])
    found: Bools = chosen[people.cohort]
    return found


def _yes(values: Bools) -> list[str]:
    return ["yes" if value else "no" for value in values.tolist()]


def _dates(names: Names, days: Floats) -> pa.Array:
    return names.times(days * DAY)
