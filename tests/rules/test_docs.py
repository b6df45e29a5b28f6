"""`docs/rules.md` runs: its files are written, its commands give the output that it shows, its Python runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

from plainterms.engine.cli.app import Exit

DOCS = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "160"}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_page(tmp_path: Path) -> None:
    text = DOCS.read_text("utf-8")
    for language, info, body in BLOCK.findall(text):
        if "file=" in info:
            (tmp_path / info.split("file=")[1].strip()).write_text(body, "utf-8")
        if language == "python":
            done = run(f"{sys.executable} - <<'END'\n{body}END", tmp_path)
            assert done.returncode == 0, done.stderr
        elif language == "console":
            shown = "".join(f"$ {command}\n{seen(command, tmp_path)}" for command in commands(body))
            if os.environ.get("REWRITE"):
                text = text.replace(f"```console\n{body}```", f"```console\n{shown}```")
                DOCS.write_text(text, "utf-8")
            else:
                assert shown == body


def commands(block: str) -> list[str]:
    return re.findall(r"^\$ (.*)$", block, flags=re.MULTILINE)


def seen(command: str, folder: Path) -> str:
    done = run(command, folder)
    assert done.returncode in (Exit.CLEAN, Exit.FINDINGS), done.stderr
    return "\n".join(line.rstrip() for line in (done.stdout + done.stderr).splitlines()) + "\n" * bool(done.stdout)
