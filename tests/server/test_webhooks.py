"""Messages arrive, signed, however often that takes; and nothing reaches an address that is not public."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpcore2
import pytest
from sqlmodel import select
from standardwebhooks import Webhook as Signature

from plainterms.engine.server import guard
from plainterms.engine.server.delivering import WAITS, deliver_one
from plainterms.engine.server.guard import Guarded, GuardedBackend, Sender, checked, require_usable
from plainterms.engine.server.outbox import announce
from plainterms.engine.store.tables import Delivery, Webhook
from plainterms.engine.store.tables.rows import now
from tests.server.site import Site

LINES = (Path(__file__).parent / "addresses.txt").read_text().splitlines()
ADDRESSES = [line.split()[0] for line in LINES if not line.startswith("#")]


class Ear(httpcore2.NetworkBackend):
    """In place of the network: it notes who is connected to."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    def connect_tcp(self, host: str, *_given: Any, **_named: Any) -> httpcore2.NetworkStream:
        self.reached.append(host)
        raise httpcore2.ConnectError("nobody is there")


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_such_address_is_reached(address: str) -> None:
    ear = Ear()
    sender = Sender((lambda _host, _port: [address]) if "/" not in address else guard.resolved)
    sender._pool._network_backend._plain = ear  # type: ignore[union-attr]
    url = address if "/" in address else "https://hooks.example.com/"
    with pytest.raises((Guarded, httpcore2.ConnectError)):
        sender.post(url, {}, b"{}")
    assert ear.reached == []
    sender.close()


def test_eighty_addresses_are_tried() -> None:
    assert len(set(ADDRESSES)) >= 80


@pytest.mark.parametrize(
    "addresses", [["93.184.216.34", "10.0.0.1"], ["10.0.0.1", "93.184.216.34"], ["2606:2800:220:1::1", "::1"]]
)
def test_one_bad_address_among_good_ones_is_enough(addresses: list[str]) -> None:
    with pytest.raises(Guarded, match="the host has an address that is not public"):
        checked("h", 443, lambda _host, _port: addresses)


def test_the_address_that_was_checked_is_the_one_connected_to() -> None:
    """A resolver that answers otherwise the second time is not asked a second time."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    backend, ear = GuardedBackend(lambda _host, _port: next(answers)), Ear()
    backend._plain = ear  # type: ignore[assignment]
    with pytest.raises(httpcore2.ConnectError):
        backend.connect_tcp("rebinding.example.com", 443)
    assert ear.reached == ["93.184.216.34"]


def test_public_urls_may_be_used() -> None:
    for url in ("https://example.com/hook?a=b", "https://example.com:8443", "https://[2606:2800:220:1::1]/"):
        require_usable(url)


# ── Deliveries


class Receiver(BaseHTTPRequestHandler):
    statuses: ClassVar[list[int]] = []
    seen: ClassVar[list[tuple[dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.statuses.pop(0))
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_given: object) -> None:
        pass


@contextmanager
def receiving(statuses: list[int]) -> Iterator[tuple[int, type[Receiver]]]:
    handler = type("Handler", (Receiver,), {"statuses": statuses, "seen": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port, handler
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def plain_sender(port: int) -> Sender:
    """One that believes this machine to be a public address, so that something can be received in a test."""
    sender = Sender(lambda _host, _port: ["93.184.216.34"], insecure=True)

    class Here(httpcore2.NetworkBackend):
        def connect_tcp(self, host: str, *_given: Any, **_named: Any) -> httpcore2.NetworkStream:
            assert host == "93.184.216.34"
            return httpcore2.SyncBackend().connect_tcp("127.0.0.1", port)

    sender._pool._network_backend._plain = Here()  # type: ignore[union-attr]
    return sender


def hook(site: Site, key: dict[str, str], url: str) -> tuple[str, str]:
    made = site.call(
        "POST", "/v1/webhooks", key, 201, json={"url": "https://a.example", "events": ["audit.finished"]}
    )
    with site.service.store.writing(site.own.id, "test") as session:
        session.get_one(Webhook, (site.own.id, made["id"])).url = url
    return made["id"], made["secret"]


def due_again(site: Site) -> int:
    """Let the message be due; for how long it would have waited."""
    with site.service.store.working() as session:
        row = session.exec(select(Delivery)).one()
        waits, row.due = row.due - now(), now()
        session.add(row)
    return waits


def test_a_message_is_signed_and_sent_until_it_is_taken(site: Site) -> None:
    key = site.key()
    with receiving([500, 302, 204]) as (port, receiver):
        identity, secret = hook(site, key, "http://hooks.example.com/in")
        announce(site.service.store, site.own.id, "audit.finished", ["job-1"])
        announce(site.service.store, site.own.id, "finding.created", ["not-asked-for"])
        sender, waits = plain_sender(port), []
        for _ in range(3):
            assert deliver_one(site.service.store, sender)
            waits.append(due_again(site))
        assert not deliver_one(site.service.store, sender)
        sender.close()
    assert [round(one / 60_000_000) for one in waits[:2]] == [round(one / 60_000_000) for one in WAITS[:2]]
    assert len(receiver.seen) == 3, "a redirect was not followed"
    assert len({headers["webhook-id"] for headers, _ in receiver.seen}) == 1
    for headers, body in receiver.seen:
        told = Signature(secret).verify(body, headers)
        assert (told["type"], told["data"]) == ("audit.finished", {"id": "job-1"})
    (message,) = site.call("GET", f"/v1/webhooks/{identity}/deliveries", key)["items"]
    assert (message["state"], message["attempts"], message["status"], message["error"]) == ("delivered", 3, 204, None)


def test_a_message_that_nobody_takes_is_given_up(site: Site) -> None:
    key = site.key()
    identity, _ = hook(site, key, "https://localhost/")
    announce(site.service.store, site.own.id, "audit.finished", ["job-1"])
    sender = Sender()
    for _ in range(len(WAITS) + 1):
        due_again(site)
        assert deliver_one(site.service.store, sender)
    due_again(site)
    assert not deliver_one(site.service.store, sender)
    sender.close()
    (message,) = site.call("GET", f"/v1/webhooks/{identity}/deliveries", key)["items"]
    assert (message["state"], message["error"]) == ("failed", "the host has an address that is not public")


def test_a_disabled_webhook_gets_nothing(site: Site) -> None:
    key = site.key()
    identity, _ = hook(site, key, "https://localhost/")
    announce(site.service.store, site.own.id, "audit.finished", ["job-1"])
    site.call("POST", f"/v1/webhooks/{identity}/disable", key)
    announce(site.service.store, site.own.id, "audit.finished", ["job-2"])
    assert deliver_one(site.service.store, Sender())
    (message,) = site.call("GET", f"/v1/webhooks/{identity}/deliveries", key)["items"]
    assert (message["state"], message["error"]) == ("failed", "the webhook is disabled")


def test_a_webhook_is_refused_where_its_url_says_enough(site: Site) -> None:
    told = site.call(
        "POST", "/v1/webhooks", site.key(), 422, json={"url": "http://example.com", "events": ["audit.finished"]}
    )
    assert told["detail"] == "the URL of a webhook begins with https://"
