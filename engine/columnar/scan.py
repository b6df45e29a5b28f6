"""Reads a log once and keeps what an audit needs of it; texts are judged as they pass and not kept."""

import os
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pyarrow as pa

from plainterms.engine.columnar.ahead import ahead
from plainterms.engine.columnar.batches import Batch, evened
from plainterms.engine.columnar.facts import Facts
from plainterms.engine.columnar.kept import Kept
from plainterms.engine.columnar.memory import give_back
from plainterms.engine.columnar.pieces import Piece, Reader
from plainterms.engine.columnar.repeats import OnConflict, repeats
from plainterms.engine.columnar.sequence import total_order
from plainterms.engine.columnar.store import Store
from plainterms.engine.columnar.wanted import Wanted, wanted
from plainterms.engine.registers import RegisterTable
from plainterms.policy.meaning import Condition, Field

GIVEN_BACK = 64
"""Pieces after which memory that is free is given back."""


def scan(
    batches: Iterable[pa.RecordBatch],
    conditions: Collection[Condition],
    fields: Collection[Field],
    registers: Mapping[str, RegisterTable],
    *,
    spill: Path | None = None,
    on_conflict: OnConflict,
    threads: int | None = None,
) -> Facts:
    """The facts of a log, in canonical batches (see `engine.sources`): conditions that may be asked, and fields.

    Conditions have no `Follows` and no `BreachIn`. With ``spill``, an empty folder, columns are kept in files there,
    which must outlive the facts; otherwise they stay in memory, some 120 bytes an event for twenty fields.
    Of records with one id, equal ones count once; contradicting ones are taken out and reported to ``on_conflict``
    with their places, in the order of ids. Any order of the input gives the same facts.
    """
    threads = threads or len(os.sched_getaffinity(0))
    keep = wanted(conditions, fields)
    kept = Kept(keep, Store(spill))
    with closing(kept):
        for number, piece in enumerate(_pieces(batches, keep, threads), 1):
            kept.append(piece)
            del piece
            if number % GIVEN_BACK == 0:
                give_back(kept.rows)
    found = repeats(kept, on_conflict)
    order = total_order(kept.moments(), found.rows, kept.ids)
    kept.settle(order, threads)
    give_back(kept.rows)
    return Facts(kept, order, registers, found.repeated, found.conflicting)


def _pieces(batches: Iterable[pa.RecordBatch], keep: Wanted, threads: int) -> Iterator[Piece]:
    """What is kept of each batch, in turn; several batches are worked on at a time."""
    reader, waiting = Reader(keep), deque[Future[Piece]]()
    with ThreadPoolExecutor(threads, "scan") as pool:
        for one in evened(ahead(batches)):
            batch = Batch(one)
            reader.contents.meet(batch)
            waiting.append(pool.submit(reader.piece, batch))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
