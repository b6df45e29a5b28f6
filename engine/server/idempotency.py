"""Requests that may be sent again: the second one gets the answer of the first."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Header, Response
from sqlmodel import col, delete

from plainterms.engine.server.problems import conflict, unusable
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import IdempotencyKey
from plainterms.engine.store.tables.rows import now

DAY = 24 * 3600 * 1_000_000
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="A name of your own for this request; sent again within a day, it gets the same answer.",
    ),
]


@dataclass
class Once:
    """A request under a key. ``answered`` is the answer that it got already."""

    store: Store
    organisation: str
    key: str | None
    answered: Response | None = None

    def keep(self, status: int, body: bytes) -> None:
        """This is the answer."""
        if self.key is not None:
            with self.store.working() as session:
                row = session.get_one(IdempotencyKey, (self.organisation, self.key))
                row.status, row.response = status, body.decode()

    def drop(self) -> None:
        """There is no answer; the request may be sent again under its key."""
        if self.key is not None:
            with self.store.working() as session:
                session.delete(session.get_one(IdempotencyKey, (self.organisation, self.key)))


def once(store: Store, organisation: str, route: str, key: str | None, body: bytes) -> Once:
    """Begin a request. Raises Problem where the key was used for another one, or the first is still under way."""
    if key is None:
        return Once(store, organisation, None)
    digest = sha256(route.encode() + b"\0" + body).hexdigest()
    with store.working() as session:
        row = session.get(IdempotencyKey, (organisation, key))
        if row is not None and row.expires <= now():
            session.delete(row)
            session.flush()
            row = None
        if row is None:
            session.add(
                IdempotencyKey(
                    organisation=organisation, id=key, route=route, request_sha256=digest, expires=now() + DAY
                )
            )
            return Once(store, organisation, key)
        if row.request_sha256 != digest:
            raise unusable("this idempotency key was used for another request")
        if row.status is None:
            raise conflict("the first request with this idempotency key is still under way")
        return Once(store, organisation, key, Response(row.response, row.status, media_type="application/json"))


def forget(store: Store) -> None:
    """Drop the keys that have expired, and those of requests that a kill left without an answer."""
    with store.working() as session:
        session.exec(
            delete(IdempotencyKey).where(
                (col(IdempotencyKey.expires) <= now()) | col(IdempotencyKey.status).is_(None)
            )
        )
