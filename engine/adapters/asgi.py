"""An ASGI middleware that asks a monitor before a request is answered, and tells it afterwards.

The protocol is ASGI 3.0 (https://asgi.readthedocs.io); FastAPI, Starlette and others take it as it is.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from uuid import uuid4

import orjson

from plainterms.engine.adapters.exchange import Answer, asked, refusal, refused
from plainterms.engine.stream.monitor import Monitor

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Who = Callable[[Scope], Mapping[str, object]]

PATHS = ("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/embeddings")
LARGEST = 32 * 2**20
THROTTLED, REFUSED, TOO_LARGE = 429, 403, 413


class TermsMiddleware:
    """Enforces terms on the requests to some paths.

    ``who`` says what is known of a request's sender: fields such as `account`, `api_key` or `country`. It should
    answer from what was authenticated, never from what the sender merely claims. Requests over ``largest`` bytes are
    refused, ``kept`` characters of an answer are recorded.
    """

    def __init__(
        self,
        app: App,
        monitor: Monitor,
        who: Who,
        paths: tuple[str, ...] = PATHS,
        largest: int = LARGEST,
        kept: int = 200_000,
    ) -> None:
        self.app = app
        self.monitor = monitor
        self.who = who
        self.paths = paths
        self.largest = largest
        self.kept = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] not in self.paths:
            await self.app(scope, receive, send)
            return
        body = await self._body(receive)
        if body is None:
            await _answer(send, TOO_LARGE, {"error": {"message": "the request is too large", "code": "too_large"}})
            return
        event = asked(uuid4().hex, _parsed(body), self.who(scope))
        decision = await self.monitor.adecide(event)
        if not decision.allowed:
            await self.monitor.arecord({**event, **refused(decision)})
            await _answer(send, THROTTLED if decision.action == "throttle" else REFUSED, refusal(decision))
            return
        await self._answered(scope, _again(body, receive), send, event)

    async def _answered(self, scope: Scope, receive: Receive, send: Send, event: dict[str, object]) -> None:
        """Let the application answer, and record what it said, however that ends."""
        answer = Answer(self.kept)

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.streamed = any(
                    name.lower() == b"content-type" and value.startswith(b"text/event-stream")
                    for name, value in message.get("headers", ())
                )
            elif message["type"] == "http.response.body":
                answer.add(message.get("body", b""))
            await send(message)

        failed = True
        try:
            await self.app(scope, receive, watched)
            failed = False
        finally:
            await self.monitor.arecord({**event, **answer.known(failed)})

    async def _body(self, receive: Receive) -> bytes | None:
        """The whole body; None if it is too large."""
        parts, size, more = [], 0, True
        while more:
            message = await receive()
            part = message.get("body", b"")
            parts.append(part)
            size += len(part)
            more = message.get("more_body", False)
            if size > self.largest:
                return None
        return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more, then whatever else comes."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _parsed(body: bytes) -> object:
    """What a request says; nothing, if it is no JSON: the application will refuse it."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


async def _answer(send: Send, status: int, body: Mapping[str, object]) -> None:
    data = orjson.dumps(body)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(data)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
