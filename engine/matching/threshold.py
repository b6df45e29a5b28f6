"""From which similarity on a text resembles another: so that unrelated texts seldom do, as a control shows."""

from math import ceil, exp, lgamma, log, log1p

import numpy as np

from plainterms.engine.matching.products import Scores
from plainterms.policy.errors import PlainTermsError

DOUBT = 0.05
"""How likely it may be that the true rate of unrelated texts is higher than said."""


def reaching(texts: int, one_in: int) -> int:
    """The most control texts that may reach a threshold at which at most 1 in ``one_in`` unrelated texts resembles.

    The bound is that of Clopper and Pearson (Biometrika 26, 1934): so many or fewer would be seen with a probability
    of at most `DOUBT` if the true rate were 1 in ``one_in``. Raises PlainTermsError for too small a control.
    """
    if one_in < 2:
        raise PlainTermsError(f"a chance of 1 in {one_in} claims nothing; ask for 1 in 2 at least")
    needed = ceil(log(DOUBT) / log1p(-1 / one_in))
    if texts < needed:
        raise PlainTermsError(
            f"the control holds {texts:,} different texts, and a chance of 1 in {one_in:,} needs at least {needed:,};"
            " add unrelated texts, or ask for less with --one-in"
        )
    most, below = -1, 0.0
    while (below := below + _probability(most + 1, texts, 1 / one_in)) <= DOUBT:
        most += 1
    return most


def _probability(reached: int, texts: int, rate: float) -> float:
    """Of a binomial distribution."""
    ways = lgamma(texts + 1) - lgamma(reached + 1) - lgamma(texts - reached + 1)
    return exp(ways + reached * log(rate) + (texts - reached) * log1p(-rate))


def threshold(control: Scores, most: int) -> tuple[float, int]:
    """The least similarity that at most so many texts of the control reach, and how many do."""
    least = np.nextafter(np.sort(control)[::-1][most], np.float32(2))
    return float(least), int(np.count_nonzero(control >= least))
