"""A worker: audits one after another, each in a process of its own, and beside them messages and decisions."""

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread
from time import monotonic
from typing import Any

import structlog
from sqlmodel import col, select

from plainterms.engine.server import auditing
from plainterms.engine.server.decided import keep_decisions
from plainterms.engine.server.delivering import deliver_one
from plainterms.engine.server.guard import Sender
from plainterms.engine.server.jobs import Lease, finish, renew, take
from plainterms.engine.server.outbox import announce
from plainterms.engine.server.settings import Settings
from plainterms.engine.store.store import Store
from plainterms.engine.store.suppressing import lift_expired
from plainterms.engine.store.tables import Suppression
from plainterms.engine.store.tables.rows import now

log = structlog.get_logger("plainterms.worker")

MINUTE = 60.0
PAUSE = 0.5
"""Seconds between two looks for work."""


class Worker:
    """Works until it is stopped."""

    def __init__(self, settings: Settings, store: Store, sender: Sender) -> None:
        self.settings = settings
        self.store = store
        self.sender = sender
        self.name = f"{os.getpid()}-{token_hex(4)}"
        self.stopped = Event()
        self._lifted = 0.0

    def work(self) -> None:
        """All of it, until `stopped` is set."""
        beside = [
            Thread(target=self._again, args=(name, step), daemon=True)
            for name, step in (("deliveries", self._deliver), ("decisions", self._keep))
        ]
        for thread in beside:
            thread.start()
        self._again("jobs", self.one_job)
        for thread in beside:
            thread.join()

    def _again(self, name: str, step: Callable[[], bool]) -> None:
        """Do something again and again, and wait where there was nothing to do."""
        while not self.stopped.is_set():
            try:
                busy = step()
            except Exception as error:  # noqa: BLE001 - said in the log, and tried again: a store may be away for a while
                log.error("work failed", work=name, error=type(error).__name__)
                busy = False
            if not busy:
                self.stopped.wait(PAUSE)

    def _deliver(self) -> bool:
        return deliver_one(self.store, self.sender)

    def _keep(self) -> bool:
        if monotonic() - self._lifted > MINUTE:
            self._lift()
            self._lifted = monotonic()
        return keep_decisions(self.store, self.settings.data) > 0

    def _lift(self) -> None:
        """Show what suppressions hid that have expired."""
        at = now()
        expired = select(Suppression.organisation).where(col(Suppression.ended).is_(None), Suppression.expires <= at)
        with self.store.reading() as session:
            organisations = session.exec(expired.distinct()).all()
        for organisation in organisations:
            with self.store.writing(organisation, "service") as session:
                lift_expired(session, at)

    # ── Jobs

    def one_job(self) -> bool:
        """Take a job and see it through; whether there was one."""
        lease = take(self.store, self.name, self.settings.lease_seconds)
        if lease is None:
            return False
        log.info("audit begun", organisation=lease.organisation, job=lease.id)
        state = self._audit(lease)
        log.info("audit over", organisation=lease.organisation, job=lease.id, state=state)
        if state == "done":
            announce(self.store, lease.organisation, "audit.finished", [lease.id])
        return True

    def _audit(self, lease: Lease) -> str:
        processes = multiprocessing.get_context("spawn")
        ours, theirs = processes.Pipe()
        payload = {**lease.payload, "by": lease.by}
        asked = (
            self.settings.store,
            self.settings.keys,
            Path(self.settings.data),
            lease.organisation,
            payload,
            theirs,
        )
        process = processes.Process(target=auditing.run, args=asked, daemon=True)
        process.start()
        theirs.close()
        try:
            return self._see_through(lease, ours)
        finally:
            process.kill()
            process.join()
            ours.close()

    def _see_through(self, lease: Lease, pipe: Connection) -> str:
        """Hold the job while its process works, and say how it ended."""
        while True:
            told = self._next(pipe)
            if told is not None and "progress" not in told:
                return self._ended(lease, told)
            held = renew(self.store, lease, self.settings.lease_seconds, None if told is None else told["progress"])
            if held == "lost":
                return "lost"
            if held == "cancel":
                finish(self.store, lease, "cancelled")
                return "cancelled"
            if self.stopped.is_set():
                return "left"  # the lease runs out, and another worker goes on

    def _next(self, pipe: Connection) -> dict[str, Any] | None:
        """The latest that the process said, None if it says nothing for a while."""
        told: dict[str, Any] | None = None
        try:
            while pipe.poll(0 if told is not None else min(1.0, self.settings.lease_seconds / 4)):
                told = pipe.recv()
                if "progress" not in told:
                    return told
        except EOFError:
            return {"defect": "the process died"}
        return told

    def _ended(self, lease: Lease, told: dict[str, Any]) -> str:
        if "result" in told:
            state, error = "done", None
        else:
            state, error = "failed", told.get("error") or "an internal error; resume it, or report it"
        if "defect" in told:
            log.error("audit failed", job=lease.id, error=told["defect"])
        return state if finish(self.store, lease, state, result=told.get("result"), error=error) else "lost"
