"""Documents of terms as a store keeps them: every file that one consists of, under its digest."""

import os
from pathlib import Path

import orjson
from sqlmodel import Session, select

from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.tables import Document, DocumentVersion
from plainterms.policy.check import check
from plainterms.policy.files import Files, Folder, Texts, read_text
from plainterms.policy.meaning import Policy
from plainterms.policy.parse import parse


class Recording:
    """Files that remember what was read of them, by names relative to a folder."""

    def __init__(self, files: Files, folder: str) -> None:
        self.files = files
        self.folder = folder
        self.texts: dict[str, str] = {}

    def locate(self, name: str, beside: str) -> str:
        """The full name of a file."""
        return self.files.locate(name, beside)

    def read(self, file: str) -> str:
        """The text of a file, remembered."""
        text = self.files.read(file)
        self.texts[os.path.relpath(file, self.folder)] = text
        return text


def texts_of(path: Path, digest: str) -> tuple[str, dict[str, str]]:
    """The name of a document's own file, and the texts of all files that it reads.

    Raises StoreError where they are no longer those of the policy with this digest.
    """
    text = read_text(str(path))
    files = Recording(Folder(path.resolve().parent), str(path.parent))
    if check(parse(text, str(path)), files).digest != digest:
        raise StoreError(f"{path}, or a file that it uses, was changed while the audit ran; run the audit again")
    return path.name, {path.name: text, **files.texts}


def policy_of(version: DocumentVersion) -> Policy:
    """The policy that was kept."""
    texts = orjson.loads(version.files)
    return check(parse(texts[version.main], version.main), Texts(texts))


def keep(session: Session, organisation: str, policy: Policy, main: str, texts: dict[str, str]) -> DocumentVersion:
    """Keep a version of a document, if it is not there yet."""
    found = session.get(DocumentVersion, (organisation, policy.digest))
    if found is not None:
        return found
    document = session.exec(select(Document).where(Document.title == policy.title)).one_or_none()
    if document is None:
        document = Document(organisation=organisation, title=policy.title)
        session.add(document)
        session.flush()
    made = DocumentVersion(
        organisation=organisation,
        id=policy.digest,
        document=document.id,
        version=policy.version,
        sha256=policy.digest,
        source=policy.source,
        timezone=policy.timezone,
        start=policy.start,
        end=policy.end,
        main=main,
        files=orjson.dumps(texts, option=orjson.OPT_SORT_KEYS).decode(),
    )
    session.add(made)
    return made
