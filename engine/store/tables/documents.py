"""Documents of terms with their versions, and registers."""

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field

from plainterms.engine.store.tables.rows import Kept, Row, instant, now


class Document(Row, Kept, table=True):
    """A document of terms under its title. ``active`` is the id of the version that decisions are made by.

    ``failing`` says what becomes of a request of which too little is known: `open` answers it, `closed` does not.
    """

    __tablename__ = "documents"
    __table_args__ = (Index("documents_by_title", "organisation", "title", unique=True),)

    title: str
    active: str | None = None
    failing: str = "open"
    created: int = instant(default_factory=now)


class DocumentVersion(Row, Kept, table=True):
    """A version, with the files it consists of. Its id is ``sha256``, the digest of the policy.

    ``files`` is JSON, each name with its text, the document's own first; ``main`` is its name. ``start`` and ``end``
    are the dates in force.
    """

    __tablename__ = "document_versions"
    __table_args__ = (
        ForeignKeyConstraint(["organisation", "document"], ["documents.organisation", "documents.id"]),
        Index("document_versions_by_document", "organisation", "document"),
    )

    document: str
    version: str
    sha256: str
    source: str = ""
    timezone: str = ""
    start: int | None = instant(default=None)
    end: int | None = instant(default=None)
    main: str
    files: str
    created: int = instant(default_factory=now)


class Register(Row, Kept, table=True):
    """A register as it was given: ``sha256`` of its file, which lies at ``path`` or is an upload."""

    __tablename__ = "registers"
    __table_args__ = (Index("registers_by_name", "organisation", "name"),)

    name: str
    sha256: str = Field(default="")
    path: str = ""
    upload: str | None = None
    size: int = instant(default=0)
    created: int = instant(default_factory=now)
