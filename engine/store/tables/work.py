"""What the service needs to work: uploads, leased jobs, idempotency keys, webhooks and their deliveries."""

from sqlalchemy import ForeignKeyConstraint, Index

from plainterms.engine.store.tables.rows import Kept, Row, instant, now

JOB_STATES = ("queued", "running", "done", "failed", "cancelled")
DELIVERY_STATES = ("queued", "delivered", "failed")


class Upload(Row, Kept, table=True):
    """A file that was given, at ``path`` in the service's own folder."""

    __tablename__ = "uploads"

    name: str
    path: str
    sha256: str
    size: int = instant()
    by: str
    created: int = instant(default_factory=now)


class Job(Row, table=True):
    """Long work. Whoever holds the lease works on it; once that has run out, anybody may take it up again.

    ``payload``, ``progress`` and ``result`` are JSON. ``attempts`` counts takings; ``cancelling`` asks it to stop.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("jobs_by_turn", "state", "due", "created"),
        Index("jobs_by_time", "organisation", "created", "id"),
    )

    kind: str
    state: str = "queued"
    payload: str = "{}"
    progress: str = "{}"
    result: str | None = None
    error: str | None = None
    by: str = ""
    attempts: int = 0
    worker: str | None = None
    leased_until: int | None = instant(default=None)
    due: int = instant(default_factory=now)
    cancelling: bool = False
    created: int = instant(default_factory=now)
    finished: int | None = instant(default=None)


class IdempotencyKey(Row, table=True):
    """A request that was made once already: its id is the caller's key. ``status`` is None while it is under way."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("idempotency_keys_by_expiry", "expires"),)

    route: str
    request_sha256: str
    status: int | None = None
    response: str | None = None
    created: int = instant(default_factory=now)
    expires: int = instant()


class Webhook(Row, Kept, table=True):
    """Where events are sent. ``secret`` names the secret, which is not in the store; ``events`` by spaces."""

    __tablename__ = "webhooks"

    url: str
    secret: str
    events: str = ""
    created: int = instant(default_factory=now)
    disabled: int | None = instant(default=None)


class Delivery(Row, table=True):
    """One message to a webhook, retried until it is delivered or given up; ``body`` is what is signed."""

    __tablename__ = "deliveries"
    __table_args__ = (
        ForeignKeyConstraint(["organisation", "webhook"], ["webhooks.organisation", "webhooks.id"]),
        Index("deliveries_by_turn", "state", "due"),
    )

    webhook: str
    event: str
    body: str
    state: str = "queued"
    attempts: int = 0
    status: int | None = None
    error: str | None = None
    leased_until: int | None = instant(default=None)
    due: int = instant(default_factory=now)
    created: int = instant(default_factory=now)
    delivered: int | None = instant(default=None)
