"""Organisations, and who may act for them."""

from typing import ClassVar

from sqlmodel import Field

from plainterms.engine.store.tables.rows import Erasable, Kept, Row, instant, new_id, now

ROLES = ("author", "auditor", "reviewer", "admin", "platform")
TEXTS = ("none", "excerpt", "all")
"""How much of prompts and outputs is kept as evidence."""


class Organisation(Kept, table=True):
    """A tenant. All rows belong to one, and no session sees those of another.

    ``id`` is ``organisation``. ``texts`` is one of `TEXTS`, with ``excerpt`` characters; ``pseudonyms`` says that
    subjects are kept under a keyed hash of their names; ``retention`` is in days, None for ever.
    """

    __tablename__ = "organisations"

    organisation: str = Field(default_factory=new_id, primary_key=True)
    id: str = ""
    name: str = Field(unique=True)
    texts: str = "none"
    excerpt: int = 200
    pseudonyms: bool = False
    retention: int | None = None
    created: int = instant(default_factory=now)


class Person(Row, Erasable, table=True):
    """Someone who signs in. ``issuer`` and ``login`` are those of OpenID Connect (`iss`, `sub`)."""

    __tablename__ = "people"
    ERASABLE: ClassVar[tuple[str, ...]] = ("login", "email", "name")

    issuer: str = ""
    login: str | None = Field(default=None, index=True)
    email: str | None = None
    name: str | None = None
    roles: str = ""
    """Roles, separated by spaces."""
    created: int = instant(default_factory=now)
    disabled: int | None = instant(default=None)


class ApiKey(Row, Kept, table=True):
    """A key for programs: 256 random bits of which SHA-256 is kept.

    ``roles`` and ``scopes`` are separated by spaces; no scope: all that the roles allow.
    """

    __tablename__ = "api_keys"

    name: str
    sha256: str = Field(unique=True)
    beginning: str = ""
    """The first characters of the key, by which people tell keys apart."""
    roles: str = ""
    scopes: str = ""
    person: str | None = None
    created: int = instant(default_factory=now)
    expires: int | None = instant(default=None)
    revoked: int | None = instant(default=None)


class Invitation(Row, Kept, table=True):
    """A link that signs somebody in once, such as the first administrator; SHA-256 of its secret is kept."""

    __tablename__ = "invitations"

    sha256: str = Field(unique=True)
    roles: str = ""
    created: int = instant(default_factory=now)
    expires: int = instant()
    used: int | None = instant(default=None)
    person: str | None = None
