"""The pages on inline use run: the Python of each in one process, its command line after it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    return [body for name, body in BLOCK.findall((DOCS / page).read_text()) if name == language]


def run(command: list[str], folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("page", ["inline.md", "adapters.md"])
def test_the_page_runs(page: str, tmp_path: Path) -> None:
    code = "\n".join(blocks(page, "python"))
    assert run([sys.executable, "-c", code], tmp_path) == "".join(blocks(page, "text"))
    for session in blocks(page, "console"):
        command, _, expected = session.removeprefix("$ ").partition("\n")
        assert run(["bash", "-c", command], tmp_path) == expected
