"""Decisions made inline, before a request was answered."""

from typing import ClassVar

from sqlalchemy import Index

from plainterms.engine.store.tables.rows import Erasable, Row, instant, now


class Decision(Row, Erasable, table=True):
    """A decision. ``policies`` are digests of the terms in force; ``body`` is JSON, the answer that was given.

    ``subject`` is the account's name or pseudonym; ``event`` the id of the request's event.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        Index("decisions_by_time", "organisation", "created", "id"),
        Index("decisions_by_subject", "organisation", "subject", "created"),
    )
    ERASABLE: ClassVar[tuple[str, ...]] = ("event", "subject", "body")

    policies: str
    action: str
    """What was decided, for example `allow` or `block`."""
    event: str | None = None
    subject: str | None = None
    body: str | None = None
    created: int = instant(default_factory=now)
