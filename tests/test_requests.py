"""What `plainterms.audit` is asked from Python: requests that cannot be meant are refused in words."""

from pathlib import Path
from typing import Any

import pytest

from plainterms import PlainTermsError, Request

GOOD: dict[str, Any] = {"terms": (Path("acme.terms"),), "logs": ("requests.jsonl",)}

REFUSED = {
    "no terms are given; name at least one document in `terms`": {"terms": ()},
    '`logs` must be a tuple of at least one path, for example `("requests.jsonl",)`': {"logs": "requests.jsonl"},
    "there is no evaluator `fast`; it is columnar or reference": {"evaluator": "fast"},
    "`workers` must be at least 1, not 0": {"workers": 0},
}


@pytest.mark.parametrize("message", REFUSED)
def test_requests_that_cannot_be_meant(message: str) -> None:
    with pytest.raises(PlainTermsError) as refused:
        Request(**{**GOOD, **REFUSED[message]})
    assert str(refused.value) == message


def test_a_request_that_can() -> None:
    assert Request(**GOOD).workers == 1
