"""Documents of terms: checked, kept in versions, and brought into force."""

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlmodel import col, select

from plainterms.engine.findings import instant, rfc3339
from plainterms.engine.plan import plan
from plainterms.engine.server.access import Caller, may
from plainterms.engine.server.models import Identity, Sent, Told
from plainterms.engine.server.problems import not_found, unusable
from plainterms.engine.server.service import Service
from plainterms.engine.server.watches import failing_of
from plainterms.engine.store.documents import keep, policy_of
from plainterms.engine.store.tables import Document, DocumentVersion
from plainterms.engine.stream.monitor import Monitor
from plainterms.policy.check import check_collecting
from plainterms.policy.errors import Problem
from plainterms.policy.files import Texts
from plainterms.policy.meaning import Policy
from plainterms.policy.parse import parse_collecting

router = APIRouter(tags=["terms"])
LARGEST = 1_000_000
"""Characters of all files of a document together."""

FileName = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}(/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}){0,7}$")
]


class Files(Sent):
    """A document with the files that it uses, by names relative to one another."""

    main: FileName = Field(description="The name of the document's own file.")
    files: dict[FileName, str] = Field(min_length=1, max_length=200)


class Mistake(Told):
    """A mistake, with its place: lines and columns from 1 on."""

    level: str
    message: str
    file: str
    line: int
    column: int
    length: int
    help: str


class Checked(Told):
    """What is wrong with a document; nothing, if it may be uploaded."""

    mistakes: list[Mistake]


class Version(Told):
    """A version of a document. Its id is the digest of what it means."""

    id: str
    document: str
    title: str
    version: str
    start: str | None
    end: str | None
    created: str
    active: bool


class Whole(Version):
    """A version with its files."""

    main: str
    files: dict[str, str]


class Versions(Told):
    """All versions, the latest first."""

    items: list[Version]


class Activation(Sent):
    """How to decide where too little is known."""

    failing: Literal["open", "closed"] = Field(
        "open", description="What becomes of a request of which too little is known: answered, or not."
    )


class Activated(Told):
    """The version is in force. Clauses that warm up do not know yet what was before."""

    id: str
    active: bool
    warming: list[str]


@router.post("/v1/terms/check")
def check_terms(_caller: Annotated[Caller, Depends(may("terms:write"))], body: Files) -> Checked:
    """What is wrong with a document, all of it, with places."""
    return Checked(mistakes=[_mistake(one) for one in _checked(body)[1]])


@router.post("/v1/terms", status_code=201)
def upload_terms(request: Request, caller: Annotated[Caller, Depends(may("terms:write"))], body: Files) -> Version:
    """Keep a version of a document, if it has no mistakes. The same meaning is kept once."""
    policy, mistakes = _checked(body)
    if mistakes:
        raise unusable("the document has mistakes", [_mistake(one).model_dump() for one in mistakes])
    if not policy.clauses:
        raise unusable("the document has no clauses, so nothing can be decided or audited by it")
    plan([policy])
    with request.app.state.service.store.writing(caller.organisation, caller.name) as session:
        row = keep(session, caller.organisation, policy, body.main, body.files)
        session.flush()
        return _version(row, session.get_one(Document, (caller.organisation, row.document)))


@router.get("/v1/terms")
def list_terms(request: Request, caller: Annotated[Caller, Depends(may("terms:read"))]) -> Versions:
    """All versions of all documents."""
    with request.app.state.service.store.reading(caller.organisation) as session:
        documents = {one.id: one for one in session.exec(select(Document))}
        asked = select(DocumentVersion).order_by(col(DocumentVersion.created).desc(), col(DocumentVersion.id))
        rows = session.exec(asked).all()
    return Versions(items=[_version(row, documents[row.document]) for row in rows])


@router.get("/v1/terms/{identity}")
def get_terms(request: Request, caller: Annotated[Caller, Depends(may("terms:read"))], identity: Identity) -> Whole:
    """A version with its files."""
    with request.app.state.service.store.reading(caller.organisation) as session:
        row = session.get(DocumentVersion, (caller.organisation, identity))
        if row is None:
            raise not_found("version of terms")
        told = _version(row, session.get_one(Document, (caller.organisation, row.document)))
    return Whole(**told.model_dump(), main=row.main, files=orjson.loads(row.files))


@router.post("/v1/terms/{identity}/activate")
def activate(
    request: Request, caller: Annotated[Caller, Depends(may("terms:activate"))], identity: Identity, body: Activation
) -> Activated:
    """Decide by this version from now on, in place of another version of the document."""
    return _change(request.app.state.service, caller, identity, body.failing, active=True)


@router.post("/v1/terms/{identity}/deactivate")
def deactivate(
    request: Request, caller: Annotated[Caller, Depends(may("terms:activate"))], identity: Identity
) -> Activated:
    """Decide by this version no longer."""
    return _change(request.app.state.service, caller, identity, None, active=False)


def _change(service: Service, caller: Caller, identity: str, failing: str | None, *, active: bool) -> Activated:
    own = caller.organisation
    with service.store.writing(own, caller.name) as session:
        row = session.get(DocumentVersion, (own, identity))
        if row is None:
            raise not_found("version of terms")
        document = session.get_one(Document, (own, row.document))
        if active:
            document.active, document.failing = identity, failing or document.failing
        elif document.active == identity:
            document.active = None
        session.flush()
        documents = [one for one in session.exec(select(Document).order_by(Document.title)) if one.active]
        policies = [policy_of(session.get_one(DocumentVersion, (own, one.active))) for one in documents]
        if policies:  # refused here, before it is in force
            Monitor(policies, failing=failing_of(policies, [one.failing for one in documents]))
    return Activated(id=identity, active=active, warming=list(service.watches.refresh(own)))


def _checked(body: Files) -> tuple[Policy, list[Problem]]:
    if body.main not in body.files:
        raise unusable("`main` names none of the `files`")
    if sum(map(len, body.files.values())) > LARGEST:
        raise unusable(f"the files have more than {LARGEST:,} characters together")
    document, problems = parse_collecting(body.files[body.main], body.main)
    policy, more = check_collecting(document, Texts(body.files))
    return policy, sorted([*problems, *more], key=lambda one: (one.file, one.span))


def _mistake(one: Problem) -> Mistake:
    return Mistake(
        level=one.level,
        message=one.message,
        file=one.file,
        line=one.line,
        column=one.column,
        length=one.span.end - one.span.start,
        help=one.help,
    )


def _version(row: DocumentVersion, document: Document) -> Version:
    return Version(
        id=row.id,
        document=row.document,
        title=document.title,
        version=row.version,
        start=instant(row.start),
        end=instant(row.end),
        created=rfc3339(row.created),
        active=document.active == row.id,
    )
