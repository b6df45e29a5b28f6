"""The page on the service runs, against a service that was started as it says."""

import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from plainterms.engine.server.roles import ROLES
from tests.cli.test_sessions import fits, seen
from tests.pages import ROOT, blocks

PAGE = (ROOT / "docs" / "server.md").read_text()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def sessions(block: str) -> list[tuple[str, str]]:
    """Each command with the output below it; lines that go on begin with `> `."""
    parts = re.split(r"^\$ (.*(?:\n> .*)*)\n", block, flags=re.MULTILINE)[1:]
    return [(one.replace("\n> ", "\n"), told) for one, told in zip(parts[::2], parts[1::2], strict=True)]


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="the page uses curl and jq")
def test_the_page_runs(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.delenv("PLAINTERMS_KEYS", raising=False)
    command = [sys.executable, "-m", "plainterms", "serve", "--port", str(port)]
    command += ["--store", str(folder / "cases.db"), "--data", str(folder / "data")]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(2)]
        assert told[0].startswith("Plainterms serves sqlite:")
        monkeypatch.setenv("URL", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("CODE", told[1].strip().partition("#")[2])
        ran = 0
        for language, file, body in blocks("docs/server.md"):
            if file is not None:
                (tmp_path / file).write_text(body)
            elif language == "console":
                for line, expected in sessions(body):
                    actual = seen(line, tmp_path)
                    assert fits(expected, actual), f"$ {line}\n{actual}"
                    ran += 1
        assert ran == 21
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode in (0, -15)


def test_every_role_is_told() -> None:
    for role in ROLES:
        assert f"| `{role}` |" in PAGE
