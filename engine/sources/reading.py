"""Turns logs of any known format into canonical batches: the one place where all of it comes together."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa

from plainterms.engine.sources import delimited, own, parquet
from plainterms.engine.sources.detect import CSV, FORMATS, JSONL, PARQUET, container, dialect
from plainterms.engine.sources.errors import SourceError, nearest
from plainterms.engine.sources.files import DAMAGE, Peeked, expand, opened
from plainterms.engine.sources.intake import Intake
from plainterms.engine.sources.lines import LONGEST, blocks
from plainterms.engine.sources.quarantine import Quarantine
from plainterms.engine.sources.tables import header_fault, needed, settled
from plainterms.engine.sources.tally import Tally
from plainterms.policy.schema import Schema


def read(
    paths: Sequence[str],
    schema: Schema,
    tally: Tally,
    quarantine: Quarantine,
    *,
    format: str | None = None,  # noqa: A002
    mapping: Path | None = None,
    columns: frozenset[str] | None = None,
    longest: int = LONGEST,
) -> Iterator[pa.RecordBatch]:
    """The events of all files, in canonical batches.

    Columns: ``kind`` and ``id`` string, ``time`` int64 in microseconds since 1970 UTC; each field that the batch
    has (text string; number and percent int64 in millionths; time and duration int64 microseconds; date int32
    days; yes/no bool; list of text list<string>); ``source`` int32, an index into ``tally.files``; ``line``
    int64, the 1-based line or row. A column that is absent is missing throughout. ``columns`` names the fields to
    produce; others are neither kept nor checked. ``longest`` is the limit of a line in bytes.

    Raises `SourceError` for paths, formats and mappings that cannot be used; bad input never raises.
    """
    if format is not None and format not in FORMATS:
        raise SourceError(f"unknown format `{format}`{nearest(format, FORMATS)}; known are {', '.join(FORMATS)}")
    for name in expand(paths):
        intake = Intake(schema, tally, quarantine, name, columns)
        yield from _file(name, intake, format, longest)


def _file(name: str, intake: Intake, given: str | None, longest: int) -> Iterator[pa.RecordBatch]:
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(opened(name))
        except DAMAGE as error:
            intake.read()
            intake.reject(None, f"cannot be read: {error}", b"")
            return
        yield from _batches(stream, intake, given, longest)


def _batches(stream: Peeked, intake: Intake, given: str | None, longest: int) -> Iterator[pa.RecordBatch]:
    def choose(names: list[str]) -> tuple[list[str], str | None]:
        return needed(names, intake), header_fault(names, intake.fields)

    shape = container(stream.start, given)
    intake.file.format = shape
    match shape:
        case "parquet":
            yield from settled(parquet.rows(stream, intake, choose), intake)
        case "csv":
            yield from settled(delimited.rows(stream, intake, choose, longest), intake)
        case _:
            yield from own.read(blocks(stream, intake, longest), intake)
