"""A service at work: its store, the door, the monitors."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlmodel import col, select

from plainterms.engine.server.access import Door, digest_of, new_secret
from plainterms.engine.server.settings import Settings, own_folder
from plainterms.engine.server.watches import Watches
from plainterms.engine.store.store import Store
from plainterms.engine.store.tables import ApiKey, Invitation
from plainterms.engine.store.tables.rows import now
from plainterms.policy.errors import PlainTermsError

FIRST = "default"
"""The organisation of a store that had none."""

DAY = 24 * 3600 * 1_000_000


@dataclass
class Service:
    """What all routes share."""

    settings: Settings
    store: Store
    door: Door
    watches: Watches
    lock: int

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the store and begin to watch. Raises StoreError, and PlainTermsError where another service does."""
        data = own_folder(settings.data)
        lock = _only_one(data / "service.lock")
        store = Store.open(settings.store, keys=settings.keys)
        if not store.organisations():
            store.found(FIRST, "serve")
        watches = Watches(store, data, settings.snapshot_seconds)
        watches.start()
        return cls(settings, store, Door(store), watches, lock)

    def close(self) -> None:
        """Write down what is remembered, and let go of everything."""
        self.watches.stop()
        self.store.close()
        os.close(self.lock)

    def invitations(self) -> list[tuple[str, str]]:
        """For each organisation that nobody administers, its name and the link for its first administrator."""
        found = []
        for organisation in self.store.organisations():
            with self.store.writing(organisation.id, "serve") as session:
                keys = session.exec(select(ApiKey).where(col(ApiKey.revoked).is_(None))).all()
                if any("admin" in one.roles.split() for one in keys):
                    continue
                secret = new_secret()
                session.add(
                    Invitation(
                        organisation=organisation.id, sha256=digest_of(secret), roles="admin", expires=now() + DAY
                    )
                )
            found.append((organisation.name, f"{self.settings.url}/join#{secret}"))
        return found


def _only_one(path: Path) -> int:
    """A lock that ends with this process: two services would each see half of the events."""
    lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise PlainTermsError(
            f"another service works in {path.parent}; end it, or give another folder with --data"
        ) from error
    return lock
