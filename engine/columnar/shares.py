"""Which share of events are also others: running sums of certain and possible events of the whole and the part."""

import numpy as np

from plainterms.engine.columnar.amounts import Shares
from plainterms.engine.columnar.arrays import Bools, Ints
from plainterms.engine.columnar.facts import Truth
from plainterms.engine.columnar.spans import Spans


def part_share(counted: Truth, part: Truth, within: Spans) -> Shares:
    """The least and the greatest share that some completion of the rows has.

    At least: only certain events of the part are in it, all possible ones of the rest are in the whole. At most:
    the reverse. Where no event of the whole is certain, the possible ones of one side alone may make it.
    """

    def tally(whole: Bools | None, of: Bools | None) -> Ints:
        if whole is None or of is None:
            return np.zeros(len(within.end), dtype=np.int64)
        return within.sum(whole & of)

    not_part = ~part.yes if part.maybe is None else ~(part.yes | part.maybe)
    certain = within.sum(counted.yes)
    sure, perhaps = tally(counted.yes, part.yes), tally(counted.yes, part.maybe)
    maybe_in, maybe_out = tally(counted.maybe, part.yes), tally(counted.maybe, not_part)
    maybe_either = tally(counted.maybe, part.maybe)
    low_whole = certain + maybe_out + maybe_either
    low_part = np.where(low_whole == 0, maybe_in, sure)
    high_part = sure + perhaps + maybe_in + maybe_either
    high_whole = certain + maybe_in + maybe_either
    return Shares(
        low_part,
        np.where(low_whole == 0, maybe_in, low_whole),
        np.where(high_whole == 0, 0, high_part),
        np.where(high_whole == 0, maybe_out, high_whole),
        certain == 0,
    )
