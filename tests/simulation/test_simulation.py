"""Simulated logs: the same bytes for the same seed, sound to read, and true to the ranges and to the truth beside."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pytest

from plainterms.engine.backtest.truth import load_truth
from plainterms.engine.registers import load_register
from plainterms.engine.simulation.cohorts import Cohort, cohorts_of
from plainterms.engine.simulation.population import populated
from plainterms.engine.simulation.ranges import Family, load_ranges
from plainterms.engine.simulation.setting import split
from plainterms.engine.simulation.simulate import REGISTERS, Simulated, simulate
from plainterms.engine.sources import Quarantine, Tally, read
from plainterms.policy.errors import PlainTermsError
from plainterms.policy.schema import BUILT_IN

SMALL = Simulated(accounts=150, seed=4, campaigns=0.25, scale=0.05, days=6)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    simulate(SMALL, folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(made: Path, tmp_path: Path) -> None:
    simulate(SMALL, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(made)
    other = simulate(Simulated(150, 5, 0.25, 0.05, days=6), tmp_path / "other")
    assert other.events > 0
    assert (tmp_path / "other" / "truth.csv").read_bytes() != (made / "truth.csv").read_bytes()


def test_logs_and_registers_are_read_without_quarantine(made: Path) -> None:
    tally, rows, quarantine = Tally(), Tally(), Quarantine()
    events = sum(len(batch) for batch in read([str(made / "log")], BUILT_IN, tally, quarantine))
    assert events == tally.total.read == tally.total.events > 1_000
    for name in REGISTERS:
        assert load_register(name, [str(made / "registers" / f"{name}.csv")], BUILT_IN, rows, quarantine).rows
    assert quarantine.entries == []


def test_the_truth_names_the_accounts_of_the_log_and_when_they_began(made: Path) -> None:
    query = """
        select account, min(epoch_us(time)) from read_parquet(?, union_by_name = true)
        where kind = 'request' group by account
    """
    log = dict(duckdb.execute(query, [str(made / "log" / "*.parquet")]).fetchall())
    truth = load_truth(made / "truth.csv")
    assert {account: known.first for account, known in truth.accounts.items()} == log
    assert set(Counter(known.role for known in truth.accounts.values())) <= {"ordinary", "lookalike", "campaign"}
    assert truth.campaigns


def test_json_lines_say_what_parquet_says(made: Path, tmp_path: Path) -> None:
    simulate(Simulated(150, 4, 0.25, 0.05, days=6, shape="jsonl"), tmp_path)
    columns = "id, epoch_us(time::timestamptz), account, country, input_tokens, error, prompt"
    query = f"select {columns} from {{}} where kind = 'request' order by id"
    parquet = duckdb.execute(
        query.format("read_parquet(?, union_by_name = true)"), [str(made / "log" / "*")]
    ).fetchall()
    jsonl = duckdb.execute(
        query.format("read_json(?, union_by_name = true)"), [str(tmp_path / "log" / "*")]
    ).fetchall()
    assert jsonl == parquet


def test_nothing_in_the_order_of_the_truth_or_in_names_tells_who_is_who(made: Path) -> None:
    roles = [known.role == "campaign" for known in load_truth(made / "truth.csv").accounts.values()]
    changes = sum(one != other for one, other in pairwise(roles))
    assert changes > sum(roles) / 2


RANGED = (
    "start",
    "days",
    "requests",
    "active",
    "templated",
    "asking",
    "verified",
    "pivot",
    "refused",
    "retried",
    "steady",
)


@pytest.fixture(scope="module")
def cohorts() -> list[Cohort]:
    """Those of forty logs."""
    ranges = load_ranges()
    return [one for seed in range(40) for one in cohorts_of(ranges, 2_000, 1, 1, np.random.default_rng(seed))]


@pytest.mark.parametrize("family", load_ranges().families.values(), ids=lambda family: family.name)
def test_cohorts_are_drawn_from_their_ranges(family: Family, cohorts: list[Cohort]) -> None:
    drawn = [cohort for cohort in cohorts if cohort.family == family]
    assert drawn
    for cohort in drawn:
        for key in RANGED:
            low, high = getattr(family, key)
            assert low <= getattr(cohort, key) <= high
        if family.role != "ordinary":
            assert family.accounts[0] <= cohort.accounts <= family.accounts[1]


def test_a_banned_account_ends_and_a_new_one_begins_after_it() -> None:
    ranges = load_ranges()
    cohorts = [
        next(
            one
            for one in cohorts_of(ranges, 100, 1, 1, np.random.default_rng(seed))
            if one.family.name == "ban_evasion"
        )
        for seed in range(20)
    ]
    people = populated(cohorts, 30, 7)
    for number, cohort in enumerate(cohorts):
        rows = np.flatnonzero(people.cohort == number)
        first, new = rows[: cohort.accounts], rows[cohort.accounts :]
        assert len(new) <= people.suspended[rows].sum()
        ended = people.ends[first][people.suspended[first]]
        assert all(begun > ended.min(initial=np.inf) for begun in people.begins[new])
        assert (people.opened[new] <= people.begins[new]).all()
    assert people.suspended.sum() > 20


def test_the_slow_fleet_sends_little_for_each_account() -> None:
    ranges = load_ranges()
    slow = [
        one
        for seed in range(30)
        for one in cohorts_of(ranges, 100, 1, 0.1, np.random.default_rng(seed))
        if one.family.name == "slow_fleet"
    ]
    people = populated(slow, 30, 1)
    assert 15 <= people.rate.mean() <= 40
    assert np.quantile(people.rate, 0.99) < 90


def test_named_families_are_the_same_as_among_all() -> None:
    ranges, wanted = load_ranges(), ("slow_fleet", "reseller")
    every = cohorts_of(ranges, 500, 1, 0.1, np.random.default_rng(3))
    named = cohorts_of(ranges, 500, 1, 0.1, np.random.default_rng(3), wanted)
    assert list(named) == [one for one in every if one.family.role != "campaign" or one.family.name in wanted]


def test_forty_five_days_of_a_slow_fleet_have_the_published_shape() -> None:
    """25,000 accounts, 28.8 million exchanges in 45 days: 26 of each account a day, and on all days."""
    ranges = load_ranges()
    every = [
        one
        for seed in range(20)
        for one in cohorts_of(ranges, 1, 1, 0.1, np.random.default_rng(seed), ["slow_fleet"])
        if one.family.role == "campaign"
    ]
    people = populated(every, 45, 1)
    for number in range(len(every)):
        rows = people.cohort == number
        assert people.ends[rows].max() - people.begins[rows].min() >= 42
    lasted = people.ends - people.begins
    active = np.array([one.active for one in every])[people.cohort]
    assert 15 < (people.rate * active * lasted).sum() / lasted.sum() < 30


def test_parts_bound_what_is_held() -> None:
    parts = split(np.array([300.0, 300, 300, 10, 10, 900, 1]), 500)
    assert [part.tolist() for part in parts] == [[0], [1, 2, 3, 4], [5, 6]]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"accounts": 0}, "--accounts must be a number from 1 on, not 0"),
        ({"accounts": 5, "days": 0}, "--days must be a number from 1 on, not 0"),
        ({"accounts": 5, "seed": -1}, "--seed must be a number from 0 on, not -1"),
        ({"accounts": 5, "scale": float("nan")}, "--scale must be a number from 0 on, not nan"),
        ({"accounts": 5, "campaigns": float("inf")}, "--campaigns must be a number from 0 on, not inf"),
        ({"accounts": 5, "campaigns": -0.5}, "--campaigns must be a number from 0 on, not -0.5"),
        (
            {"accounts": 5, "families": ("slow_fleets",)},
            "--family: there are no campaigns `slow_fleets`; did you mean `slow_fleet`?",
        ),
        (
            {"accounts": 5, "families": ("household",)},
            "--family: there are no campaigns `household`; there are proxy_network, slow_fleet, account_pool, "
            "reasoning_traces, reward_model, sweep, reseller, ban_evasion",
        ),
    ],
)
def test_nothing_is_simulated_of_nothing(asked: dict[str, object], message: str) -> None:
    with pytest.raises(PlainTermsError) as raised:
        Simulated(**asked)  # type: ignore[arg-type]
    assert str(raised.value) == message


def test_a_log_is_never_written_over_another(made: Path) -> None:
    with pytest.raises(PlainTermsError) as raised:
        simulate(SMALL, made)
    assert str(raised.value) == f"{made / 'log'} already holds a log; name another folder, or delete it first"
