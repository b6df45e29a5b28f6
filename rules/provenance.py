"""From which text a file of the library was made, and what of that text no data can decide.

Both stand in the comments at the top of the file, in one form:

    # Made from services-agreement.2026-01-01.md of 2026-01-01
    # SHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    #
    # Not decided from data
    # - 3.3(b) "violates third parties’ rights": whose right was violated is for a court to say,
    #   and no log holds it.

A file whose text nobody has stored says `# Made without the text of "TITLE"` instead of the first two lines, and then
quotes nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MADE = re.compile(r"^Made from (?P<text>\S+) of (?P<date>\d{4}-\d\d-\d\d)\nSHA-256 (?P<sha256>[0-9a-f]{64})$", re.M)
_WITHOUT = re.compile(r'^Made without the text of "(?P<title>[^"]+)"$', re.M)
_UNDECIDED = re.compile(r"^Not decided from data\n((?:- .+\n(?:  .+\n)*)+)", re.M)
_ITEM = re.compile(r'^- (?P<section>[^":]*?)(?: "(?P<words>[^"]+)")?: (?P<reason>.+)$')


@dataclass(frozen=True)
class Undecided:
    """A clause of the text that stands in no clause of the file; ``words`` are exact, or empty."""

    section: str
    words: str
    reason: str


@dataclass(frozen=True)
class Provenance:
    """The name, date and SHA-256 of the text, empty where it is not stored; ``malformed`` are items not in form."""

    text: str
    date: str
    sha256: str
    undecided: tuple[Undecided, ...]
    malformed: tuple[str, ...] = ()


def provenance_of(text: str) -> Provenance | None:
    """What the comments at the top of a file say; None where they do not say what it was made from."""
    comments = "".join(f"{line}\n" for line in _comments(text))
    made = _MADE.search(comments)
    if made is None and _WITHOUT.search(comments) is None:
        return None
    named = made.groupdict() if made is not None else {"text": "", "date": "", "sha256": ""}
    found = _UNDECIDED.search(comments)
    items = re.sub(r"\n  +", " ", found[1]).splitlines() if found is not None else []
    matched = [(item, _ITEM.match(item)) for item in items]
    undecided = tuple(Undecided(one["section"], one["words"] or "", one["reason"]) for _, one in matched if one)
    return Provenance(**named, undecided=undecided, malformed=tuple(item for item, one in matched if not one))


def _comments(text: str) -> Iterator[str]:
    """The comments before the head, without their marks."""
    for line in text.splitlines():
        if line.startswith("#"):
            yield line.removeprefix("#").removeprefix(" ")
        elif line.strip():
            return
