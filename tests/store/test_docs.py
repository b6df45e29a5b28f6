"""The page on the store runs: commands give the output that it shows, and Python holds."""

import re
from pathlib import Path

import pytest

from tests.cli.test_sessions import fits, seen
from tests.pages import ROOT, blocks, run_python, sessions

ROWS = (ROOT / "docs" / "store.md").read_text()


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAINTERMS_KEYS", raising=False)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    ran = []
    for language, file, body in blocks("docs/store.md"):
        if file is not None:
            (tmp_path / file).write_text(body)
        elif language == "python":
            assert run_python(body, tmp_path) == "['House Rules']\n()\n"
            ran.append("python")
        elif language == "console":
            for command, expected in sessions(body):
                actual = re.sub(r"^exit [0-9]+\n", "", seen(command, tmp_path), flags=re.MULTILINE)
                assert fits(expected, actual), f"$ {command}\n{actual}"
                assert "internal error" not in actual
                ran.append(command.split()[1])
    assert "python" in ran
    assert {"audit", "store", "verify", "bundle"} <= set(ran)


def test_every_table_is_told() -> None:
    from plainterms.engine.store.tables import KEPT, OPERATIONAL

    for table in (*KEPT, *OPERATIONAL):
        assert f"`{table.__tablename__}`" in ROWS
