"""What people do with findings: reviews, and suppressions with reason, approver and expiry."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, Field
from sqlmodel import col, select

from plainterms.engine.findings import instant, rfc3339
from plainterms.engine.server.access import Caller, may
from plainterms.engine.server.models import Id, Identity, Name, Sent, Told, Words
from plainterms.engine.server.outbox import announce
from plainterms.engine.server.paging import Cursor, Limit, micros, page
from plainterms.engine.server.problems import conflict, not_found, unusable
from plainterms.engine.server.routes.findings import looked_up
from plainterms.engine.store.suppressing import lift, suppress
from plainterms.engine.store.tables import Review, Suppression
from plainterms.engine.store.tables.rows import now

router = APIRouter(tags=["reviews"])
Reads = Annotated[Caller, Depends(may("findings:read"))]
Reviews = Annotated[Caller, Depends(may("findings:review"))]
Suppresses = Annotated[Caller, Depends(may("findings:suppress"))]

BECOMES = {"take": "in review", "confirm": "confirmed", "dismiss": "dismissed", "reopen": "open"}
LONGEST = timedelta(days=366)
"""For how long a suppression may hold."""


class Action(Sent):
    """What a reviewer does, having looked at a version of the finding."""

    action: Literal["comment", "take", "confirm", "dismiss", "reopen"]
    number: int = Field(ge=1, le=10**9, description="The version of the finding that was looked at.")
    note: Words | None = None


class Reviewed(Told):
    """An action, which is never changed."""

    id: str
    finding: str
    number: int
    action: str
    by: str
    note: str | None
    created: str


class AllReviews(Told):
    """What was done with a finding, in order."""

    items: list[Reviewed]


class Hiding(Sent):
    """What is hidden: a finding, or those of a clause, of a subject, or of both; why, and for how long."""

    finding: Id | None = None
    terms: Name | None = None
    clause: Name | None = None
    subject: Name | None = None
    reason: Words
    expires: AwareDatetime


class Hidden(Told):
    """A suppression."""

    id: str
    finding: str | None
    terms: str | None
    clause: str | None
    subject: str | None
    reason: str | None
    approver: str
    created: str
    expires: str
    ended: str | None


class AllHidden(Told):
    """A page of suppressions, the latest first."""

    items: list[Hidden]
    next: str | None


@router.post("/v1/findings/{identity}/reviews", status_code=201)
def review(request: Request, caller: Reviews, identity: Identity, body: Action) -> Reviewed:
    """Comment on a finding, take it, confirm or dismiss it, or open it again."""
    if body.action in ("confirm", "dismiss") and body.note is None:
        raise unusable("give a `note` that says why")
    store = request.app.state.service.store
    with store.writing(caller.organisation, caller.name) as session:
        found = looked_up(session, caller.organisation, identity)
        if found.purged is not None:
            raise conflict("this finding was erased")
        if body.number != found.number:
            raise conflict("an audit has changed this finding since; look at it again")
        if BECOMES.get(body.action) == found.status:
            raise conflict("the finding is in this state already")
        found.status = BECOMES.get(body.action, found.status)
        row = Review(
            organisation=caller.organisation,
            finding=identity,
            number=body.number,
            action=body.action,
            by=caller.name,
            note=body.note,
        )
        session.add(row)
    announce(store, caller.organisation, "finding.reviewed", [identity])
    return _reviewed(row)


@router.get("/v1/findings/{identity}/reviews")
def reviews(request: Request, caller: Reads, identity: Identity) -> AllReviews:
    """What was done with a finding."""
    with request.app.state.service.store.reading(caller.organisation) as session:
        looked_up(session, caller.organisation, identity)
        rows = session.exec(select(Review).where(Review.finding == identity).order_by(col(Review.created))).all()
    return AllReviews(items=[_reviewed(one) for one in rows])


@router.post("/v1/suppressions", status_code=201)
def hide(request: Request, caller: Suppresses, body: Hiding) -> Hidden:
    """Hide findings from lists until a day; whoever asks is the approver. Nothing is deleted."""
    if not datetime.now(UTC) < body.expires <= datetime.now(UTC) + LONGEST:
        raise unusable("`expires` must lie in the future, and within a year")
    named = {name: getattr(body, name) for name in ("finding", "terms", "clause", "subject", "reason")}
    with request.app.state.service.store.writing(caller.organisation, caller.name) as session:
        if body.finding is not None:
            looked_up(session, caller.organisation, body.finding)
        row = Suppression(
            organisation=caller.organisation, approver=caller.name, expires=micros(body.expires), **named
        )
        suppress(session, row)
    return _hidden(row)


@router.get("/v1/suppressions")
def suppressions(request: Request, caller: Reads, cursor: Cursor = None, limit: Limit = 50) -> AllHidden:
    """All suppressions, also those that have ended."""
    with request.app.state.service.store.reading(caller.organisation) as session:
        rows, further = page(
            session,
            select(Suppression),
            Suppression.created,
            Suppression.id,
            cursor,
            limit,
            lambda row: (row.created, row.id),
        )
    return AllHidden(items=[_hidden(one) for one in rows], next=further)


@router.post("/v1/suppressions/{identity}/end")
def end(request: Request, caller: Suppresses, identity: Identity) -> Hidden:
    """Show what a suppression hides from now on."""
    with request.app.state.service.store.writing(caller.organisation, caller.name) as session:
        row = session.get(Suppression, (caller.organisation, identity))
        if row is None:
            raise not_found("suppression")
        if row.ended is not None:
            raise conflict("this suppression has ended already")
        lift(session, row, now())
    return _hidden(row)


def _reviewed(one: Review) -> Reviewed:
    return Reviewed(
        id=one.id,
        finding=one.finding,
        number=one.number,
        action=one.action,
        by=one.by,
        note=one.note,
        created=rfc3339(one.created),
    )


def _hidden(one: Suppression) -> Hidden:
    return Hidden(
        id=one.id,
        finding=one.finding,
        terms=one.terms,
        clause=one.clause,
        subject=one.subject,
        reason=one.reason,
        approver=one.approver,
        created=rfc3339(one.created),
        expires=rfc3339(one.expires),
        ended=instant(one.ended),
    )
