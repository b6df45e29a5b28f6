"""The reference, the columnar and the stream evaluator say the same, to the byte, of generated documents and logs."""

import os

from .cases import LOGS
from .rounds import Tally, rounds

CASES = 20_000
EACH_VERDICT = 1_000
SEEDS = range(-(-CASES // LOGS))


def test_twenty_thousand_cases_agree() -> None:
    whole = Tally()
    for tally in rounds(SEEDS, os.cpu_count() or 1):
        whole.add(tally)
    assert not whole.mismatches, "\n\n".join(whole.mismatches[:3])
    assert whole.cases >= CASES
    rare = {verdict: whole.verdicts[verdict] for verdict in ("breach", "undetermined", "pending", "clear")}
    assert {verdict: count for verdict, count in rare.items() if count < EACH_VERDICT} == {}
