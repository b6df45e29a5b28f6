"""Runs the service and its workers until they are told to stop."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from threading import Event, Thread
from types import FrameType

import structlog
import uvicorn

from plainterms.engine.server import idempotency, logs
from plainterms.engine.server.app import application
from plainterms.engine.server.guard import Sender
from plainterms.engine.server.service import Service
from plainterms.engine.server.settings import Settings
from plainterms.engine.server.worker import Worker
from plainterms.engine.store.store import Store
from plainterms.policy.errors import PlainTermsError

log = structlog.get_logger("plainterms.service")
SERVICE = "PLAINTERMS_SERVICE"
"""The variable that tells a worker the process of the service that it belongs to."""

AGAIN = 1.0
"""Seconds after which a worker that died is replaced."""


def run(settings: Settings, workers: int) -> None:
    """Serve. Raises PlainTermsError where the address cannot be had, and what `Service.open` raises."""
    logs.set_up(sys.stderr)
    service = Service.open(settings)
    idempotency.forget(service.store)
    config = uvicorn.Config(
        application(service),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    try:
        socket = config.bind_socket()
    except SystemExit:
        service.close()
        raise PlainTermsError(
            f"port {settings.port} of {settings.host} cannot be had; give another one with --port"
        ) from None
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))  # uvicorn passes it on when it has ended
    crew = Crew(settings, workers)
    socket.listen(config.backlog)  # from here on whoever comes waits, so that it may be said
    _greet(service)
    try:
        uvicorn.Server(config).run([socket])
    finally:
        crew.stop()


def _greet(service: Service) -> None:
    sys.stdout.write(f"Plainterms serves {_shown(service.store)} at {service.settings.url}\n")
    for name, link in service.invitations():
        sys.stdout.write(f"first administrator of {name}, once and within a day: {link}\n")
    sys.stdout.flush()


def _shown(store: Store) -> str:
    """The URL of a store without a password."""
    return store.url.render_as_string(hide_password=True)


class Crew:
    """Worker processes; one that dies is replaced."""

    def __init__(self, settings: Settings, number: int) -> None:
        self._command = command(settings)
        self._environment = {**os.environ, SERVICE: str(os.getpid())}
        self._stopped = Event()
        self._threads = [Thread(target=self._keep_one, daemon=True) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    def _keep_one(self) -> None:
        while not self._stopped.is_set():
            process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, env=self._environment)  # noqa: S603
            while process.poll() is None:
                if self._stopped.wait(0.2):
                    process.terminate()
                    process.wait()
            if not self._stopped.wait(AGAIN):
                log.warning("worker died", code=process.returncode)

    def stop(self) -> None:
        """Let all workers go."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()


def command(settings: Settings) -> Sequence[str]:
    """How a worker of a service is started."""
    keys = [] if settings.keys is None else ["--keys", str(settings.keys)]
    where = ["--store", settings.store, "--data", str(settings.data), *keys, "--lease", str(settings.lease_seconds)]
    return [sys.executable, "-m", "plainterms", "work", *where]


def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, or until the service that started this is gone. Raises StoreError."""
    logs.set_up(sys.stderr)
    with Store.open(settings.store, keys=settings.keys) as store:
        worker = Worker(settings, store, Sender())

        def stop(_signal: int, _frame: FrameType | None) -> None:
            worker.stopped.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        if service := os.environ.get(SERVICE):
            Thread(target=_mourn, args=(worker, int(service)), daemon=True).start()
        worker.work()


def _mourn(worker: Worker, service: int) -> None:
    """A worker does not outlive a service that was killed."""
    while not worker.stopped.wait(1.0):
        if os.getppid() != service:
            worker.stopped.set()
