"""A matches file inside an audit: what it decides, what it leaves unknown, and what chance takes away."""

import json
from pathlib import Path

import pytest

from plainterms.engine.audit import Evaluator, Request, audit
from plainterms.engine.finding_json import as_dict
from plainterms.engine.matching.matches_file import MatchesFileError

TERMS = """terms "T" version "1" timezone "UTC"
clause copied "A"
    for each account
    prohibits {bound}
        where output appears in samples "suspect" allowing chance of 1 in {one_in}
"""
LONG = [f"output number {number} " + " ".join(f"word{number}x{place}" for place in range(30)) for number in range(40)]
CONTROL = {
    "confidence": 0.95,
    "bins": [
        {"from_words": start, "against": against, "control": 400, "strengths": []}
        for against in (False, True)
        for start in (20, 50, 150)
    ],
}
BOTH: tuple[Evaluator, ...] = ("columnar", "reference")


def digest(text: str) -> str:
    from plainterms.engine.matching.rows import text_digest

    return text_digest(text)


def written(folder: Path, matched: set[int], bound: str, one_in: int, served: int = 40) -> Request:
    """Terms, a log of ``served`` outputs of one account, and a matches file that speaks of all."""
    scores = dict.fromkeys(
        ("letters", "letters_within", "words_within", "alignment", "edits", "run", "matched", "shorter"), 0
    )
    lines = [{"format": "plainterms matches 2", "calibration": CONTROL}]
    for number, text in enumerate(LONG):
        row = {"number": number, "id": str(number), "digest": digest(text), "words": 33}
        if number in matched:
            row["likenesses"] = [{"sample": 0, "id": "s", "strength": 500, "scores": scores, "spans": []}]
        lines.append(row)
    (folder / "found.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    events = [
        {"id": f"r{number:02}", "time": f"2026-03-01T10:{number:02}:00Z", "account": "ann", "output": LONG[number]}
        for number in range(served)
    ]
    (folder / "log.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    (folder / "t.terms").write_text(TERMS.format(bound=bound, one_in=one_in))
    return Request(
        terms=(folder / "t.terms",), logs=(str(folder / "log.jsonl"),), samples={"suspect": folder / "found.jsonl"}
    )


@pytest.mark.parametrize(
    ("matched", "bound", "one_in", "verdict"),
    [
        # 40 outputs at 1 in 100: chance makes 0.4 on average, and 3 at most (99.9 %).
        (range(8), "at least 5 requests", 100, "breach"),
        (range(7), "at least 5 requests", 100, "undetermined"),
        (range(4), "at least 5 requests", 100, None),
        (range(4), "any request", 100, "breach"),
        (range(3), "any request", 100, "undetermined"),
        # 400 control texts support 1 in 134 and no more.
        (range(40), "any request", 135, "undetermined"),
    ],
)
def test_what_chance_may_have_matched_is_taken_off(
    tmp_path: Path, matched: range, bound: str, one_in: int, verdict: str | None
) -> None:
    request = written(tmp_path, set(matched), bound, one_in)
    for evaluator in BOTH:
        findings = audit(Request(**{**request.__dict__, "evaluator": evaluator})).result.findings
        assert {one.verdict for one in findings} == ({verdict} if verdict else set())


def test_the_finding_carries_what_was_examined_and_what_chance_allows(tmp_path: Path) -> None:
    request = written(tmp_path, set(range(7)), "at least 5 requests", 100)
    told = []
    for evaluator in BOTH:
        report = audit(Request(**{**request.__dict__, "evaluator": evaluator}))
        told.append([as_dict(one) for one in report.result.findings])
        (summary,) = report.result.clauses
        assert (summary.breach, summary.undetermined) == (0, 1)
    assert told[0] == told[1]
    (finding,) = told[0]
    (matching,) = finding["matching"]  # type: ignore[misc]
    assert {key: matching[key] for key in ("one_in", "examined", "matched", "expected", "limit")} == {
        "one_in": 100,
        "examined": 40,
        "matched": 7,
        "expected": "0.4",
        "limit": 3,
    }
    assert finding["missing"] == [{"field": 'output appears in samples "suspect"', "events": 3}]


def test_without_a_file_all_is_unknown_and_the_report_says_how_to_get_one(tmp_path: Path) -> None:
    request = written(tmp_path, set(), "any request", 100)
    report = audit(Request(**{**request.__dict__, "samples": {}}))
    assert {one.verdict for one in report.result.findings} == {"undetermined"}
    assert report.result.notes[0] == (
        'No matches file was given for samples “suspect”, so whether output appears in samples "suspect" is unknown'
        " of every event; make one with `plainterms match` and give it as `--samples suspect=FILE`."
    )


def test_a_control_that_is_too_small_is_told_with_what_it_lacks(tmp_path: Path) -> None:
    report = audit(written(tmp_path, set(), "any request", 1_000))
    assert report.result.notes[0] == (
        "The control of samples “suspect” does not support a chance of 1 in 1,000 for texts of 20 to 49 words: it"
        ' needs 2,595 more of them. Of such texts it is unknown whether output appears in samples "suspect".'
    )


def test_what_is_no_matches_file_is_refused(tmp_path: Path) -> None:
    request = written(tmp_path, set(), "any request", 100)
    (tmp_path / "found.jsonl").write_text('{"output": "a text"}\n')
    with pytest.raises(MatchesFileError) as raised:
        audit(request)
    assert str(raised.value) == (
        f"{tmp_path}/found.jsonl is not a matches file; make one with `plainterms match … --out DIR` and give"
        " DIR/matches-….jsonl"
    )


def test_a_matches_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    request = written(tmp_path, set(), "any request", 100)
    named = tmp_path / "matches-0123456789abcdef.jsonl"
    (tmp_path / "found.jsonl").rename(named)
    with pytest.raises(MatchesFileError, match="was changed or cut short since it was written"):
        audit(Request(**{**request.__dict__, "samples": {"suspect": named}}))
