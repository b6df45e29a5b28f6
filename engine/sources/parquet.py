"""Reads the rows of Parquet files, only the columns that are needed, a bounded batch at a time."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from plainterms.engine.sources.files import DAMAGE, Peeked
from plainterms.engine.sources.intake import Intake
from plainterms.engine.sources.tables import Rows

ROWS = 131_072
MOST_BYTES = 64 * 2**20
"""Rows and bytes of a batch at most."""

LOOKED_AT = 4
"""Row groups by which a column is judged."""

CODED = 8
"""Bytes a value up to which a column with dictionaries does repeat its values; where they are full, texts follow."""

FAILURES = (pa.ArrowException, *DAMAGE)

Choice = Callable[[list[str]], tuple[list[str], str | None]]
"""From the names of a table's columns: those to read, or why the table cannot be used."""


def rows(stream: Peeked, intake: Intake, choose: Choice) -> Iterator[Rows]:
    """The rows of a Parquet file.

    What cannot be read is quarantined, as one record if even the number of rows is lost.
    """
    done, total = 0, 1
    try:
        with stream.spooled() as plain:
            with pq.ParquetFile(plain) as file:
                metadata, present = file.metadata, file.schema_arrow.names
            total = metadata.num_rows
            size = plain.seek(0, os.SEEK_END)
            names, fault = choose(present)
            if fault is not None:
                intake.read(total)
                intake.reject(None, fault, ", ".join(present), total)
                return
            for batch in _batches(plain, metadata, names):
                lines = pa.array(np.arange(done + 1, done + batch.num_rows + 1))
                intake.read(batch.num_rows)
                done += batch.num_rows
                intake.file.position = partial(int, size * done // total)
                yield Rows(batch, lines)
    except FAILURES as error:
        left = max(total - done, 1)
        intake.read(left)
        intake.reject(done + 1, f"Parquet cannot be read: {error}", b"", left)


def _batches(plain: BinaryIO, metadata: pq.FileMetaData, names: list[str]) -> Iterator[pa.RecordBatch]:
    """Batches that do not reach from one row group into the next, which has other dictionaries."""
    with pq.ParquetFile(plain, read_dictionary=[name for name in names if _repeats(metadata, name)]) as file:
        for group in range(metadata.num_row_groups):
            size = _size(metadata.row_group(group))
            yield from file.iter_batches(size, row_groups=[group], columns=names)


def _repeats(metadata: pq.FileMetaData, name: str) -> bool:
    """Whether a column is stored as numbers of the values in a dictionary, and is read so."""
    paths = [metadata.schema.column(place).path for place in range(metadata.num_columns)]
    if name not in paths or metadata.schema.column(paths.index(name)).physical_type != "BYTE_ARRAY":
        return False
    groups = range(min(metadata.num_row_groups, LOOKED_AT))
    chunks = [metadata.row_group(group).column(paths.index(name)) for group in groups]
    return all(one.has_dictionary_page and one.total_uncompressed_size <= CODED * one.num_values for one in chunks)


def _size(group: pq.RowGroupMetaData) -> int:
    """Rows of a batch, so that it stays below the limits if rows are alike, and all of a group are about equal."""
    parts = max(-(-group.num_rows // ROWS), -(-group.total_byte_size // MOST_BYTES), 1)
    return int(max(-(-group.num_rows // parts), 1))
