"""What can be wrong with a document, and how it is shown.

PlainTermsError
└── TermsErrors     all mistakes of a document, each a `Problem` with its place and a help line
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from plainterms.policy.syntax import Span


class PlainTermsError(Exception):
    """The root of all errors that Plainterms raises on purpose."""


@dataclass(frozen=True)
class Problem:
    """One mistake (or, at a lower level, one lint or one note).

    ``message`` is one sentence in lower case without a final stop; ``help`` may suggest what to do. ``text`` is the
    whole document, into which ``span`` points.
    """

    message: str
    span: Span
    file: str
    text: str
    help: str = ""
    level: Literal["error", "warning", "note"] = "error"
    code: str = ""

    @property
    def line(self) -> int:
        """Line of the first character, counted from 1."""
        return self.text.count("\n", 0, self.span.start) + 1

    @property
    def column(self) -> int:
        """Column of the first character, counted from 1."""
        return self.span.start - (self.text.rfind("\n", 0, self.span.start) + 1) + 1


class TermsErrors(PlainTermsError):  # noqa: N818 - it holds several errors
    """All the mistakes found in a document, in the order of the text."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.span)))
        super().__init__("\n\n".join(render(problem) for problem in self.problems))


class Unreadable(PlainTermsError):  # noqa: N818 - it says what is wrong with a file
    """A file that cannot be read; ``reason`` follows the file's name in a sentence.

    ``names`` are files that do exist beside it.
    """

    def __init__(self, reason: str, help: str = "", names: Iterable[str] = ()) -> None:  # noqa: A002
        self.reason, self.help, self.names = reason, help, tuple(names)
        super().__init__(reason)


def render(problem: Problem) -> str:
    """The problem as a compiler shows it: message, place, source line, caret, help.

    Tabs are shown as one space, so that the carets stand below what they mean. Of a long line a part is shown.
    """
    row, column = problem.line, problem.column
    source, indent = _cropped(_source_line(problem), column - 1)
    length = max(1, min(problem.span.end - problem.span.start, len(source) - indent))
    margin = " " * len(str(row))
    shown = [
        f"{problem.level}{f'[{problem.code}]' if problem.code else ''}: {problem.message}",
        f"{margin}--> {problem.file}:{row}:{column}",
        f"{margin} |",
        f"{row} | {_plain(source)}".rstrip(),
        f"{margin} | {' ' * indent}{'^' * length}",
    ]
    if problem.help:
        shown.append(f"{margin} = help: {problem.help}")
    return "\n".join(shown)


WIDEST_LINE = 160
"""Characters of a source line that are shown."""


def _source_line(problem: Problem) -> str:
    start = problem.text.rfind("\n", 0, problem.span.start) + 1
    end = problem.text.find("\n", problem.span.start)
    return problem.text[start : end if end >= 0 else None].rstrip("\r")


def _cropped(line: str, at: int) -> tuple[str, int]:
    """What is shown of a line, and where in that the place is."""
    if len(line) <= WIDEST_LINE:
        return line, at
    start = max(0, min(at - WIDEST_LINE // 4, len(line) - WIDEST_LINE))
    shown = line[start : start + WIDEST_LINE]
    if start + WIDEST_LINE < len(line):
        shown = shown[:-1] + "…"
    return ("…" + shown[1:] if start else shown), at - start


def _plain(line: str) -> str:
    return "".join(character if character.isprintable() else " " for character in line)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A help line that names the nearest known words, or nothing."""
    near = get_close_matches(word, sorted(set(known)), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""
