"""The middleware before the example application: who may ask is answered, streams pass through, all is recorded."""

import asyncio
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from plainterms.engine.adapters.asgi import TermsMiddleware
from plainterms.engine.stream.monitor import Monitor
from tests.stream.terms import RATE, planned

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "inline" / "app.py"
Answered = tuple[int, list[bytes]]


def post(app: Any, body: bytes, path: str = "/v1/chat/completions", **headers: str) -> Answered:
    """The status and the parts of the body of an answer."""
    sent: list[dict[str, Any]] = []
    waiting = [
        {"type": "http.request", "body": body[:7], "more_body": True},
        {"type": "http.request", "body": body[7:], "more_body": False},
    ]

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop(0)
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], [one["body"] for one in sent[1:] if one.get("body")]


def say(words: str, **more: object) -> bytes:
    return json.dumps({"model": "parrot-1", "messages": [{"role": "user", "content": words}], **more}).encode()


# ── The example


@pytest.fixture
def example() -> ModuleType:
    pytest.importorskip("fastapi", reason="the example application is written with FastAPI")
    spec = importlib.util.spec_from_file_location("example_app", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_answers_and_limits(example: ModuleType) -> None:
    answers = [post(example.app, say("hello parrot"), authorization="Bearer key-a") for _ in range(4)]
    assert [status for status, _ in answers] == [200, 200, 200, 429]
    assert json.loads(answers[0][1][0])["choices"][0]["message"]["content"] == "hello parrot"
    assert json.loads(answers[3][1][0])["error"] == {
        "message": "Rate limit (Parrot API Terms 3)",
        "type": "terms_violation",
        "code": "throttle",
        "param": None,
    }
    assert [one.clause.name for one in example.monitor.close()] == ["rate"]


def test_the_example_streams(example: ModuleType) -> None:
    status, parts = post(example.app, say("a b c " * 400, stream=True), authorization="Bearer key-a")
    assert status == 200
    assert len(parts) == 1201
    (finding,) = example.monitor.close()
    assert (finding.clause.name, finding.opening.values[0].low) == ("words", 1_200_000_000)


@pytest.mark.parametrize(("key", "code"), [("key-b", "block"), ("key-c", "block")])
def test_the_example_refuses(example: ModuleType, key: str, code: str) -> None:
    status, parts = post(example.app, say("hello"), authorization=f"Bearer {key}")
    if key == "key-c":
        assert status == 200, "nobody's request counts for nobody; authentication is the application's"
        return
    assert (status, json.loads(parts[0])["error"]["code"]) == (403, code)


# ── The middleware alone


def monitored(app: Any, **options: Any) -> tuple[TermsMiddleware, Monitor]:
    monitor = Monitor(planned(RATE), failing="open")
    return TermsMiddleware(app, monitor, lambda _scope: {"account": "a"}, **options), monitor


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def broken(_scope: Any, _receive: Any, _send: Any) -> None:
    raise RuntimeError("the model is down")


def test_other_paths_are_not_looked_at() -> None:
    app, monitor = monitored(echo)
    assert {post(app, b"", path="/health")[0] for _ in range(9)} == {200}
    assert monitor.received["taken"] == 0


def test_a_request_that_fails_is_recorded_as_such() -> None:
    app, monitor = monitored(broken)
    with pytest.raises(RuntimeError, match="the model is down"):
        post(app, say("hello"))
    assert monitor.received["taken"] == 1


def test_what_is_no_json_is_passed_on_and_counts() -> None:
    app, monitor = monitored(echo)
    assert post(app, b"not json") == (200, [b"not json"])
    assert monitor.received["taken"] == 1


def test_a_request_that_is_too_large_is_refused() -> None:
    app, monitor = monitored(echo, largest=100)
    assert post(app, say("x" * 100))[0] == 413
    assert monitor.received["taken"] == 0
