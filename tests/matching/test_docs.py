"""docs/embeddings.md runs: its files are written, its commands give the output that it shows, its Python holds."""

import re
import sys
import textwrap
from pathlib import Path

import pytest

from tests.test_readme import ROOT, run, sessions

BLOCK = re.compile(r"^( *)```(\w+)([^\n]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"resemblance-[0-9a-f]{12}")


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    ran = []
    for _, language, info, body in BLOCK.findall((ROOT / "docs" / "embeddings.md").read_text()):
        if "file=" in info:
            (tmp_path / info.split("file=")[1].strip()).write_text(body)
        elif language == "python":
            done = run(f"{sys.executable} - <<'END'\n{body}END", tmp_path)
            assert done.returncode == 0, done.stderr
            ran.append("python")
        elif language == "console":
            for command, expected in sessions(textwrap.dedent(body)):
                done = run(command, tmp_path)
                assert NAMED.sub("resemblance-…", (done.stdout + done.stderr).strip()) == expected.strip()
                ran += re.findall(r"^plainterms (\w+)", command)
    assert ran == ["audit", "resemble", "audit", "resemble", "python"]
