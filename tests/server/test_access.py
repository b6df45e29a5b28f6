"""Who may do what: every route, for every role, for nobody, and for another organisation, is in `access.txt`."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlmodel import select

from plainterms.engine.server.app import described
from plainterms.engine.server.roles import ROLES
from plainterms.engine.store.tables import ApiKey, Register
from plainterms.engine.store.tables.rows import now
from tests.server.site import Site, running

TABLE = Path(__file__).parent / "access.txt"
CALLERS = (*ROLES, "nobody", "other")
MARK = "only-ours"


def table() -> dict[str, dict[str, str]]:
    rows = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    assert rows[0] == ["method", "route", *CALLERS]
    return {f"{method} {route}": dict(zip(CALLERS, cells, strict=True)) for method, route, *cells in rows[1:]}


def routes(site: Site) -> set[str]:
    paths = described(site.service).openapi()["paths"]
    told = {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}
    app = described(site.service)
    there = {f"{method} {one.path}" for one in app.routes if isinstance(one, APIRoute) for method in one.methods}
    assert there <= told, "every route is in the description"
    return {*told, "GET /openapi.json"}


def written(site: Site, key: dict[str, str]) -> dict[str, str]:
    """One thing of each kind, by the route that names it."""
    version = site.activate(key)
    log = "".join(
        f'{{"id":"{MARK}-{number}","time":"2026-03-01T00:00:0{number}Z","account":"{MARK}"}}\n' for number in range(5)
    )
    upload = site.upload(key, "log.jsonl", log.encode())
    job = site.call("POST", "/v1/audits", key, 202, json={"logs": [{"upload": upload}]})["id"]
    assert site.run_job()
    finding = site.call("GET", "/v1/findings", key)["items"][0]["id"]
    hook = {"url": "https://example.com/hook", "events": ["finding.created"]}
    hiding = {"finding": finding, "reason": MARK, "expires": "2027-01-01T00:00:00Z"}
    return {
        "terms": version,
        "uploads": upload,
        "audits": job,
        "findings": finding,
        "keys": site.call("GET", "/v1/keys", key)["items"][0]["id"],
        "webhooks": site.call("POST", "/v1/webhooks", key, 201, json=hook)["id"],
        "suppressions": site.call("POST", "/v1/suppressions", key, 201, json=hiding)["id"],
        "samples": samples(site, upload),
    }


def samples(site: Site, upload: str) -> str:
    row = Register(organisation=site.own.id, name="samples suspect", upload=upload)
    with site.service.store.writing(site.own.id, "test") as session:
        session.add(row)
    return row.id


def body(route: str, ours: dict[str, str]) -> dict[str, Any]:
    """What is sent to a route: well formed, so that nothing but permission is in the way."""
    bodies: dict[str, Any] = {
        "POST /v1/decide": {"id": "one", "time": "2026-03-01T00:00:00Z"},
        "POST /v1/release": {"event": "one"},
        "POST /v1/events": {"events": []},
        "POST /v1/terms/check": {"main": "a", "files": {"a": ""}},
        "POST /v1/terms": {"main": "a", "files": {"a": ""}},
        "POST /v1/terms/{identity}/activate": {},
        "POST /v1/registers": {"name": "account", "upload": ours["uploads"]},
        "POST /v1/samples": {"name": "suspect", "upload": ours["uploads"]},
        "POST /v1/audits": {"logs": [{"upload": ours["uploads"]}], "terms": [ours["terms"]]},
        "POST /v1/findings/{identity}/reviews": {"action": "comment", "number": 1},
        "POST /v1/suppressions": {"finding": ours["findings"], "reason": "r", "expires": "2027-01-01T00:00:00Z"},
        "POST /v1/keys": {"name": "k", "roles": ["platform"]},
        "POST /v1/webhooks": {"url": "https://example.com", "events": ["audit.finished"]},
        "POST /v1/join": {"invitation": "x" * 40, "name": "n"},
    }
    return {"json": bodies[route]} if route in bodies else {}


def test_every_route_for_every_caller(folder: Path) -> None:
    with running(folder) as site:
        other = site.service.store.found("Other", by="test").id
        everything = site.key()
        ours = written(site, everything)
        keys = {role: site.key([role]) for role in ROLES} | {"nobody": {}, "other": site.key(organisation=other)}
        expected = table()
        assert set(expected) == routes(site), "the table and the routes are the same"
        actual = {
            route: {who: cell(site, route, who, keys[who], ours, expected[route][who]) for who in CALLERS}
            for route in sorted(expected, key=lambda one: "revoke" in one)
        }
    assert actual == expected


def cell(site: Site, route: str, who: str, key: dict[str, str], ours: dict[str, str], expected: str) -> str:
    """What the table should say: `yes`, `no`, `401`, `404` for what others have, `own` for nothing of it."""
    method, path = route.split()
    kind = path.split("/")[2] if path.count("/") > 2 else ""
    filled = path.replace("{identity}", ours.get(kind, ""))
    if route == "POST /v1/uploads":
        filled += "?name=a.jsonl"
    if kind == "keys" and who != "other":  # the last key of the table must not lock out the others
        filled = path.replace("{identity}", "0" * 32)
    answer = site.client.request(method, filled, headers=key, **body(route, ours))
    assert answer.status_code < 500, answer.text
    if answer.status_code == 401:
        return "401"
    if answer.status_code == 403 and route != "POST /v1/join":
        return "no"
    if who == "other" and expected != "yes":
        assert MARK not in answer.text
        assert not any(one in answer.text for one in ours.values() if one not in filled)
        return "404" if answer.status_code == 404 else "own"
    return "yes"


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer pt_" + "A" * 43])
def test_what_is_no_key_is_nobody(site: Site, key: str) -> None:
    answer = site.client.get("/v1/me", headers={"Authorization": key})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.json() == {
        "type": "urn:plainterms:problem:unauthorised",
        "title": "unauthorised",
        "status": 401,
        "detail": "send a key that is in force, as `Authorization: Bearer pt_…`",
    }


def test_keys_expire_are_revoked_and_are_limited_by_scopes(site: Site) -> None:
    admin = site.key(["admin"])
    site.call("GET", "/v1/me", site.key(expires=now() - 1), 401)
    made = site.call(
        "POST", "/v1/keys", admin, 201, json={"name": "n", "roles": ["auditor"], "scopes": ["audits:read"]}
    )
    scoped = {"Authorization": f"Bearer {made['key']}"}
    assert site.call("GET", "/v1/me", scoped)["permissions"] == ["audits:read"]
    site.call("GET", "/v1/findings", scoped, 403)
    site.call("POST", f"/v1/keys/{made['id']}/revoke", admin)
    site.call("GET", "/v1/me", scoped, 401)
    with site.service.store.reading() as session:
        assert made["key"] not in repr(session.exec(select(ApiKey)).all())


def test_an_invitation_works_once(site: Site) -> None:
    ((name, link),) = site.service.invitations()
    assert name == "default"
    assert link.startswith("http://127.0.0.1:8765/join#")
    code = link.partition("#")[2]
    made = site.call("POST", "/v1/join", {}, 201, json={"invitation": code, "name": "first"})
    site.call("GET", "/v1/keys", {"Authorization": f"Bearer {made['key']}"})
    site.call("POST", "/v1/join", {}, 403, json={"invitation": code, "name": "second"})
    assert site.service.invitations() == []
