"""The pages on matching and on embeddings run: files are written, commands give what is shown, Python holds."""

import re
from pathlib import Path

import pytest

from tests.pages import ROOT, blocks, run, run_python, sessions

NAMED = re.compile(r"resemblance-[0-9a-f]{12}")


def test_the_page_on_matching_runs(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    ran = 0
    for language, file, body in blocks("docs/matching.md"):
        if language == "terms":
            assert file is not None
            (tmp_path / file).write_text(body)
        if language == "console":
            for command, expected in sessions(body):
                ran += 1
                seen = run(command, tmp_path)
                shown = "\n".join(line.rstrip() for line in seen.stdout.splitlines())
                assert shown.strip() == expected.strip(), seen.stderr
    assert ran == 2


def test_the_page_on_embeddings_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    ran = []
    for language, file, body in blocks("docs/embeddings.md"):
        if file is not None:
            (tmp_path / file).write_text(body)
        elif language == "python":
            run_python(body, tmp_path)
            ran.append("python")
        elif language == "console":
            for command, expected in sessions(body):
                done = run(command, tmp_path)
                assert NAMED.sub("resemblance-…", (done.stdout + done.stderr).strip()) == expected.strip()
                ran += re.findall(r"^plainterms (\w+)", command)
    assert ran == ["audit", "resemble", "audit", "resemble", "python"]
