"""Documents on disk: where they may look, and what is said of files that cannot be read."""

import time
from pathlib import Path

import pytest

from plainterms.policy.check import check_collecting
from plainterms.policy.errors import PlainTermsError, TermsErrors, Unreadable
from plainterms.policy.files import Texts
from plainterms.policy.load import load, load_document, load_text
from plainterms.policy.parse import parse

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "acme"


@pytest.mark.parametrize("name", ["acme", "usage-policy", "common"])
def test_the_examples_have_no_mistakes(name: str) -> None:
    document, policy = load_document(EXAMPLES / f"{name}.terms")
    assert document.text.startswith(("terms", "#"))
    assert len(policy.clauses) == {"acme": 17, "usage-policy": 4, "common": 0}[name]


def test_the_example_is_that_of_the_design() -> None:
    policy = load(EXAMPLES / "acme.terms")
    own = [clause.name for clause in policy.clauses if "." not in clause.name]
    assert own == [
        "output_training",
        "reward_model",
        "one_customer_per_key",
        "fleets",
        "same_prompt_everywhere",
        "narrow",
        "regions",
        "frontier",
        "rate",
        "allowance",
        "ban_evasion",
        "after_termination",
        "tell_us",
    ]
    assert [clause.name for clause in policy.clauses[13:]] == [
        "policy.scraping",
        "policy.safeguards",
        "policy.age",
        "policy.appeals",
    ]


def test_a_missing_document(tmp_path: Path) -> None:
    (tmp_path / "acme.terms").write_text("let a be 1")
    with pytest.raises(Unreadable) as caught:
        load(tmp_path / "acne.terms")
    assert str(caught.value) == f"`{tmp_path}/acne.terms` does not exist"
    assert caught.value.help == "did you mean `acme.terms`?"
    assert isinstance(caught.value, PlainTermsError)


def refused(path: Path, *roots: Path) -> tuple[str, str]:
    with pytest.raises(TermsErrors) as caught:
        load(path, *roots)
    (problem,) = caught.value.problems
    return problem.message, problem.help


def test_files_outside_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "terms"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("code\nCU\n")
    outside = folder / "a.terms"
    outside.write_text('list secrets from "../secret.csv" column "code"')
    message = "`../secret.csv` lies outside the folders that may be read"
    help_line = f"move it into `{folder}`, or below"
    assert refused(outside) == (message, help_line)
    assert load(outside, tmp_path).clauses == ()

    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    linked = folder / "b.terms"
    linked.write_text('list secrets from "link.csv" column "code"')
    assert refused(linked) == ("`link.csv` lies outside the folders that may be read", help_line)

    absolute = folder / "c.terms"
    absolute.write_text(f'list secrets from "{tmp_path}/secret.csv" column "code"')
    assert refused(absolute) == (f"`{tmp_path}/secret.csv` lies outside the folders that may be read", help_line)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    document = tmp_path / "a.terms"
    document.write_text('use "b.terms"')
    assert refused(document) == ("`b.terms` does not exist", "")
    (tmp_path / "bb.terms").write_text("")
    assert refused(document) == ("`b.terms` does not exist", "did you mean `bb.terms`?")
    (tmp_path / "b.terms").write_bytes(b"let a be \xff")
    assert refused(document) == ("`b.terms` is not UTF-8 text (byte 9)", "save it as UTF-8")
    (tmp_path / "b.terms").unlink()
    (tmp_path / "b.terms").mkdir()
    assert refused(document) == ("`b.terms` cannot be read: is a directory", "")


def test_a_byte_order_mark_and_foreign_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.terms"
    path.write_bytes('\ufeffterms "T"\r\nversion "1"\r\n'.encode())
    assert load(path).title == "T"


def test_a_text_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "b.terms").write_text('terms "B" version "1"')
    assert load_text('terms "A" version "1" use "b.terms"', str(tmp_path / "stdin"))[1].title == "A"
    with pytest.raises(TermsErrors):
        load_text('terms "A" version "1" use "b.terms"', str(tmp_path / "deep" / "stdin"))


CLAUSE = """
clause clause_{0} "Clause {0}"
    cites "3.{0}" "more than is usual"
    for each account
    prohibits at least bound big_requests where country is not in home within {0} days
        together with at least 30% of requests sharing one prompt.template within 1 day
    except research "for research" when account.programme is "research" unless abroad
    severity high
    on breach review, notify "legal"
    example clear "none" given 3 requests with country "DE" at 2026-04-01 every 1 hour
"""

DEFINITIONS = """terms "T" version "1" timezone "Europe/Berlin"
let bound be 3
list home is "DE", "AT"
define event big_request is request where output_tokens > 1000 and prompt matches /a+b/
define condition abroad means country is not in home or account.billing_country is not "DE"
"""


def seconds_to_check(text: str) -> float:
    start = time.process_time()
    policy, problems = check_collecting(parse(text, "long.terms"), Texts({}))
    assert (len(policy.clauses), problems) == (1000, [])
    return time.process_time() - start


def test_a_thousand_clauses_take_less_than_two_seconds() -> None:
    text = DEFINITIONS + "".join(CLAUSE.format(number) for number in range(1, 1001))
    assert min(seconds_to_check(text) for _ in range(2)) < 2
