"""The log of custody: its entries, and for each organisation where it ends."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from plainterms.engine.store.tables.rows import Owned


class Log(Owned, table=True):
    """The log of an organisation: how long it is, the right edge of its tree, and the signed checkpoint of both.

    ``frontier`` are the roots of the full subtrees from the largest on, in hexadecimal; ``key`` is the public key.
    """

    __tablename__ = "logs"

    size: int = Field(default=0, sa_type=BigInteger)
    frontier: str = ""
    key: str
    checkpoint: str


class Entry(Owned, table=True):
    """One change of one row. ``body`` is the leaf of the tree, as canonical JSON."""

    __tablename__ = "entries"

    number: int = Field(primary_key=True, sa_type=BigInteger)
    body: str
