"""Runs an audit and, on a terminal, shows how far it has come."""

import sys
import threading
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from plainterms.engine.audit import Request, audit
from plainterms.engine.inputs import is_read_once
from plainterms.engine.report.model import Report
from plainterms.engine.sources import SourceError, Tally
from plainterms.engine.sources.files import expand

EVERY = 0.2
"""Seconds between two looks at the tally."""


def audited(request: Request) -> Report:
    """The report of an audit. Progress goes to standard error, and only if that is a terminal."""
    if not sys.stderr.isatty():
        return audit(request)
    tally, done = Tally(), threading.Event()
    watcher = threading.Thread(target=_watch, args=(request, tally, done), daemon=True)
    watcher.start()
    try:
        return audit(request, tally)
    finally:
        done.set()
        watcher.join()


def _watch(request: Request, tally: Tally, done: threading.Event) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=_size(request.logs), rate="")
        while not done.wait(EVERY):
            total = tally.total
            seconds = progress.tasks[task].elapsed or EVERY
            rate = f"{total.read:,} records, {total.read / seconds:,.0f} a second"
            progress.update(task, completed=tally.position, rate=rate)
            if tally.finished:
                progress.update(task, description="judging", total=None)


def _size(logs: tuple[str, ...]) -> int | None:
    """Bytes to read; None where that is not known."""
    try:
        return None if any(map(is_read_once, logs)) else sum(Path(name).stat().st_size for name in expand(logs))
    except (OSError, SourceError):
        return None
