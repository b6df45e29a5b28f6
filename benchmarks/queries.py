"""The fifty clauses as one hand-written SQL query each, run by DuckDB one after another on the same files."""

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from benchmarks import terms
from benchmarks.data import logs, registers
from benchmarks.draft import end_of

FOLDER = Path(__file__).with_name("queries")
THREADS = 2


@dataclass(frozen=True)
class Answer:
    """What a query took and whom it found in breach."""

    clause: str
    seconds: float
    subjects: tuple[str, ...]


def connected(folder: Path, events: int) -> duckdb.DuckDBPyConnection:
    """A connection that sees the log as `log` (its requests as `request`) and the registers as tables."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"CREATE VIEW log AS FROM read_parquet('{folder}/*.parquet')")
    connection.execute("CREATE VIEW request AS FROM log WHERE kind = 'request'")
    connection.execute(f"SET VARIABLE until = to_timestamp({end_of(events)})")
    for name, path in registers().items():
        table = (
            f"CREATE TABLE {name}_register AS FROM read_csv('{path}', header = true, auto_type_candidates = {_TYPES})"
        )
        connection.execute(table)
    return connection


_TYPES = "['BIGINT', 'DOUBLE', 'TIMESTAMPTZ', 'VARCHAR']"


def run(folder: Path, events: int, names: list[str]) -> list[Answer]:
    """Run the queries of these clauses in turn."""
    connection = connected(folder, events)
    answers = []
    for name in names:
        begun = time.perf_counter()
        rows = connection.sql((FOLDER / f"{name}.sql").read_text()).to_arrow_table()
        seconds = time.perf_counter() - begun
        answers.append(Answer(name, seconds, tuple(sorted(rows["subject"].to_pylist()))))
    return answers


def groups(folder: Path, events: int, fields: tuple[str, ...]) -> dict[str, str]:
    """The group of each account that shares one of the fields with another, named by the group's first account."""
    connection = connected(folder, events)
    query = (FOLDER / ("spread.sql" if "device" in fields else "ban_evasion.sql")).read_text()
    members = query[: query.index("member AS MATERIALIZED")] + _MEMBERS
    return dict(connection.execute(members).fetchall())


_MEMBERS = "member AS (SELECT account, least(account, min(other)) FROM reach GROUP BY account) FROM member"


def main() -> None:
    """Run the queries from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--missing", type=float, default=0.0)
    parser.add_argument("--only", nargs="*", help="names of clauses")
    parser.add_argument("--out", type=Path, help="write the answers there as JSON")
    options = parser.parse_args()
    names = options.only or list(terms.clauses(50))
    answers = run(logs(options.events, options.missing), options.events, names)
    for answer in answers:
        print(f"{answer.clause:24} {answer.seconds:7.2f} s {len(answer.subjects):7} subjects")
    print(f"{'all':24} {sum(answer.seconds for answer in answers):7.2f} s")
    if options.out:
        options.out.write_text(json.dumps([asdict(answer) for answer in answers]))


if __name__ == "__main__":
    main()
