"""Lines from words: what stays together on a line, and where a line that is too long is broken.

A piece of text is a `Doc`: words, places where a line may be broken, and groups, which are broken as a whole or not
at all (after P. Wadler, "A prettier printer", 2003). Comments hang on `Mark`s and are never lost.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Union

WIDTH = 100


@dataclass(frozen=True)
class Line:
    """A blank, or a new line where the group around it is broken."""


@dataclass(frozen=True)
class HardLine:
    """Always a new line, but a blank where all is wanted on one line."""


@dataclass(frozen=True)
class Quoted:
    """A quoted text, which may be broken at its blanks."""

    written: str


@dataclass
class Mark:
    """Where comments stand: ``before`` on lines of their own (None: a blank line), ``after`` at the line's end."""

    start: int
    before: list[str | None] = field(default_factory=list)
    after: str | None = None


@dataclass(frozen=True)
class Group:
    """What is broken as a whole: at all its lines, or at none."""

    doc: "Doc"


@dataclass(frozen=True)
class Fill:
    """What is broken only at those lines behind which there is no room."""

    docs: tuple["Doc", ...]


@dataclass(frozen=True)
class Nest:
    """What stands deeper than the lines around it by ``depth``."""

    depth: int
    doc: "Doc"


@dataclass(frozen=True)
class Align:
    """What stands, where broken, below its own beginning."""

    doc: "Doc"


Leaf = str | Line | HardLine | Quoted | Mark
Doc = Union[str, Line, HardLine, Quoted, Mark, Group, Fill, Nest, Align, Sequence["Doc"]]  # noqa: UP007

LINE, HARD_LINE = Line(), HardLine()


def on_one_line(doc: Doc) -> str:
    """The words alone, with a blank at each place for a new line and without comments."""
    return "".join(map(_words, leaves(doc)))


def _words(leaf: Leaf) -> str:
    match leaf:
        case str():
            return leaf
        case Quoted(written):
            return written
        case Line() | HardLine():
            return " "
        case Mark():
            return ""


def leaves(doc: Doc) -> list[Leaf]:
    """What a piece is made of, in order."""
    found: list[Leaf] = []
    _collect(doc, found)
    return found


def _collect(doc: Doc, found: list[Leaf]) -> None:
    match doc:
        case str() | Line() | HardLine() | Quoted() | Mark():
            found.append(doc)
        case Group(inner) | Nest(_, inner) | Align(inner):
            _collect(inner, found)
        case Fill(docs):
            for index, inner in enumerate(docs):
                if index:
                    found.append(LINE)
                _collect(inner, found)
        case _:
            for inner in doc:
                _collect(inner, found)


def _must_break(parts: list[Leaf], commented: bool = False) -> bool:
    """Whether a comment or a hard line leaves no choice; ``commented``: a comment waits for the line's end."""
    for leaf in parts:
        if isinstance(leaf, HardLine) or (isinstance(leaf, Mark) and leaf.before):
            return True
        if isinstance(leaf, Line) and commented:
            return True
        if isinstance(leaf, Mark):
            commented = commented or leaf.after is not None
    return False


@dataclass
class Page:
    """Lines being written."""

    lines: list[str] = field(default_factory=list)
    current: str = ""
    comment: str | None = None

    def write(self, doc: Doc, indent: int = 0) -> None:
        """Adds a piece; its lines after the first are indented so far."""
        match doc:
            case str():
                self.current += doc
            case Quoted(written):
                self._quoted(written, indent)
            case Line() | HardLine():
                self.end_line(indent)
            case Mark():
                self._mark(doc, indent)
            case Group(inner):
                self._group(inner, indent)
            case Fill(docs):
                self._fill(docs, indent)
            case Nest(depth, inner):
                self.write(inner, indent + depth)
            case Align(inner):
                self.write(inner, len(self.current))
            case _:
                for inner in doc:
                    self.write(inner, indent)

    def end_line(self, indent: int = 0) -> None:
        """Begins a new line."""
        comment = f" # {self.comment}" if self.comment is not None else ""
        self.lines.append(f"{self.current.rstrip()}{comment}".rstrip())
        self.current, self.comment = " " * indent, None

    def _mark(self, mark: Mark, indent: int) -> None:
        if self.current.strip() and (mark.before or (mark.after is not None and self.comment is not None)):
            self.end_line(indent)
        for comment in mark.before:
            self.lines.append(f"{self.current}# {comment}".rstrip() if comment is not None else "")
        if mark.after is not None:
            self.comment = mark.after

    def _group(self, doc: Doc, indent: int) -> None:
        parts = leaves(doc)
        if not _must_break(parts, self.comment is not None) and self._fits(parts):
            self.write([" " if isinstance(leaf, Line) else leaf for leaf in parts], indent)
        else:
            self.write(doc, indent)

    def _fits(self, parts: list[Leaf]) -> bool:
        return len(self.current) + sum(len(_words(leaf)) for leaf in parts) <= WIDTH

    def _fill(self, docs: tuple[Doc, ...], indent: int) -> None:
        commented = _must_break(leaves(Fill(docs)), self.comment is not None)
        for index, doc in enumerate(docs):
            if index and (commented or not self._fits([" ", *leaves(doc)])):
                self.end_line(indent)
            elif index:
                self.current += " "
            self.write(doc, indent)

    def _quoted(self, written: str, indent: int) -> None:
        """A quoted text: a new line within quotes reads as a blank, so it may stand for one between two words."""
        words = _words_of_text(written)
        self.current += words[0]
        for word in words[1:]:
            if len(self.current) + 1 + len(word) > WIDTH:
                self.lines.append(self.current)
                self.current = " " * (indent + 4) + word
            else:
                self.current += " " + word


def _words_of_text(written: str) -> list[str]:
    """What lies between the single blanks of a text; a blank beside another kind of white space stays."""
    return re.split(r"(?<=\S) (?=\S)", written)
