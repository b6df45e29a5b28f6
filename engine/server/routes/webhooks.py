"""Webhooks: where events are sent, and what became of each message."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlmodel import select

from plainterms.engine.findings import instant, rfc3339
from plainterms.engine.server.access import Caller, may
from plainterms.engine.server.guard import require_usable
from plainterms.engine.server.models import Identity, Sent, Told
from plainterms.engine.server.outbox import secret_of
from plainterms.engine.server.paging import Cursor, Limit, page
from plainterms.engine.server.problems import conflict, not_found
from plainterms.engine.server.service import Service
from plainterms.engine.store.tables import Delivery, Webhook
from plainterms.engine.store.tables.rows import new_id, now

router = APIRouter(tags=["webhooks"])
Manages = Annotated[Caller, Depends(may("webhooks:manage"))]


class NewHook(Sent):
    """Where to send what."""

    url: str = Field(min_length=9, max_length=2000, pattern=r"^[!-~]+$", description="It begins with https://.")
    events: list[Literal["finding.created", "finding.reviewed", "audit.finished"]] = Field(min_length=1, max_length=3)


class Hook(Told):
    """A webhook."""

    id: str
    url: str
    events: list[str]
    created: str
    disabled: str | None


class MadeHook(Hook):
    """A webhook with the secret that its messages are signed with, shown this once."""

    secret: str


class Hooks(Told):
    """All webhooks, the latest first."""

    items: list[Hook]


class Message(Told):
    """A message, and what became of it."""

    id: str
    event: str
    state: str
    attempts: int
    status: int | None
    error: str | None
    due: str
    created: str
    delivered: str | None


class Messages(Told):
    """A page of messages, the latest first."""

    items: list[Message]
    next: str | None


@router.post("/v1/webhooks", status_code=201)
def make(request: Request, caller: Manages, body: NewHook) -> MadeHook:
    """Send events to a URL from now on, signed by the Standard Webhooks convention."""
    require_usable(body.url)
    service: Service = request.app.state.service
    row = Webhook(
        organisation=caller.organisation,
        id=new_id(),
        url=body.url,
        secret="1",  # noqa: S106 - which one it is, not what it is
        events=" ".join(sorted(set(body.events))),
    )
    with service.store.writing(caller.organisation, caller.name) as session:
        session.add(row)
    return MadeHook(**_hook(row).model_dump(), secret=secret_of(service.store.keys, row))


@router.get("/v1/webhooks")
def hooks(request: Request, caller: Manages) -> Hooks:
    """All webhooks."""
    with request.app.state.service.store.reading(caller.organisation) as session:
        rows = session.exec(select(Webhook).order_by(Webhook.created.desc(), Webhook.id)).all()  # type: ignore[attr-defined]
    return Hooks(items=[_hook(one) for one in rows])


@router.post("/v1/webhooks/{identity}/disable")
def disable(request: Request, caller: Manages, identity: Identity) -> Hook:
    """Send nothing there any more."""
    with request.app.state.service.store.writing(caller.organisation, caller.name) as session:
        row = session.get(Webhook, (caller.organisation, identity))
        if row is None:
            raise not_found("webhook")
        if row.disabled is not None:
            raise conflict("this webhook is disabled already")
        row.disabled = now()
    return _hook(row)


@router.get("/v1/webhooks/{identity}/deliveries")
def deliveries(
    request: Request, caller: Manages, identity: Identity, cursor: Cursor = None, limit: Limit = 50
) -> Messages:
    """What was sent to a webhook, and how that went."""
    with request.app.state.service.store.reading(caller.organisation) as session:
        if session.get(Webhook, (caller.organisation, identity)) is None:
            raise not_found("webhook")
        asked = select(Delivery).where(Delivery.webhook == identity)
        rows, further = page(
            session, asked, Delivery.created, Delivery.id, cursor, limit, lambda row: (row.created, row.id)
        )
    return Messages(items=[_message(one) for one in rows], next=further)


def _hook(row: Webhook) -> Hook:
    return Hook(
        id=row.id,
        url=row.url,
        events=row.events.split(),
        created=rfc3339(row.created),
        disabled=instant(row.disabled),
    )


def _message(row: Delivery) -> Message:
    return Message(
        id=row.id,
        event=row.event,
        state=row.state,
        attempts=row.attempts,
        status=row.status,
        error=row.error,
        due=rfc3339(row.due),
        created=rfc3339(row.created),
        delivered=instant(row.delivered),
    )
