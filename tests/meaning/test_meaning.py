"""What the Terms language means, sentence by sentence, in cases worked by hand."""

from collections.abc import Callable

import pytest

from plainterms.engine import reference
from plainterms.engine.findings import Result
from plainterms.policy.errors import PlainTermsError

from .cases import Case, read_cases, read_sentences
from .rendering import rendered
from .world import events_of, period_of, plan_of, registers_of

EVALUATORS: dict[str, Callable[..., Result]] = {"reference": reference.evaluate}
CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("evaluator", EVALUATORS)
def test_case(case: Case, evaluator: str) -> None:
    if case.error:
        with pytest.raises(PlainTermsError) as raised:
            found(case, evaluator)
        assert str(raised.value) == case.error
    else:
        assert found(case, evaluator) == case.finds


def found(case: Case, evaluator: str) -> list[str]:
    planned = plan_of(case)
    events = events_of(case, planned.schema)
    registers = registers_of(case, planned, events)
    return rendered(EVALUATORS[evaluator](planned, events, registers, period_of(case)), planned)


def test_every_sentence_is_shown() -> None:
    sentences = read_sentences()
    shown = {name for case in CASES for name in case.shows}
    assert shown <= set(sentences)
    assert {name for name, words in sentences.items() if "->" not in words} == shown


def test_titles_are_told_apart() -> None:
    titles = [str(case) for case in CASES]
    assert len(titles) == len(set(titles))
