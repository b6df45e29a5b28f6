"""The examples in docs/sources.md run, and its tables name every format and every class of reason that tests meet."""

import re
from pathlib import Path

import pytest

from plainterms.engine.sources import FORMATS

from .cases import load

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "sources.md").read_text("utf-8")


def test_the_examples_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    code = "\n".join(re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL))
    assert code.count("assert") >= 8
    exec(compile(code, "docs/sources.md", "exec"), {})


def test_every_format_is_named() -> None:
    assert [name for name in FORMATS if f"`{name}`" not in TEXT] == []


def test_every_class_of_reason_is_named() -> None:
    lines = [
        line for path in Path(__file__).parent.glob("damage/*.txt") for case in load(path) for line in case.expected
    ]
    classes = {line.split(": ")[1] for line in lines if line.startswith("!")}
    assert sorted(name for name in classes if f"`{name}`" not in TEXT) == []
