"""The peer of the backtest: a limit of requests in a day that as many benign accounts exceed as are allowed."""

from pathlib import Path

from benchmarks.backtest import TERMS, WORDED, Tried, peer, without_wordings
from plainterms.engine.backtest.accused import Accused
from plainterms.engine.backtest.intervals import Share
from plainterms.engine.backtest.truth import load_truth
from plainterms.policy.load import load

ROWS = """account,role,family,cohort,first
a,campaign,fleet,fleet-1,2026-03-01T00:00:00Z
b,campaign,fleet,fleet-1,2026-03-01T00:00:00Z
c,campaign,graders,graders-1,2026-03-01T00:00:00Z
d,lookalike,office,office-1,2026-03-01T00:00:00Z
e,ordinary,person,person,2026-03-01T00:00:00Z
"""


def tried(folder: Path) -> Tried:
    (folder / "truth.csv").write_text(ROWS)
    accused = Accused("reward_model", "high", "breach", 0, frozenset({"c"}))
    return Tried(
        9, 1.0, 1.0, (accused,), {"a": 5, "b": 30, "c": 9, "d": 20, "e": 7}, load_truth(folder / "truth.csv")
    )


def test_the_limit_that_nobody_benign_exceeds(tmp_path):
    assert peer([tried(tmp_path)], 0) == (20, Share(1, 2), Share(1, 3))
    assert peer([tried(tmp_path)], 1) == (7, Share(2, 2), Share(2, 3))
    assert peer([tried(tmp_path)], 9) == (0, Share(2, 2), Share(3, 3))


def test_clauses_whose_patterns_know_the_wordings_can_be_left_out(tmp_path):
    clauses = [(clause.name, clause.severity) for clause in load(TERMS).clauses]
    assert set(WORDED) <= {name for name, _ in clauses}
    assert without_wordings([tried(tmp_path)], clauses).severe.campaigns == Share(0, 2)
