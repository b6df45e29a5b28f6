"""Which accounts the findings of an audit are about: those whose events are the evidence."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import orjson
import pyarrow as pa

from plainterms.engine.plan import clause_key
from plainterms.policy.errors import PlainTermsError

SOME = 1_000_000
"""Ids that are looked up together."""

BEGINS = b'{"finding":"'
"""How a line of `event-ids.jsonl` begins, before the finding's id."""


@dataclass(frozen=True)
class Accused:
    """A finding, reduced to what it says of whom. ``opened`` is in microseconds since 1970."""

    clause: str
    severity: str
    verdict: str
    opened: int
    accounts: frozenset[str]


def accused_of(folder: Path, owners: Iterable[pa.RecordBatch], several: bool = False) -> Iterator[Accused]:
    """The findings in a folder that `audit --out` wrote; ``owners`` are the events of its log, `id` and `account`.

    Clauses of ``several`` documents are named with their documents.

    Raises PlainTermsError where the folder holds no findings.
    """
    try:
        findings = {
            row["id"]: row for row in map(orjson.loads, (folder / "findings.jsonl").read_bytes().splitlines())
        }
        ids = (folder / "event-ids.jsonl").open("rb")
    except OSError as error:
        raise PlainTermsError(
            f"{folder} holds no findings; write them with `plainterms audit … --out {folder}`"
        ) from error
    with ids, duckdb.connect() as connection:
        _know(connection, owners)
        for some in _some(ids, findings):
            accounts = _accounts(connection, some)
            for identifier in some:
                row = findings[identifier]
                yield _accused(row, frozenset(accounts.get(identifier, ()) or _own(row)), several)


def _own(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The account that a finding is about by its subject: nobody's events need to be looked up."""
    return (row["subject"]["name"],) if row["subject"]["kind"] == "account" else ()


def _know(connection: duckdb.DuckDBPyConnection, owners: Iterable[pa.RecordBatch]) -> None:
    connection.execute("create table owners (id varchar, account varchar)")
    for batch in owners:
        if "account" in batch.schema.names:
            connection.register("batch", pa.Table.from_batches([batch.select(["id", "account"])]))
            connection.execute("insert into owners select id, account from batch where account is not null")
            connection.unregister("batch")


def _some(lines: Iterable[bytes], findings: Mapping[str, Any]) -> Iterator[dict[str, list[str]]]:
    """The ids of events by finding, some findings at a time; none where the subject is the account."""
    some: dict[str, list[str]] = {}
    held = 0
    for line in lines:
        identifier = line[len(BEGINS) : line.index(b'"', len(BEGINS))].decode()
        some[identifier] = [] if _own(findings[identifier]) else orjson.loads(line)["events"]
        held += len(some[identifier])
        if held > SOME:
            yield some
            some, held = {}, 0
    if some:
        yield some


def _accounts(connection: duckdb.DuckDBPyConnection, some: Mapping[str, list[str]]) -> dict[str, set[str]]:
    names = list(some)
    places = np.repeat(np.arange(len(names), dtype=np.int32), [len(ids) for ids in some.values()])
    ids = pa.chunked_array([pa.array(one, pa.string()) for one in some.values()], pa.string())
    connection.register("evidence", pa.table({"finding": pa.array(places), "id": ids}))
    rows = connection.execute("select distinct finding, account from evidence join owners using (id)").fetchall()
    connection.unregister("evidence")
    found: dict[str, set[str]] = {}
    for place, account in rows:
        found.setdefault(names[place], set()).add(account)
    return found


def _accused(row: Mapping[str, Any], accounts: frozenset[str], several: bool) -> Accused:
    opened = round(datetime.fromisoformat(row["first_time"]).timestamp() * 1_000_000)
    clause = clause_key(row["terms"], row["clause"]) if several else row["clause"]
    return Accused(clause, row["severity"], row["verdict"], opened, accounts)
