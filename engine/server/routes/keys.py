"""API keys: given out with roles, scopes and an expiry, shown once, and revoked."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlmodel import select

from plainterms.engine.findings import instant, rfc3339
from plainterms.engine.server.access import Caller, may, new_key
from plainterms.engine.server.models import Identity, Name, Sent, Told
from plainterms.engine.server.problems import conflict, not_found
from plainterms.engine.server.roles import Permission, Role
from plainterms.engine.server.service import DAY, Service
from plainterms.engine.store.tables import ApiKey
from plainterms.engine.store.tables.rows import now

router = APIRouter(tags=["keys"])
Manages = Annotated[Caller, Depends(may("keys:manage"))]


class NewKey(Sent):
    """A key to be made."""

    name: Name
    roles: list[Role] = Field(min_length=1, max_length=5)
    scopes: list[Permission] = Field(default=[], description="What the key is limited to; all of its roles if empty.")
    days: int = Field(90, ge=1, le=3650, description="After how many days it expires.")


class Key(Told):
    """A key, by how it begins."""

    id: str
    name: str
    beginning: str
    roles: list[str]
    scopes: list[str]
    created: str
    expires: str | None
    revoked: str | None


class MadeKey(Key):
    """A key, shown this once."""

    key: str


class Keys(Told):
    """All keys, the latest first."""

    items: list[Key]


@router.post("/v1/keys", status_code=201)
def make(request: Request, caller: Manages, body: NewKey) -> MadeKey:
    """Make a key. Of it only SHA-256 is kept."""
    expires = now() + body.days * DAY
    secret, row = new_key(caller.organisation, body.name, " ".join(body.roles), " ".join(body.scopes), expires)
    with request.app.state.service.store.writing(caller.organisation, caller.name) as session:
        session.add(row)
    return MadeKey(**_key(row).model_dump(), key=secret)


@router.get("/v1/keys")
def keys(request: Request, caller: Manages) -> Keys:
    """All keys, also those that are no longer in force."""
    with request.app.state.service.store.reading(caller.organisation) as session:
        rows = session.exec(select(ApiKey).order_by(ApiKey.created.desc(), ApiKey.id)).all()  # type: ignore[attr-defined]
    return Keys(items=[_key(one) for one in rows])


@router.post("/v1/keys/{identity}/revoke")
def revoke(request: Request, caller: Manages, identity: Identity) -> Key:
    """Take a key out of force, at once."""
    service: Service = request.app.state.service
    with service.store.writing(caller.organisation, caller.name) as session:
        row = session.get(ApiKey, (caller.organisation, identity))
        if row is None:
            raise not_found("key")
        if row.revoked is not None:
            raise conflict("this key is revoked already")
        row.revoked = now()
    service.door.forget()
    return _key(row)


def _key(row: ApiKey) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        beginning=row.beginning,
        roles=row.roles.split(),
        scopes=row.scopes.split(),
        created=rfc3339(row.created),
        expires=instant(row.expires),
        revoked=instant(row.revoked),
    )
