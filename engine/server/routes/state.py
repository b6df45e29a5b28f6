"""Whether the service is well, what it counts, who is calling, and how the first administrator comes in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from pydantic import Field
from sqlmodel import func, select

from plainterms.engine.server.access import Anyone, Caller, digest_of, may, new_key
from plainterms.engine.server.models import Name, Sent, Told
from plainterms.engine.server.problems import Problem
from plainterms.engine.server.service import Service
from plainterms.engine.store.tables import Delivery, Invitation, Job, Log
from plainterms.engine.store.tables.rows import now

router = APIRouter(tags=["state"])
OPEN = frozenset({"/v1/health", "/v1/join", "/join", "/join.js"})
"""Routes that need no key."""

METRICS = "text/plain; version=0.0.4; charset=utf-8"


class Health(Told):
    """The service is well."""

    status: str = "ok"


class Joining(Sent):
    """An invitation that is made use of."""

    invitation: str = Field(min_length=20, max_length=200, description="What the link has behind its `#`.")
    name: Name = Field(description="What the new key is called.")


class Joined(Told):
    """A key, shown this once."""

    key: str
    roles: list[str]
    organisation: str


class Me(Told):
    """Who is calling."""

    organisation: str
    name: str
    roles: list[str]
    permissions: list[str]


@router.get("/v1/health")
def health(request: Request) -> Health:
    """Whether the service and its store are well."""
    service: Service = request.app.state.service
    service.store.organisations()
    return Health()


@router.get("/v1/me")
def me(caller: Anyone) -> Me:
    """Who is calling, and what they may do."""
    return Me(
        organisation=caller.organisation,
        name=caller.name,
        roles=sorted(caller.roles),
        permissions=sorted(caller.permissions),
    )


@router.get("/v1/metrics", response_class=PlainTextResponse)
def metrics(request: Request, caller: Annotated[Caller, Depends(may("metrics"))]) -> Response:
    """Counts of the organisation's monitor, jobs and deliveries, in the text format of Prometheus."""
    service: Service = request.app.state.service
    watch = service.watches.get(caller.organisation)
    lines = [] if watch is None else [watch.monitor.metrics()]
    with service.store.reading(caller.organisation) as session:
        for name, table in (("jobs", Job), ("deliveries", Delivery)):
            lines += [f"# HELP plainterms_{name} By state.\n# TYPE plainterms_{name} gauge\n"]
            counted = session.exec(select(table.state, func.count()).group_by(table.state)).all()
            lines += [f'plainterms_{name}{{state="{state}"}} {count}\n' for state, count in counted]
    return PlainTextResponse("".join(lines), media_type=METRICS)


@router.get("/v1/checkpoint", response_class=PlainTextResponse)
def checkpoint(request: Request, caller: Annotated[Caller, Depends(may("findings:read"))]) -> Response:
    """Where the organisation's log of custody ends, signed (C2SP): give it to somebody else to keep."""
    with request.app.state.service.store.reading(caller.organisation) as session:
        return PlainTextResponse(session.get_one(Log, caller.organisation).checkpoint)


# ── The first administrator


@router.post("/v1/join", status_code=201)
def join(request: Request, body: Joining) -> Joined:
    """Make use of an invitation: it gives one key, and no second one."""
    service: Service = request.app.state.service
    refused = Problem(403, "forbidden", "this invitation is not in force; start the service again for another one")
    with service.store.reading() as reading:
        found = reading.exec(select(Invitation).where(Invitation.sha256 == digest_of(body.invitation))).one_or_none()
    if found is None:
        raise refused
    with service.store.writing(found.organisation, f"invitation:{found.id}") as session:
        invitation = session.get_one(Invitation, (found.organisation, found.id))
        if invitation.used is not None or invitation.expires <= now():
            raise refused
        invitation.used = now()
        secret, row = new_key(found.organisation, body.name, invitation.roles)
        session.add(row)
    return Joined(key=secret, roles=row.roles.split(), organisation=found.organisation)


PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Plainterms: first administrator</title>
<style>body{font:1rem/1.5 system-ui;max-width:36rem;margin:4rem auto;padding:0 1rem}
input,button{font:inherit;padding:.4rem .6rem}output{display:block;margin-top:1rem;word-break:break-all}</style>
<h1>First administrator</h1>
<p>This link works once. It gives a key with the role <code>admin</code>; keep it where passwords are kept.</p>
<form><label>Name of the key <input name="name" value="first administrator" maxlength="200" required></label>
<button>Get the key</button></form><output role="status"></output><script src="/join.js"></script></html>
"""
SCRIPT = """const form = document.querySelector("form"), output = document.querySelector("output");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = JSON.stringify({ invitation: location.hash.slice(1), name: form.elements.name.value });
  const answer = await fetch("/v1/join", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const told = await answer.json();
  output.textContent = answer.ok ? told.key : told.detail || told.title;
  if (answer.ok) { form.hidden = true; history.replaceState(null, "", "/join"); }
});
"""
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"
)


@router.get("/join", response_class=HTMLResponse)
def join_page() -> Response:
    """The page behind the link; the secret stays in the browser until it is used."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})


@router.get("/join.js", response_class=Response)
def join_script() -> Response:
    """What the page does."""
    return Response(SCRIPT, media_type="text/javascript")
