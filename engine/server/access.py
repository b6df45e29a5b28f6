"""Who is calling: API keys, of which only SHA-256 is kept, and what their holders may do."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from threading import Lock
from time import monotonic
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import select

from plainterms.engine.server.problems import Problem
from plainterms.engine.server.roles import Permission, permitted
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import ApiKey
from plainterms.engine.store.tables.rows import now

PREFIX = "pt_"
REMEMBERED = 5.0
"""Seconds for which a key is taken to be what it was; a key revoked by this process is forgotten at once."""


@dataclass(frozen=True)
class Caller:
    """Somebody who showed a key: ``name`` is what the log of custody says of them."""

    organisation: str
    name: str
    permissions: frozenset[str]
    roles: frozenset[str]
    expires: int | None


class Door:
    """Knows callers by their keys."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._known: dict[str, tuple[float, Caller]] = {}
        self._lock = Lock()

    def caller(self, key: str) -> Caller | None:
        """Whose key it is; None if nobody's, or no longer."""
        digest = digest_of(key)
        known = self._known.get(digest)
        if known is None or monotonic() - known[0] > REMEMBERED:
            found = self._look_up(digest)
            with self._lock:
                if found is None:
                    self._known.pop(digest, None)
                    return None
                self._known[digest] = known = (monotonic(), found)
        caller = known[1]
        return None if caller.expires is not None and caller.expires <= now() else caller

    def is_known(self, digest: str) -> bool:
        """Whether the key with this digest has been shown before."""
        return digest in self._known

    def forget(self) -> None:
        """Look every key up again."""
        with self._lock:
            self._known.clear()

    def _look_up(self, digest: str) -> Caller | None:
        with self.store.reading() as session:
            row = session.exec(select(ApiKey).where(ApiKey.sha256 == digest)).one_or_none()
        if row is None or row.revoked is not None:
            return None
        roles = frozenset(row.roles.split())
        permissions = permitted(roles, frozenset(row.scopes.split()))
        return Caller(row.organisation, f"key:{row.id}", permissions, roles, row.expires)


def new_secret() -> str:
    """256 random bits as text."""
    return token_urlsafe(32)


def new_key(
    organisation: str, name: str, roles: str, scopes: str = "", expires: int | None = None
) -> tuple[str, ApiKey]:
    """A key, and the row that is kept of it."""
    secret = f"{PREFIX}{new_secret()}"
    row = ApiKey(
        organisation=organisation,
        name=name,
        sha256=digest_of(secret),
        beginning=secret[: len(PREFIX) + 4],
        roles=roles,
        scopes=scopes,
        expires=expires,
    )
    return secret, row


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def bearer(authorization: str | None) -> str | None:
    """The key of an `Authorization: Bearer` header."""
    if authorization is None or authorization[:7].lower() != "bearer ":
        return None
    return authorization[7:].strip() or None


def who(request: Request) -> Caller:
    """The caller. Raises Problem."""
    key = bearer(request.headers.get("authorization"))
    door: Door = request.app.state.service.door
    caller = None if key is None else door.caller(key)
    if caller is None:
        detail = "send a key that is in force, as `Authorization: Bearer pt_…`"
        raise Problem(401, "unauthorised", detail, headers={"WWW-Authenticate": "Bearer"})
    request.state.caller = caller
    return caller


def may(permission: Permission) -> Callable[[Request], Caller]:
    """Whoever calls must have the permission."""

    def checked(request: Request) -> Caller:
        caller = who(request)
        if permission not in caller.permissions:
            raise Problem(403, "forbidden", f"this key does not have the permission `{permission}`")
        return caller

    checked.__name__ = f"may_{permission.replace(':', '_')}"
    checked.permission = permission  # type: ignore[attr-defined]
    return checked


Anyone = Annotated[Caller, Depends(who)]
