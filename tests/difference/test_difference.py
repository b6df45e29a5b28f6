"""What changed between two documents, in words: the cases in `cases.txt`; and whose verdict changes on a log."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from plainterms.engine.audit import Request
from plainterms.engine.difference.changes import Change, changes
from plainterms.engine.difference.verdicts import Turned, judged, turned
from plainterms.engine.difference.versions import Version, load_version
from plainterms.engine.difference.words import change_lines, fitted, json_lines, turned_lines


@dataclass(frozen=True)
class Case:
    title: str
    before: str
    after: str
    wanted: str


def cases() -> list[Case]:
    blocks = (Path(__file__).parent / "cases.txt").read_text().split("=== ")[1:]
    return [Case(*_parts(*block.partition("\n")[::2])) for block in blocks]


def _parts(title: str, body: str) -> tuple[str, str, str, str]:
    before, after, wanted = f"{body}\n".split("---\n")
    return title, before, after, wanted.strip("\n")


def versions(folder: Path, before: str, after: str) -> tuple[Version, Version]:
    for name, text in (("before", before), ("after", after)):
        (folder / f"{name}.terms").write_text(text)
    return load_version(folder / "before.terms"), load_version(folder / "after.terms")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_the_words(case: Case, tmp_path: Path) -> None:
    assert "\n".join(change_lines(changes(*versions(tmp_path, case.before, case.after)))) == case.wanted


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_a_version_does_not_differ_from_itself(case: Case, tmp_path: Path) -> None:
    assert changes(*versions(tmp_path, case.before, case.before)) == ()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_there_and_back_again_are_the_same_changes_turned_round(case: Case, tmp_path: Path) -> None:
    there = changes(*versions(tmp_path, case.before, case.after))
    back = changes(*versions(tmp_path, case.after, case.before))
    assert {(one.part, one.before, one.after) for one in there} == {(one.part, one.after, one.before) for one in back}


# ── Other files


COMMON = 'let ceiling be {most}\nlist banned from "banned.csv" column "country"\n'
DOCUMENT = """
terms "T" version "1"
use "common.terms" {arguments}
incorporates "policy.terms"
clause a "A" for each account permits at most ceiling requests where country is in banned within 1 minute
"""
POLICY = 'terms "P" version "1"\nclause p "P" for each account prohibits any request where account.age < {age}\n'


def folder(root: Path, most: int = 5, banned: str = "CU", arguments: str = "", age: int = 13) -> Version:
    root.mkdir()
    (root / "common.terms").write_text(COMMON.format(most=most))
    (root / "banned.csv").write_text(f"country\n{banned}\n")
    (root / "policy.terms").write_text(POLICY.format(age=age))
    (root / "terms.terms").write_text(DOCUMENT.format(arguments=arguments))
    return load_version(root / "terms.terms")


def test_what_changes_in_files_that_are_used(tmp_path: Path) -> None:
    before = folder(tmp_path / "before")
    after = folder(tmp_path / "after", most=6, banned="KP", age=18)
    assert list(change_lines(changes(before, after))) == [
        "definition ceiling",
        "    meaning changed",
        "      - let ceiling be 5",
        "      + let ceiling be 6",
        "    used by `a`",
        "definition banned",
        "    values changed",
        "      - CU",
        "      + KP",
        "    used by `a`",
        "clause a",
        "    reads as before, but means something else through `banned` and `ceiling`",
        "clause policy.p",
        "    measure changed",
        "      - any request where account.age < 13",
        "      + any request where account.age < 18",
    ]


def test_a_parameter_that_is_set_counts_and_not_the_one_that_it_replaces(tmp_path: Path) -> None:
    before = folder(tmp_path / "before", most=5, arguments="with ceiling 9")
    after = folder(tmp_path / "after", most=7, arguments="with ceiling 9")
    assert changes(before, after) == ()


def test_another_way_of_incorporating(tmp_path: Path) -> None:
    before, after = folder(tmp_path / "before"), folder(tmp_path / "after")
    text = (tmp_path / "after" / "terms.terms").read_text()
    bound = text.replace('"policy.terms"', '"policy.terms" where organisation.reseller')
    (tmp_path / "after" / "terms.terms").write_text(bound)
    after = load_version(tmp_path / "after" / "terms.terms")
    assert list(change_lines(changes(before, after))) == [
        "document T",
        "    incorporation of policy.terms changed",
        '      - incorporates "policy.terms"',
        '      + incorporates "policy.terms" where organisation.reseller',
        "clause policy.p",
        "    reads as before, but means something else through `incorporation of policy.terms`",
    ]


def test_definitions_of_one_name_in_two_documents_are_two(tmp_path: Path) -> None:
    other = (
        'terms "P" version "1"\nlet ceiling be {}\nclause a "A" for each account permits at most ceiling requests\n'
    )
    own = (
        'terms "T" version "1"\nincorporates "policy.terms"\nlet ceiling be 5\n'
        'clause a "A" for each account permits at most ceiling requests within 1 day\n'
    )
    found = []
    for number, name in enumerate(("before", "after")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "policy.terms").write_text(other.format(number))
        (tmp_path / name / "terms.terms").write_text(own)
        found.append(load_version(tmp_path / name / "terms.terms"))
    assert [(change.name, change.part, change.related) for change in changes(*found)] == [
        ("policy.ceiling", "meaning", ("policy.a",)),
        ("policy.a", "effect", ("policy.ceiling",)),
    ]


# ── Verdicts


TERMS = """
terms "T" version "{version}" in force from {start} timezone "UTC"
clause rate "Rate" for each account permits at most {most} requests within 1 minute
clause linked "Linked" for each group of accounts sharing device prohibits at least {most} requests within 1 day
clause {name} "Regions" for each account prohibits any request where country is "KP"
"""
LOG = "".join(
    f'{{"id": "{number}", "time": "2026-03-01T09:00:0{number}Z", "account": "{account}", "device": "d", {country}}}\n'
    for number, (account, country) in enumerate(
        [*[("ann", '"country": "DE"')] * 3, ("bob", '"country": "KP"'), ("cid", '"country": null')]
    )
)


def test_whose_verdict_changes(tmp_path: Path) -> None:
    before = TERMS.format(version="1", start="2020-01-01", most=6, name="regions")
    after = TERMS.format(version="2", start="2030-01-01", most=2, name="places")
    one, other = versions(tmp_path, before, after)
    (tmp_path / "log.jsonl").write_text(LOG)
    request = Request((tmp_path / "before.terms",), (str(tmp_path / "log.jsonl"),))
    found = turned(judged(one.policy, request), judged(other.policy, request), {"places": "regions"})
    assert found == (
        Turned("linked", "account", "ann", "clear", "breach"),
        Turned("linked", "account", "bob", "clear", "breach"),
        Turned("linked", "account", "cid", "clear", "breach"),
        Turned("rate", "account", "ann", "clear", "breach"),
    )
    assert list(turned_lines(found))[-2:] == ["clause rate", "    account ann: clear -> breach"]


def test_a_clause_that_is_not_there_does_not_clear_anybody(tmp_path: Path) -> None:
    text = TERMS.format(version="1", start="2020-01-01", most=6, name="regions")
    one, other = versions(tmp_path, text, text[: text.index("clause regions")])
    (tmp_path / "log.jsonl").write_text(LOG)
    request = Request((tmp_path / "before.terms",), (str(tmp_path / "log.jsonl"),))
    found = turned(judged(one.policy, request), judged(other.policy, request), {})
    assert found == (
        Turned("regions", "account", "bob", "breach", "not judged"),
        Turned("regions", "account", "cid", "undetermined", "not judged"),
    )


def test_lines_of_json() -> None:
    lines = json_lines(
        [Change("definition", "ceiling", "meaning", "let ceiling be 5", None, ("a",))],
        [Turned("a", "account", "ann", "clear", "breach")],
    )
    assert list(lines) == [
        b'{"type":"change","sort":"definition","name":"ceiling","part":"meaning","before":"let ceiling be 5",'
        b'"after":null,"related":["a"]}\n',
        b'{"type":"verdict","clause":"a","kind":"account","name":"ann","before":"clear","after":"breach"}\n',
    ]


def test_long_lines_are_broken_between_words_for_a_terminal() -> None:
    lines = ["clause a added", '    + clause a "A clause" for each account prohibits any request']
    assert list(fitted(lines, 40)) == [
        "clause a added",
        '    + clause a "A clause" for each',
        "        account prohibits any request",
    ]
