"""Documents that make no sense, each with the whole of what its author sees."""

import pytest
from cases import Case, read_cases
from documents import checked

from plainterms.policy.errors import TermsErrors

TABLES = (
    "clauses",
    "declarations",
    "events",
    "examples",
    "fields",
    "header",
    "judged",
    "measures",
    "names",
    "patterns",
    "reuse",
    "types",
)
CASES = [case for table in TABLES for case in read_cases(f"errors/{table}.txt")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_message(case: Case) -> None:
    with pytest.raises(TermsErrors) as caught:
        checked(case.given)
    assert str(caught.value) == case.wanted
