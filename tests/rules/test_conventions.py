"""Every file of the library follows `rules/README.md`, and a file that does not is told so."""

import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from plainterms.policy.format import format_document
from plainterms.policy.lint import lint
from plainterms.rules import catalogue
from plainterms.rules.catalogue import FOLDER, Entry, entries, entry, names

from .conventions import CONVENTIONS, OF_SIGNALS, Convention

CASES = Path(__file__).with_name("conventions.txt")


@pytest.mark.parametrize("name", names())
def test_a_file_follows_the_conventions(name: str) -> None:
    one = entry(name)
    held = CONVENTIONS if one.provider else OF_SIGNALS
    assert [sentence for convention in held for sentence in convention.find(one)] == []
    assert format_document(one.document) == one.document.text
    assert lint(one.document, one.policy) == []


def cases() -> Iterator[tuple[str, str, list[str]]]:
    """Title, the text of a file, and what is said of it."""
    for part in re.split(r"^## ", CASES.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        title, _, rest = part.partition("\n")
        text, _, said = rest.partition("----\n")
        yield title, text, said.split("\n")[:-1]


@pytest.mark.parametrize(("text", "said"), [case[1:] for case in cases()], ids=[case[0] for case in cases()])
def test_a_file_that_does_not_is_told_so(
    text: str, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "terms.2026-03-01.terms").write_text(text.replace("DIGEST", hashlib.sha256().hexdigest()))
    one = entry("acme/terms")
    assert [sentence for convention in CONVENTIONS for sentence in convention.find(one)] == [
        line for line in said if line
    ]


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda convention: convention.asks)
def test_each_convention_can_be_broken(convention: Convention) -> None:
    source = CASES.read_text("utf-8")
    assert f"## {convention.asks}" in source


def test_versions_of_a_document_follow_each_other() -> None:
    by_title: dict[str, list[Entry]] = {}
    for one in entries():
        by_title.setdefault(one.title, []).append(one)
    several = {title: sorted(found, key=lambda one: one.start) for title, found in by_title.items() if len(found) > 1}
    assert sorted(several) == ["Anthropic Usage Policy", "Mistral AI Terms of Use"]
    for found in several.values():
        for older, newer in pairwise(found):
            assert older.end
            assert older.end <= newer.start


def test_every_file_of_the_library_is_known() -> None:
    shared, of_signals = {"common.terms", "licences.terms"}, {"signals/definitions"}
    files = {str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.glob("*/*.terms")}
    assert {path.name for path in FOLDER.glob("*.terms")} == shared
    assert files - of_signals == set(names())
