"""Templates: a table of texts, and the same for a text alone and in a column."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plainterms.engine.columnar.templates import template_column
from plainterms.engine.templates import KEPT, READ, template

LINES = (Path(__file__).parent / "templates.txt").read_text("utf-8").splitlines()
CASES = [line.split(" => ") for line in LINES if " => " in line and not line.startswith("#")]

PIECES = [
    *("rate", "this", "Rate", "I", "a", "Hans", "ÉCOLE", "été", "日本", "語、", "ß", "don't", "step-by-step", "\0"),
    *("1", "3.14", "B2", "a@b.c", "https://x.y/z", "://", '"', "“", "”", "„", "«", "»", "「", "」", "`", "…", "😀"),
    *(
        " ",
        "  ",
        "\n",
        "\t",
        ", ",
        ". ",
        ": ",
        "(",
        ")",
        "\u00a0",
        "\u200b",
        "x" * 50,
        "words of a text that runs on",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_cases(text: str, expected: str) -> None:
    text = text.replace("\\n", "\n").replace("\\t", "\t")
    assert template(text) == (None if expected == "-" else expected)


@given(st.lists(st.one_of(st.none(), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)), max_size=8))
@example(["words " * READ, None, "é" * READ + " one two three four five"])
@example(["é" * (READ - 1) + " one two three", "one two three four five " + "é" * KEPT, "1 " * READ + "a b c d e f"])
def test_a_column_is_its_texts(texts: list[str | None]) -> None:
    expected = [None if text is None else template(text) for text in texts]
    for kind in (pa.string(), pa.large_string()):
        column = pa.array(["before", *texts], kind).slice(1)
        assert template_column(column).to_pylist() == expected


@given(st.text())
def test_any_text(text: str) -> None:
    assert template_column(pa.array([text])).to_pylist() == [template(text)]
