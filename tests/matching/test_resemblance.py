"""What resembles what: thresholds that a control supports, and a file that both evaluators read."""

from dataclasses import replace
from fractions import Fraction
from math import comb
from pathlib import Path

import numpy as np
import orjson
import pytest

from plainterms.engine.audit import Request, audit
from plainterms.engine.finding_json import finding_lines
from plainterms.engine.matching.threshold import reaching, threshold
from plainterms.engine.resemblance import Control, Resemblance, Sought, load, text_digest, write
from plainterms.policy.errors import PlainTermsError

# ── Thresholds


@pytest.mark.parametrize("one_in", [2, 10, 100])
@pytest.mark.parametrize("texts", [5, 29, 59, 298, 299, 300, 1_000])
def test_so_many_of_a_control_may_reach_a_threshold(texts, one_in) -> None:
    rate = Fraction(1, one_in)
    ways = [comb(texts, k) * rate**k * (1 - rate) ** (texts - k) for k in range(min(texts, 80))]
    allowed = [k for k in range(len(ways)) if sum(ways[: k + 1]) <= Fraction(1, 20)]
    if allowed:
        assert reaching(texts, one_in) == max(allowed) or len(allowed) == len(ways)
    else:
        with pytest.raises(PlainTermsError):
            reaching(texts, one_in)


def test_a_control_that_is_too_small_is_told_how_large_it_must_be() -> None:
    with pytest.raises(PlainTermsError) as error:
        reaching(2_994, 1_000)
    assert str(error.value) == (
        "the control holds 2,994 different texts, and a chance of 1 in 1,000 needs at least 2,995; add unrelated"
        " texts, or ask for less with --one-in"
    )
    assert reaching(2_995, 1_000) == 0


def test_a_threshold_lies_just_above_the_control() -> None:
    control = np.array([0.1, 0.5, 0.5, 0.25], np.float32)
    assert threshold(control, 0) == (float(np.nextafter(np.float32(0.5), np.float32(1))), 0)
    assert threshold(control, 1) == (float(np.nextafter(np.float32(0.5), np.float32(1))), 0)
    assert threshold(control, 2) == (float(np.nextafter(np.float32(0.25), np.float32(1))), 2)


# ── The file

ENDS_IN_ZERO = next(text for text in map(str, range(10_000)) if text_digest(text)[-1] == 0)
SOUGHT = (Sought("rate the answer", 0.5), Sought("which is better", 0.25, Control("ab", 3_000, 0, 1_000)))


def made() -> Resemblance:
    texts = ["rate it", "bread", "so-so", ENDS_IN_ZERO]
    similar = [[0.9, 0.1], [0.0, -0.2], [0.5, 0.2], [0.1, 0.26]]
    digests = np.array([text_digest(text) for text in texts], "S16")
    return Resemblance("small (abc, fp32)", SOUGHT, digests, np.array(similar, np.float32))


BOTH = ("rate the answer", "which is better")
TOLD = [
    (BOTH, [True, False, True, True, None]),
    (BOTH[:1], [True, False, True, False, None]),
    (BOTH[1:], [False, False, False, True, None]),
    ((*BOTH, "another"), [True, None, True, True, None]),
    (("another",), [None] * 5),
]


@pytest.mark.parametrize(("wanted", "told"), TOLD)
def test_what_is_told_of_texts(wanted, told, tmp_path) -> None:
    texts = ["rate it", "bread", "so-so", ENDS_IN_ZERO, "never seen"]
    assert made().told(wanted, texts) == told
    read = load(write(made(), tmp_path))
    assert (read.sought, read.model) == (SOUGHT, "small (abc, fp32)")
    assert read.told(wanted, texts) == told
    assert read.told(wanted, []) == []


def test_nothing_examined_is_nothing_told(tmp_path) -> None:
    none = Resemblance("small", SOUGHT, np.array([], "S16"), np.empty((0, 2), np.float32))
    assert load(write(none, tmp_path)).told(BOTH, ["rate it"]) == [None]


def test_a_file_is_named_by_its_digest(tmp_path) -> None:
    first, again = write(made(), tmp_path), write(made(), tmp_path)
    assert first == again
    assert [path.name for path in tmp_path.iterdir()] == [first.name]


@pytest.mark.parametrize("content", [b"", b"no table", None])
def test_what_is_no_such_file_is_named(content, tmp_path) -> None:
    path = tmp_path / "x.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PlainTermsError) as error:
        load(path)
    assert str(error.value) == f"{path} is no file that `plainterms resemble` wrote"


# ── Audits

TERMS = """terms "House Rules" version "1" timezone "UTC"

clause judging "No use as a judge"
    for each account
    prohibits at least 2 requests where prompt resembles any of "rate the answer", "which is better"
    severity high

clause teaching "No teaching"
    for each account
    prohibits any request where not prompt resembles "rate the answer" and prompt is not missing
    severity low
"""
LOG = [
    ("a", "rate it"), ("a", ENDS_IN_ZERO), ("b", "rate it"), ("b", "never seen"), ("c", "bread"), ("c", None),
    ("d", "so-so"), ("d", "so-so"), ("e", "bread"), ("e", "bread"),
]  # fmt: skip
VERDICTS = {
    "judging": {"a": "breach", "b": "undetermined", "d": "breach"},
    "teaching": {"a": "breach", "b": "undetermined", "c": "breach", "e": "breach"},
}


@pytest.fixture
def request_of(tmp_path: Path) -> Request:
    (tmp_path / "t.terms").write_text(TERMS)
    lines = []
    for number, (account, prompt) in enumerate(LOG):
        event = {"id": f"r{number}", "kind": "request", "time": f"2026-03-01T09:0{number}:00Z", "account": account}
        lines.append(orjson.dumps(event | ({} if prompt is None else {"prompt": prompt})))
    (tmp_path / "log.jsonl").write_bytes(b"\n".join(lines))
    return Request(
        terms=(tmp_path / "t.terms",),
        logs=(str(tmp_path / "log.jsonl"),),
        resemblance=write(made(), tmp_path),
    )


def test_both_evaluators_read_the_same_file(request_of) -> None:
    found = [audit(replace(request_of, evaluator=evaluator)) for evaluator in ("columnar", "reference")]
    columnar, reference = (b"".join(finding_lines(one.result.findings)) for one in found)
    assert columnar == reference
    verdicts: dict[str, dict[str, str]] = {}
    for finding in found[0].result.findings:
        verdicts.setdefault(finding.clause.name, {})[finding.subject.name] = finding.verdict
    assert verdicts == VERDICTS
    missing = [dict(one.missing) for one in found[0].result.findings if one.verdict == "undetermined"]
    assert {'prompt resembles any of "rate the answer", "which is better"': 1} in missing
    assert found[0].result.notes == (
        'That prompt resembles "rate the answer" means here a similarity of at least 0.5000 by the model small (abc,'
        " fp32): a threshold chosen by the auditor, whose error rate nobody has measured.",
        'That prompt resembles "which is better" means here a similarity of at least 0.2500 by the model small (abc,'
        " fp32): of 3,000 unrelated texts 0 reach it, so at most 1 in 1,000 do (95 % limit).",
    )
    assert [(one.name, one.rows) for one in found[0].registers] == [("resemblance", 4)]
