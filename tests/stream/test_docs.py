"""The page on inline use runs: its Python in one process, its command line after it."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "inline.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [body for name, body in BLOCK.findall(PAGE.read_text()) if name == language]


def run(command: list[str], folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout + done.stderr


def test_the_page_runs(tmp_path: Path) -> None:
    assert run([sys.executable, "-c", "\n".join(blocks("python"))], tmp_path) == "".join(blocks("text"))
    for session in blocks("console"):
        command, _, expected = session.removeprefix("$ ").partition("\n")
        assert run(["bash", "-c", command], tmp_path) == expected
