"""Long work as rows: whoever takes a job holds it for a while, and for longer only by saying so."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlmodel import and_, col, or_, select

from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import Job
from plainterms.engine.store.tables.rows import now

SECOND = 1_000_000
MOST = 5
"""How often a job is taken before it is given up: one that kills its workers must not go on for ever."""

OVER = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Lease:
    """A job in the hands of a worker."""

    organisation: str
    id: str
    worker: str
    payload: dict[str, Any]
    by: str


def take(store: Store, worker: str, seconds: float) -> Lease | None:
    """The next job that is queued, or whose worker has died; None if there is none."""
    with store.working() as session:
        at = now()
        queued = and_(Job.state == "queued", Job.due <= at)
        orphaned = and_(Job.state == "running", col(Job.leased_until) < at)
        asked = select(Job).where(or_(queued, orphaned)).order_by(col(Job.created)).limit(1)
        job = session.exec(asked.with_for_update(skip_locked=True)).first()
        if job is None:
            return None
        job.attempts += 1
        if job.attempts > MOST:
            job.state, job.finished = "failed", at
            job.error = f"given up after {MOST} attempts, in each of which the worker died"
            return None
        job.state, job.worker, job.leased_until = "running", worker, at + int(seconds * SECOND)
        return Lease(job.organisation, job.id, worker, orjson.loads(job.payload), job.by)


def renew(store: Store, lease: Lease, seconds: float, progress: dict[str, Any] | None) -> str:
    """Hold the job for longer: `held`, `cancel` where it is to be stopped, `lost` where somebody else took it."""
    with store.working() as session:
        job = _held(session.get(Job, (lease.organisation, lease.id), with_for_update=True), lease)
        if job is None:
            return "lost"
        job.leased_until = now() + int(seconds * SECOND)
        if progress is not None:
            job.progress = orjson.dumps(progress).decode()
        return "cancel" if job.cancelling else "held"


def finish(
    store: Store, lease: Lease, state: str, *, result: dict[str, Any] | None = None, error: str | None = None
) -> bool:
    """Say how a job ended; whether it was still ours to say so."""
    with store.working() as session:
        job = _held(session.get(Job, (lease.organisation, lease.id), with_for_update=True), lease)
        if job is None:
            return False
        job.state, job.finished, job.leased_until, job.error = state, now(), None, error
        job.result = None if result is None else orjson.dumps(result).decode()
        return True


def _held(job: Job | None, lease: Lease) -> Job | None:
    return job if job is not None and job.state == "running" and job.worker == lease.worker else None
