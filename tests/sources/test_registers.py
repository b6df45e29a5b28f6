"""Registers: spans, types, contradictions and damage, from each kind of file."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plainterms.engine.registers import RegisterTable, Row, load_register, load_registers, load_rulings, ruling_key
from plainterms.engine.sources import Quarantine, SourceError, Tally
from plainterms.policy.schema import BUILT_IN, MILLION

DAY = 86_400 * MILLION


def loaded(tmp_path: Path, name: str, text: str, file: str = "r.csv") -> tuple[RegisterTable, list[str]]:
    path = tmp_path / file
    path.write_text(text)
    tally, quarantine = Tally(), Quarantine()
    table = load_registers({name: path}, BUILT_IN, tally, quarantine)[name]
    assert tally.total.balanced
    assert tally.total.quarantined == len(quarantine)
    return table, [f"{entry.place.line}: {entry.reason}" for entry in quarantine.entries]


def test_values_have_their_types(tmp_path: Path) -> None:
    table, bad = loaded(
        tmp_path,
        "organisation",
        "organisation,name,verified,unsupported_ownership,allowance,created_at,authorisations,domain\n"
        'o1,"Lab, Inc.",yes,51.5%,1000000,2026-01-02T03:04:05+01:00,output training; research,\n'
        "o2,Other,no,0,,,,\n",
    )
    assert bad == []
    assert table.rows["o1"] == (
        Row(None, None, {
            "name": "Lab, Inc.", "verified": True, "unsupported_ownership": 51_500_000,
            "allowance": 1_000_000 * MILLION, "created_at": 1_767_319_445 * MILLION,
            "authorisations": ("output training", "research"),
        }),
    )  # fmt: skip
    assert table.rows["o2"][0].values == {"name": "Other", "verified": False, "unsupported_ownership": 0}


def test_the_row_of_a_time(tmp_path: Path) -> None:
    table, bad = loaded(
        tmp_path,
        "account",
        "id,plan,from,to\na,trial,,1970-01-03\na,basic,1970-01-03,1970-01-05\na,late,1970-01-07T00:00:00Z,\n",
    )
    assert bad == []
    plans = [(row.values["plan"] if (row := table.at("a", day * DAY)) else None) for day in range(8)]
    assert plans == ["trial", "trial", "basic", "basic", None, None, "late", "late"]
    assert table.at("b", 0) is None


def test_a_row_inside_another_ends_and_the_other_goes_on(tmp_path: Path) -> None:
    table, _ = loaded(tmp_path, "account", "id,plan,from,to\na,long,1970-01-01,\na,short,1970-01-03,1970-01-04\n")
    plans = [(row.values["plan"] if (row := table.at("a", day * DAY)) else None) for day in range(5)]
    assert plans == ["long", "long", "short", "long", "long"]


def test_equal_rows_count_once_and_conflicting_ones_not_at_all(tmp_path: Path) -> None:
    text = "account,plan,from\na,x,\na,x,\nb,x,2026-01-01\nb,y,2026-01-01\nb,z,2026-02-01\n"
    table, bad = loaded(tmp_path, "account", text)
    path = tmp_path / "r.csv"
    reason = f"conflicting rows: different rows hold since the same time: {path}:4, {path}:5"
    assert bad == [f"4: {reason}", f"5: {reason}"]
    assert len(table.rows["a"]) == 1
    assert [row.values["plan"] for row in table.rows["b"]] == ["z"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Ann,,", "missing account: every row needs a value for `account`"),
        ("a,Ann,maybe,", "wrong type: `verified` must be yes or no, not the text `maybe`"),
        ("a,Ann,,seven", "wrong type: `age` must be a number, not the text `seven`"),
        ("a,Ann,,-1", "out of range: `age` is -1, the least is 0"),
        ("a,Ann", "wrong number of cells: 2, the header has 4"),
    ],
)
def test_bad_rows(tmp_path: Path, row: str, reason: str) -> None:
    table, bad = loaded(tmp_path, "account", f"account,name,verified,age\n{row}\nb,Bob,yes,7\n")
    assert bad == [f"2: {reason}"]
    assert list(table.rows) == ["b"]


@pytest.mark.parametrize(
    ("span", "reason"),
    [
        ("2026-03-01,2026-03-01", "empty span: `to` is not later than `from`"),
        ("2026-03-01T00:00:00,", "time without offset: `from` is `2026-03-01T00:00:00`, end it with `Z` or an offset "
         "such as `+01:00`"),
        ("March,", "not a time: `from` is `March`, write it like `2026-03-01T09:00:00Z`"),
    ],
)  # fmt: skip
def test_bad_spans(tmp_path: Path, span: str, reason: str) -> None:
    _, bad = loaded(tmp_path, "account", f"account,from,to\na,{span}\n")
    assert bad == [f"2: {reason}"]


@pytest.mark.parametrize(
    ("name", "header", "message"),
    [
        ("account", "account,plann", "unknown column `plann`, did you mean `plan`?"),
        ("account", "account,id", "two columns give `account`"),
    ],
)
def test_bad_headers(tmp_path: Path, name: str, header: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        loaded(tmp_path, name, f"{header}\na,b\n")
    assert str(caught.value) == f"{tmp_path / 'r.csv'}: {message}"


def test_an_unknown_register() -> None:
    with pytest.raises(SourceError) as caught:
        load_register("acount", ["x.csv"], BUILT_IN, Tally(), Quarantine())
    assert str(caught.value) == "unknown register `acount`, did you mean `account`?"


def test_json_lines(tmp_path: Path) -> None:
    text = (
        '{"model": "m", "frontier": true, "released_at": "2026-01-01T00:00:00Z"}\n'
        "oops\n\n"
        '{"model": "n", "model": "o"}\n'
        '{"model": "p", "frontier": "perhaps"}\n'
    )
    table, bad = loaded(tmp_path, "model", text, "m.jsonl")
    assert table.rows == {"m": (Row(None, None, {"frontier": True, "released_at": 1_767_225_600 * MILLION}),)}
    assert bad == [
        "2: not JSON: cannot be read on at character 1",
        "4: repeated field: `model` stands twice in the object",
        "5: wrong type: `frontier` must be yes or no, not the text `perhaps`",
    ]


def test_parquet(tmp_path: Path) -> None:
    day = pa.array([None, 20_000], pa.date32())
    table = pa.table({"id": ["a", "a"], "seats": [1, 2], "from": day, "authorisations": [["x"], None]})
    pq.write_table(table, tmp_path / "a.parquet")
    tally, quarantine = Tally(), Quarantine()
    loaded_table = load_register("account", [str(tmp_path / "a.parquet")], BUILT_IN, tally, quarantine)
    assert loaded_table.rows["a"] == (
        Row(None, None, {"seats": MILLION, "authorisations": ("x",)}),
        Row(20_000 * DAY, None, {"seats": 2 * MILLION}),
    )
    assert len(quarantine) == 0


def test_rulings(tmp_path: Path) -> None:
    path = tmp_path / "rulings.csv"
    path.write_text(
        "question,entity,subject,answer,from,to\n"
        "is the organisation  a competitor?,organisation,o1,yes,1970-01-02,\n"
        "is the organisation a competitor?,organisation,o2,perhaps,,\n"
        "is the organisation a competitor?,organisation,o3,,,\n"
    )
    tally, quarantine = Tally(), Quarantine()
    table = load_rulings([str(path)], BUILT_IN, tally, quarantine)
    key = ruling_key("is the organisation a\ncompetitor?", "organisation", "o1")
    assert table.at(key, 0) is None
    assert table.rows[key] == (Row(DAY, None, {"answer": True}),)
    assert [entry.reason for entry in quarantine.entries] == [
        "wrong type: `answer` must be yes or no, not the text `perhaps`",
        "missing answer: every row needs a value for `answer`",
    ]
