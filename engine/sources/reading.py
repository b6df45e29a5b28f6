"""Turns logs of any known format into canonical batches: the one place where all of it comes together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyarrow as pa

from plainterms.engine.sources import bedrock, delimited, foreign, litellm, otel, own, parquet
from plainterms.engine.sources.detect import (
    BEDROCK,
    FORMATS,
    JSONL,
    LITELLM,
    OTEL,
    PARQUET,
    container,
    dialect,
    is_litellm,
)
from plainterms.engine.sources.documents import documents, spans_lines
from plainterms.engine.sources.errors import SourceError, nearest
from plainterms.engine.sources.files import DAMAGE, Peeked, expand, opened
from plainterms.engine.sources.intake import Intake
from plainterms.engine.sources.lines import LONGEST, blocks
from plainterms.engine.sources.mapped import applied, tabled
from plainterms.engine.sources.mapping import FieldMapping, load
from plainterms.engine.sources.mapping import header_fault as mapping_fault
from plainterms.engine.sources.quarantine import Quarantine
from plainterms.engine.sources.records import Records, decoded
from plainterms.engine.sources.tables import header_fault, settled
from plainterms.engine.sources.tally import Tally
from plainterms.policy.schema import Field, Schema

MEANINGS: Mapping[str, Callable[[Mapping[str, object], Mapping[str, Field]], Iterable[foreign.Outcome]]] = {
    LITELLM: litellm.meaning,
    OTEL: otel.meaning,
    BEDROCK: bedrock.meaning,
}
"""What the objects of each foreign format mean."""

NONE: Mapping[str, Path] = {}


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
    copies: Mapping[str, Path] = NONE,
) -> Iterator[pa.RecordBatch]:
    """The events of all files, in canonical batches.

    Columns: ``kind`` and ``id`` string, ``time`` int64 in microseconds since 1970 UTC; each field that the batch
    has (text string; number and percent int64 in millionths; time and duration int64 microseconds; date int32
    days; yes/no bool; list of text list<string>); ``source`` int32, an index into ``tally.files``; ``line``
    int64, the 1-based line or row. Strings may be dictionary-encoded, as Parquet has them. A column that is absent
    is missing throughout. ``columns`` names the fields to produce; others are neither kept nor checked.
    ``longest`` is the limit of a line in bytes. ``copies`` say where the bytes of a path stand, if not there.

    Raises `SourceError` for paths, formats and mappings that cannot be used; bad input never raises.
    """
    if format is not None and format not in FORMATS:
        raise SourceError(f"unknown format `{format}`{nearest(format, FORMATS)}; known are {', '.join(FORMATS)}")
    plan = Plan(format, None if mapping is None else load(mapping, schema, copies.get(str(mapping))), longest)
    for name in expand(paths):
        intake = Intake(schema, tally, quarantine, name, columns)
        yield from _file(name, copies.get(name), intake, plan)
    tally.finished = True


@dataclass(frozen=True)
class Plan:
    """How the files of a run are to be read."""

    format: str | None
    mapping: FieldMapping | None
    longest: int


def _file(name: str, copy: Path | None, intake: Intake, plan: Plan) -> Iterator[pa.RecordBatch]:
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(opened(name, copy))
        except DAMAGE as error:
            intake.read()
            intake.reject(None, f"cannot be read: {error}", b"")
            return
        intake.file.position = stream.position
        shape = container(stream.start, plan.format)
        if shape == JSONL:
            cut = documents if spans_lines(stream.start) else blocks
            objects = decoded(cut(stream, intake, plan.longest), intake)
            yield from _from_objects(objects, intake, plan, plan.format or dialect(stream.start))
        else:
            yield from _from_table(stream, intake, plan, shape)


def _from_objects(
    objects: Iterator[Records],
    intake: Intake,
    plan: Plan,
    format: str,  # noqa: A002
) -> Iterator[pa.RecordBatch]:
    intake.file.format = format if plan.mapping is None else "mapped"
    if plan.mapping is not None:
        yield from settled(applied(tabled(objects, plan.mapping), plan.mapping, intake), intake)
    elif format == JSONL:
        yield from own.settled(objects, intake)
    else:
        meaning = MEANINGS[format]
        yield from foreign.settled(objects, lambda entry: meaning(entry, intake.fields), intake)


def _from_table(stream: Peeked, intake: Intake, plan: Plan, shape: str) -> Iterator[pa.RecordBatch]:
    def choose(names: list[str]) -> tuple[list[str], str | None]:
        if plan.mapping is not None:
            wanted = {name.lower() for name in plan.mapping.columns}
            intake.file.format = "mapped"
            return [name for name in names if name.lower() in wanted], mapping_fault(plan.mapping, names)
        if plan.format == LITELLM or (plan.format is None and is_litellm(names)):
            intake.file.format = LITELLM
            return [name for name in names if name in litellm.COLUMNS], None
        return [name for name in names if intake.wants(name)], header_fault(names, intake.fields)

    intake.file.format = shape
    rows = (
        parquet.rows(stream, intake, choose)
        if shape == PARQUET
        else delimited.rows(stream, intake, choose, plan.longest)
    )
    first = next(rows, None)
    if first is None:
        return
    rows = chain([first], rows)
    if plan.mapping is not None:
        yield from settled(applied(rows, plan.mapping, intake), intake)
    elif intake.file.format == LITELLM:
        objects = (table.objects(intake) for table in rows)
        yield from foreign.settled(objects, lambda entry: litellm.meaning(entry, intake.fields), intake)
    else:
        yield from settled(rows, intake)
