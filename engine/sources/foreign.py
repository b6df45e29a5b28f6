"""Sets the records of other people's formats in canonical form: each format says what a record means."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import orjson
import pyarrow as pa

from plainterms.engine.sources.intake import ROWS, Intake, Lot
from plainterms.engine.sources.records import Records
from plainterms.policy.schema import Field, Type


@dataclass(frozen=True)
class Event:
    """A record that is an event: its fields by our names, and what it was made from."""

    fields: Mapping[str, object]
    raw: object = b""


@dataclass(frozen=True)
class Passed:
    """A sound record that is no event."""

    reason: str


@dataclass(frozen=True)
class Fault:
    """A record that cannot be understood."""

    reason: str
    raw: object = b""


Outcome = Event | Passed | Fault
Meaning = Callable[[Mapping[str, object]], Iterable[Outcome]]
"""What the object on one line means: one outcome for each record it holds."""


class BadRecordError(ValueError):
    """A record that cannot be understood; the message is the reason that goes into the quarantine."""


@dataclass
class _Gathered:
    rows: list[dict[str, object]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    raws: list[object] = field(default_factory=list)


def settled(lots: Iterator[Records], meaning: Meaning, intake: Intake) -> Iterator[pa.RecordBatch]:
    """Canonical batches of what the objects of a stream mean. A table's row has no raw text but itself."""
    for lot in lots:
        gathered = _Gathered()
        for entry, line, raw in zip(lot.objects, lot.lines, lot.raws, strict=True):
            for number, outcome in enumerate(meaning(entry)):
                if number:
                    intake.read()
                _sort(outcome, line, raw or entry, gathered, intake)
            if len(gathered.rows) >= ROWS:
                yield from _settle(gathered, intake)
                gathered = _Gathered()
        yield from _settle(gathered, intake)


def _sort(outcome: Outcome, line: int, raw: object, gathered: _Gathered, intake: Intake) -> None:
    match outcome:
        case Event():
            gathered.rows.append({"kind": "request", **outcome.fields})
            gathered.lines.append(line)
            gathered.raws.append(outcome.raw or raw)
        case Passed():
            intake.pass_over(outcome.reason)
        case Fault():
            intake.reject(line, outcome.reason, _bytes(outcome.raw or raw))


def _settle(gathered: _Gathered, intake: Intake) -> Iterator[pa.RecordBatch]:
    if not gathered.rows:
        return
    names = [name for name in set().union(*gathered.rows) if intake.wants(name)]
    columns = {name: [row.get(name) for row in gathered.rows] for name in names}
    lot = Lot(columns, gathered.lines, lambda row: _bytes(gathered.raws[row]))
    batch = intake.settle(lot, foreign=True)
    if batch is not None:
        yield batch


def _bytes(raw: object) -> bytes:
    return raw if isinstance(raw, bytes) else orjson.dumps(raw, default=str)


def given(value: object) -> object:
    """None for an empty text, which these formats write where nothing was given; numbers that name things as text."""
    if value == "":
        return None
    return str(value) if type(value) is int else value


def extras(labels: object, fields: Mapping[str, Field], carrier: str) -> dict[str, object]:
    """Labels that a client or gateway attached under our field names.

    Only text fields that the format itself does not carry: a label must not overwrite what the log says, nor spoil
    the record.
    """
    if not isinstance(labels, dict):
        return {}
    return {
        name: value
        for name, value in labels.items()
        if isinstance(value, str)
        and (entry := fields.get(name)) is not None
        and entry.type is Type.TEXT
        and carrier not in entry.carriers
    }


def compact(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
