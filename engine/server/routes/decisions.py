"""Decisions before a request is answered, and events after it."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field
from sqlmodel import select
from starlette.concurrency import run_in_threadpool

from plainterms.engine.findings import rfc3339
from plainterms.engine.server.access import Caller, may
from plainterms.engine.server.idempotency import Key, once
from plainterms.engine.server.models import Object, Sent, Told
from plainterms.engine.server.paging import Cursor, Limit, Moment, micros, page
from plainterms.engine.server.problems import Problem, conflict, unusable
from plainterms.engine.server.service import Service
from plainterms.engine.server.watch import Watch
from plainterms.engine.store.tables import Decision
from plainterms.engine.stream.intake import EventError

router = APIRouter(tags=["decisions"])
JSON = "application/json"
MOST = 10_000
"""Events of one batch."""

EVENT = {
    "type": "object",
    "required": ["id", "time"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "time": {"type": "string", "format": "date-time"},
        "kind": {"type": "string", "default": "request"},
    },
    "additionalProperties": True,
    "description": "What `plainterms fields` lists, and what the terms declare.",
}


class Decided(Told):
    """What to do with a request, provisionally."""

    event: str
    action: str = Field(description="The strongest action of all judgements, `allow` if there is none.")
    allowed: bool
    judgements: list[Object]
    deferred: list[str] = Field(description="Clauses that turn on what is known only after the answer.")
    warming: list[str] = Field(description="Clauses that are too new to know all that their windows hold.")


class Batch(Told):
    """What became of each event. `refused` ones count nowhere; `errors` say where and why."""

    taken: int
    repeated: int
    conflicting: int
    late: int
    refused: int
    errors: list[Object]


class Kept(Told):
    """A decision that was made."""

    id: str
    created: str
    action: str
    event: str | None
    subject: str | None
    policies: list[str]
    answer: Object | None


class Decisions(Told):
    """A page of decisions, the latest first."""

    items: list[Kept]
    next: str | None


class Release(Sent):
    """A request that was decided and not answered."""

    event: str = Field(min_length=1, max_length=1000)


class Released(Told):
    """Whether it was counted."""

    released: bool


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}}}}


@router.post("/v1/decide", response_model=Decided, openapi_extra=_body(EVENT))
async def decide(request: Request, caller: Annotated[Caller, Depends(may("decide"))]) -> Response:
    """What to do with a request that is about to be answered. It counts until it is recorded, or for ten minutes."""
    watch = _watch(request, caller)
    sent = _parsed(await request.body())
    if not isinstance(sent, dict):
        raise unusable("an event is an object")
    try:
        return Response(orjson.dumps(watch.decide(sent)), media_type=JSON)
    except EventError as error:
        raise unusable(str(error)) from None


@router.post("/v1/release")
def release(request: Request, caller: Annotated[Caller, Depends(may("decide"))], body: Release) -> Released:
    """Count a request no longer that was decided and will not be recorded."""
    return Released(released=_watch(request, caller).release(body.event))


BATCH = {"type": "object", "required": ["events"], "properties": {"events": {"type": "array", "items": EVENT}}}


@router.post("/v1/events", response_model=Batch, openapi_extra=_body(BATCH))
async def events(
    request: Request, caller: Annotated[Caller, Depends(may("record"))], idempotency_key: Key = None
) -> Response:
    """Take in what has happened, up to 10,000 events at once. Bad ones are refused one by one, and told."""
    watch, body = _watch(request, caller), await request.body()
    return await run_in_threadpool(_recorded, request.app.state.service, caller, watch, body, idempotency_key)


def _recorded(service: Service, caller: Caller, watch: Watch, body: bytes, key: str | None) -> Response:
    sent = _parsed(body)
    batch = sent.get("events") if isinstance(sent, dict) else None
    if not isinstance(batch, list):
        raise unusable("send an object with a list of `events`")
    if len(batch) > MOST:
        raise unusable(f"send at most {MOST:,} events at once")
    wrong = [number for number, one in enumerate(batch) if not isinstance(one, dict)]
    if wrong:
        raise unusable(
            "each event is an object", [{"place": f"body/events/{wrong[0]}", "message": "it is no object"}]
        )
    first = once(service.store, caller.organisation, "POST /v1/events", key, body)
    if first.answered is not None:
        return first.answered
    try:
        done = watch.record(batch)
    except BaseException:
        first.drop()
        raise
    errors = [{"place": f"body/events/{place}", "message": message} for place, message in done.refused]
    told = orjson.dumps({**done.received, "refused": len(errors), "errors": errors})
    first.keep(200, told)
    return Response(told, media_type=JSON)


@router.get("/v1/decisions")
def decisions(
    request: Request,
    caller: Annotated[Caller, Depends(may("decisions:read"))],
    action: str | None = None,
    since: Moment = None,
    until: Moment = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Decisions:
    """The decisions that were made, the latest first; they are here a few seconds after they were made."""
    asked = select(Decision)
    if action is not None:
        asked = asked.where(Decision.action == action)
    if since is not None:
        asked = asked.where(Decision.created >= micros(since))
    if until is not None:
        asked = asked.where(Decision.created < micros(until))
    with request.app.state.service.store.reading(caller.organisation) as session:
        rows, further = page(
            session, asked, Decision.created, Decision.id, cursor, limit, lambda row: (row.created, row.id)
        )
    return Decisions(items=[_kept(row) for row in rows], next=further)


def _kept(row: Decision) -> Kept:
    return Kept(
        id=row.id,
        created=rfc3339(row.created),
        action=row.action,
        event=row.event,
        subject=row.subject,
        policies=row.policies.split(),
        answer=None if row.body is None else orjson.loads(row.body),
    )


def _watch(request: Request, caller: Caller) -> Watch:
    found: Watch | None = request.app.state.service.watches.get(caller.organisation)
    if found is None:
        raise conflict("no terms are in force; upload a document to /v1/terms and activate it")
    return found


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Problem(400, "no-json", "the body is no JSON in UTF-8") from None
