"""The pages on signals and backtests run: their files are written, their commands give the output they show."""

import re
from pathlib import Path

import pytest

from plainterms.engine.simulation.ranges import load_ranges
from plainterms.policy.load import load
from tests.cli.test_sessions import fits, seen
from tests.pages import ROOT, blocks, sessions

DOCS = ROOT / "docs"


@pytest.mark.parametrize("page", ["signals.md", "backtest.md"])
def test_the_page_runs(page: str, tmp_path: Path) -> None:
    for name in ("examples", "rules"):
        (tmp_path / name).symlink_to(ROOT / name)
    ran = 0
    for language, file, body in blocks(f"docs/{page}"):
        if language == "terms":
            assert file is not None
            (tmp_path / file).write_text(body)
        elif language == "console":
            for command, expected in sessions(body):
                actual = re.sub(r"^exit [0-9]+\n", "", seen(command, tmp_path), flags=re.MULTILINE)
                assert fits(expected, actual), f"$ {command}\n{actual}"
                assert "internal error" not in actual
                ran += 1
    assert ran >= 3


def test_every_clause_is_told_with_its_severity() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", (DOCS / "signals.md").read_text(), re.MULTILINE))
    policy = load(ROOT / "rules" / "signals" / "harvesting.terms")
    assert rows == {clause.name: clause.severity for clause in policy.clauses}


def test_the_page_counts_the_families_as_they_are() -> None:
    ranges = load_ranges()
    assert (len(ranges.of("lookalike")), len(ranges.of("campaign"))) == (20, 8)
    text = (DOCS / "backtest.md").read_text()
    assert "of twenty kinds of look-alikes" in text
    assert "of eight kinds of campaigns" in text
