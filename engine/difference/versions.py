"""A version of a document with all that it brings in: its definitions, its lists and who uses them."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from plainterms.policy import syntax
from plainterms.policy.load import load_document
from plainterms.policy.meaning import Policy
from plainterms.policy.names import stem
from plainterms.policy.parse import parse
from plainterms.policy.syntax import Document

Definition = syntax.Let | syntax.ListOfValues | syntax.ListFromFile | syntax.Event | syntax.Register
Defined = Definition | syntax.DefineEvent | syntax.DefineCondition
DEFINED = (
    syntax.Let,
    syntax.ListOfValues,
    syntax.ListFromFile,
    syntax.Event,
    syntax.Register,
    syntax.DefineEvent,
    syntax.DefineCondition,
)


@dataclass(frozen=True)
class Version:
    """A checked document, its tree, and the trees of the files it names, itself first."""

    document: Document
    policy: Policy
    documents: tuple[Document, ...]

    @cached_property
    def definitions(self) -> Mapping[str, Defined]:
        """What the document and the files it uses define, by name; parameters as they are set."""
        found: dict[str, Defined] = {}
        for document in self.documents:
            for item in document.items:
                if isinstance(item, DEFINED):
                    found.setdefault(item.name.text, item)
        for document in self.documents:
            for use in document.items:
                if isinstance(use, syntax.Use):
                    found |= {one.name.text: syntax.Let(one.name, one.value) for one in use.arguments}
        return found

    @cached_property
    def clauses(self) -> Mapping[str, syntax.Clause]:
        """The clauses of the document and of those it incorporates, by the names under which they bind here."""
        named = {item.name.text: item for item in self.document.items if isinstance(item, syntax.Clause)}
        others = {
            item.name.text: item
            for document in self.documents[1:]
            for item in document.items
            if isinstance(item, syntax.Clause)
        }
        for clause in self.policy.clauses:
            if clause.name not in named:
                named[clause.name] = others[clause.name.rpartition(".")[2]]
        return named

    @cached_property
    def lists(self) -> Mapping[str, frozenset[str]]:
        """The values of lists that come from files."""
        return {
            item.name.text: _column(Path(document.file).parent / item.file.value, item.column.value)
            for document in self.documents
            for item in document.items
            if isinstance(item, syntax.ListFromFile)
        }

    def used_by(self, clause: str) -> frozenset[str]:
        """The definitions that a clause uses, directly or through others."""
        item = self.clauses.get(clause)
        reached: set[str] = set()
        waiting = list(_names(item)) if item is not None else []
        while waiting:
            for name in self._spelt(waiting.pop()):
                if name not in reached:
                    reached.add(name)
                    waiting += _names(self.definitions[name])
        return frozenset(reached)

    def users_of(self, definition: str) -> tuple[str, ...]:
        """The clauses that use a definition, directly or through others."""
        return tuple(name for name in self.clauses if definition in self.used_by(name))

    def _spelt(self, word: str) -> Iterator[str]:
        """The definition that a word names, in singular or plural."""
        yield from (name for name in self.definitions if stem(name) == stem(word))


def _names(node: Any) -> Iterator[str]:
    """Each name and each path's first part within a tree."""
    match node:
        case syntax.Name(text):
            yield text
        case syntax.Path(parts):
            yield parts[0]
        case tuple():
            for one in node:
                yield from _names(one)
        case _ if is_dataclass(node) and not isinstance(node, type):
            for entry in fields(node):
                yield from _names(getattr(node, entry.name))


def _column(file: Path, column: str) -> frozenset[str]:
    """The values of a column of a CSV file that the checker has accepted."""
    with file.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.reader(lines)
        place = [name.strip() for name in next(rows)].index(column)
        return frozenset(row[place].strip() for row in rows if len(row) > place) - {""}


def load_version(path: Path) -> Version:
    """The document at a path, with the files that it uses and incorporates.

    Raises TermsErrors for mistakes, Unreadable where a file cannot be read.
    """
    document, policy = load_document(path)
    return Version(document, policy, tuple(_with_files(document, path, set())))


def _with_files(document: Document, path: Path, seen: set[Path]) -> Iterator[Document]:
    seen.add(path.resolve())
    yield document
    for item in document.items:
        if isinstance(item, syntax.Use | syntax.Incorporates):
            other = path.parent / item.file.value
            if other.resolve() not in seen:
                yield from _with_files(parse(other.read_text(encoding="utf-8-sig"), str(other)), other, seen)
