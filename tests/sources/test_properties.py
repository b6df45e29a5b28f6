"""Whatever the bytes, reading never fails, no record is lost, and both ways to read a column agree."""

import gzip
from decimal import Decimal
from pathlib import Path

import orjson
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainterms.engine.sources import FORMATS, Quarantine, Tally, read
from plainterms.engine.sources.columns import column
from plainterms.engine.sources.values import BadValueError, convert
from plainterms.policy.schema import BUILT_IN, Field, Type

PIECES = [
    b"{", b"}", b"[", b"]", b'"', b"\\", b",", b":", b"\n", b"\r\n", b" ", b"\x00", b"\xff", b"\xef\xbb\xbf", b"null",
    b'"id"', b'"time"', b'"kind"', b'"a"', b'"2026-03-01T09:00:00Z"', b'"request"', b'"output_tokens"', b"1e5", b"-0",
    b"id,time\n", b"a,2026-03-01T09:00:00Z\n", b'"resourceSpans":', b'"scopeSpans":', b'"spans":', b'"attributes":',
    b'"schemaType": "ModelInvocationLog"', b'"request_id":', b'"startTime":', b"PAR1",
    b"\x1f\x8b", b"\x28\xb5\x2f\xfd",
    b'{"id": "a", "time": "2026-03-01T09:00:00Z"}\n', b'{"id": "b", "time": "2026-03-01T09:00:00Z", "spend": 0.5}\n',
]  # fmt: skip
SOUP = st.one_of(
    st.binary(max_size=200),
    st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)), max_size=40).map(b"".join),
)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def check(data: bytes, folder: Path, given_format: str | None, longest: int = 10_000) -> list[pa.RecordBatch]:
    (folder / "log").write_bytes(data)
    tally, quarantine = Tally(), Quarantine(folder / "bad.jsonl")
    with quarantine:
        batches = list(read([str(folder / "log")], BUILT_IN, tally, quarantine, format=given_format, longest=longest))
    assert tally.total.balanced
    assert tally.total.events == sum(batch.num_rows for batch in batches)
    assert tally.total.quarantined == len(quarantine)
    return batches


@QUIET
@given(SOUP, st.sampled_from([None, *FORMATS]))
def test_any_bytes(tmp_path: Path, data: bytes, given_format: str | None) -> None:
    check(data, tmp_path, given_format, longest=100)


@QUIET
@given(SOUP, st.integers(0, 60))
def test_any_packed_bytes(tmp_path: Path, data: bytes, kept: int) -> None:
    check(gzip.compress(data)[:kept], tmp_path, None)


@QUIET
@given(st.lists(st.dictionaries(st.sampled_from(sorted(BUILT_IN.fields_of("request"))), JSON), max_size=5))
def test_any_values(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    whole = [{"id": "a", "time": "2026-03-01T09:00:00Z", **row} for row in rows]
    check(b"".join(orjson.dumps(row) + b"\n" for row in whole), tmp_path, "jsonl")


@QUIET
@given(
    st.sampled_from(["request_id", "startTime", "metadata", "request_tags", "messages", "response", "spend"]),
    JSON,
    st.booleans(),
)
def test_any_litellm_column(tmp_path: Path, name: str, value: object, packed: bool) -> None:
    row = {"request_id": "a", "startTime": "2026-03-01 09:00:00", "proxy_server_request": value}
    row[name] = orjson.dumps(value).decode() if packed else value
    check(orjson.dumps(row), tmp_path, "litellm")


@QUIET
@given(JSON, JSON, JSON)
def test_any_bodies(tmp_path: Path, asked: object, answered: object, label: object) -> None:
    row = {
        "schemaType": "ModelInvocationLog", "requestId": "a", "timestamp": "2026-03-01T09:00:00Z",
        "input": {"inputBodyJson": {"messages": asked, "system": label, "tools": label}},
        "output": {"outputBodyJson": answered}, "requestMetadata": label,
    }  # fmt: skip
    assert [batch.num_rows for batch in check(orjson.dumps(row), tmp_path, "bedrock")] == [1]


DAY, CLOCK = "20[0-9]{2}-[01][0-9]-[0-3][0-9]", "[0-2][0-9]:[0-6][0-9]:[0-6][0-9]"
WORDS = [
    "role", "content", "type", "text", "parts", "messages", "message", "choices", "output", "input", "delta", "name",
    "tools", "function", "toolConfig", "temperature", "stream", "key", "value", "attributes", "events", "status",
    "code", "stringValue", "arrayValue", "kvlistValue", "intValue", "values", "traceId", "spanId",
    "startTimeUnixNano",
    "contentBlockDelta", "results", "outputText", "user_api_key_user_id", "error_information", "spend_logs_metadata",
]  # fmt: skip
SAID = st.sampled_from([
    "user", "system", "text", "Hi", "chat", "gen_ai.operation.name", "gen_ai.input.messages", "gen_ai.user.message",
    "gen_ai.choice", "gen_ai.system", '[{"role": ["x"], "content": {}}]', "user.id", "plainterms.country", "1", "",
])  # fmt: skip
SHAPED = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | SAID,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)


