"""What rows have in common: whose they are, and how those under custody are digested, sealed and purged."""

from collections.abc import Mapping
from hashlib import sha256
from secrets import token_hex
from time import time_ns
from typing import Any, ClassVar

import orjson
from sqlalchemy import BigInteger, MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

NAMES = {
    "ix": "%(column_0_N_label)s_index",
    "uq": "%(table_name)s_%(column_0_N_name)s_unique",
    "fk": "%(table_name)s_%(column_0_N_name)s_of_%(referred_table_name)s",
    "pk": "%(table_name)s_key",
}
"""How constraints are named, so that migrations can name them too."""


def new_id() -> str:
    """128 random bits, as 32 hexadecimal digits."""
    return token_hex(16)


def now() -> int:
    """The instant, in microseconds since 1970."""
    return time_ns() // 1_000


def instant(**given: Any) -> Any:
    """A column for an instant in microseconds since 1970, or for another number of up to 63 bits."""
    return Field(sa_type=BigInteger, **given)


class Table(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """A table of the store; the tables of an application that uses SQLModel as well are apart."""


class Owned(Table):
    """Belongs to an organisation."""

    organisation: str = Field(primary_key=True, foreign_key="organisations.organisation")


class Row(Owned):
    """Has an id within its organisation."""

    id: str = Field(default_factory=new_id, primary_key=True)


class Kept(Table):
    """Is under custody: the log has an entry, with the digest below, for every change."""

    def digest(self) -> str:
        """SHA-256, in hexadecimal, of the table's name and all that cannot be erased."""
        return digest_of(self.__tablename__, self.plain())

    def plain(self) -> dict[str, Any]:
        """The columns that the digest covers."""
        return {name: getattr(self, name) for name in columns(type(self))}


class Erasable(Kept):
    """Has columns that may be purged. The digest covers them by ``sealed``, so that it outlives them.

    ``salt`` goes with them: without it nobody can try out what the text may have been.
    """

    ERASABLE: ClassVar[tuple[str, ...]] = ()

    salt: str | None = None
    sealed: str = ""
    purged: int | None = instant(default=None)

    def plain(self) -> dict[str, Any]:
        """The columns that the digest covers; the seal stands for those that can be erased."""
        return {name: value for name, value in super().plain().items() if name not in {"salt", *self.ERASABLE}}

    def erasable(self) -> dict[str, Any]:
        """What would be purged, the salt included."""
        return {name: getattr(self, name) for name in ("salt", *self.ERASABLE)}

    def seal(self) -> None:
        """Bring ``sealed`` up to date, unless the row was purged."""
        if self.purged is None:
            self.salt = self.salt or token_hex(16)
            self.sealed = seal_of(self.erasable())

    def purge(self, at: int) -> None:
        """Erase what can be erased."""
        for name in ("salt", *self.ERASABLE):
            setattr(self, name, None)
        self.purged = at


def columns(table: type[Table]) -> tuple[str, ...]:
    """The names of a table's columns."""
    return tuple(column.name for column in table.__table__.columns)  # type: ignore[attr-defined]


def canonical(value: object) -> bytes:
    """JSON of texts, whole numbers, truth values and null as RFC 8785 writes it."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest_of(table: object, plain: Mapping[str, Any]) -> str:
    """The digest of a row of a table from the columns that it covers."""
    return sha256(canonical({"table": table, "row": plain})).hexdigest()


def seal_of(erasable: Mapping[str, Any]) -> str:
    """The seal over what can be erased, the salt included."""
    return sha256(canonical(erasable)).hexdigest()


def column_text(text: str) -> str:
    """A text as a column can hold it: PostgreSQL has no NUL, so its picture stands there instead."""
    return text.replace("\0", "␀")
