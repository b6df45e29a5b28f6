"""Findings: filtered, paged, looked at with their history, and taken along."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlmodel import Session, col, select

from plainterms.engine.findings import rfc3339
from plainterms.engine.server.access import Caller, may
from plainterms.engine.server.models import Identity, Object, Told
from plainterms.engine.server.paging import Cursor, Limit, wrong_cursor
from plainterms.engine.server.problems import not_found
from plainterms.engine.server.service import Service
from plainterms.engine.store.bundles import bundle
from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.exports import csv_lines, json_lines
from plainterms.engine.store.listing import Order, Wanted, page
from plainterms.engine.store.store import Store
from plainterms.engine.store.suppressing import active
from plainterms.engine.store.tables import Evidence, Finding, FindingVersion, Organisation
from plainterms.engine.store.tables.rows import now

router = APIRouter(tags=["findings"])
Reads = Annotated[Caller, Depends(may("findings:read"))]
Exports = Annotated[Caller, Depends(may("findings:export"))]
Text = Annotated[str | None, Query(max_length=500, pattern=r"^[^\x00]*$")]


class Row(Told):
    """A finding as it stands."""

    id: str
    terms: str
    version: str
    clause: str
    title: str
    verdict: str
    severity: str
    subject_kind: str
    subject: str | None
    first_time: str
    last_time: str
    event_count: int
    number: int
    run: str
    status: str
    suppressed: bool
    superseded_by: str | None


class Page(Told):
    """A page of findings. `suppressions` in force may hide some."""

    items: list[Row]
    next: str | None
    suppressions: int


class Shown(Told):
    """An event that a finding shows, with as much of its texts as the organisation keeps."""

    event: str | None
    time: str
    kind: str
    content: Object | None


class Detail(Row):
    """A finding with what the latest audit said of it; null where it was erased."""

    document: Object | None
    evidence: list[Shown]


class Past(Told):
    """What an audit said of the finding that differs from the one before."""

    number: int
    run: str
    policy: str
    verdict: str
    created: str
    document: Object | None


class History(Told):
    """All versions of a finding, the first one first."""

    items: list[Past]


@router.get("/v1/findings")
def findings(
    request: Request,
    caller: Reads,
    verdict: Literal["breach", "undetermined", "pending"] | None = None,
    severity: Literal["critical", "high", "medium", "low"] | None = None,
    status: Literal["open", "in review", "confirmed", "dismissed"] | None = None,
    terms: Text = None,
    clause: Text = None,
    subject: Text = None,
    run: Text = None,
    suppressed: Annotated[bool, Query(description="Show those that are suppressed, too.")] = False,
    superseded: Annotated[bool, Query(description="Show those that later ones took the place of, too.")] = False,
    order: Annotated[Order, Query(description="The latest first, or the most severe first.")] = "time",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page:
    """Findings that fit all that is asked."""
    wanted = Wanted(
        status=status,
        verdict=verdict,
        severity=severity,
        terms=terms,
        clause=clause,
        subject=subject,
        run=run,
        superseded=superseded,
        suppressed=suppressed,
    )
    with request.app.state.service.store.reading(caller.organisation) as session:
        try:
            found = page(session, wanted, order=order, after=cursor, limit=limit)
        except StoreError as error:
            raise wrong_cursor() from error
        count = len(active(session, now()))
    return Page(items=[Row(**row_of(one)) for one in found.findings], next=found.after, suppressions=count)


@router.get("/v1/findings/{identity}")
def finding(request: Request, caller: Reads, identity: Identity) -> Detail:
    """A finding with what the latest audit said, and the events that it shows."""
    own = caller.organisation
    with request.app.state.service.store.reading(own) as session:
        found = looked_up(session, own, identity)
        version = session.get_one(FindingVersion, (own, f"{identity}.{found.number}"))
        shown = session.exec(
            select(Evidence).where(Evidence.finding_version == version.id).order_by(col(Evidence.position))
        ).all()
    return Detail(**row_of(found), document=_read(version.document), evidence=[_shown(one) for one in shown])


@router.get("/v1/findings/{identity}/history")
def history(request: Request, caller: Reads, identity: Identity) -> History:
    """What audits have said of a finding over time."""
    with request.app.state.service.store.reading(caller.organisation) as session:
        looked_up(session, caller.organisation, identity)
        asked = select(FindingVersion).where(FindingVersion.finding == identity)
        rows = session.exec(asked.order_by(col(FindingVersion.number))).all()
    return History(
        items=[
            Past(
                number=one.number,
                run=one.run,
                policy=one.policy,
                verdict=one.verdict,
                created=rfc3339(one.created),
                document=_read(one.document),
            )
            for one in rows
        ]
    )


ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}
LINES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/x-ndjson": {"schema": {"type": "string"}},
        }
    }
}


@router.get("/v1/findings/{identity}/bundle", response_class=Response, responses=ZIP)
def finding_bundle(
    request: Request,
    caller: Exports,
    identity: Identity,
    redacted: Annotated[bool, Query(description="Without names, texts and ids of events.")] = False,
) -> Response:
    """A zip with the finding and all that it rests on; `plainterms verify` checks it without a network."""
    service: Service = request.app.state.service
    with service.store.reading(caller.organisation) as session:
        looked_up(session, caller.organisation, identity)
        organisation = session.get_one(Organisation, caller.organisation)
    data = bundle(service.store, organisation, identity, redacted=redacted)
    return _attached(data, "application/zip", f"finding-{identity[:12]}.zip")


@router.get("/v1/export/findings", response_class=StreamingResponse, responses=LINES)
def export(request: Request, caller: Exports, format: Literal["csv", "jsonl"] = "csv") -> Response:  # noqa: A002
    """All findings as they stand, for spreadsheets (no cell is run as a formula) or for programs."""
    media = "text/csv; charset=utf-8" if format == "csv" else "application/x-ndjson"
    lines = _lines(request.app.state.service.store, caller.organisation, format)
    return StreamingResponse(lines, media_type=media, headers=_disposition(f"findings.{format}"))


def _lines(store: Store, organisation: str, shape: str) -> Iterator[bytes]:
    with store.reading(organisation) as session:
        yield from csv_lines(session) if shape == "csv" else json_lines(session)


def _attached(data: bytes, media: str, name: str) -> Response:
    return Response(data, media_type=media, headers=_disposition(name))


def _disposition(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def looked_up(session: Session, organisation: str, identity: str) -> Finding:
    """The finding. Raises Problem where the organisation has none of that id."""
    found = session.get(Finding, (organisation, identity))
    if found is None:
        raise not_found("finding")
    return found


def row_of(one: Finding) -> dict[str, Any]:
    """A finding as it is told."""
    told = {name: getattr(one, name) for name in Row.model_fields if hasattr(one, name)}
    return told | {
        "first_time": rfc3339(one.first_time),
        "last_time": rfc3339(one.last_time),
        "suppressed": one.suppression is not None,
    }


def _read(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


def _shown(one: Evidence) -> Shown:
    return Shown(event=one.event, time=rfc3339(one.time), kind=one.kind, content=_read(one.content))
