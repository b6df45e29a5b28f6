"""A month of many accounts, of which a few harvest; and whether concentration names these and no others."""

from dataclasses import dataclass

import numpy as np

from plainterms.engine.matching.accounts import concentration
from plainterms.engine.matching.rows import Row

ACCOUNTS, HARVESTERS = 2_000, 3
OUTPUTS = 60_000
THEIRS, LEAKED = 1_500, 150
"""Samples that are outputs of harvesters, and those that are others' outputs (published, or by chance)."""

WORDS = (30, 100, 300)


@dataclass(frozen=True)
class Named:
    """Accounts named, those named that do not harvest, and harvesters that are not named."""

    named: int
    false: int
    missed: int


def false_and_missed(seed: int) -> Named:
    """One simulated month: heavy-tailed traffic, harvesters among the busy but not the busiest."""
    chance = np.random.default_rng(seed)
    weight = chance.pareto(1.2, ACCOUNTS) + 0.1
    harvesters = chance.choice(np.argsort(weight)[-200:], HARVESTERS, replace=False)
    weight[harvesters] += weight.sum() * 0.01
    whose = chance.choice(ACCOUNTS, OUTPUTS, p=weight / weight.sum())
    words = chance.choice(WORDS, OUTPUTS)
    rows = [
        Row(number, "", "", words, f"account {account}")
        for number, (account, words) in enumerate(zip(whose.tolist(), words.tolist(), strict=True))
    ]
    matched = np.zeros(OUTPUTS, bool)
    theirs = np.flatnonzero(np.isin(whose, harvesters))
    matched[chance.choice(theirs, min(THEIRS, len(theirs)), replace=False)] = True
    matched[chance.choice(OUTPUTS, LEAKED, replace=False)] = True
    found = concentration(rows, matched.tolist(), seed, draws=1)
    named = {one.name for one in found.accounts if one.named}
    guilty = {f"account {one}" for one in harvesters.tolist()}
    return Named(len(named), len(named - guilty), len(guilty - named))
