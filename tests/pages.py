"""Pages that run: their blocks of code, the sessions in these, and how a command of one is run."""

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^( *)```(\w+)([^\n]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> Iterator[tuple[str, str | None, str]]:
    """The language, the file that it is to be written to, and the text of each block of a page."""
    for _, language, info, body in BLOCK.findall((ROOT / page).read_text("utf-8")):
        yield language, info.split("file=")[1].strip() if "file=" in info else None, textwrap.dedent(body)


def run(command: str, folder: Path, columns: int = 100) -> subprocess.CompletedProcess[str]:
    """Run a command of the shell as in a terminal of that width, without colours."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": str(columns)}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def run_python(code: str, folder: Path) -> str:
    """Run Python, which must succeed; what it prints."""
    done = run(f"{sys.executable} - <<'END'\n{code}END", folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sessions(block: str) -> list[tuple[str, str]]:
    """Each command of a console block with the output shown below it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))
