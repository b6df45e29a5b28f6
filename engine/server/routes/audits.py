"""Audits as jobs: begun, watched, cancelled, taken up again."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, Field
from sqlmodel import Session, col, select
from starlette.concurrency import run_in_threadpool

from plainterms.engine.findings import instant, rfc3339
from plainterms.engine.server.access import Caller, may
from plainterms.engine.server.idempotency import Key, once
from plainterms.engine.server.jobs import OVER
from plainterms.engine.server.models import Id, Identity, Object, Sent, Told, Word
from plainterms.engine.server.paging import Cursor, Limit, micros, page
from plainterms.engine.server.problems import conflict, not_found, unusable
from plainterms.engine.server.routes.files import path_of
from plainterms.engine.server.service import Service
from plainterms.engine.store.tables import Document, DocumentVersion, Job, Organisation
from plainterms.engine.store.tables.rows import now

router = APIRouter(tags=["audits"])
KIND = "audit"
EVERY = 0.5
"""Seconds between two looks at how far an audit has come."""

Reads = Annotated[Caller, Depends(may("audits:read"))]
Runs = Annotated[Caller, Depends(may("audits:run"))]


class Uploaded(Sent):
    """A log that was uploaded."""

    upload: Id


class Placed(Sent):
    """A log in a place that the service was started with: a file, or a folder with all files in it."""

    place: Word
    path: str = Field("", max_length=500, pattern=r"^[^\x00-\x1f*?\[\]]*$", description="Within the place.")


class Asked(Sent):
    """What to audit."""

    logs: list[Uploaded | Placed] = Field(min_length=1, max_length=1000)
    terms: list[Id] = Field(default=[], max_length=100, description="Versions; those in force where none is named.")
    registers: dict[Word, Id] = Field(default={}, max_length=100, description="Uploads by the names of registers.")
    samples: dict[Word, Id] = Field(default={}, max_length=100, description="Uploads by the names of samples.")
    resemblance: Id | None = Field(None, description="An upload: what `plainterms resemble` wrote.")
    mapping: Id | None = Field(None, description="An upload: a mapping file for any other table.")
    format: Literal["litellm", "otel", "bedrock", "jsonl", "parquet", "csv"] | None = Field(
        None, description="Detected where it is not given."
    )
    since: AwareDatetime | None = Field(None, description="Judge conduct from here on.")
    until: AwareDatetime | None = Field(None, description="Where the log ends; needed where a clause is a duty.")
    allow_quarantine: int = Field(0, ge=0, le=10**12, description="Records that may be unreadable.")


class Audit(Told):
    """An audit: `state` is queued, running, done, failed or cancelled; `progress` and `result` say more."""

    id: str
    state: str
    by: str
    created: str
    finished: str | None
    attempts: int
    cancelling: bool
    progress: Object
    result: Object | None = Field(description="The run, how many findings there are, and why it is incomplete.")
    error: str | None


class Audits(Told):
    """A page of audits, the latest first."""

    items: list[Audit]
    next: str | None


@router.post("/v1/audits", status_code=202, response_model=Audit)
def start(request: Request, caller: Runs, body: Asked, idempotency_key: Key = None) -> Response:
    """Queue an audit; a worker takes it up."""
    service: Service = request.app.state.service
    first = once(
        service.store, caller.organisation, "POST /v1/audits", idempotency_key, body.model_dump_json().encode()
    )
    if first.answered is not None:
        return first.answered
    try:
        with service.store.reading(caller.organisation) as session:
            payload = _payload(service, session, caller.organisation, body)
        job = Job(organisation=caller.organisation, kind=KIND, payload=orjson.dumps(payload).decode(), by=caller.name)
        with service.store.working() as session:
            session.add(job)
    except BaseException:
        first.drop()
        raise
    told = _audit(job).model_dump_json().encode()
    first.keep(202, told)
    return Response(told, 202, media_type="application/json")


def _payload(service: Service, session: Session, own: str, body: Asked) -> dict[str, Any]:
    """What the audit's process needs, with files by their paths. Raises Problem for what is not there."""

    def path(upload: str | None) -> str | None:
        return None if upload is None else str(path_of(service, session, own, upload))

    since = None if body.since is None else micros(body.since)
    until = None if body.until is None else micros(body.until)
    if since is not None and until is not None and since >= until:
        raise unusable("`since` is not before `until`, so nothing would be judged")
    return {
        "terms": _terms(session, own, body.terms),
        "logs": [
            path(one.upload) if isinstance(one, Uploaded) else _placed(service, session, own, one)
            for one in body.logs
        ],
        "registers": {name: path(upload) for name, upload in body.registers.items()},
        "samples": {name: path(upload) for name, upload in body.samples.items()},
        "resemblance": path(body.resemblance),
        "mapping": path(body.mapping),
        "format": body.format,
        "from": since,
        "until": until,
        "allow_quarantine": body.allow_quarantine,
    }


