"""Delivers messages to webhooks, signed by the Standard Webhooks convention, again and again until one is taken."""

from datetime import UTC, datetime

import httpcore2
from sqlmodel import col, or_, select
from standardwebhooks import Webhook as Signature

from plainterms.engine.server.guard import Guarded, Sender
from plainterms.engine.server.outbox import secret_of
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import Delivery, Webhook
from plainterms.engine.store.tables.rows import now

SECOND = 1_000_000
WAITS = tuple(
    seconds * SECOND for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600)
)
"""How long a message waits after each failure; after the last one it is given up."""

LEASE = 60 * SECOND


def deliver_one(store: Store, sender: Sender) -> bool:
    """Try the message whose turn it is; whether there was one."""
    with store.working() as session:
        at = now()
        free = or_(col(Delivery.leased_until).is_(None), col(Delivery.leased_until) < at)
        asked = (
            select(Delivery).where(Delivery.state == "queued", Delivery.due <= at, free).order_by(col(Delivery.due))
        )
        row = session.exec(asked.limit(1).with_for_update(skip_locked=True)).first()
        if row is None:
            return False
        row.leased_until = at + LEASE
        row.attempts += 1
        session.add(row)
    with store.reading(row.organisation) as reading:
        webhook = reading.get_one(Webhook, (row.organisation, row.webhook))
    status, error = _tried(store, sender, row, webhook)
    with store.working() as session:
        kept = session.get_one(Delivery, (row.organisation, row.id))
        kept.leased_until, kept.status, kept.error = None, status, error
        if error is None:
            kept.state, kept.delivered = "delivered", now()
        elif webhook.disabled is not None or kept.attempts > len(WAITS):
            kept.state = "failed"
        else:
            kept.due = now() + WAITS[kept.attempts - 1]
    return True


def _tried(store: Store, sender: Sender, row: Delivery, webhook: Webhook) -> tuple[int | None, str | None]:
    """The status of the answer, and why the message was not taken."""
    if webhook.disabled is not None:
        return None, "the webhook is disabled"
    moment = datetime.now(UTC)
    headers: dict[bytes | str, bytes | str] = {
        "content-type": "application/json",
        "user-agent": "plainterms",
        "webhook-id": row.id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Signature(secret_of(store.keys, webhook)).sign(row.id, moment, row.body),
    }
    try:
        status = sender.post(webhook.url, headers, row.body.encode())
    except Guarded as error:
        return None, str(error)
    except (OSError, httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError) as error:
        return None, type(error).__name__
    return status, None if 200 <= status < 300 else f"answered {status}"
