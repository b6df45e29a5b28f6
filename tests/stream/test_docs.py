"""The pages on inline use run: the Python of each in one process, its command line after it."""

import sys
from pathlib import Path

import pytest

from tests.pages import blocks, run, sessions


def of(page: str, language: str) -> list[str]:
    return [body for name, _, body in blocks(f"docs/{page}") if name == language]


def ran(command: str, folder: Path) -> str:
    done = run(command, folder)
    return done.stdout + done.stderr


@pytest.mark.parametrize("page", ["inline.md", "adapters.md"])
def test_the_page_runs(page: str, tmp_path: Path) -> None:
    code = tmp_path / "page.py"
    code.write_text("\n".join(of(page, "python")), encoding="utf-8")
    assert ran(f"{sys.executable} {code.name}", tmp_path) == "".join(of(page, "text"))
    for session in of(page, "console"):
        for command, expected in sessions(session):
            assert ran(command, tmp_path) == expected