def _terms(session: Session, own: str, named: list[str]) -> list[str]:
    if not named:
        active = session.exec(
            select(Document.active).where(col(Document.active).is_not(None)).order_by(Document.title)
        )
        found = [one for one in active if one is not None]
        if not found:
            raise unusable("no terms are in force; name versions in `terms`")
        return found
    if any(session.get(DocumentVersion, (own, one)) is None for one in named):
        raise not_found("version of terms")
    return list(dict.fromkeys(named))


def _placed(service: Service, session: Session, own: str, one: Placed) -> str:
    organisation = session.get_one(Organisation, own)
    root = service.settings.places.get((organisation.name, one.place))
    if root is None:
        raise not_found("place; the service names places when it starts, with --place")
    found = (root / one.path).resolve()
    if not found.is_relative_to(root.resolve()) or not found.exists():
        raise not_found("file in this place")
    return str(Path(found))


@router.get("/v1/audits")
def audits(request: Request, caller: Reads, cursor: Cursor = None, limit: Limit = 50) -> Audits:
    """The audits that were asked for, the latest first."""
    asked = select(Job).where(Job.kind == KIND)
    with request.app.state.service.store.reading(caller.organisation) as session:
        rows, further = page(session, asked, Job.created, Job.id, cursor, limit, lambda row: (row.created, row.id))
    return Audits(items=[_audit(row) for row in rows], next=further)


@router.get("/v1/audits/{identity}")
def audit(request: Request, caller: Reads, identity: Identity) -> Audit:
    """How an audit stands."""
    return _looked_up(request.app.state.service, caller.organisation, identity)


@router.get(
    "/v1/audits/{identity}/progress",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def progress(request: Request, caller: Reads, identity: Identity) -> Response:
    """How an audit stands, as server-sent events, whenever that changes; the last one says how it ended."""
    service: Service = request.app.state.service
    first = await run_in_threadpool(_looked_up, service, caller.organisation, identity)
    return StreamingResponse(_events(request, service, caller, first), media_type="text/event-stream")


async def _events(request: Request, service: Service, caller: Caller, latest: Audit) -> AsyncIterator[bytes]:
    told = b""
    while True:
        data = latest.model_dump_json().encode()
        if data != told:
            yield b"event: " + latest.state.encode() + b"\ndata: " + data + b"\n\n"
            told = data
        if latest.state in OVER or await request.is_disconnected():
            return
        await asyncio.sleep(EVERY)
        latest = await run_in_threadpool(_looked_up, service, caller.organisation, latest.id)


@router.post("/v1/audits/{identity}/cancel")
def cancel(request: Request, caller: Runs, identity: Identity) -> Audit:
    """Stop an audit as soon as may be; what it has saved stays."""
    with request.app.state.service.store.working() as session:
        job = _job(session, caller.organisation, identity)
        if job.state == "queued":
            job.state, job.finished = "cancelled", now()
        elif job.state == "running":
            job.cancelling = True
        else:
            raise conflict("this audit is over")
        return _audit(job)


@router.post("/v1/audits/{identity}/resume")
def resume(request: Request, caller: Runs, identity: Identity) -> Audit:
    """Queue an audit again that failed or was cancelled; it goes on where it stopped saving."""
    with request.app.state.service.store.working() as session:
        job = _job(session, caller.organisation, identity)
        if job.state not in ("failed", "cancelled"):
            raise conflict("only an audit that failed or was cancelled can be resumed")
        job.state, job.cancelling, job.attempts, job.due = "queued", False, 0, now()
        job.error, job.finished, job.worker = None, None, None
        return _audit(job)


def _job(session: Session, own: str, identity: str) -> Job:
    job = session.get(Job, (own, identity), with_for_update=True)
    if job is None or job.kind != KIND:
        raise not_found("audit")
    return job


def _looked_up(service: Service, own: str, identity: str) -> Audit:
    with service.store.reading(own) as session:
        job = session.get(Job, (own, identity))
    if job is None or job.kind != KIND:
        raise not_found("audit")
    return _audit(job)


def _audit(job: Job) -> Audit:
    return Audit(
        id=job.id,
        state=job.state,
        by=job.by,
        created=rfc3339(job.created),
        finished=instant(job.finished),
        attempts=job.attempts,
        cancelling=job.cancelling,
        progress=orjson.loads(job.progress),
        result=None if job.result is None else orjson.loads(job.result),
        error=job.error,
    )
