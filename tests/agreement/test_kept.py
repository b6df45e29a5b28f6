"""Every mismatch that was ever found stays found, and a case is kept as it was."""

from pathlib import Path

import pytest

from tests.meaning.cases import Case, cases_in

from .cases import generated, texts_of
from .compare import Way, as_bytes, by_reference
from .kept import case_text, kept_cases, replayed
from .rounds import parting


@pytest.mark.parametrize("way", [Way(), *(Way(arrival=seed) for seed in range(4))], ids=repr)
@pytest.mark.parametrize("case", kept_cases(), ids=str)
def test_kept_case(case: Case, way: Way) -> None:
    assert parting(*replayed(case), way) == ""


@pytest.mark.parametrize("seed", range(20))
def test_what_is_kept_is_the_case(seed: int, tmp_path: Path) -> None:
    for case in generated(seed):
        file = tmp_path / f"{case.number}.txt"
        file.write_text(case_text("title", *texts_of(case.library), case.plan, case.given), encoding="utf-8")
        again = by_reference(*replayed(cases_in(file)[0]))
        assert as_bytes(again) == as_bytes(by_reference(case.plan, case.given))
