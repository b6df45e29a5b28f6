"""What people do with findings: reviews, notices with their clocks, suppressions."""

from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, Index

from plainterms.engine.store.tables.rows import Erasable, Row, instant, now

ACTIONS = ("comment", "take", "confirm", "dismiss", "reopen")
NOTICE_STATES = ("running", "cured", "lapsed", "withdrawn")


class Review(Row, Erasable, table=True):
    """An action of a reviewer, one of `ACTIONS`, on a finding as of its version ``number``; never changed."""

    __tablename__ = "reviews"
    __table_args__ = (
        ForeignKeyConstraint(["organisation", "finding"], ["findings.organisation", "findings.id"]),
        Index("reviews_by_finding", "organisation", "finding", "created"),
    )
    ERASABLE: ClassVar[tuple[str, ...]] = ("note",)

    finding: str
    number: int
    action: str
    by: str
    note: str | None = None
    created: int = instant(default_factory=now)


class Notice(Row, Erasable, table=True):
    """A notice to a subject, and the clock of the cure: ``deadline`` is None where the terms grant none."""

    __tablename__ = "notices"
    __table_args__ = (
        ForeignKeyConstraint(["organisation", "finding"], ["findings.organisation", "findings.id"]),
        Index("notices_by_finding", "organisation", "finding"),
        Index("notices_by_deadline", "organisation", "state", "deadline"),
    )
    ERASABLE: ClassVar[tuple[str, ...]] = ("recipient", "text")

    finding: str
    by: str
    recipient: str | None = None
    text: str | None = None
    sent: int = instant()
    deadline: int | None = instant(default=None)
    state: str = "running"
    closed: int | None = instant(default=None)


class Suppression(Row, Erasable, table=True):
    """Hides findings until it expires: those of one id, or of a clause, or of a subject under it.

    ``reason`` and ``approver`` are required; nothing is deleted, and lists say how many are hidden.
    """

    __tablename__ = "suppressions"
    __table_args__ = (Index("suppressions_by_expiry", "organisation", "expires"),)
    ERASABLE: ClassVar[tuple[str, ...]] = ("subject", "reason")

    finding: str | None = None
    terms: str | None = None
    clause: str | None = None
    subject: str | None = None
    reason: str | None
    approver: str
    created: int = instant(default_factory=now)
    expires: int = instant()
    ended: int | None = instant(default=None)
