"""Files for audits: uploads, and what they are used as: registers and samples with their calibration."""

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlmodel import Session, select
from starlette.concurrency import run_in_threadpool

from plainterms.engine.appearances import basis
from plainterms.engine.findings import rfc3339
from plainterms.engine.matching.matches_file import read_matches
from plainterms.engine.server.access import Caller, may
from plainterms.engine.server.models import Id, Identity, Object, Sent, Told, Word
from plainterms.engine.server.problems import not_found, unusable
from plainterms.engine.server.service import Service
from plainterms.engine.server.settings import own_folder
from plainterms.engine.store.tables import Register, Upload
from plainterms.engine.store.tables.rows import new_id
from plainterms.policy.errors import PlainTermsError

router = APIRouter(tags=["files"])
SAMPLES = "samples "
"""How the name of a row begins that is no register but a matches file."""

Reads = Annotated[Caller, Depends(may("files:read"))]
Writes = Annotated[Caller, Depends(may("files:write"))]
OCTETS = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
FileName = Annotated[
    str, Query(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$", description="With its ending.")
]


class File(Told):
    """An upload."""

    id: str
    name: str
    sha256: str
    size: int
    by: str
    created: str


class Uploads(Told):
    """All uploads, the latest first."""

    items: list[File]


class Naming(Sent):
    """An upload, and what it is used as."""

    name: Word
    upload: Id


class Named(Told):
    """A register, or samples; the latest of a name is used unless an audit says otherwise."""

    id: str
    name: str
    upload: str
    sha256: str
    size: int
    created: str


class AllNamed(Told):
    """All of a kind, the latest first."""

    items: list[Named]


class Calibration(Told):
    """What a matches file rests on: its control, the chance it supports, and its models."""

    id: str
    name: str
    basis: Object


@router.post("/v1/uploads", status_code=201, openapi_extra=OCTETS)
async def upload(request: Request, caller: Writes, name: FileName) -> File:
    """Keep a file: a log in any format that audits read, a register, a mapping, or a matches file."""
    service: Service = request.app.state.service
    identity = new_id()
    folder = await run_in_threadpool(_folder, service, caller.organisation, identity)
    path, size, digest = folder / name, 0, sha256()
    beside = folder / f".{token_hex(8)}"
    try:
        with beside.open("xb") as file:
            async for part in request.stream():
                file.write(part)
                digest.update(part)
                size += len(part)
            await run_in_threadpool(_settle, file.fileno())
        beside.rename(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        folder.rmdir()
        raise
    row = Upload(
        organisation=caller.organisation,
        id=identity,
        name=name,
        path=str(path.relative_to(service.settings.data)),
        sha256=digest.hexdigest(),
        size=size,
        by=caller.name,
    )
    await run_in_threadpool(_add, service, caller, row)
    return _file(row)


def _settle(descriptor: int) -> None:
    os.fsync(descriptor)


def _folder(service: Service, organisation: str, identity: str) -> Path:
    return own_folder(service.settings.data / organisation / "uploads" / identity)


def _add(service: Service, caller: Caller, row: Upload | Register) -> None:
    with service.store.writing(caller.organisation, caller.name) as session:
        session.add(row)


@router.get("/v1/uploads")
def uploads(request: Request, caller: Reads) -> Uploads:
    """All uploads."""
    with request.app.state.service.store.reading(caller.organisation) as session:
        rows = session.exec(select(Upload).order_by(Upload.created.desc(), Upload.id)).all()  # type: ignore[attr-defined]
    return Uploads(items=[_file(row) for row in rows])


def _file(row: Upload) -> File:
    return File(id=row.id, name=row.name, sha256=row.sha256, size=row.size, by=row.by, created=rfc3339(row.created))


# ── Registers and samples


@router.post("/v1/registers", status_code=201)
def add_register(request: Request, caller: Writes, body: Naming) -> Named:
    """Use an upload as a register (or `rulings`) of that name."""
    return _name(request.app.state.service, caller, body.name, body)


@router.get("/v1/registers")
def registers(request: Request, caller: Reads) -> AllNamed:
    """All registers."""
    rows = _rows(request.app.state.service, caller)
    return AllNamed(items=[_named(row) for row in rows if not row.name.startswith(SAMPLES)])


@router.post("/v1/samples", status_code=201)
def add_samples(request: Request, caller: Writes, body: Naming) -> Named:
    """Use an upload, a file that `plainterms match` wrote, as samples of that name; its calibration is in it."""
    service: Service = request.app.state.service
    with service.store.reading(caller.organisation) as session:
        path = path_of(service, session, caller.organisation, body.upload)
    try:
        read_matches(path)
    except PlainTermsError as error:
        raise unusable("this upload is no matches file; make one with `plainterms match`") from error
    return _name(service, caller, f"{SAMPLES}{body.name}", body)


@router.get("/v1/samples")
def samples(request: Request, caller: Reads) -> AllNamed:
    """All samples."""
    rows = _rows(request.app.state.service, caller)
    return AllNamed(items=[_named(row) for row in rows if row.name.startswith(SAMPLES)])


@router.get("/v1/samples/{identity}/calibration")
def calibration(request: Request, caller: Reads, identity: Identity) -> Calibration:
    """What the samples' matches rest on."""
    service: Service = request.app.state.service
    with service.store.reading(caller.organisation) as session:
        row = session.get(Register, (caller.organisation, identity))
        if row is None or not row.name.startswith(SAMPLES):
            raise not_found("set of samples")
        path = path_of(service, session, caller.organisation, row.upload or "")
    return Calibration(id=row.id, name=row.name.removeprefix(SAMPLES), basis=basis(read_matches(path)))


def path_of(service: Service, session: Session, organisation: str, upload: str) -> Path:
    """Where an upload of the organisation lies. Raises Problem where there is none."""
    row = session.get(Upload, (organisation, upload))
    if row is None:
        raise not_found("upload")
    return service.settings.data.absolute() / row.path


def _rows(service: Service, caller: Caller) -> Sequence[Register]:
    with service.store.reading(caller.organisation) as session:
        return session.exec(select(Register).order_by(Register.created.desc(), Register.id)).all()  # type: ignore[attr-defined]


def _name(service: Service, caller: Caller, name: str, body: Naming) -> Named:
    with service.store.writing(caller.organisation, caller.name) as session:
        upload = session.get(Upload, (caller.organisation, body.upload))
        if upload is None:
            raise not_found("upload")
        row = Register(
            organisation=caller.organisation, name=name, sha256=upload.sha256, upload=upload.id, size=upload.size
        )
        session.add(row)
    return _named(row)


def _named(row: Register) -> Named:
    return Named(
        id=row.id,
        name=row.name.removeprefix(SAMPLES),
        upload=row.upload or "",
        sha256=row.sha256,
        size=row.size,
        created=rfc3339(row.created),
    )
