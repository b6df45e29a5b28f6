"""Reads the hand-worked cases: `=== title`, then sections, each a line with a keyword and indented lines."""

from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass
class Case:
    """One case. ``terms`` are the texts of documents, ``files`` what they name, ``tables`` registers by name.

    ``finds`` are the findings and summaries expected, or ``error`` the message.
    """

    file: str
    title: str
    shows: tuple[str, ...] = ()
    terms: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[str]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    start: str = ""
    until: str = ""
    finds: list[str] = field(default_factory=list)
    error: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"


def read_cases() -> list[Case]:
    """All cases of the folder `cases`."""
    return [case for path in sorted((FOLDER / "cases").glob("*.txt")) for case in cases_in(path)]


def cases_in(path: Path) -> list[Case]:
    """The cases of one file."""
    blocks = [block.partition("\n") for block in path.read_text(encoding="utf-8").split("=== ")[1:]]
    return [_case(Case(path.stem, title), body) for title, _, body in blocks]


def read_sentences() -> dict[str, str]:
    """The sentences of the design by name."""
    lines = (FOLDER / "sentences.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))


def _case(case: Case, body: str) -> Case:
    sections: list[tuple[str, list[str]]] = []
    for line in body.splitlines():
        if line.startswith("    "):
            sections[-1][1].append(line[4:])
        elif line and not line.startswith("# "):
            sections.append((line, []))
    for heading, lines in sections:
        _add(case, heading, lines)
    return case


def _add(case: Case, heading: str, lines: list[str]) -> None:
    keyword, _, rest = heading.partition(" ")
    text = "\n".join(lines) + "\n"
    match keyword:
        case "shows":
            case.shows = tuple(name.strip() for name in rest.split(","))
        case "terms":
            case.terms.append(text)
        case "file":
            case.files[rest] = text
        case "register":
            case.tables[rest] = lines
        case "rulings":
            case.tables["rulings"] = lines
        case "log":
            case.log = lines
        case "audit":
            words = rest.split()
            limits = dict(zip(words[::2], words[1::2], strict=True))
            case.start, case.until = limits.get("from", ""), limits.get("until", "")
        case "finds":
            case.finds = lines
        case "error":
            case.error = text.strip()
        case _:
            raise ValueError(f"{case}: unknown section `{heading}`")
