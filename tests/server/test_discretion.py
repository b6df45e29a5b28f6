"""What people wrote is in no log and no error message: 50 secrets are planted wherever a request can hold one."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from starlette.testclient import TestClient

from plainterms.engine.server import logs
from plainterms.engine.server.app import application
from tests.server.site import Site, running

TIME = "2026-06-01T12:00:00Z"


def secret(number: int) -> str:
    return f"planted{number:02}secret"


def planted(site: Site, upload: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Requests, each with one more secret."""
    numbers = iter(range(50))

    def new() -> str:
        return secret(next(numbers))

    def event(**more: Any) -> dict[str, Any]:
        return {"id": "e1", "time": TIME, "account": "ann", **more}

    for name in ("prompt", "output", "system_prompt", "conversation"):
        yield "POST", "/v1/decide", {"json": event(**{name: new()})}
        yield "POST", "/v1/events", {"json": {"events": [event(id=name, **{name: new()})]}}
    for wrong in ("output_tokens", "time", "streaming", "tools"):
        yield "POST", "/v1/decide", {"json": event(**{wrong: new()})}
        yield "POST", "/v1/events", {"json": {"events": [event(**{wrong: {"a": new()}})]}}
    yield "POST", "/v1/decide", {"json": event(**{new(): 1})}
    yield "POST", "/v1/decide", {"json": event(kind=new())}
    yield "POST", "/v1/decide", {"json": {"id": [new()], "time": TIME}}
    yield "POST", "/v1/decide", {"content": f'{{"id": "{new()}'.encode()}
    yield "POST", "/v1/decide", {"content": b"\xff" + new().encode()}
    yield "POST", "/v1/decide", {"json": [new()]}
    yield "POST", "/v1/events", {"json": {"events": [new()]}}
    yield "POST", "/v1/events", {"json": {"events": new()}}
    yield (
        "POST",
        "/v1/events",
        {"json": {"events": []}, "headers": {"Idempotency-Key": f"a {new()}"}},
    )
    yield "POST", "/v1/release", {"json": {"event": new()}}
    yield "POST", "/v1/release", {"json": {new(): "x"}}
    yield "POST", "/v1/release", {"content": f"event={new()}".encode()}
    yield "POST", "/v1/keys", {"json": {"name": "n", "roles": [new()]}}
    yield "POST", "/v1/keys", {"json": {"name": "n", "roles": ["author"], "days": new()}}
    yield "POST", "/v1/keys", {"json": {"name": "n", "roles": ["author"], new(): {"a": 1}}}
    yield "POST", "/v1/webhooks", {"json": {"url": f"http://{new()}/", "events": ["audit.finished"]}}
    yield "POST", "/v1/webhooks", {"json": {"url": f"https://u:{new()}@h/", "events": ["audit.finished"]}}
    yield "POST", "/v1/join", {"json": {"invitation": new() + "x" * 20, "name": "n"}}
    yield "POST", "/v1/audits", {"json": {"logs": [{"upload": new()}]}}
    yield "POST", "/v1/audits", {"json": {"logs": [{"place": new(), "path": "a"}]}}
    yield "POST", "/v1/audits", {"json": {"logs": [{"upload": upload}], "terms": [new()]}}
    yield "POST", "/v1/audits", {"json": {"logs": [{"upload": upload}], "registers": {new() + "/": upload}}}
    yield "POST", f"/v1/findings/{quote(new())}/reviews", {"json": {"action": "comment", "number": 1}}
    yield "POST", "/v1/findings/x/reviews", {"json": {"action": "dismiss", "number": 1, "note": new()}}
    yield "POST", "/v1/suppressions", {"json": {"finding": "x", "reason": new(), "expires": TIME}}
    yield "GET", f"/v1/findings?subject={new()}", {}
    yield "GET", f"/v1/findings?verdict={new()}", {}
    yield "GET", f"/v1/findings?cursor={new()}", {}
    yield "GET", f"/v1/decisions?since={new()}", {}
    yield "GET", f"/v1/{new()}", {}
    yield "GET", "/v1/me", {"headers": {"Authorization": f"Bearer {new()}"}}
    yield "GET", "/v1/me", {"headers": {"X-Note": new()}}
    yield "POST", f"/v1/uploads?name=../{new()}", {"content": b"x"}
    yield (
        "POST",
        "/v1/samples",
        {"json": {"name": "s", "upload": site.upload(site.key(), "s.jsonl", new().encode())}},
    )
    with pytest.raises(StopIteration):
        next(numbers)


def test_fifty_secrets_are_in_no_log_and_no_answer(folder: Path) -> None:
    written = io.StringIO()
    logs.set_up(written)
    with running(folder) as site:
        key = site.key()
        site.activate(key)
        upload = site.upload(key, "log.jsonl", b"")
        for method, path, given in planted(site, upload):
            headers = {**key, **given.pop("headers", {})}
            answer = site.client.request(method, path, headers=headers, **given)
            assert answer.status_code < 500
            assert "planted" not in answer.text, (method, path, answer.text)
        lines = [
            f'{{"id":"{secret(50)}","time":"{secret(51)}"}}',
            secret(52),
            f'{{"id":"a","time":"{TIME}","{secret(53)}":1}}',
        ]
        bad = site.upload(key, "bad.jsonl", "\n".join(lines).encode())
        for extra in (
            {},
            {"mapping": bad},
            {"registers": {"account": bad}},
            {"resemblance": bad},
            {"format": "parquet"},
        ):
            job = site.call("POST", "/v1/audits", key, 202, json={"logs": [{"upload": bad}], **extra})["id"]
            assert site.run_job()
            told = site.call("GET", f"/v1/audits/{job}", key)
            assert "planted" not in orjson.dumps(told).decode()
    text = written.getvalue()
    assert text.count('"event": "request"') > 40
    assert "planted" not in text
    assert "pt_" not in text


def test_an_error_that_nobody_expected_is_logged_without_its_words(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    logs.set_up(written)

    def broken(_key: str) -> None:
        raise KeyError("planted")

    monkeypatch.setattr(site.service.door, "caller", broken)
    client = TestClient(application(site.service))
    answer = client.get("/v1/me", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:plainterms:problem:internal-error"
    line = next(one for one in map(orjson.loads, written.getvalue().splitlines()) if one["event"] == "internal error")
    assert (line["error"], line["route"]) == ("KeyError", "/v1/me")
    assert line["places"][-1].startswith("test_discretion.py:")
    assert "planted" not in written.getvalue()
