"""From which similarity on a text resembles another: so that unrelated texts seldom do, as a control shows."""

import numpy as np

from plainterms.engine.matching.binomial import most_allowed, needed
from plainterms.engine.matching.products import Scores
from plainterms.policy.errors import PlainTermsError


def reaching(texts: int, one_in: int) -> int:
    """The most control texts that may reach a threshold at which at most 1 in ``one_in`` unrelated texts resembles.

    The bound is the upper 95 % limit of Clopper and Pearson (Biometrika 26, 1934). Raises PlainTermsError where the
    control is too small.
    """
    if one_in < 2:
        raise PlainTermsError(f"a chance of 1 in {one_in} claims nothing; ask for 1 in 2 at least")
    fewest = needed(1 / one_in)
    if texts < fewest:
        raise PlainTermsError(
            f"the control holds {texts:,} different texts, and a chance of 1 in {one_in:,} needs at least {fewest:,};"
            " add unrelated texts, or ask for less with --one-in"
        )
    return most_allowed(texts, 1 / one_in)


def threshold(control: Scores, most: int) -> tuple[float, int]:
    """The least similarity that at most so many texts of the control reach, and how many do."""
    least = np.nextafter(np.sort(control)[::-1][most], np.float32(2))
    return float(least), int(np.count_nonzero(control >= least))
