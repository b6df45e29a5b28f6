"""Every kind of damage has one outcome: what is good is kept, the rest is quarantined, and the counts agree."""

from pathlib import Path

import pytest

from plainterms.engine.sources import Quarantine, Tally, read
from plainterms.policy.schema import BUILT_IN

from .cases import Case, load

CASES = [case for path in sorted(Path(__file__).parent.glob("damage/*.txt")) for case in load(path)]


def outcome(case: Case, folder: Path) -> list[str]:
    (folder / "log").write_bytes(case.data())
    tally, quarantine = Tally(), Quarantine()
    longest = int(case.settings.get("longest", 2**20))
    given = case.settings.get("format", "jsonl")
    batches = list(read([str(folder / "log")], BUILT_IN, tally, quarantine, format=given, longest=longest))
    assert tally.total.balanced
    assert tally.total.events == sum(batch.num_rows for batch in batches)
    assert tally.total.quarantined == len(quarantine) == sum(entry.records for entry in quarantine.entries)
    assert tally.total.passed_over == tally.passed_over.total()
    return [
        f"= {tally.total}",
        *(f"= {count} passed over: {reason}" for reason, count in tally.passed_over.items()),
        *(f"! {entry.place.line or '-'}: {entry.reason}" for entry in quarantine.entries),
    ]


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_damage(case: Case, tmp_path: Path) -> None:
    assert outcome(case, tmp_path) == case.expected


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 40
    assert len({case.title for case in CASES}) == len(CASES)
