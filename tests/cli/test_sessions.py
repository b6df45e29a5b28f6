"""What people type, what they see, and the exit code: the sessions in `sessions.txt`, run in a fresh folder.

A session is a title, commands after `$`, their output, and `exit N` where it is not 0. `⋯` on a line of its own
stands for any lines. Run with `REWRITE=1` to write down what is seen now, and read the difference.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SESSIONS = HERE / "sessions.txt"
ANY = "⋯"


@dataclass(frozen=True)
class Step:
    command: str
    expected: str


def sessions() -> dict[str, list[Step]]:
    found = {}
    for part in re.split(r"^## ", SESSIONS.read_text(), flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        pieces = re.split(r"^\$ (.*)\n", body, flags=re.MULTILINE)[1:]
        found[title] = [Step(*pair) for pair in zip(pieces[::2], pieces[1::2], strict=True)]
    return found


def seen(command: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100", "EXAMPLES": "examples"}
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    lines = "\n".join(line.rstrip() for line in done.stdout.splitlines())
    return f"{lines}\n" * bool(lines) + f"exit {done.returncode}\n" * bool(done.returncode)


def fits(expected: str, actual: str) -> bool:
    pattern = "".join(".*?\n?" if line == ANY else re.escape(line) + "\n" for line in expected.strip().splitlines())
    return re.fullmatch(pattern, f"{actual.strip()}\n" if actual.strip() else "", re.DOTALL) is not None


@pytest.mark.parametrize("title", sessions())
def test_session(title: str, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for file in (HERE / "files").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    for step in sessions()[title]:
        actual = seen(step.command, tmp_path)
        if os.environ.get("REWRITE") and ANY not in step.expected:
            text = SESSIONS.read_text()
            old = f"$ {step.command}\n{step.expected}"
            SESSIONS.write_text(text.replace(old, f"$ {step.command}\n{actual}\n"))
        else:
            assert fits(step.expected, actual), f"$ {step.command}\n{actual}"
