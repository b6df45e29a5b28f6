"""Tables of traces: what is committed is what the traces give, and what is drawn has their shape."""

from pathlib import Path

import numpy as np
import pytest

from plainterms.engine.simulation.traces import as_json, built_in, fitted, from_quantiles
from plainterms.policy.errors import PlainTermsError

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "traces"
COUNTS = "TIMESTAMP,ContextTokens,GeneratedTokens\n" + "".join(
    f"2026-03-01 09:00:{second:02d}.0000000,{100 + second},{second + 1}\n" for second in range(40)
)
BLOCKS = "".join(
    f'{{"timestamp": {1000 * row}, "input_length": {row + 600}, "output_length": 9, "hash_ids": {ids}}}\n'
    for row, ids in enumerate([[0, 1, 2], [0, 5, 6], [0, 1, 2, 3], [0, 1, 7, 8], [9, 10]])
)


def written(folder: Path, counts: str = COUNTS, blocks: str = BLOCKS) -> Path:
    (folder / "service.csv").write_text(counts)
    (folder / "blocks.jsonl").write_text(blocks)
    return folder


@pytest.mark.skipif(not SHARED.exists(), reason="the traces are not here")
def test_the_committed_tables_are_those_of_the_traces() -> None:
    assert as_json(fitted(SHARED)) == as_json(built_in())


def test_conversations_share_all_blocks_but_the_last(tmp_path: Path) -> None:
    traces = fitted(written(tmp_path))
    # The third goes on with the first, and the fourth with the first two blocks of it.
    assert (traces.turns[0], traces.turns[-1]) == (1.0, 3.0)
    assert (traces.pauses[0], traces.pauses[-1]) == (2.0, 3.0)
    assert traces.reused[-1] == 0.75


def test_what_is_drawn_has_the_quantiles_of_its_table() -> None:
    traces, rng = built_in(), np.random.default_rng(3)
    for lengths in traces.lengths.values():
        inputs, outputs = lengths.drawn(rng, 200_000)
        assert np.median(inputs) == pytest.approx(from_quantiles(lengths.inputs, np.array([0.5]))[0], rel=0.05)
        assert inputs.min() >= lengths.inputs[0]
        assert outputs.max() <= max(table[-1] for table in lengths.outputs)
    gaps = from_quantiles(traces.gaps, rng.random(400_000))
    assert 0.8 < gaps.mean() < 1.4


@pytest.mark.parametrize(
    ("counts", "blocks", "message"),
    [
        (
            "A,B\n1,2\n",
            BLOCKS,
            "{}/service.csv is no trace of token counts; its columns are TIMESTAMP, ContextTokens, GeneratedTokens:"
            " 'TIMESTAMP'",
        ),
        (
            COUNTS,
            '{"timestamp": 1}\n',
            "{}/blocks.jsonl is no trace of hashed blocks, whose keys are timestamp, input_length, output_length,"
            " hash_ids: 'input_length'",
        ),
        (
            COUNTS,
            BLOCKS.splitlines()[0],
            "{}/blocks.jsonl holds 1 requests; a trace needs at least 2",
        ),
    ],
)
def test_what_is_no_trace_is_told(tmp_path: Path, counts: str, blocks: str, message: str) -> None:
    with pytest.raises(PlainTermsError) as raised:
        fitted(written(tmp_path, counts, blocks))
    assert str(raised.value) == message.format(tmp_path)


def test_a_folder_without_traces_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlainTermsError) as raised:
        fitted(tmp_path)
    wanted = f"--traces {tmp_path} must hold traces of token counts (*.csv) and one of hashed blocks (*.jsonl)"
    assert str(raised.value) == wanted
