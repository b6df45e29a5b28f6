"""Pages of findings out of a million, by cursor and, as the peer, by OFFSET; and what custody adds to adding rows."""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from benchmarks.machine import line
from plainterms.engine.store import engines
from plainterms.engine.store.listing import EVERYTHING, KEYS, Order, Wanted, cursor_of, page
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import Document, Finding, Run
from plainterms.engine.store.verifying import verify_store

TARGET = 0.2
"""Seconds that a page may take."""
SIZE, PORTION, RUNS = 50, 20_000, 15
DAY = 86_400_000_000


@dataclass(frozen=True)
class Asked:
    """A list that somebody looks at: what of it, in which order."""

    name: str
    wanted: Wanted
    order: Order


LISTS = (
    Asked("all, the latest first", EVERYTHING, "time"),
    Asked("all, the most severe first", EVERYTHING, "severity"),
    Asked("in review (1 in 1,000)", Wanted(status="in review"), "time"),
    Asked("undetermined (1 in 20)", Wanted(verdict="undetermined"), "time"),
    Asked("one clause of 50", Wanted(terms="House Rules", clause="clause_7"), "time"),
    Asked("one subject of 100,000", Wanted(subject="acct-4711"), "time"),
)


def rows(organisation: str, count: int) -> Iterator[dict[str, Any]]:
    """Findings as columns: those of a year, of 50 clauses and 100,000 subjects."""
    dice = random.Random(1)
    for number in range(count):
        rank = dice.choice((1, 1, 1, 2, 2, 3, 4))
        start = dice.randrange(365 * DAY)
        yield {
            "organisation": organisation,
            "id": f"{dice.getrandbits(128):032x}",
            "salt": "00" * 16,
            "sealed": "00" * 32,
            "terms": "House Rules",
            "version": "1",
            "clause": f"clause_{number % 50}",
            "title": "A clause",
            "verdict": "undetermined" if number % 20 == 0 else "breach",
            "severity": ("low", "medium", "high", "critical")[rank - 1],
            "rank": rank,
            "subject_kind": "account",
            "subject": f"acct-{dice.randrange(100_000)}",
            "first_time": start,
            "last_time": start + dice.randrange(DAY),
            "event_count": dice.randrange(1, 1_000),
            "number": 1,
            "run": "run",
            "status": "in review" if number % 1_000 == 7 else "open",
            "created": start,
            "changed": start,
        }


def filled(store: Store, count: int) -> str:
    """An organisation with so many findings, put there without custody."""
    own = store.found("Benchmark", "benchmark").id
    with store.writing(own, "benchmark") as session:
        session.add(Run(organisation=own, id="run", engine="", evaluator="", policies="", summary=""))
    some: list[dict[str, Any]] = []
    with engines.writing(store.engine).begin() as connection:
        for row in rows(own, count):
            some.append(row)
            if len(some) == PORTION:
                connection.execute(insert(Finding), some)
                some = []
        if some:
            connection.execute(insert(Finding), some)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return own


def seconds(work: Callable[[], object]) -> float:
    """The median of a few runs, the first not counted."""
    work()
    taken = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return median(taken)


def by_cursor(store: Store, own: str, asked: Asked, after: str | None) -> list[str]:
    """The ids of a page."""
    with store.reading(own) as session:
        found = page(session, asked.wanted, order=asked.order, after=after, limit=SIZE)
        return [one.id for one in found.findings]


def by_offset(store: Store, own: str, asked: Asked, offset: int) -> list[str]:
    """The ids of the same page, as it is commonly found."""
    keys = ("rank", "last_time", "id") if asked.order == "severity" else ("last_time", "id")
    query = select(Finding).where(*asked.wanted.conditions())
    query = query.order_by(*(col(getattr(Finding, name)).desc() for name in keys)).offset(offset).limit(SIZE)
    with store.reading(own) as session:
        return [one.id for one in session.exec(query)]


def middle(store: Store, own: str, asked: Asked) -> tuple[int, str | None]:
    """How many findings come before the middle page of a list, and the cursor at which it begins."""
    keys = [col(getattr(Finding, name)).desc() for name in KEYS[asked.order]]
    with store.reading(own) as session:
        ids = session.exec(select(Finding.id).where(*asked.wanted.conditions()).order_by(*keys)).all()
        half = len(ids) // 2
        return half, None if half == 0 else cursor_of(session.get_one(Finding, (own, ids[half - 1])), asked.order)


def paging(store: Store, own: str) -> list[str]:
    """Pages as a table."""
    table = ["| list | page | by cursor, ms | by OFFSET, ms | OFFSET / cursor |", "|---|---|--:|--:|--:|"]
    for asked in LISTS:
        half, cursor = middle(store, own, asked)
        for name, offset, after in (("first", 0, None), ("middle", half, cursor)):
            assert by_cursor(store, own, asked, after) == by_offset(store, own, asked, offset)
            ours = seconds(lambda: by_cursor(store, own, asked, after))  # noqa: B023 - used at once
            peer = seconds(lambda: by_offset(store, own, asked, offset))  # noqa: B023
            late = " (over the target)" * (ours > TARGET)
            table.append(f"| {asked.name} | {name} | {ours * 1e3:.1f}{late} | {peer * 1e3:.1f} | {peer / ours:.1f} |")
    return table


def custody(count: int) -> list[str]:
    """What it costs to add rows under custody, beside a plain session of SQLModel on the same tables."""
    with tempfile.TemporaryDirectory() as folder, Store.open(f"{folder}/kept.db") as store:
        own = store.found("Benchmark", "benchmark").id

        def documents(name: str) -> list[Document]:
            return [Document(organisation=own, title=f"{name} {number}") for number in range(count)]

        def kept(turn: int) -> None:
            with store.writing(own, "benchmark") as session:
                session.add_all(documents(f"kept {turn}"))

        def plain(turn: int) -> None:
            with Session(engines.writing(store.engine)) as session:
                session.add_all(documents(f"plain {turn}"))
                session.commit()

        taken = {
            work.__name__: min(_cpu(lambda: work(turn)) for turn in range(3))  # noqa: B023 - used at once
            for work in (plain, kept)
        }
        with store.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM documents WHERE title LIKE 'plain%'")
        problems: list[Any] = []
        taken["verify"] = _cpu(lambda: problems.extend(verify_store(store)[0].problems))
        assert problems == []
    return [
        "",
        f"Adding {count:,} rows in one transaction, CPU microseconds a row: plain SQLModel"
        f" {taken['plain'] / count * 1e6:.0f}, under custody {taken['kept'] / count * 1e6:.0f}"
        f" ({taken['kept'] / taken['plain']:.2f} times)."
        f" Verifying them: {taken['verify'] / count / 3 * 1e6:.0f} a row.",
    ]


def _cpu(work: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--added", type=int, default=20_000)
    parser.add_argument("--url", help="an empty store; by default one in SQLite is made and deleted")
    parser.add_argument("--results", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.url or f"{folder}/cases.db"
        with Store.open(url, keys=Path(folder) / "keys") as store:
            own = filled(store, given.findings)
            told = [f"# Pages of {SIZE} out of {given.findings:,} findings, {store.engine.dialect.name}", ""]
            told += [*paging(store, own), *custody(given.added), ""]
    told.append(line(("plainterms", "sqlalchemy", "sqlmodel", "psycopg")))
    print("\n".join(told))
    if given.results:
        given.results.write_text("\n".join(told) + "\n")


if __name__ == "__main__":
    main()
