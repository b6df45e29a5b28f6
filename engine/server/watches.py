"""The monitors of all organisations, by the terms that each has in force."""

import gc
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic

import structlog
from sqlmodel import col, select

from plainterms.engine.server.inline import keep_findings
from plainterms.engine.server.outbox import announce
from plainterms.engine.server.watch import Watch
from plainterms.engine.store.documents import policy_of
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import Document, DocumentVersion, Organisation
from plainterms.engine.stream.limits import Failing
from plainterms.policy.meaning import Policy

log = structlog.get_logger("plainterms.monitors")

TURN = 1.0
"""Seconds after which decisions are handed over to be kept."""


class Watches:
    """Monitors by organisation, looked after by a thread: findings are kept, and snapshots taken."""

    def __init__(self, store: Store, data: Path, snapshot_seconds: float) -> None:
        self.store = store
        self.data = data
        self._seconds = snapshot_seconds
        self._watches: dict[str, Watch] = {}
        self._changing = Lock()
        self._stopped = Event()
        self._thread = Thread(target=self._look_after, name="monitors", daemon=True)

    def start(self) -> None:
        """Remember what was, for all organisations with terms in force."""
        for organisation in self.store.organisations():
            policies, failing = self._in_force(organisation.id)
            if policies:
                self._begin(organisation.id, policies, failing)
        self._thread.start()

    def stop(self) -> None:
        """Keep what is left, and write down what is remembered."""
        self._stopped.set()
        self._thread.join()
        self._save()

    def get(self, organisation: str) -> Watch | None:
        """The monitor of an organisation; None where it has no terms in force."""
        return self._watches.get(organisation)

    def refresh(self, organisation: str) -> tuple[str, ...]:
        """Go by the terms that are in force now; the names of clauses that warm up. Raises PlainTermsError."""
        with self._changing:
            policies, failing = self._in_force(organisation)
            watch = self._watches.get(organisation)
            if not policies:
                if watch is not None:
                    self._save_one(organisation, watch)
                    del self._watches[organisation]
                return ()
            if watch is None:
                self._begin(organisation, policies, failing)
                return ()
            warming = watch.replace(policies, failing)
            self._save_one(organisation, watch)
            return warming

    def _begin(self, organisation: str, policies: list[Policy], failing: Mapping[str, Failing]) -> None:
        watch = Watch(self.data / organisation, policies, failing)
        if watch.skipped:
            log.warning("journal entries not taken", organisation=organisation, entries=watch.skipped)
        self._watches[organisation] = watch

    def _in_force(self, organisation: str) -> tuple[list[Policy], dict[str, Failing]]:
        with self.store.reading(organisation) as session:
            documents = session.exec(
                select(Document).where(col(Document.active).is_not(None)).order_by(Document.title)
            )
            rows = [(session.get_one(DocumentVersion, (organisation, one.active)), one.failing) for one in documents]
        policies = [policy_of(version) for version, _ in rows]
        return policies, failing_of(policies, [failing for _, failing in rows])

    # ── Looking after

    def _look_after(self) -> None:
        saved = monotonic()
        while not self._stopped.wait(TURN):
            for watch in list(self._watches.values()):
                watch.turn()
            gc.collect(1)
            gc.freeze()  # what monitors hold has no cycles, and there is much of it: looking through it takes long
            if monotonic() - saved >= self._seconds:
                self._save()
                saved = monotonic()

    def _save(self) -> None:
        gc.unfreeze()
        with self._changing:
            for organisation, watch in list(self._watches.items()):
                try:
                    self._save_one(organisation, watch)
                except Exception as error:  # noqa: BLE001 - the journal holds everything; it is tried again
                    log.error("monitor not saved", organisation=organisation, error=type(error).__name__)

    def _save_one(self, organisation: str, watch: Watch) -> None:
        watch.turn()
        portions = watch.collect()
        with self.store.reading() as session:
            row = session.get_one(Organisation, organisation)
        for plan, found in portions:
            announce(self.store, organisation, "finding.created", keep_findings(self.store, row, plan, found))
        watch.kept(portions)


def failing_of(policies: list[Policy], choices: list[str]) -> dict[str, Failing]:
    """For each clause what its document chose."""
    return {
        clause.name: "closed" if choice == "closed" else "open"
        for policy, choice in zip(policies, choices, strict=True)
        for clause in policy.clauses
    }
