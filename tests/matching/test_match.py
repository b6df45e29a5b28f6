"""Matching from files to files: the example, what is lost and what is not, bad input, and runs that are cut short."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from plainterms.engine.matching import match as matching
from plainterms.engine.matching.match import MatchError, Matching, Request, match
from plainterms.engine.matching.matches_file import read_matches, write_matches
from plainterms.engine.matching.report import words
from plainterms.engine.matching.report.html import render_html

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "matching"
Lines = Sequence[object]


def example(**more: object) -> Request:
    sets = {name: (str(EXAMPLE / f"{name}.jsonl"),) for name in ("outputs", "control", "public", "canaries")}
    sets["samples"] = (str(EXAMPLE / "suspect.jsonl"),)
    return Request(**{**sets, "one_in": 20, **more})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found() -> Matching:
    return match(example())


def write(path: Path, lines: Lines) -> str:
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return str(path)


def of(folder: Path, outputs: Lines, samples: Lines, control: Lines = (), **more: object) -> Matching:
    """Match small sets."""
    return match(
        Request(
            (write(folder / "outputs.jsonl", outputs),),
            (write(folder / "samples.jsonl", samples),),
            (write(folder / "control.jsonl", control),),
            **more,  # type: ignore[arg-type]
        )
    )


def long(mark: str, length: int = 40) -> str:
    return " ".join(f"{mark}{place * 7919 % 1000}" for place in range(length))


def control(count: int = 80) -> list[dict[str, str]]:
    return [{"text": long(f"c{number}x")} for number in range(count)]


# ── The example


def test_the_example_finds_what_was_copied(found: Matching) -> None:
    said = found.statement
    assert (said.verdict, said.matched, said.clusters, said.examined, said.short) == (
        "more than chance",
        12,
        12,
        59,
        1,
    )
    assert [row.likenesses[0].id for row in sorted(found.matches, key=lambda row: row.id)] == [
        f"s-{number:03}" for number in range(12)
    ]
    assert found.concentration is not None
    assert [(one.name, one.matched, one.named) for one in found.concentration.accounts] == [("acct-9", 12, True)]
    assert [(one.text, one.account, one.samples) for one in found.canaries] == [
        ("kestrel-7QX2M9ZPL4WD", "acct-9", ((30, "s-030"),))
    ]
    assert [(row.id, [(one.key, one.shown) for one in row.reasons]) for row in found.aside] == [
        ("req-020", [("public", "almanac-1962")])
    ]


def test_the_paragraph(found: Matching) -> None:
    assert words.paragraph(found) == (
        "We compared 60 texts that we served with 40 samples, and in the same way 130 control texts that are"
        " known to be"
        " independent of the samples. Of the 59 that are long enough and for whose length the control is large"
        " enough,"
        " 12 match a sample; counting near-duplicates and answers to one prompt once, 12. At a rate of at most 1"
        " false"
        " match in 20 texts, chance alone would make 2.81 on average, and with a probability of 99.9 % no more"
        " than 9."
        " That is more than chance allows (p = 1.9e-05). 12 of the samples are like a text of ours: between 2.08"
        " % and"
        " 44.03 % of all samples, not counting what was rewritten. A further 1 was like a sample but is explained"
        " otherwise and is not counted."
    )


def test_equal_inputs_give_equal_files(found: Matching, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    first, second = write_matches(found, tmp_path), write_matches(match(example()), tmp_path / "again")
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()
    told = read_matches(first)
    assert (list(told.rows), told.calibration) == (list(found.rows), found.calibration)


def test_the_order_of_samples_and_control_does_not_matter(found: Matching, tmp_path: Path) -> None:
    turned = {}
    for name in ("suspect", "control"):
        lines = (EXAMPLE / f"{name}.jsonl").read_text().splitlines()
        turned[name] = write(tmp_path / f"{name}.jsonl", lines[::-1])
    other = match(example(samples=(turned["suspect"],), control=(turned["control"],)))
    assert other.statement == found.statement
    assert other.calibration == found.calibration
    assert [row.likenesses[0].id for row in other.matches] == [row.likenesses[0].id for row in found.matches]


# ── Nothing lost


def test_every_line_is_accounted_for(tmp_path: Path) -> None:
    lines = [
        {"text": long("a")},
        "",
        "not json",
        "[1]",
        {"text": 5},
        {"other": "x"},
        {"text": "  "},
        {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": long("b")}]},
        {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": long("c")}]},
        {"instruction": "q", "input": "more", "output": long("d")},
        {"text": long("e"), "time": "yesterday"},
        {"text": long("f"), "time": "2026-01-01T00:00:00"},
        '{"text": "\\ud800"}',
        "\x00\x01\x02",
    ]
    found = of(tmp_path, lines, [{"text": long("z")}])
    lost = found.lines["outputs"]
    assert (lost.read, lost.texts, lost.blank, lost.quarantined) == (14, 4, 1, 9)
    assert lost.read == lost.texts + lost.blank + lost.quarantined
    assert dict(found.quarantined) == {
        "no text": 2,
        "not JSON": 3,
        "not an object": 1,
        "wrong time": 2,
        "wrong type": 1,
    }


# ── Independent answers to the same prompt


ASKED = "Tell me of the harbour, please"


def answered(*texts: str, prompt: str = ASKED) -> list[dict[str, str]]:
    return [{"id": f"a{number}", "prompt": prompt, "text": text} for number, text in enumerate(texts)]


def test_an_output_whose_sample_is_as_like_other_answers_is_no_match(tmp_path: Path) -> None:
    """All say the same second half, and the sample says nothing else that is ours."""
    common = long("k", 40)
    outputs = answered(f"{long('o')} {common}")
    samples = [{"text": f"{long('s')} {common}"}]
    answers = answered(*(f"{long(mark)} {common}" for mark in "abcdef"))
    alone = of(tmp_path, outputs, samples, control(200), one_in=20)
    assert [(row.against, row.strength > 300) for row in alone.rows] == [(False, True)]
    found = of(tmp_path, outputs, samples, [*control(200), *answers], one_in=20)
    assert [(row.against, row.strength) for row in found.rows] == [(True, 0)]


def test_a_copy_is_found_against_independent_answers(tmp_path: Path) -> None:
    answers = answered(*(long(mark, 60) for mark in "abcdef"))
    copied = [{"text": long("o", 60)}]
    found = of(tmp_path, answered(long("o", 60)), copied, [*control(200), *answers], one_in=20)
    assert [(row.against, row.strength) for row in found.rows] == [(True, 600)]
    assert [one.control for one in found.calibration.bins] == [200, 6, 0, 0, 6, 0]
    assert words.paragraph(found).endswith(
        "it needs 53 more of 50 to 149 words, answers to its prompt known (for 59 in all where none matches)."
    )


def test_fewer_answers_than_a_control_text_has_are_not_compared_with(tmp_path: Path) -> None:
    answers = answered(*(long(mark, 60) for mark in "abcde"))
    found = of(tmp_path, answered(long("o", 60)), [{"text": long("o", 60)}], answers, one_in=20)
    assert [row.against for row in (*found.rows, *found.control)] == [False] * 6


# ── Bad input


def test_a_copy_in_another_script_and_direction_is_found(tmp_path: Path) -> None:
    hebrew = " ".join(
        chr(0x5D0 + (place * 7) % 22) + chr(0x5D0 + (place * 5) % 22) + "\u05d0" * (place % 4) for place in range(60)
    )
    chinese = "".join(chr(0x4E00 + place * 37 % 3_000) for place in range(120))
    outputs = [{"id": "h", "output": hebrew}, {"id": "c", "output": chinese}]
    samples = [{"text": f"\u202e{hebrew}!"}, {"text": f"**{chinese[:80]}**"}]
    found = of(tmp_path, outputs, samples, control(), one_in=20)
    assert sorted(row.id for row in found.rows if row.strength > 400) == ["c", "h"]


def test_very_many_equal_texts_cost_no_more_than_one(tmp_path: Path) -> None:
    begun = time.process_time()
    found = of(tmp_path, [{"text": long("a")}], [{"text": long("a")}] * 50_000, control(), one_in=20)
    assert found.statement.samples_matched == 50_000
    assert found.statement.clusters == 1
    assert time.process_time() - begun < 30


def test_a_very_long_text(tmp_path: Path) -> None:
    huge = long("h", 40) + " " + "filler words " * 80_000
    found = of(tmp_path, [{"text": huge}, {"text": long("h")}], [{"text": huge}], control(), one_in=20)
    assert [row.strength > 400 for row in found.rows] == [True, True]


def test_without_a_control_nothing_is_said(tmp_path: Path) -> None:
    found = of(tmp_path, [{"text": long("a")}], [{"text": long("a")}], one_in=20)
    assert found.statement.verdict == "undetermined"
    assert words.paragraph(found) == (
        "We compared 1 text that we served with 1 sample, and in the same way 0 control texts that are known to be"
        " independent of the samples. The control is too small to support a rate of 1 false match in 20 texts, so"
        " nothing"
        " can be said: it needs 59 more of 20 to 49 words (for 59 in all where none matches)."
    )


def test_a_control_that_overlaps_the_samples_is_told_and_counts_against_us(tmp_path: Path) -> None:
    rest = control(79)
    found = of(tmp_path, [{"text": long("a")}], [{"text": long("a")}, rest[0]], [*rest, rest[0]], one_in=20)
    assert found.overlap == 1
    assert found.statement.verdict == "no more than chance allows"
    assert next(words.notes(found)) == (
        "1 control text stands word for word among the samples, counted as false matches: make sure that the"
        " control is"
        " independent."
    )


@pytest.mark.parametrize(
    ("output", "sample", "key"),
    [
        ({"text": "I'm sorry, but I can't help with that. " + long("r", 30)}, {}, "refusal"),
        ({"text": long("m") + " Permission is hereby granted, free of charge, to any person"}, {}, "boilerplate"),
        ({"text": long("o"), "time": "2026-03-02T00:00:00Z"}, {"time": "2026-03-01T00:00:00Z"}, "older"),
    ],
)
def test_what_is_explained_otherwise_is_set_aside(
    tmp_path: Path, output: dict[str, str], sample: dict[str, str], key: str
) -> None:
    found = of(tmp_path, [output], [{"text": output["text"], **sample}], control(), one_in=20)
    assert [[one.key for one in row.reasons] for row in found.rows] == [[key]]
    assert (found.statement.matched, found.statement.aside) == (0, 1)


def test_an_answer_that_independent_answers_resemble_is_set_aside(tmp_path: Path) -> None:
    same = {"text": long("same")}
    found = of(tmp_path, [same], [same], [*control(), {"text": long("same") + " and more"}], one_in=20)
    assert [one.key for one in found.rows[0].reasons] == ["common"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"one_in": 1}, "the chance must be 1 in 2 or less, not 1 in 1"),
        ({"samples": ("-",)}, "matching reads its texts more than once, so they must be files, not standard input"),
    ],
)
def test_requests_that_cannot_be_met(change: dict[str, object], message: str) -> None:
    with pytest.raises(MatchError) as raised:
        example(**change)
    assert str(raised.value) == message


def test_no_text_at_all(tmp_path: Path) -> None:
    with pytest.raises(MatchError, match="there is no text among the samples: 1 lines hold none"):
        of(tmp_path, [{"text": "a"}], ["x"])


def test_without_rapidfuzz_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "find_spec", lambda _name: None)
    with pytest.raises(MatchError) as raised:
        example()
    assert str(raised.value) == "matching needs rapidfuzz; install it with `pip install 'plainterms[match]'`"


# ── Cut short


def test_a_run_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    outputs = [{"id": str(number), "text": long(f"o{number}x")} for number in range(6_000)]
    paths = [
        write(tmp_path / "outputs.jsonl", outputs),
        write(tmp_path / "samples.jsonl", outputs[::10]),
        write(tmp_path / "control.jsonl", control()),
    ]
    command = [sys.executable, "-m", "plainterms", "match", "--format", "jsonl", "--out", str(tmp_path / "out")]
    command += [
        "--outputs",
        paths[0],
        "--samples",
        paths[1],
        "--control",
        paths[2],
        "--allowing-chance-of-1-in",
        "20",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while process.poll() is None and len(list((tmp_path / "out").glob("matching-*/outputs-*.jsonl"))) < 2:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("matching-*/outputs-*.jsonl")}
    assert kept
    whole = subprocess.run([*command, "--out", str(tmp_path / "fresh")], capture_output=True, check=False)
    again = subprocess.run(command, capture_output=True, check=False)
    assert (whole.returncode, again.returncode) == (1, 1)
    assert whole.stdout == again.stdout
    assert not list((tmp_path / "out").glob("matching-*"))


# ── The page


def test_nothing_from_outside_is_markup_on_the_page(tmp_path: Path) -> None:
    evil = '<script>alert("x")</script> <img src=x onerror=alert(1)> \u202e ' + long("evil")
    row = {"id": "<b>id</b>", "account": "<i>a</i>", "prompt": "<u>p</u>", "text": evil}
    found = of(tmp_path, [row], [row], control(), one_in=20)
    page = render_html(found)
    assert found.matches
    for sign in ("<script", "<img", "<b>", "<i>", "<u>", "\u202e", "http://", "https://"):
        assert sign not in page
    assert "&lt;script&gt;" in page


def test_a_control_text_that_is_given_twice_is_not_its_own_explanation(tmp_path: Path) -> None:
    copied = {"text": long("copied")}
    found = of(tmp_path, [{"text": long("a")}], [copied], [*control(), copied, copied], one_in=20)
    assert [row.strength for row in found.control[-2:]] == [600, 600]
