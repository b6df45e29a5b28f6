"""The README runs: its files are written, its commands give the output it shows, its Python runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100"}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def sessions(block: str) -> list[tuple[str, str]]:
    """Each command of a console block with the output shown below it."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def test_the_tour(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    ran = 0
    for language, info, body in BLOCK.findall((ROOT / "README.md").read_text()):
        if language == "terms":
            (tmp_path / info.split("file=")[1].strip()).write_text(body)
        elif language == "python":
            done = run(f"{sys.executable} - <<'END'\n{body}END", tmp_path)
            assert done.returncode == 0, done.stderr
            assert "breach rate acct-7001" in done.stdout
        elif language == "console":
            for command, expected in sessions(body):
                ran += 1
                command = command.replace("FINDING-ID", first_finding(tmp_path))
                done = run(command, tmp_path)
                assert done.returncode in (0, 1, 2), done.stderr
                if expected.strip():
                    assert (done.stdout + done.stderr).strip() == expected.strip()
    assert ran == 5


def first_finding(folder: Path) -> str:
    findings = folder / "report" / "findings.jsonl"
    return findings.read_text().split('"id":"')[1][:12] if findings.exists() else "FINDING-ID"


@pytest.mark.parametrize(
    "name", ["docs/language.md", "docs/sources.md", "docs/audit.md", "docs/matching.md", "benchmarks/results"]
)
def test_what_the_readme_points_to_is_there(name: str) -> None:
    assert name in (ROOT / "README.md").read_text()
    assert (ROOT / name).exists()
