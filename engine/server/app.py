"""The application: its routes, its description, and what stands around them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi
from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool

from plainterms.engine.server import problems
from plainterms.engine.server.bounds import RateLimit, SizeLimit, Watched
from plainterms.engine.server.problems import MEDIA_TYPE, Problem, ProblemDocument
from plainterms.engine.server.routes import audits, decisions, files, findings, keys, reviews, state, terms, webhooks
from plainterms.engine.server.service import Service

ROUTERS = (state, decisions, terms, files, audits, findings, reviews, keys, webhooks)
DESCRIPTION = """Decides about requests by terms of service, takes in what happened, audits logs as jobs, and keeps
findings, decisions and reviews so that a stranger can verify them. Errors are problem documents (RFC 9457)."""


def application(service: Service) -> Callable[..., Any]:
    """The application with what bounds it, as a server takes it. It closes the service when it ends."""
    app = described(service)
    return Watched(RateLimit(SizeLimit(app, service.settings), service.settings, service.door))


def described(service: Service) -> FastAPI:
    """The routes alone."""

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(service.close)

    app = FastAPI(
        title="Plainterms",
        version="1",
        description=DESCRIPTION,
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={"default": {"model": ProblemDocument, "content": {MEDIA_TYPE: {}}, "description": "A problem."}},
    )
    app.state.service = service
    for module in ROUTERS:
        app.include_router(module.router)
    problems.handle(app)
    app.add_exception_handler(DBAPIError, _store_away)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    app.state.names = _names(app.openapi())
    return app


async def _store_away(_request: object, error: Exception) -> Response:
    from plainterms.engine.server import logs

    logs.defect(error)
    return Problem(503, "store-away", "the store did not answer; try again", headers={"Retry-After": "5"}).response()


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The description: keys as security, and problems in their own media type."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        made["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        schema = {"$ref": "#/components/schemas/ProblemDocument"}
        for path, operations in made["paths"].items():
            for operation in operations.values():
                answers = operation["responses"]
                answers.pop("422", None)
                answers["default"] = {"description": "A problem.", "content": {MEDIA_TYPE: {"schema": schema}}}
                operation["security"] = [] if path in state.OPEN else [{"key": []}]
        app.openapi_schema = made
    return app.openapi_schema


def _names(described: Any) -> frozenset[str]:
    """All names that the description uses for fields and parameters."""
    found = {"body", "query", "path", "header"}
    if isinstance(described, dict):
        found |= set(described.get("properties", {}))
        if "in" in described:
            found.add(described["name"])
        for value in described.values():
            found |= _names(value)
    elif isinstance(described, list):
        for value in described:
            found |= _names(value)
    return frozenset(found)
