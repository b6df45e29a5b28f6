"""The language reference: its examples run, and nothing of the language is left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields

import pytest
import reference_tables

from plainterms.engine.examples import run_examples
from plainterms.policy import syntax
from plainterms.policy.check import check
from plainterms.policy.clauses import ACTIONS, SEVERITIES
from plainterms.policy.errors import TermsErrors
from plainterms.policy.files import Texts
from plainterms.policy.format import format_document
from plainterms.policy.given import VERDICTS
from plainterms.policy.grammar import SOFT_WORDS, grammar
from plainterms.policy.literals import LONGEST_PATTERN, PATTERN_FLAGS
from plainterms.policy.parse import DEEPEST, LARGEST_FILE, LONGEST_LIST, MOST_MISTAKES, parse
from plainterms.policy.scan import UNITS, scan
from plainterms.policy.schema import ENTITIES, PARTS

REFERENCE = reference_tables.REFERENCE.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Block:
    line: int
    language: str
    file: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}"


def blocks() -> Iterator[Block]:
    for found in re.finditer(r"^```(\S*) ?(\S*)\n(.*?)^```$", REFERENCE, re.MULTILINE | re.DOTALL):
        yield Block(REFERENCE.count("\n", 0, found.start()) + 1, found[1], found[2], found[3])


TERMS = [block for block in blocks() if block.language == "terms"]
FILES = Texts({block.file: block.text for block in blocks() if block.file})


@pytest.mark.parametrize("block", TERMS, ids=str)
def test_examples_are_as_the_formatter_writes_them(block: Block) -> None:
    assert format_document(parse(block.text)) == block.text


@pytest.mark.parametrize("block", TERMS, ids=str)
def test_examples_are_sound_and_their_examples_hold(block: Block) -> None:
    policy = check(parse(block.text, block.file or "example.terms"), FILES)
    outcomes = list(run_examples(policy))
    assert [(outcome.example.title, outcome.actual) for outcome in outcomes] == [
        (outcome.example.title, outcome.example.verdict) for outcome in outcomes
    ]


def test_the_mistake_that_is_shown() -> None:
    shown = next(block.text for block in blocks() if block.text.startswith("error:"))
    first = TERMS[0].text.replace("where country", "where contry")
    with pytest.raises(TermsErrors) as caught:
        check(parse(first, "acme.terms"), FILES)
    assert f"{caught.value}\n" == shown


# ── Nothing is left out ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_keyword_stands_in_an_example() -> None:
    used = {token.text for block in TERMS for token in scan(block.text)[0]}
    assert set(grammar().words) - used == set()


def test_every_construct_stands_in_an_example() -> None:
    used = {type(node).__name__ for block in TERMS for node in walk(parse(block.text))}
    constructs = {
        name
        for name, entry in vars(syntax).items()
        if isinstance(entry, type) and issubclass(entry, syntax.Node) and entry not in (syntax.Node, syntax.Broken)
    }
    assert constructs - used == {"Document"}


def walk(node: syntax.Node) -> Iterator[syntax.Node]:
    for entry in fields(node):
        value = getattr(node, entry.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, syntax.Node):
                yield child
                yield from walk(child)


def test_every_rule_is_used_by_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    used = set()

    class Noted(dict[str, object]):
        def __getitem__(self, name: str) -> object:
            used.add(name)
            return super().__getitem__(name)

    from plainterms.policy import grammar as machine

    monkeypatch.setattr(machine, "MAKERS", Noted(machine.MAKERS))
    for block in TERMS:
        parse(block.text)
    assert set(machine.MAKERS) - used == set()


def test_the_tables_are_current() -> None:
    assert reference_tables.written(REFERENCE) == REFERENCE, "run `python tests/policy/reference_tables.py`"


def test_closed_lists_are_told() -> None:
    units = {unit for unit in UNITS if not unit.endswith("s")}
    for word in {*ACTIONS, *SEVERITIES, *VERDICTS, *SOFT_WORDS, *ENTITIES, *PATTERN_FLAGS}:
        assert f"`{word}`" in REFERENCE, word
    for unit in units:
        assert re.search(rf"`(per calendar )?{unit}`", REFERENCE), unit
    for part, (of, kind, meaning) in PARTS.items():
        assert f"| `.{part}` | {of.value} | {kind.value} | {meaning} |" in REFERENCE


def test_limits_are_told() -> None:
    for limit in (DEEPEST, LONGEST_LIST, LONGEST_PATTERN, MOST_MISTAKES):
        assert f"| {limit:,}" in REFERENCE
    assert LARGEST_FILE == 1024 * 1024
