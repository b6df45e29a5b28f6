"""The benchmark's clauses, queries and data fit together; nothing is measured here."""

import re

import numpy as np
import pytest
import re2

from benchmarks import terms
from benchmarks.arrivals import arrivals
from benchmarks.campaigns import Span
from benchmarks.conditions import distinct_leaves, expression, is_text
from benchmarks.data import COLUMNS, identifiers, write
from benchmarks.duties import owed, pairs
from benchmarks.prompts import KINDS, TRIGGERS, texts
from benchmarks.queries import FOLDER
from plainterms.engine.plan import plan
from plainterms.engine.sources import Quarantine, Tally, read
from plainterms.policy.load import load
from plainterms.policy.meaning import ContainsAny

TEXT_CONDITIONS = 12
LONG_SPAN = Span(0, 3, 1.0)


@pytest.fixture(scope="module")
def fifty(tmp_path_factory):
    return load(terms.write(tmp_path_factory.mktemp("terms"), 50))


@pytest.mark.parametrize("size", terms.SIZES)
def test_documents_are_sound(size, tmp_path):
    assert len(load(terms.write(tmp_path, size)).clauses) == size


def test_every_clause_has_its_query():
    assert {path.stem for path in FOLDER.glob("*.sql")} == set(terms.clauses(50))


def test_a_thousand_clauses_are_all_different(tmp_path):
    path = tmp_path / "thousand.terms"
    path.write_text(terms.thousand())
    clauses = load(path).clauses
    assert len({clause.name for clause in clauses}) == 1000


def test_every_condition_of_one_event_has_its_sql(fifty):
    leaves = distinct_leaves(plan([fifty]))
    assert len({expression(leaf) for leaf in leaves}) == len(leaves)
    assert sum(map(is_text, leaves)) == TEXT_CONDITIONS


def test_text_conditions_find_what_was_planted(fifty):
    rng = np.random.default_rng(0)
    kinds = np.arange(len(KINDS)).repeat(50)
    prompts = texts(rng, kinds, np.full(len(kinds), -1)).to_pylist()
    leaves = [leaf for leaf in distinct_leaves(plan([fifty])) if is_text(leaf)]
    patterns = [
        "|".join(map(re.escape, leaf.values) if isinstance(leaf, ContainsAny) else leaf.patterns) for leaf in leaves
    ]
    found = {
        KINDS[kind]
        for kind, prompt in zip(kinds, prompts, strict=True)
        if any(re2.search(pattern, prompt) for pattern in patterns)
    }
    assert found == set(TRIGGERS) - {"advice", "canary"}


def test_a_file_is_read_without_loss_and_made_alike_again(tmp_path, fifty):
    for name in ("one", "two"):
        write(tmp_path / f"{name}.parquet", 0, 3_000, missing=0.05)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    tally, quarantine = Tally(), Quarantine()
    batches = list(read([str(tmp_path / "one.parquet")], fifty.schema, tally, quarantine))
    assert sum(batch.num_rows for batch in batches) == 3_000
    assert quarantine.reasons == {}
    assert {name for batch in batches for name in batch.schema.names} <= COLUMNS | {"source", "line"}


def test_ids_are_all_different():
    ids = [identifier for number in range(3) for identifier in identifiers(number, 1_000).to_pylist()]
    assert len(set(ids)) == 3_000


def test_arrivals_are_sorted_and_inside_their_days():
    times = arrivals(np.random.default_rng(0), 6, 3, 10_000)
    assert (np.diff(times) >= 0).all()
    assert times[-1] - times[0] < 3 * 86_400 * 1_000_000


def test_an_answer_stands_in_the_file_of_its_time():
    here, before = (list(owed(7, number, LONG_SPAN)) for number in (4, 3))
    made = {pair.reference: pair for number in range(9) for pair in pairs(7, number, LONG_SPAN)}
    references = [campaign.values["reference"] for campaign in (*here, *before)]
    assert all(made[reference].answered is not None for reference in references if references.count(reference) == 2)
    assert any(reference // 3_000 == 3 for reference in (campaign.values["reference"] for campaign in here))


def test_the_monitor_decides_about_the_events_of_its_benchmark():
    from random import Random

    from benchmarks import inline
    from plainterms.engine.stream.monitor import Monitor

    policy = load(FOLDER.parent / "inline.terms")
    assert len(policy.clauses) == 20
    monitor, dice = Monitor(policy, failing="open"), Random(2)
    for event in inline.events(300):
        monitor.decide(event)
        assert monitor.record(inline.answered(event, dice)) == "taken"
    assert {one.clause.name for one in monitor.close()} >= {"regions"}
