"""The documents of the library, each in a file of its name: `PROVIDER/DOCUMENT.DATE`, and `signals/DOCUMENT`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from plainterms.policy import syntax
from plainterms.policy.errors import PlainTermsError, did_you_mean
from plainterms.policy.load import load_document
from plainterms.policy.meaning import Policy
from plainterms.rules.provenance import Provenance, provenance_of

FOLDER = Path(str(files("plainterms.rules"))).resolve()
"""Where the library lies."""

_DATED = re.compile(r"(?P<name>.+)\.(?P<date>\d{4}-\d\d-\d\d)")
_HEAD = re.compile(r'^terms "', re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A document of the library.

    ``name`` is `openai/services-agreement.2026-01-01`; dates are as written in the head, empty where it has none.
    ``clauses`` are those that stand in the file, without those it incorporates.
    """

    name: str
    path: Path
    title: str
    version: str
    published: str
    start: str
    end: str
    source: str
    clauses: tuple[str, ...]
    provenance: Provenance | None
    document: syntax.Document
    policy: Policy

    @property
    def provider(self) -> str:
        """Whose document it is; empty for signals, which are nobody's terms."""
        folder = self.name.partition("/")[0]
        return "" if folder == "signals" else folder


def names() -> tuple[str, ...]:
    """The names of all documents, sorted; a file without a head is of definitions, and no document."""
    return tuple(sorted(_name_of(path) for path in FOLDER.glob("*/*.terms") if _HEAD.search(path.read_text("utf-8"))))


def entries() -> Iterator[Entry]:
    """All documents, read and checked, in the order of their names."""
    return map(entry, names())


def entry(name: str) -> Entry:
    """The document of that name; without a date, its newest version. Raises PlainTermsError where there is none."""
    path = path_of(name)
    document, policy = load_document(path, FOLDER)
    head = document.head
    assert head is not None, f"{path} has no head"
    parts = {type(part): part for part in head.parts}
    published, force, version = parts.get(syntax.Published), parts.get(syntax.InForce), parts.get(syntax.Version)
    return Entry(
        _name_of(path),
        path,
        head.title.value,
        version.text.value if isinstance(version, syntax.Version) else "",
        _words(document, published.date) if isinstance(published, syntax.Published) else "",
        _words(document, force.start) if isinstance(force, syntax.InForce) else "",
        _words(document, force.end) if isinstance(force, syntax.InForce) else "",
        policy.source,
        tuple(item.name.text for item in document.items if isinstance(item, syntax.Clause)),
        provenance_of(document.text),
        document,
        policy,
    )


def path_of(name: str) -> Path:
    """The file of a document, or of definitions such as `signals/definitions`.

    Without a date, the document's newest version. Raises PlainTermsError where there is none.
    """
    known = [_name_of(path) for path in FOLDER.glob("*/*.terms")]
    found = [one for one in known if one == name or (_DATED.fullmatch(one) and one.rpartition(".")[0] == name)]
    if not found:
        undated = {one.rpartition(".")[0] for one in known if _DATED.fullmatch(one)}
        near = did_you_mean(name, {*known, *undated}) or "`plainterms rules list` names them all"
        raise PlainTermsError(f"the library has no document `{name}`; {near}")
    return FOLDER / f"{max(found)}.terms"


def _name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _words(document: syntax.Document, date: syntax.Date | None) -> str:
    return "" if date is None else document.text[date.span.start : date.span.end]
