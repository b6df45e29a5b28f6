"""A service to test with: one process, a store in a file, callers by their roles."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from plainterms.engine.server.access import new_key
from plainterms.engine.server.app import application
from plainterms.engine.server.auditing import run
from plainterms.engine.server.guard import Sender
from plainterms.engine.server.jobs import take
from plainterms.engine.server.roles import ROLES
from plainterms.engine.server.service import Service
from plainterms.engine.server.settings import Settings
from plainterms.engine.server.worker import Worker
from plainterms.engine.store.tables import Organisation

TERMS = """terms "House Rules" version "1" in force from 2020-01-01 timezone "UTC"
clause rate "Rate limit"
    cites "4.1" "no more than 3 requests in a minute"
    for each account
    permits at most 3 requests within 1 minute
    severity low
    on breach throttle
clause regions "Supported countries only"
    for each account
    prohibits any request where country is "KP"
    severity critical
    on breach block
"""


@dataclass(frozen=True)
class Site:
    """A running service and how to call it."""

    service: Service
    client: TestClient

    def key(self, roles: Sequence[str] = ROLES, organisation: str | None = None, **columns: Any) -> dict[str, str]:
        """Headers of a new key."""
        own = organisation or self.own.id
        secret, row = new_key(own, "test", " ".join(roles), **columns)
        with self.service.store.writing(own, "test") as session:
            session.add(row)
        return {"Authorization": f"Bearer {secret}"}

    @property
    def own(self) -> Organisation:
        """The organisation that every service has."""
        found = self.service.store.organisation("default")
        assert found is not None
        return found

    def call(self, method: str, path: str, key: dict[str, str], status: int = 200, **given: Any) -> Any:
        """The answer, whose status is asserted."""
        answer = self.client.request(method, path, headers={**key, **given.pop("headers", {})}, **given)
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer

    def activate(self, key: dict[str, str], text: str = TERMS, failing: str = "open") -> str:
        """Upload terms and bring them into force; the id of the version."""
        version: str = self.call("POST", "/v1/terms", key, 201, json={"main": "t.terms", "files": {"t.terms": text}})[
            "id"
        ]
        self.call("POST", f"/v1/terms/{version}/activate", key, json={"failing": failing})
        return version

    def upload(self, key: dict[str, str], name: str, content: bytes) -> str:
        """The id of a new upload."""
        identity: str = self.call("POST", f"/v1/uploads?name={name}", key, 201, content=content)["id"]
        return identity

    def worker(self, sender: Sender | None = None, **settings: Any) -> Worker:
        """A worker in this process, which does one thing at a time."""
        return Worker(replace(self.service.settings, **settings), self.service.store, sender or Sender())

    def run_job(self) -> bool:
        """Run an audit that is queued, in this process; whether there was one."""
        worker = self.worker()
        lease = take(self.service.store, worker.name, 30)
        if lease is None:
            return False
        told = self.service.settings
        ours, theirs = Pipe()
        asked = (told.store, None, told.data, lease.organisation, {**lease.payload, "by": lease.by}, theirs)
        run(*asked)
        worker._see_through(lease, ours)
        ours.close()
        theirs.close()
        return True


def settings(folder: Path, **changed: Any) -> Settings:
    """A store and all else in a folder."""
    return replace(Settings(str(folder / "cases.db"), folder / "data"), **changed)


@contextmanager
def running(folder: Path, **changed: Any) -> Iterator[Site]:
    """A service that ends in order."""
    service = Service.open(settings(folder, **changed))
    with TestClient(application(service), raise_server_exceptions=True) as client:
        yield Site(service, client)
