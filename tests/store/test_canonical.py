"""Rows are digested as RFC 8785 writes them, by another implementation of it."""

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from plainterms.engine.store.tables.rows import canonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.text(st.characters(max_codepoint=0xD7FF))
"""RFC 8785 sorts by UTF-16, where larger characters come earlier; names of columns have none."""


@given(st.dictionaries(NAMES, TEXTS | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans() | st.none()))
def test_rows_are_written_canonically(row: dict[str, str | int | bool | None]) -> None:
    assert canonical(row) == rfc8785.dumps(row)
