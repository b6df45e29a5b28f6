"""Parquet, CSV and tables by a mapping: columns, batches, and rows that go wrong alone."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plainterms.engine.sources import Quarantine, SourceError, Tally, intake, read
from plainterms.policy.schema import BUILT_IN, MILLION

MICROS = pa.timestamp("us", "Europe/Berlin")


def outcome(path: Path, **options: object) -> tuple[list[dict[str, object]], list[str]]:
    tally, quarantine = Tally(), Quarantine()
    batches = list(read([str(path)], BUILT_IN, tally, quarantine, **options))  # type: ignore[arg-type]
    assert tally.total.balanced
    rows = [row for batch in batches for row in batch.to_pylist()]
    return rows, [f"{entry.place.line or '-'}: {entry.reason}" for entry in quarantine.entries]


def parquet(folder: Path, **columns: object) -> Path:
    rows = max(len(column) for column in columns.values())  # type: ignore[arg-type]
    usual = {"id": [f"e{n}" for n in range(rows)], "time": pa.array(range(rows)).cast(MICROS)}
    pq.write_table(pa.table({**usual, **columns}), folder / "a.parquet")
    return folder / "a.parquet"


def test_parquet_types(tmp_path: Path) -> None:
    path = parquet(
        tmp_path,
        account=pa.array(["a", None]).dictionary_encode(),
        prompt=pa.array(["x", "y"], pa.large_string()),
        output_tokens=pa.array([1, 2], pa.uint8()),
        temperature=pa.array([0.7, 1], pa.float64()),
        spend=pa.array(["0.5", "1"]).cast(pa.decimal128(10, 6)),
        duration=pa.array([1, 2], pa.duration("s")),
        streamed=[True, None],
        tags=[["t"], []],
    )
    rows, bad = outcome(path)
    assert bad == []
    assert rows[0] == {
        "kind": "request", "id": "e0", "time": 0, "account": "a", "prompt": "x", "output_tokens": MILLION,
        "temperature": 700_000, "spend": 500_000, "duration": MILLION, "streamed": True, "tags": ["t"],
        "source": 0, "line": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ({"account": [1]}, "wrong type: `account` must be text, not a number"),
        ({"streamed": [1]}, "wrong type: `streamed` must be yes or no, not a number"),
        ({"temperature": [0.1234567]}, "not exact: `temperature` is `0.1234567`, at most six decimals can be kept"),
        ({"temperature": [float("nan")]}, "not a number: `temperature` is nan"),
        ({"output_tokens": [2**62]}, "too large: `output_tokens` is `4611686018427387904`, the limit is "
         "9223372036854.775807"),
        ({"output_tokens": [-1]}, "out of range: `output_tokens` is -1, the least is 0"),
        ({"time": pa.array([0], pa.timestamp("us"))}, "time without offset: `time` is `1970-01-01 00:00:00.000000`, "
         "end it with `Z` or an offset such as `+01:00`"),
        ({"time": [0]}, "wrong type: `time` must be a time, not a number"),
        ({"time": pa.array([0], pa.date32())}, "wrong type: `time` must be a time, not date32[day]"),
        ({"time": pa.array([-1], MICROS)}, "time out of range: `time` is `1969-12-31 23:59:59.999999Z`, not between "
         "1970 and 2200"),
        ({"duration": pa.array([2**62], pa.duration("s"))}, "wrong type: `duration` must be a duration, not "
         "duration[s]"),
        ({"prompt": pa.array([0], pa.date32())}, "wrong type: `prompt` must be text, not date32[day]"),
        ({"tags": [["a", None]]}, "wrong type: `tags` must hold only texts, not nothing"),
        ({"kind": ["reqest"]}, "unknown kind: `reqest`, did you mean `request`?"),
        ({"kind": [1]}, "wrong type: `kind` must be text, not a number"),
        ({"kind": ["sign_in"], "prompt": ["x"]}, "unknown field: `sign_in` events have no `prompt`"),
        ({"id": [""]}, "missing id: every event needs an `id`"),
    ],
)  # fmt: skip
def test_parquet_rows_that_are_bad(tmp_path: Path, column: dict[str, object], reason: str) -> None:
    rows, bad = outcome(parquet(tmp_path, **column))
    assert (rows, bad) == ([], [f"1: {reason}"])


def test_parquet_text_that_is_not_utf8(tmp_path: Path) -> None:
    raw = pa.array([b"\xff", b"good"]).view(pa.string())
    rows, bad = outcome(parquet(tmp_path, prompt=raw))
    assert [row["prompt"] for row in rows] == ["good"]
    assert bad == ["1: wrong type: `prompt` must be text, not text that is not UTF-8"]


def test_a_parquet_file_cut_short(tmp_path: Path) -> None:
    path = parquet(tmp_path, account=["a"])
    path.write_bytes(path.read_bytes()[:-6])
    rows, bad = outcome(path)
    assert rows == []
    assert [line.partition(":")[0] for line in bad] == ["1"]


def test_an_unknown_column_refuses_the_whole_table(tmp_path: Path) -> None:
    tally, quarantine = Tally(), Quarantine()
    path = parquet(tmp_path, acount=["a", "b"])
    assert list(read([str(path)], BUILT_IN, tally, quarantine)) == []
    assert [(e.reason, e.records) for e in quarantine.entries] == [
        ("unknown column: `acount`, did you mean `account`?", 2)
    ]
    assert str(tally.total) == "2 read = 0 events + 0 blank + 0 passed over + 2 quarantined"


def test_only_the_columns_asked_for(tmp_path: Path) -> None:
    path = parquet(tmp_path, account=["a"], prompt=["x"])
    rows, _ = outcome(path, columns=frozenset({"account"}))
    assert rows == [{"kind": "request", "id": "e0", "time": 0, "account": "a", "source": 0, "line": 1}]
    log = tmp_path / "a.jsonl"
    log.write_text('{"id": "a", "time": "2026-03-01T09:00:00Z", "account": "a", "prompt": 7}\n')
    rows, _ = outcome(log, columns=frozenset({"account"}))
    assert sorted(rows[0]) == ["account", "id", "kind", "line", "source", "time"]


def test_batches_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plainterms.engine.sources.records.ROWS", 10)
    log = tmp_path / "a.jsonl"
    log.write_text("".join(f'{{"id": "{n}", "time": "2026-03-01T09:00:00Z"}}\n' for n in range(25)))
    sizes = [batch.num_rows for batch in read([str(log)], BUILT_IN, Tally(), Quarantine())]
    assert sizes == [10, 10, 5]
    assert intake.ROWS > 10


TABLE = """no;when;who;land;words;labels
1;01.03.2026 10:00;a;de;12;x+y
2;01.03.2026 10:00;a;de;many;x
3;32.03.2026 10:00;a;de;1;x
4;01.07.2026 10:00;;;;
"""
MAPPING = """
[fields]
id = "no"
time = "= strptime(\\"when\\", '%d.%m.%Y %H:%M') at time zone 'Europe/Berlin' -- its own time"
account = "who"
country = "= upper(land)"
kind = "'request'"
output_tokens = "= words::int * 2"
tags = "= string_split(labels, '+')"
"""


def mapped(folder: Path, table: str, mapping: str = MAPPING, name: str = "t.csv") -> tuple[list[object], list[str]]:
    (folder / name).write_text(table)
    (folder / "m.toml").write_text(mapping)
    rows, bad = outcome(folder / name, mapping=folder / "m.toml")
    return [{key: row[key] for key in row if key not in ("kind", "source")} for row in rows], bad


def test_a_mapping(tmp_path: Path) -> None:
    rows, bad = mapped(tmp_path, TABLE)
    assert rows == [
        {"id": "1", "time": 1_772_355_600 * MILLION, "account": "a", "country": "DE", "output_tokens": 24 * MILLION,
         "tags": ["x", "y"], "line": 2},
        {"id": "4", "time": 1_782_892_800 * MILLION, "account": None, "country": None, "output_tokens": None,
         "tags": None, "line": 5},
    ]  # fmt: skip
    assert bad == [
        "3: mapping fails: the expression for `output_tokens` has no value on this row",
        "4: mapping fails: the expression for `time` has no value on this row",
    ]


def test_a_mapping_of_json_lines(tmp_path: Path) -> None:
    mapping = '[fields]\nid = "n"\ntime = "t"\naccount = "= meta ->> \'$.who\'"\ntags = "labels"\nstreamed = "s"\n'
    line = '{"n": 7, "t": "2026-03-01T09:00:00Z", "meta": {"who": "a"}, "labels": ["x", "y"], "s": true, "rest": 1}\n'
    rows, bad = mapped(tmp_path, line + "oops\n", mapping, "t.jsonl")
    assert rows == [
        {"id": "7", "time": 1_772_355_600 * MILLION, "account": "a", "tags": ["x", "y"], "streamed": True, "line": 1}
    ]
    assert bad == ["2: not JSON: cannot be read on at character 1"]


def test_a_mapping_that_names_no_column_of_the_table(tmp_path: Path) -> None:
    assert mapped(tmp_path, "no;wann\n1;2\n", '[fields]\nid = "no"\ntime = "wan"\n') == (
        [],
        ["1: unknown column: `wan`, from which the mapping takes `time`, did you mean `wann`?"],
    )


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("[fields\n", "cannot be read as a mapping: Expected ']' at the end of a table declaration "
         "(at line 1, column 8)"),
        ("[field]\n", "unknown section `field`; a mapping has the section `[fields]`"),
        ("", "there is no section `[fields]`"),
        ('[fields]\nid = "a"\n', "`[fields]` must say where `time` comes from"),
        ('[fields]\nid = "a"\ntime = "b"\nacount = "c"\n', "unknown field `acount`, did you mean `account`?"),
        ('[fields]\nid = "a"\ntime = 7\n', "`time` must be a column's name, a text in single quotes, or `= "
         "expression`"),
        ('[fields]\nid = "a"\ntime = "= (select 1)"\n', "the expression for `time` must not hold a query inside it"),
        ('[fields]\nid = "a"\ntime = "= max(b)"\n', "the expression for `time` must not use `max`: its value does "
         "not follow from the row alone"),
        ('[fields]\nid = "a"\ntime = "b"\nbogus = "c"\n', "unknown field `bogus`"),
        ('[fields]\nid = "a"\ntime = "= count(*)"\n', "the expression for `time` must not use `count(*)`: its value "
         "does not follow from the row alone"),
        ('[fields]\nid = "a"\ntime = "= now()"\n', "the expression for `time` must not use `now`: its value does not "
         "follow from the row alone"),
        ('[fields]\nid = "a"\ntime = "= row_number() over ()"\n', "the expression for `time` must not hold a window"),
        ('[fields]\nid = "a"\ntime = "= b from read_text(c)"\n', "the expression for `time` must be one expression, "
         "without clauses such as `from`"),
        ('[fields]\nid = "a"\ntime = "= b; drop table c"\n', "the expression for `time` cannot be understood: Only "
         "SELECT statements can be serialized to json!"),
        ('[fields]\nid = "a"\ntime = "= b; select c"\n', "the expression for `time` must be one expression, without "
         "clauses such as `from`"),
        ('[fields]\nid = "a"\ntime = "= ((b"\n', "the expression for `time` cannot be understood: syntax error at or "
         "near \"b\""),
    ],
)  # fmt: skip
def test_mappings_that_cannot_be_used(tmp_path: Path, mapping: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        mapped(tmp_path, "a;b\n", mapping)
    assert str(caught.value) == f"{tmp_path / 'm.toml'}: {message}"


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("get_current_timestamp()", "get_current_timestamp"),
        ("today()", "today"),
        ("random()", "random"),
        ("uuid()", "uuid"),
        ("age(b)", "age"),
        ("current_setting('timezone')", "current_setting"),
        ("b::timestamptz + interval 1 day", None),
        ("b::timestamptz - interval 1 day", None),
        ("date_trunc('day', b::timestamp at time zone 'Asia/Tokyo')", None),
        ("strftime(b::timestamptz, '%Y-%m-%dT%H:%M:%SZ')", None),
        ("make_timestamptz(year(b::timestamptz), 1, 1, 0, 0, 0)", None),
    ],
)
def test_functions_of_the_row_alone(tmp_path: Path, expression: str, told: str | None) -> None:
    mapping = f'[fields]\nid = "a"\ntime = "= {expression}"\n'
    if told is None:
        rows, bad = mapped(tmp_path, "a;b\n1;2026-03-01T09:00:00Z\n", mapping)
        assert (len(rows), bad) == (1, [])
        return
    with pytest.raises(SourceError, match=f"must not use `{told}`: its value does not follow from the row alone"):
        mapped(tmp_path, "a;b\n1;2\n", mapping)


def test_a_function_that_is_both_of_rows_and_of_tables(tmp_path: Path) -> None:
    mapping = '[fields]\nid = "= repeat(a, 2)"\ntime = "b"\n'
    rows, bad = mapped(tmp_path, "a;b\n1;2026-03-01T09:00:00Z\n", mapping)
    assert (rows, bad) == ([{"id": "11", "time": 1_772_355_600 * MILLION, "line": 2}], [])


@pytest.mark.parametrize(
    ("expression", "message"),
    [("getenv(b)", "there is no function `getenv`"), ("b::nosuch", "there is no type `nosuch`")],
)
def test_what_duckdb_does_not_know(tmp_path: Path, expression: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        mapped(tmp_path, "a;b\n1;2\n", f'[fields]\nid = "a"\ntime = "= {expression}"\n')
    assert str(caught.value) == f"{tmp_path / 'm.toml'}: an expression cannot be used on this table: {message}"


def test_an_expression_that_fits_no_row(tmp_path: Path) -> None:
    told = r"m\.toml: an expression cannot be used on this table: .*No function matches"
    with pytest.raises(SourceError, match=told):
        mapped(tmp_path, "a;b\n1;2\n", '[fields]\nid = "a"\ntime = "= epoch_ms(b, b)"\n')


def test_a_litellm_export_as_parquet(tmp_path: Path) -> None:
    table = pa.table({
        "request_id": ["a", "b"],
        "startTime": pa.array([0, 1_772_366_400_123_456], pa.timestamp("us")),
        "endTime": pa.array([None, 1_772_366_401_123_456], pa.timestamp("us")),
        "user": pa.array([b"\xff", b"u1"]).view(pa.string()),
        "metadata": ["{}", '{"status": "success"}'],
        "unused": [1, 2],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "a.parquet")
    rows, bad = outcome(tmp_path / "a.parquet")
    assert rows == [
        {"kind": "request", "id": "b", "time": 1_772_366_400_123_456, "account": "u1", "user": "u1",
         "duration": MILLION, "source": 0, "line": 2}
    ]  # fmt: skip
    told = "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
    assert bad == [f"1: cannot be read: a cell of the row: {told}"]


def test_a_bad_row_of_a_foreign_table_is_kept_as_json(tmp_path: Path) -> None:
    path = tmp_path / "spend.csv"
    path.write_text("request_id,startTime,user,prompt_tokens\na,yesterday,u1,1\nb,2026-03-01 09:00:00,u2,few\n")
    quarantine = Quarantine()
    assert list(read([str(path)], BUILT_IN, Tally(), quarantine)) == []
    assert [entry.raw for entry in quarantine.entries] == [
        '{"request_id":"a","startTime":"yesterday","user":"u1","prompt_tokens":"1"}',
        '{"request_id":"b","startTime":"2026-03-01 09:00:00","user":"u2","prompt_tokens":"few"}',
    ]
