"""Reading the files that a document brings in: each once, and none inside itself."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from plainterms.policy.errors import Problem, Unreadable, did_you_mean
from plainterms.policy.files import Files
from plainterms.policy.parse import parse_collecting
from plainterms.policy.syntax import Document, Text


class Reader:
    """The files of one check. ``found`` collects the problems of them all."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.found: list[Problem] = []
        self._documents: dict[str, Document] = {}
        self._texts: dict[str, str] = {}

    def document(self, name: Text, asking: Document, chain: Sequence[str]) -> Document | None:
        """The document that ``asking`` names; None where it cannot be read or would contain itself.

        ``chain`` are the full names of the documents that are being read, from the first to ``asking``.
        """
        file = self.files.locate(name.value, asking.file)
        if file in chain:
            cycle = " → ".join(f"`{entry}`" for entry in [*chain[chain.index(file) :], file])
            self._report(f"`{name.value}` brings in itself: {cycle}", name, asking)
            return None
        if file in self._documents:
            return self._documents[file]
        text = self.text(name, asking)
        if text is None:
            return None
        document, problems = parse_collecting(text, file)
        self.found += problems
        self._documents[file] = document
        return document

    def known(self, name: Text, asking: Document) -> Document | None:
        """The document that ``asking`` names, if it has been read."""
        return self._documents.get(self.files.locate(name.value, asking.file))

    def text(self, name: Text, asking: Document) -> str | None:
        """The text of a file that ``asking`` names; None where it cannot be read."""
        file = self.files.locate(name.value, asking.file)
        try:
            text = self._texts.get(file) or self.files.read(file)
        except Unreadable as error:
            near = error.help or did_you_mean(_last(file), _others(file, error.names, asking.file))
            self._report(f"`{name.value}` {error.reason}", name, asking, near)
            return None
        self._texts[file] = text
        return text

    def digest(self, document: Document) -> str:
        """SHA-256 over the texts of the document and of all files read, in the order of reading."""
        total = hashlib.sha256()
        for text in (document.text, *self._texts.values()):
            lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
            total.update(hashlib.sha256(lines.encode(errors="surrogatepass")).digest())
        return total.hexdigest()

    def _report(self, message: str, name: Text, asking: Document, help: str = "") -> None:  # noqa: A002
        self.found.append(Problem(message, name.span, asking.file, asking.text, help))


def _others(file: str, beside: Iterable[str], asking: str) -> list[str]:
    """Names of files beside ``file``, without the one that asks."""
    own = _last(asking) if Path(file).parent == Path(asking).parent else ""
    return [name for name in beside if _last(name) != own]


def _last(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]
