"""Saves an audit again and again, each time killed at a statement by chance, and looks at what is there afterwards.

python -m tests.store.killed 200 [URL]
"""

import os
import random
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import col, select

from plainterms.engine.audit import Request, audit
from plainterms.engine.cli.demo import demo_request
from plainterms.engine.report.model import Report
from plainterms.engine.store.saving import Saved, save
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import Evidence, Finding, FindingVersion, Run
from plainterms.engine.store.verifying import verify_store

PORTION = 2
"""Findings in one transaction, so that there are many to be cut short."""


def saving(url: str, keys: Path, name: str, report: Report, request: Request, die_at: int | None) -> Saved:
    """Save the audit, and die at a statement of the database if one is named."""
    with Store.open(url, keys=keys) as store:
        organisation = store.organisation(name) or store.found(name, "test")
        if die_at is not None:
            statements = iter(range(die_at + 1))

            def count(*_: Any) -> None:
                if next(statements) == die_at:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(store.engine, "before_cursor_execute", count)
            event.listen(store.engine, "commit", count)
        return save(report, request, store, organisation, "audit", portion=PORTION)


def in_a_child(url: str, keys: Path, name: str, report: Report, request: Request, die_at: int) -> bool:
    """Whether a process of its own was killed before it had saved."""
    child = os.fork()
    if child == 0:
        try:
            saving(url, keys, name, report, request, die_at)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def contents(store: Store, name: str) -> list[tuple[Any, ...]]:
    """What an organisation's findings are, with their versions and evidence, without what chance makes."""
    organisation = store.organisation(name)
    assert organisation is not None
    with store.reading(organisation.id) as session:
        run = session.exec(select(Run)).one()
        rows: list[tuple[Any, ...]] = [(run.id, run.state, run.saved, run.findings)]
        for table, text in ((Finding, "subject"), (FindingVersion, "document"), (Evidence, "content")):
            rows += [(one.id, getattr(one, text)) for one in session.exec(select(table).order_by(col(table.id)))]
    return rows


def main(kills: int, url: str | None, seed: int = 7) -> None:
    """Kill as often as asked; raises AssertionError where something was lost, doubled or does not verify."""
    dice = random.Random(seed)
    request = replace(demo_request(), exhibits=True)
    report = audit(request)
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys"
        at = url or f"sqlite:///{folder}/cases.db"
        saving(at, keys, "whole", report, request, None)
        statements = 0
        for number in range(10_000):
            if statements >= kills:
                break
            name = f"killed {number}"
            while in_a_child(at, keys, name, report, request, dice.randrange(120)):
                statements += 1
            with Store.open(at, keys=keys) as store:
                assert contents(store, name) == contents(store, "whole"), number
                organisation = store.organisation(name)
                assert organisation is not None
                (found,) = verify_store(store, only=organisation.id)
                assert (found.name, found.problems) == (name, ())
    print(f"{statements} kills, nothing lost and nothing doubled")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
