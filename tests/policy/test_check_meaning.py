"""Documents and what they mean, in the short writing of `shown`."""

import pytest
from cases import Case, read_cases
from documents import checked
from shown import policy

TABLES = ("conditions", "events", "statements", "reuse")
CASES = [case for table in TABLES for case in read_cases(f"meaning/{table}.txt")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_meaning(case: Case) -> None:
    assert policy(checked(case.given)[1]) == case.wanted


def test_the_digest_is_of_all_files_and_of_no_place() -> None:
    text = 'use "a.terms"\nlist embargoed from "b.csv" column "code"\n+++ a.terms\nlet a be 1\n+++ b.csv\ncode\nCU\n'
    first = checked(text)[1].digest
    assert checked(text)[1].digest == first
    assert checked(text.replace("be 1", "be 2"))[1].digest != first
    assert checked(text.replace("CU", "IR"))[1].digest != first
    assert checked(text.replace("a.terms", "deep/a.terms"))[1].digest != first
    assert len(first) == 64
