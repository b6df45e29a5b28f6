"""What a record of each format means: the canonical row, whole."""

from pathlib import Path

import orjson
import pytest

from plainterms.engine.sources import Quarantine, Tally, read
from plainterms.policy.schema import BUILT_IN

from .cases import Case, load

CASES = [case for path in sorted(Path(__file__).parent.glob("meaning/*.txt")) for case in load(path)]


def rows(case: Case, folder: Path) -> list[str]:
    (folder / "log").write_bytes(case.data())
    quarantine = Quarantine()
    given = case.settings.get("format")
    batches = read([str(folder / "log")], BUILT_IN, Tally(), quarantine, format=given)
    found = [row for batch in batches for row in batch.drop_columns(["source", "line"]).to_pylist()]
    assert [entry.reason for entry in quarantine.entries] == []
    return [
        f"= {name} {orjson.dumps(row[name]).decode()}"
        for row in found
        for name in sorted(row)
        if row[name] is not None and (name, row[name]) != ("kind", "request")
    ]


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_meaning(case: Case, tmp_path: Path) -> None:
    assert rows(case, tmp_path) == case.expected
