"""Reads the rows of Parquet files, only the columns that are needed, a bounded batch at a time."""

import os
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from plainterms.engine.sources.files import DAMAGE, Peeked
from plainterms.engine.sources.intake import BYTES, Intake
from plainterms.engine.sources.tables import Rows

ROWS = 131_072
FAILURES = (pa.ArrowException, *DAMAGE)

Choice = Callable[[list[str]], tuple[list[str], str | None]]
"""From the names of a table's columns: those to read, or why the table cannot be used."""


def rows(stream: Peeked, intake: Intake, choose: Choice) -> Iterator[Rows]:
    """The rows of a Parquet file.

    What cannot be read is quarantined, as one record if even the number of rows is lost.
    """
    done, total = 0, 1
    try:
        with stream.spooled() as plain, pq.ParquetFile(plain) as file:
            total = file.metadata.num_rows
            size = plain.seek(0, os.SEEK_END)
            names, fault = choose(file.schema_arrow.names)
            if fault is not None:
                intake.read(total)
                intake.reject(None, fault, ", ".join(file.schema_arrow.names), total)
                return
            for batch in file.iter_batches(_size(file.metadata), columns=names):
                lines = pa.array(np.arange(done + 1, done + batch.num_rows + 1))
                intake.read(batch.num_rows)
                done += batch.num_rows
                intake.file.position = partial(int, size * done // total)
                yield Rows(batch, lines)
    except FAILURES as error:
        left = max(total - done, 1)
        intake.read(left)
        intake.reject(done + 1, f"Parquet cannot be read: {error}", b"", left)


def _size(metadata: pq.FileMetaData) -> int:
    """Rows of a batch, so that it stays below the limit of bytes if rows are alike."""
    size = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
    each = max(size // max(metadata.num_rows, 1), 1)
    return int(max(min(ROWS, BYTES // each), 1))
