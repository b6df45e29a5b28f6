"""A service of its own for each test, on a copy of a store that is laid out once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.site import Site, running


@pytest.fixture(scope="session")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("service")
    with running(folder):
        pass
    return folder


@pytest.fixture
def folder(laid_out: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(laid_out, tmp_path / "service"))


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    with running(folder) as found:
        yield found
