"""Records of one id, and the total order: tables of records, read in many orders and in batches of many sizes."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from plainterms.engine.columnar import contents, kept, pieces
from plainterms.engine.columnar.facts import Facts
from plainterms.engine.columnar.scan import scan

Record = tuple[str, int, str | None, int]
"""Id, time, country, line."""

TEXT = (Path(__file__).parent / "repeats.txt").read_text("utf-8")
CASES = {case.splitlines()[0]: case.splitlines()[1:] for case in TEXT.split("\n== ")[1:]}


def records(lines: Sequence[str]) -> list[Record]:
    found = []
    for number, line in enumerate((line for line in lines if line and line[0] not in ">#"), 1):
        name, time, country = line.split()
        found.append((name, int(time), {"-": None, '""': ""}.get(country, country), number))
    return found


def batch(rows: Sequence[Record], spare: bool) -> pa.RecordBatch:
    names, times, countries, lines = zip(*rows, strict=True)
    columns = {"kind": pa.array(["request"] * len(rows)), "id": pa.array(names), "time": pa.array(times, pa.int64())}
    if spare or any(country is not None for country in countries):
        columns["country"] = pa.array(countries, pa.string())
    places = {"source": pa.array([0] * len(rows), pa.int32()), "line": pa.array(lines, pa.int64())}
    return pa.record_batch({**columns, **places})


def scanned(rows: Sequence[Record], size: int, spill: Path | None = None) -> tuple[Facts, list[str]]:
    conflicts: list[str] = []
    batches = [batch(rows[start : start + size], spare=size % 2 == 0) for start in range(0, len(rows), size)]

    def on_conflict(name: str, places: Sequence[tuple[int, int]]) -> None:
        conflicts.append(f"{name}: {' '.join(str(line) for _, line in places)}")

    return scan(batches, [], [], {}, spill=spill, on_conflict=on_conflict, threads=1), conflicts


def outcome(rows: Sequence[Record], size: int, spill: Path | None = None) -> list[str]:
    facts, conflicts = scanned(rows, size, spill)
    ids = " ".join(facts.ids(np.arange(facts.n)).to_pylist()) or "nothing"
    return [ids, f"repeated {facts.repeated}", f"conflicting {facts.conflicting}", *conflicts]


@pytest.mark.parametrize("title", CASES)
def test_cases(title: str, tmp_path: Path) -> None:
    expected = [line[2:] for line in CASES[title] if line.startswith("> ")]
    rows, dice = records(CASES[title]), Random(title)
    for turn in range(6):
        folder = tmp_path / str(turn)
        folder.mkdir()
        assert outcome(rows, dice.randrange(1, 5), folder if turn == 0 else None) == expected
        dice.shuffle(rows)


@pytest.mark.parametrize("title", CASES)
def test_digests_alone_never_make_two_ids_one(title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "digests", lambda ids: np.zeros(len(ids), np.uint64))
    expected = [line[2:] for line in CASES[title] if line.startswith("> ")]
    assert outcome(records(CASES[title]), 2) == expected


@pytest.mark.parametrize("column", ["tokens", "streamed", "tools", "prompt", "day"])
def test_each_column_tells_records_apart(column: str) -> None:
    values = {
        "tokens": pa.array([1, 2, 0, None], pa.int64()),
        "streamed": pa.array([True, False, None]),
        "tools": pa.array([["a"], ["a", ""], [], None], pa.list_(pa.string())),
        "prompt": pa.array(["long " * 40, "long " * 40 + ".", "", None]),
        "day": pa.array([1, 2, None, 0], pa.int32()),
    }[column]
    rows = range(len(values))
    base = {"kind": pa.array(["request" for _ in rows]), "id": pa.array(["a" for _ in rows])}
    places = {"source": pa.array([0 for _ in rows], pa.int32()), "line": pa.array(rows, pa.int64())}
    whole = pa.record_batch({**base, "time": pa.array([1 for _ in rows], pa.int64()), column: values, **places})
    for first in rows:
        for second in rows:
            two = whole.take(pa.array([first, second]))
            facts = scan([two], [], [], {}, on_conflict=lambda _name, _places: None)
            assert (facts.repeated, facts.conflicting) == ((1, 0) if first == second else (0, 2))


@pytest.mark.parametrize(
    "records",
    [
        ({"country": "DE"}, {"region": "DE"}),
        ({"country": "DE", "region": "FR"}, {"country": "FR", "region": "DE"}),
        ({"country": "DE", "region": "FR"}, {"country": "DE"}),
    ],
)
def test_values_in_other_fields_are_other_contents(records: Sequence[dict[str, str]]) -> None:
    base = {"kind": pa.array(["request"]), "id": pa.array(["a"]), "time": pa.array([1], pa.int64())}
    places = {"source": pa.array([0], pa.int32()), "line": pa.array([1], pa.int64())}
    columns = [{name: pa.array([value]) for name, value in record.items()} for record in records]
    rows = [pa.record_batch({**base, **column, **places}) for column in columns]
    facts = scan(rows, [], [], {}, on_conflict=lambda _name, _places: None)
    assert (facts.n, facts.conflicting) == (0, 2)


@pytest.mark.parametrize("seed", range(8))
def test_equal_times_are_ordered_by_id(seed: int) -> None:
    dice = Random(seed)
    names = {"".join(dice.choices("ab\0~é日", k=dice.choice((1, 7, 8, 9, 16, 17, 40)))) for _ in range(200)}
    names |= {f"request-2026-{number}" for number in range(150)}
    rows: list[Record] = [(name, dice.randrange(3), None, line) for line, name in enumerate(sorted(names), 1)]
    dice.shuffle(rows)
    facts, _ = scanned(rows, 150)
    assert facts.ids(np.arange(facts.n)).to_pylist() == [
        row[0] for row in sorted(rows, key=lambda row: (row[1], row[0].encode()))
    ]
    assert facts.time.tolist() == sorted(row[1] for row in rows)


def test_no_events() -> None:
    facts = scan([], [], [], {}, on_conflict=lambda _name, _places: None)
    assert (facts.n, facts.time.tolist(), facts.ids(np.arange(0)).to_pylist()) == (0, [], [])


def test_what_tells_repetitions_is_forgotten() -> None:
    facts, _ = scanned([("a", 1, None, 1)], 1)
    assert isinstance(facts._kept, kept.Kept)
    assert len(facts._kept.contents.read()) == 0
    assert contents.LONG == 48
