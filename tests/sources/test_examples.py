"""The example files are what their script writes, and every record of them is an event."""

import subprocess
import sys
from pathlib import Path

import pytest

from plainterms.engine.registers import load_register
from plainterms.engine.sources import Quarantine, Tally, read
from plainterms.policy.schema import BUILT_IN, Field, Kind, Type

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
REFERENCE = Field("reference", Type.TEXT, "number of the incident")
SCHEMA = BUILT_IN.with_kind(Kind("incident", {"reference": REFERENCE})).with_kind(
    Kind("disclosure", {"reference": REFERENCE, "recipient": Field("recipient", Type.TEXT, "who was told")})
)


def test_the_script_writes_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, EXAMPLES / "make.py", tmp_path], check=True)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert len(made) == 10
    assert [name for name in made if (tmp_path / name).read_bytes() != (EXAMPLES / name).read_bytes()] == []


@pytest.mark.parametrize(
    ("file", "kind", "counts"),
    [
        ("litellm.jsonl", "litellm", "372 read = 372 events + 0 blank + 0 passed over + 0 quarantined"),
        ("otel.jsonl", "otel", "400 read = 200 events + 0 blank + 200 passed over + 0 quarantined"),
        ("bedrock.jsonl", "bedrock", "160 read = 160 events + 0 blank + 0 passed over + 0 quarantined"),
        ("events.jsonl", "jsonl", "203 read = 203 events + 0 blank + 0 passed over + 0 quarantined"),
        ("partner.csv", "mapped", "120 read = 120 events + 0 blank + 0 passed over + 0 quarantined"),
    ],
)
def test_every_example_log_is_read(file: str, kind: str, counts: str) -> None:
    tally, quarantine = Tally(), Quarantine()
    mapping = EXAMPLES / "partner.toml" if kind == "mapped" else None
    batches = list(read([str(EXAMPLES / file)], SCHEMA, tally, quarantine, mapping=mapping))
    assert [entry.reason for entry in quarantine.entries] == []
    assert (tally.files[0].format, str(tally.total)) == (kind, counts)
    for name in ("account", "country", "model", "prompt", "output", "input_tokens", "output_tokens"):
        assert sum(len(batch) - batch[name].null_count for batch in batches) >= 120


@pytest.mark.parametrize(("name", "rows"), [("account", 44), ("organisation", 10), ("api_key", 44), ("model", 2)])
def test_every_example_register_is_read(name: str, rows: int) -> None:
    tally, quarantine = Tally(), Quarantine()
    table = load_register(name, [str(EXAMPLES / "registers" / f"{name}.csv")], SCHEMA, tally, quarantine)
    assert [entry.reason for entry in quarantine.entries] == []
    assert len(table.rows) == rows
