"""Which accounts the findings of an audit are about: those whose events are the evidence."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import orjson
import pyarrow as pa

from plainterms.engine.sources import Quarantine, Tally
from plainterms.engine.unchanged import Kept
from plainterms.policy.errors import PlainTermsError

SOME = 500_000
"""Ids that are looked up together."""


@dataclass(frozen=True)
class Accused:
    """A finding, reduced to what it says of whom. ``opened`` is in microseconds since 1970."""

    clause: str
    severity: str
    verdict: str
    opened: int
    accounts: frozenset[str]


def accused_of(folder: Path, owners: Iterable[pa.RecordBatch]) -> Iterator[Accused]:
    """The findings in a folder that `audit --out` wrote; ``owners`` are the events of its log, `id` and `account`.

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
        for some in _some(ids):
            accounts = _accounts(connection, some)
            for identifier in some:
                yield _accused(findings[identifier], frozenset(accounts.get(identifier, ())))


def _know(connection: duckdb.DuckDBPyConnection, owners: Iterable[pa.RecordBatch]) -> None:
    connection.execute("create table owners (id varchar, account varchar)")
    for batch in owners:
        if "account" in batch.schema.names:
            connection.register("batch", pa.Table.from_batches([batch.select(["id", "account"])]))
            connection.execute("insert into owners select id, account from batch where account is not null")
            connection.unregister("batch")


def _some(lines: Iterable[bytes]) -> Iterator[dict[str, list[str]]]:
    """The ids of events by finding, some findings at a time."""
    some: dict[str, list[str]] = {}
    held = 0
    for line in lines:
        row = orjson.loads(line)
        some[row["finding"]] = row["events"]
        held += len(row["events"])
        if held > SOME:
            yield some
            some, held = {}, 0
    if some:
        yield some


def _accounts(connection: duckdb.DuckDBPyConnection, some: Mapping[str, list[str]]) -> dict[str, set[str]]:
    findings = [finding for finding, ids in some.items() for _ in ids]
    connection.register(
        "evidence", pa.table({"finding": findings, "id": [one for ids in some.values() for one in ids]})
    )
    rows = connection.execute("select distinct finding, account from evidence join owners using (id)").fetchall()
    connection.unregister("evidence")
    found: dict[str, set[str]] = {}
    for finding, account in rows:
        found.setdefault(finding, set()).add(account)
    return found


def _accused(row: Mapping[str, str], accounts: frozenset[str]) -> Accused:
    opened = round(datetime.fromisoformat(row["first_time"]).timestamp() * 1_000_000)
    return Accused(row["clause"], row["severity"], row["verdict"], opened, accounts)


def owners_in(kept: Kept) -> Iterator[pa.RecordBatch]:
    """The events of the log that an audit read, with whose they are."""
    from plainterms.engine.inputs import spooled
    from plainterms.engine.sources import read
    from plainterms.policy.schema import BUILT_IN

    request = kept.request
    mapping = () if request.mapping is None else (request.mapping,)
    with ExitStack() as stack:
        copies = stack.enter_context(spooled([*request.logs, *mapping]))
        yield from read(
            request.logs,
            BUILT_IN,
            Tally(),
            Quarantine(),
            format=request.format,
            mapping=request.mapping,
            columns=frozenset({"account"}),
            copies=copies,
        )
