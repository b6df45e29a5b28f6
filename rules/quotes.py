"""Compares every quotation of the library with the text that it was made from.

Run as `python -m plainterms.rules.quotes FOLDER`, where FOLDER holds the texts under the names that the files give.
"""

import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from plainterms.policy import syntax
from plainterms.rules.catalogue import Entry, entries
from plainterms.rules.provenance import Provenance

OURS = "ours: "
"""How the words of an exception begin that is not in the text, but a look-alike that we except."""

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*_\\#>\u2060\u200b]")
_BLANKS = re.compile(r"\s+")
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})


@dataclass(frozen=True)
class Quotation:
    """Words that a file says stand in its text, under ``section`` where it names one."""

    entry: str
    place: str
    section: str
    words: str


def quotations(one: Entry) -> Iterator[Quotation]:
    """The words of citations, of exceptions that are in the text, and of what is not decided."""
    for clause in (item for item in one.document.items if isinstance(item, syntax.Clause)):
        for section in clause.sections:
            if isinstance(section, syntax.Cites):
                words = section.words.value if section.words is not None else ""
                yield Quotation(one.name, clause.name.text, section.section.value, words)
            elif isinstance(section, syntax.Exception_) and not section.words.value.startswith(OURS):
                yield Quotation(one.name, f"{clause.name.text}, {section.name.text}", "", section.words.value)
    for item in one.provenance.undecided if one.provenance is not None else ():
        yield Quotation(one.name, "not decided", item.section, item.words)


def mistakes(one: Entry, folder: Path) -> Iterator[str]:
    """What is not true of a document's quotations, in sentences; `folder` holds its text.

    Raises FileNotFoundError where the text is not there.
    """
    made: Provenance | None = one.provenance
    if made is None or not made.text:
        return
    raw = (folder / made.text).read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    if digest != made.sha256:
        yield f"{one.name}: {made.text} has the SHA-256 {digest}, not {made.sha256}"
    text = plain(raw.decode("utf-8"))
    for quotation in quotations(one):
        parts = list(sections(text, quotation.section)) if quotation.section else [text]
        if not parts:
            yield f"{one.name}: {quotation.place}: {made.text} has no section “{quotation.section}”"
        elif quotation.words and not any(stands(part, quotation.words) for part in parts):
            where = f"in section {quotation.section} of {made.text}" if quotation.section else f"in {made.text}"
            yield f"{one.name}: {quotation.place}: not {where}: “{quotation.words}”"


def plain(text: str) -> str:
    """A text without markup, with straight quotes and single blanks."""
    return _BLANKS.sub(" ", _MARKS.sub("", _LINK.sub(r"\1", text)).translate(_STRAIGHT)).strip()


def sections(text: str, section: str) -> Iterator[str]:
    """The parts of a plain text that may be the section: from where it begins to where the next begins.

    A section is a number, `3.3(e)`, a heading, `Do Not Abuse our Platform`, or both, `3.2 Rights in Input and
    Output`: then the heading decides, because some texts leave the numbers to the reader's program. Where a section
    under a heading ends, nothing says.
    """
    number, _, heading = section.partition(" ")
    first, *steps = _steps(heading if heading and re.search(r"\d", number) else section)
    for found in re.finditer(_pattern(first), text, re.IGNORECASE):
        yield from _within(_until_next(text[found.start() :], first), steps)


def _within(part: str, steps: Sequence[str]) -> Iterator[str]:
    if not steps:
        yield part
        return
    for found in re.finditer(re.escape(steps[0]), part):
        yield from _within(_until_next(part[found.start() :], steps[0]), steps[1:])


def _steps(section: str) -> list[str]:
    """`3.3(e)` as `3.3` and `(e)`."""
    return [re.sub(r" ?\([a-z0-9]+\)", "", plain(section)), *re.findall(r"\([a-z0-9]+\)", section)]


def _pattern(first: str) -> str:
    """Numbers stand as such, a whole one with its stop; headings stand anywhere."""
    stop = r"\." if first.isdigit() else ""
    return rf"(?<!\w)(?<!\d\.){re.escape(first)}{stop}(?!\w)"


def _until_next(text: str, step: str) -> str:
    """The text up to where the next section of the same rank begins; a mention of it is no beginning."""
    nexts = "|".join(_pattern(one) if one[0].isdigit() else re.escape(one) for one in _successors(step))
    end = re.compile(rf"(?<!Section )(?:{nexts})").search(text, len(step)) if nexts else None
    return text[: end.start()] if end is not None else text


def _successors(step: str) -> Iterator[str]:
    """What may come after `3.3`, `17`, `(e)` or `(iv)`; `(i)` may be a letter or a number."""
    if re.fullmatch(r"(\d+\.)*\d+", step):
        before, point, last = step.rpartition(".")
        yield f"{before}{point}{int(last) + 1}"
    elif re.fullmatch(r"\([a-y]\)", step):
        yield f"({chr(ord(step[1]) + 1)})"
    if step[1:-1] in _ROMAN[:-1]:
        yield f"({_ROMAN[_ROMAN.index(step[1:-1]) + 1]})"


_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


def stands(text: str, words: str) -> bool:
    """Whether the words stand in the text; `…` leaves words out."""
    for part in plain(words).split("…"):
        at = text.find(part.strip())
        if at < 0:
            return False
        text = text[at + len(part) :]
    return True


def main(folder: Path) -> int:
    """Print each mistake and the total; 1 where there is one, 2 where a text is not in the folder."""
    count, found = 0, []
    for one in filter(lambda one: one.provenance is not None, entries()):
        try:
            found += list(mistakes(one, folder))
        except OSError as error:
            sys.stderr.write(f"{one.name} was made from {error.filename}, which cannot be read: {error.strerror}\n")
            return 2
        count += sum(bool(quotation.words) for quotation in quotations(one))
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.stdout.write(f"{count} quotations compared, {len(found)} mistakes\n")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m plainterms.rules.quotes FOLDER")
    sys.exit(main(Path(sys.argv[1])))
