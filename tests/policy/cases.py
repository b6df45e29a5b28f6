"""Reading tables of cases: `=== title`, the input, `---`, the output."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    title: str
    given: str
    wanted: str

    def __str__(self) -> str:
        return self.title


def read_cases(file: str) -> list[Case]:
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    cases = []
    for block in text.split("=== ")[1:]:
        title, _, body = block.partition("\n")
        given, _, wanted = body.partition("\n---\n")
        cases.append(Case(title, given.strip("\n"), wanted.strip("\n")))
    return cases