@QUIET
@given(SHAPED, SHAPED, SHAPED)
def test_any_shape_of_bodies(tmp_path: Path, asked: object, answered: object, label: object) -> None:
    bedrock = {
        "schemaType": "ModelInvocationLog", "requestId": "a", "timestamp": "2026-03-01T09:00:00Z", "operation": label,
        "input": {"inputBodyJson": asked}, "output": {"outputBodyJson": answered}, "requestMetadata": label,
    }  # fmt: skip
    check(orjson.dumps(bedrock), tmp_path, "bedrock")
    row = {"request_id": "a", "startTime": "2026-03-01 09:00:00", "metadata": label, "call_type": label}
    row |= {"proxy_server_request": asked, "messages": asked, "response": answered, "request_tags": label}
    check(orjson.dumps(row), tmp_path, "litellm")


@QUIET
@given(st.dictionaries(SAID, SHAPED, max_size=4), SHAPED, SHAPED)
def test_any_shape_of_spans(tmp_path: Path, values: dict[str, object], events: object, odd: object) -> None:
    attributes = [{"key": key, "value": {"stringValue": value}} for key, value in values.items()]
    good = {"traceId": "t", "spanId": "s", "startTimeUnixNano": "1772366400000000000"}
    spans = [{**good, "attributes": attributes, "events": events}, odd, {**good, "attributes": odd}]
    check(orjson.dumps({"resourceSpans": [{"resource": odd, "scopeSpans": [{"spans": spans}]}]}), tmp_path, "otel")


TEXTS = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"\A-?[0-9]{1,12}(\.[0-9]{1,8})?\Z"),
    st.from_regex(rf"\A{DAY}[T ]{CLOCK}(\.[0-9]{{1,9}})?(Z|[+-][0-2][0-9]:[0-6][0-9])?\Z"),
    st.from_regex(rf"\A{DAY}\Z"),
    st.sampled_from(["51%", "yes", "No", "90 seconds", "1.5 hours", "2 weeks", "", "NaN", "1e5"]),
)
NUMBERS = st.one_of(
    st.integers(-(2**66), 2**66),
    st.floats(),
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-10, max_value=10).map(float),
    st.booleans(),
)


@pytest.mark.parametrize("kind", list(Type))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_column_means_what_its_values_mean(kind: Type, data: st.DataObject) -> None:
    entry = Field("f", kind, "", least=data.draw(st.sampled_from([None, 0])))
    foreign = data.draw(st.booleans())
    pool = data.draw(st.sampled_from([TEXTS, NUMBERS, st.lists(TEXTS, max_size=3), TEXTS | NUMBERS]))
    values = data.draw(st.lists(st.none() | pool, max_size=4))
    done = column(values, entry, foreign)
    assert [done.bad.get(row, done.array[row].as_py()) for row in range(len(values))] == [
        converted(value, entry, foreign) for value in values
    ]


def converted(value: object, entry: Field, foreign: bool) -> object:
    """The value, or the reason why there is none."""
    try:
        return None if value is None else convert(value, entry, foreign)
    except BadValueError as error:
        return str(error)


@given(st.decimals(min_value=-999_999_999, max_value=999_999_999, places=6))
def test_six_decimals_survive_a_double(value: Decimal) -> None:
    entry = Field("f", Type.NUMBER, "")
    exact = int(value.scaleb(6))
    assert column([float(value)], entry).array.to_pylist() == [exact]
    assert column([str(value)], entry).array.to_pylist() == [exact]


ARROW_TYPES = [
    pa.int8(), pa.int64(), pa.uint64(), pa.float32(), pa.float64(), pa.date32(), pa.date64(), pa.time64("ns"),
    pa.timestamp("s"), pa.timestamp("ns"), pa.timestamp("s", "UTC"), pa.timestamp("ns", "Europe/Berlin"),
    pa.timestamp("us", "+05:30"), pa.duration("s"), pa.duration("ns"),
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(ARROW_TYPES),
    st.sampled_from(list(Type)),
    st.lists(st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9), max_size=3),
    st.booleans(),
)
def test_any_arrow_column(kind: pa.DataType, wanted: Type, values: list[int | None], foreign: bool) -> None:
    bits = kind.bit_width
    within = [None if value is None else (value + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1) for value in values]
    raw = pa.array(within, {8: pa.int8(), 32: pa.int32(), 64: pa.int64()}[bits])
    done = column(raw.view(kind), Field("f", wanted, ""), foreign)
    assert len(done.array) == len(values)
    assert all((row in done.bad) != done.array[row].is_valid for row, value in enumerate(values) if value is not None)
