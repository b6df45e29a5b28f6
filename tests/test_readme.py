"""The README runs: its files are written, its commands give the output it shows, its Python runs."""

from pathlib import Path

import pytest

from .pages import ROOT, blocks, run, run_python, sessions


def test_the_tour(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    ran = 0
    for language, file, body in blocks("README.md"):
        if language == "terms":
            assert file is not None
            (tmp_path / file).write_text(body)
        elif language == "python":
            assert "breach rate acct-7001" in run_python(body, tmp_path)
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
    "name", [*(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))), "benchmarks/results"]
)
def test_what_the_readme_points_to_is_there(name: str) -> None:
    assert name in (ROOT / "README.md").read_text()
    assert (ROOT / name).exists()
