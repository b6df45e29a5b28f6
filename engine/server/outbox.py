"""Messages to webhooks: one row for each webhook that wants to know, delivered by a worker."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from hmac import new as keyed

import orjson
from sqlmodel import col, select

from plainterms.engine.findings import rfc3339
from plainterms.engine.store.keys import Keys
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import Delivery, Webhook
from plainterms.engine.store.tables.rows import new_id, now

EVENTS = ("finding.created", "finding.reviewed", "audit.finished")


def announce(store: Store, organisation: str, event: str, ids: Sequence[str]) -> None:
    """Tell the organisation's webhooks of an event, once for each id; messages name things, and hold nothing else."""
    if not ids:
        return
    with store.reading(organisation) as session:
        rows = session.exec(select(Webhook).where(col(Webhook.disabled).is_(None))).all()
    hooks = [one.id for one in rows if event in one.events.split()]
    if hooks:
        with store.working() as session:
            session.add_all(_delivery(organisation, hook, event, one) for hook in hooks for one in ids)


def _delivery(organisation: str, hook: str, event: str, identity: str) -> Delivery:
    body = {"type": event, "timestamp": rfc3339(now()), "data": {"id": identity}}
    return Delivery(
        organisation=organisation, id=f"msg_{new_id()}", webhook=hook, event=event, body=orjson.dumps(body).decode()
    )


def secret_of(keys: Keys, webhook: Webhook) -> str:
    """What signs the messages to a webhook: made from the store's own keys, so that it is kept nowhere."""
    name = "\0".join(("webhook", webhook.organisation, webhook.id, webhook.secret)).encode()
    return f"whsec_{b64encode(keyed(keys.subjects, name, sha256).digest()).decode()}"
