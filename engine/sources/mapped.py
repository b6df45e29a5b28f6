"""Applies a mapping to the rows of a table; a row on which an expression fails is quarantined alone."""

import re
from collections.abc import Iterator

import duckdb
import numpy as np
import orjson
import pyarrow as pa

from plainterms.engine.sources.errors import SourceError, shown
from plainterms.engine.sources.intake import Intake
from plainterms.engine.sources.mapping import FieldMapping, Source, connection
from plainterms.engine.sources.records import Records
from plainterms.engine.sources.tables import Rows

MISTAKES = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.SyntaxException)
"""What a wrong expression raises, whatever the row."""


def applied(tables: Iterator[Rows], mapping: FieldMapping, intake: Intake) -> Iterator[Rows]:
    """The rows with our columns. Raises `SourceError` for an expression that fits no row of the table."""
    sources = [source for source in mapping.sources if intake.wants(source.field.name)]
    with connection() as database:
        for rows in tables:
            bad = {} if _works(database, rows, sources, mapping) else _failures(database, rows, sources)
            for row in sorted(bad):
                intake.reject(rows.lines[row].as_py(), bad[row], rows.raw(row))
            good = rows.without(bad) if bad else rows
            if len(good.lines):
                yield Rows(_evaluated(database, good, sources), good.lines, good.textual, good.batch)


def tabled(lots: Iterator[Records], mapping: FieldMapping) -> Iterator[Rows]:
    """JSON objects as rows: the columns that the mapping names, as text, nested values as JSON text."""
    names = sorted(mapping.columns)
    for lot in lots:
        cells = [pa.array([_cell(entry.get(name)) for entry in lot.objects], pa.string()) for name in names]
        batch = pa.RecordBatch.from_arrays(cells, names)
        yield Rows(batch, pa.array(lot.lines, pa.int64()), textual=True)


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def _works(database: duckdb.DuckDBPyConnection, rows: Rows, sources: list[Source], mapping: FieldMapping) -> bool:
    try:
        _evaluated(database, rows, sources)
    except MISTAKES as error:
        raise SourceError(f"{mapping.path}: an expression cannot be used on this table: {_said(error)}") from error
    except duckdb.Error:
        return False
    return True


def _said(error: duckdb.Error) -> str:
    """What DuckDB says is wrong, without the class of the error and its guesses."""
    unknown = re.search(r"(Function|Type) with name (\S+) does not exist", str(error))
    if unknown is not None:
        return f"there is no {unknown[1].lower()} {shown(unknown[2])}"
    return str(error).partition("\n")[0].removeprefix("Binder Error: ")


def _evaluated(database: duckdb.DuckDBPyConnection, rows: Rows, sources: list[Source]) -> pa.RecordBatch:
    wanted = ", ".join(f'({source.expression}\n) as "{source.field.name}"' for source in sources)
    table = _query(database, rows, f"select {wanted} from foreign_rows")  # noqa: S608 - checked by `mapping.load`
    arrays = [column.combine_chunks() for column in table.columns]
    return pa.RecordBatch.from_arrays(arrays, table.schema.names)


def _failures(database: duckdb.DuckDBPyConnection, rows: Rows, sources: list[Source]) -> dict[int, str]:
    """Rows on which an expression fails: there even ``try(… is null)`` has no value.

    Each expression is asked for alone; two that share a part made DuckDB 2.0 take that part out of the ``try``.
    """
    bad: dict[int, str] = {}
    for source in sources:
        query = f"select try(({source.expression}\n) is null) as fails from foreign_rows"  # noqa: S608 - as above
        table = _query(database, rows, query)
        failing = table["fails"].combine_chunks().is_null().to_numpy(zero_copy_only=False)
        reason = f"mapping fails: the expression for `{source.field.name}` has no value on this row"
        for row in np.flatnonzero(failing).tolist():
            bad.setdefault(row, reason)
    return bad


def _query(database: duckdb.DuckDBPyConnection, rows: Rows, query: str) -> pa.Table:
    database.register("foreign_rows", pa.Table.from_batches([rows.batch]))
    try:
        return database.sql(query).to_arrow_table()
    finally:
        database.unregister("foreign_rows")
