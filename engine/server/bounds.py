"""ASGI middleware: how often one caller may ask, how large a request may be, and that errors stay inside."""

from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any

import structlog
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from plainterms.engine.server import logs
from plainterms.engine.server.access import Door, bearer, digest_of
from plainterms.engine.server.problems import Problem
from plainterms.engine.server.settings import Settings

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = structlog.get_logger("plainterms.requests")

QUIET = frozenset({"/v1/decide", "/v1/health"})
"""What is asked so often that only failures are worth a line."""


class RateLimit:
    """Refuses what one caller asks too often: a key that is known has its own count, all else that of its address."""

    def __init__(self, app: App, settings: Settings, door: Door) -> None:
        self.app = app
        self._door = door
        self._known, self._strange = parse(settings.rate), parse(settings.stranger_rate)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        key = bearer(_header(scope, b"authorization"))
        digest = None if key is None else digest_of(key)
        if digest is not None and self._door.is_known(digest):
            limit, name = self._known, digest
        else:
            limit, name = self._strange, (scope.get("client") or ("unknown",))[0]
        if self._limiter.hit(limit, name):
            await self.app(scope, receive, send)
            return
        detail = "this caller asks too often; wait until the time that `Retry-After` says"
        headers = {"Retry-After": str(limit.get_expiry())}
        await Problem(429, "too-many-requests", detail, headers=headers).response()(scope, receive, send)


class SizeLimit:
    """Refuses bodies that are too large, by what they say of themselves and by what they turn out to be."""

    def __init__(self, app: App, settings: Settings) -> None:
        self.app = app
        self._largest = {"/v1/uploads": settings.largest_upload, "/v1/events": settings.largest_batch}
        self._else = settings.largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        largest = self._largest.get(scope["path"], self._else)
        told = _header(scope, b"content-length")
        if told is not None and told.isdecimal() and int(told) > largest:
            await _too_large(largest).response()(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > largest:
                raise _too_large(largest)
            return message

        await self.app(scope, counted, send)


def _too_large(largest: int) -> Problem:
    return Problem(413, "too-large", f"this takes at most {largest:,} bytes")


class Watched:
    """Logs each request by the template of its route, and answers errors that nobody expected without their words."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status = perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *SAFE]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Problem as problem:
            if status == 0:
                await problem.response()(scope, receive, noted)
        except Exception as error:  # noqa: BLE001 - the last resort: logged, and answered
            logs.defect(error, route=_route(scope))
            if status == 0:
                await Problem(500, "internal-error", "this is a defect of the service").response()(
                    scope, receive, noted
                )
        if status >= 500 or _route(scope) not in QUIET:
            caller = scope.get("state", {}).get("caller")
            log.info(
                "request",
                method=scope["method"] if scope["method"] in METHODS else "other",
                route=_route(scope),
                status=status,
                milliseconds=round((perf_counter() - begun) * 1000, 2),
                caller=None if caller is None else caller.name,
            )


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SAFE = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)


def _route(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "none")


def _header(scope: Scope, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), None)
