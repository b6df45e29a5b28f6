"""The quotations of the library are true; and the checker finds those that are not."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plainterms.rules.catalogue import entry, names
from plainterms.rules.provenance import provenance_of
from plainterms.rules.quotes import mistakes, plain, sections, stands

ROOT = Path(__file__).resolve().parents[2]
TEXTS = ROOT.parent / "shared" / "data" / "terms"
CASES = Path(__file__).with_name("quotes.txt")


@pytest.mark.parametrize("name", [name for name in names() if entry(name).provider])
def test_quotations_are_true(name: str) -> None:
    if not TEXTS.exists():
        pytest.skip(f"the texts of the providers are not at {TEXTS}")
    assert list(mistakes(entry(name), TEXTS)) == []


def cases() -> Iterator[tuple[str, str, list[str]]]:
    for part in re.split(r"^## (?=[a-z0-9R])", CASES.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        title, *lines = part.strip().split("\n")
        *text, asked = lines
        yield title, "\n".join(text), asked.split(" | ")


@pytest.mark.parametrize(("text", "asked"), [case[1:] for case in cases()], ids=[case[0] for case in cases()])
def test_case(text: str, asked: list[str]) -> None:
    section, words, expected = asked
    found = list(sections(plain(text), section))
    actual = ("yes" if any(stands(part, words) for part in found) else "no") if found else "none"
    assert actual == expected


def test_what_is_not_true_is_told(tmp_path: Path) -> None:
    one = entry("kimi/terms-of-service")
    made = one.provenance
    assert made is not None
    (tmp_path / made.text).write_text("Service Misuse. You may do as you like.")
    told = list(mistakes(one, tmp_path))
    digest = hashlib.sha256(b"Service Misuse. You may do as you like.").hexdigest()
    assert told[0] == f"kimi/terms-of-service.2024-01-05: {made.text} has the SHA-256 {digest}, not {made.sha256}"
    assert (
        "kimi/terms-of-service.2024-01-05: competing_product: not in section Service Misuse of"
        " kimi-terms.2024-01-05.md: “may not use our Services to develop products or services that compete with us”"
    ) in told
    assert (
        "kimi/terms-of-service.2024-01-05: real_name: kimi-terms.2024-01-05.md has no section “Registration”" in told
    )
    with pytest.raises(FileNotFoundError):
        list(mistakes(replace(one, provenance=replace(made, text="nowhere.md")), tmp_path))


def test_provenance() -> None:
    digest = "a" * 64
    text = (
        f"# Made from acme.md of 2026-03-01\n# SHA-256 {digest}\n#\n# A remark.\n#\n# Not decided from data\n"
        '# - 3.3(b) "rights": whose they are\n#   is for a court to say.\n# - Good manners: taste.\n\nterms "A"\n'
    )
    made = provenance_of(text)
    assert made is not None
    assert (made.text, made.date, made.sha256) == ("acme.md", "2026-03-01", digest)
    assert [(one.section, one.words, one.reason) for one in made.undecided] == [
        ("3.3(b)", "rights", "whose they are is for a court to say."),
        ("Good manners", "", "taste."),
    ]
    assert made.malformed == ()
    assert provenance_of('terms "A"\n# Made from acme.md of 2026-03-01\n') is None
    assert provenance_of(text.replace(digest, "a" * 63)) is None
