"""Scores on a truth small enough to count by hand, and the intervals beside them."""

from math import comb
from pathlib import Path

import pytest

from plainterms.engine.backtest.accused import Accused
from plainterms.engine.backtest.intervals import Share
from plainterms.engine.backtest.score import HOUR, Backtest, backtest
from plainterms.engine.backtest.truth import Truth, load_truth
from plainterms.engine.backtest.words import json_lines, lines_of
from plainterms.policy.errors import PlainTermsError

HEADER = "account,role,family,cohort,first\n"
TRUTH = """
a1,campaign,fleet,fleet-1,2026-03-01T00:00:00Z
a2,campaign,fleet,fleet-1,2026-03-02T00:00:00Z
b1,campaign,graders,graders-1,2026-03-03T00:00:00Z
c1,lookalike,office,office-1,2026-03-01T00:00:00Z
d1,ordinary,person,person,2026-03-01T00:00:00Z
d2,ordinary,person,person,2026-03-01T00:00:00Z
""".lstrip()
START = 1_772_323_200_000_000
CLAUSES = [("weak", "low"), ("strong", "high"), ("silent", "critical")]


def truth(folder: Path, rows: str = TRUTH) -> Truth:
    path = folder / "truth.csv"
    path.write_text(HEADER + rows)
    return load_truth(path)


def accused(clause: str, accounts: str, hours: float, verdict: str = "breach") -> Accused:
    severity = dict(CLAUSES)[clause]
    return Accused(clause, severity, verdict, START + round(hours * HOUR), frozenset(accounts.split()))


FOUND = [
    accused("weak", "a1 d1 d2", 1),
    accused("weak", "b1", 60),
    accused("weak", "c1", 1, "undetermined"),
    accused("strong", "a1 c1", 30),
    accused("strong", "a1 a2", 48),
]


def scored(folder: Path) -> Backtest:
    return backtest([(FOUND, truth(folder))], CLAUSES)


def test_what_can_be_counted_by_hand(tmp_path: Path) -> None:
    weak, strong, silent = scored(tmp_path).clauses
    assert (weak.accounts, weak.caught) == (Share(2, 4), Share(2, 3))
    assert (weak.findings, weak.campaigns) == (Share(1, 2), Share(1, 2))  # one of three accounts is too few
    assert (weak.benign, weak.undetermined) == (Share(2, 3), 1)
    assert weak.hours == (12.0, 12.0)
    assert (strong.accounts, strong.caught) == (Share(2, 3), Share(2, 3))
    assert (strong.findings, strong.campaigns, strong.benign) == (Share(2, 2), Share(1, 2), Share(1, 3))
    assert strong.hours == (30.0, 30.0)  # half of the finding's accounts are enough
    assert (silent.accounts, silent.campaigns, silent.hours) == (Share(0, 0), Share(0, 2), None)


def test_what_is_missed_by_severe_clauses_is_listed(tmp_path: Path) -> None:
    result = scored(tmp_path)
    assert [(log, one.name, one.accounts) for log, one in result.missed] == [(0, "graders-1", 1)]
    assert result.families == {"fleet": Share(1, 1), "graders": Share(0, 1)}
    assert [(one.account, one.family, one.clause) for one in result.severe.wronged] == [("c1", "office", "strong")]
    assert backtest([(FOUND, truth(tmp_path))], CLAUSES, "low").missed == ()


def test_several_logs_are_added_up(tmp_path: Path) -> None:
    one = (FOUND, truth(tmp_path))
    both, single = backtest([one, one, ([], truth(tmp_path))], CLAUSES), scored(tmp_path)
    assert both.severe.benign == Share(2, 9)
    assert both.severe.campaigns == Share(2, 6)
    assert len(both.missed) == 4
    assert both.severe.hours == single.severe.hours


def test_an_account_that_the_truth_does_not_know_is_not_passed_over(tmp_path: Path) -> None:
    result = backtest([([accused("strong", "stranger", 1)], truth(tmp_path))], CLAUSES)
    assert [(one.account, one.family) for one in result.severe.wronged] == [("stranger", "not in the truth")]


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0, 0.308497), (1, 10, 0.002529, 0.445016), (5, 10, 0.187086, 0.812914), (10, 10, 0.691503, 1)],
)
def test_intervals_are_those_of_the_tables(part: int, whole: int, low: float, high: float) -> None:
    assert Share(part, whole).interval == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))


@pytest.mark.parametrize(("part", "whole"), [(1, 10), (20, 40), (80, 83)])
def test_beyond_the_ends_of_an_interval_what_was_seen_is_rarer_than_one_in_forty(part: int, whole: int) -> None:
    low, high = Share(part, whole).interval
    assert 1 - cumulated(part - 1, whole, low) == pytest.approx(0.025)
    assert cumulated(part, whole, high) == pytest.approx(0.025)


def cumulated(most: int, of: int, rate: float) -> float:
    return sum(comb(of, count) * rate**count * (1 - rate) ** (of - count) for count in range(most + 1))


def test_nothing_of_nothing_can_be_anything() -> None:
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, (0.0, 1.0))


def test_the_words(tmp_path: Path) -> None:
    wanted = (Path(__file__).parent / "score.txt").read_text()
    assert "".join(f"{line}\n" for line in lines_of(scored(tmp_path))) == wanted


def test_the_lines_of_json(tmp_path: Path) -> None:
    lines = [line.decode() for line in json_lines(scored(tmp_path))]
    assert [line.partition('"name"')[0] for line in lines[:5]] == [
        *['{"type":"clause",'] * 3,
        '{"type":"all clauses",',
        '{"type":"severe clauses",',
    ]
    assert lines[-2] == '{"type":"missed","log":1,"campaign":"graders-1","family":"graders","accounts":1}\n'
    assert lines[-1] == '{"type":"benign","account":"c1","family":"office","clause":"strong"}\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("account,role\na,b\n", "{} has no column `family`; the truth has account, role, family, cohort, first"),
        (HEADER, "{} names no account"),
        (HEADER + "a,ordinary,person,,2026-03-01T00:00:00Z\n", "{}, line 2: every column must be filled"),
        (HEADER + "a,ordinary,person,p,soon\n", "{}, line 2: `soon` is no time such as 2026-03-01T09:00:00Z"),
        (
            HEADER + "a,ordinary,person,p,2026-03-01T00:00:00\n",
            "{}, line 2: `2026-03-01T00:00:00` has no offset from UTC; add one, for example 2026-03-01T00:00:00Z",
        ),
        (
            HEADER + 2 * "a,ordinary,person,p,2026-03-01T00:00:00Z\n",
            "{}, line 3: the account a is there twice",
        ),
    ],
)
def test_a_truth_that_cannot_be_used(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "truth.csv"
    path.write_text(text)
    with pytest.raises(PlainTermsError) as raised:
        load_truth(path)
    assert str(raised.value) == message.format(path)
