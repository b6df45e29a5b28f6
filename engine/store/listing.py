"""Findings a page at a time: every page costs the same, however many come before it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from sqlmodel import Session, col, select, tuple_

from plainterms.engine.store.errors import StoreError
from plainterms.engine.store.tables import Finding

Order = Literal["time", "severity"]
LARGEST = 500
"""Findings on one page."""


@dataclass(frozen=True)
class Wanted:
    """Which findings; None: any. Superseded and suppressed ones only if asked for."""

    status: str | None = None
    verdict: str | None = None
    severity: str | None = None
    terms: str | None = None
    clause: str | None = None
    subject: str | None = None
    run: str | None = None
    superseded: bool = False
    suppressed: bool = False

    def conditions(self) -> Iterator[Any]:
        """What SQL asks."""
        for name in ("status", "verdict", "severity", "terms", "clause", "subject", "run"):
            value = getattr(self, name)
            if value is not None:
                yield col(getattr(Finding, name)) == value
        if not self.superseded:
            yield col(Finding.superseded_by).is_(None)
        if not self.suppressed:
            yield col(Finding.suppression).is_(None)


@dataclass(frozen=True)
class Page:
    """Some findings; ``after`` is the cursor of the next page, None on the last one."""

    findings: tuple[Finding, ...]
    after: str | None


EVERYTHING = Wanted()


def page(
    session: Session, wanted: Wanted = EVERYTHING, *, order: Order = "time", after: str | None = None, limit: int = 50
) -> Page:
    """A page of findings, the latest first, or the most severe first and of these the latest.

    ``after`` is the cursor of the page before. A finding that comes in meanwhile moves none from one page to another.
    Raises StoreError for a cursor of another order, and for a limit below 1 or above `LARGEST`.
    """
    if not 1 <= limit <= LARGEST:
        raise StoreError(f"a page has 1 to {LARGEST} findings, not {limit}")
    columns = [col(getattr(Finding, name)) for name in KEYS[order]]
    asked = select(Finding).where(*wanted.conditions()).order_by(*(one.desc() for one in columns)).limit(limit + 1)
    if after is not None:
        asked = asked.where(tuple_(*columns) < tuple_(*_read(after, order)))
    found = session.exec(asked).all()
    more = cursor_of(found[limit - 1], order) if len(found) > limit else None
    return Page(tuple(found[:limit]), more)


KEYS: dict[Order, tuple[str, ...]] = {"time": ("last_time", "id"), "severity": ("rank", "last_time", "id")}


def cursor_of(last: Finding, order: Order) -> str:
    """The cursor of the page that begins after a finding."""
    return urlsafe_b64encode(orjson.dumps([order, *(getattr(last, name) for name in KEYS[order])])).decode()


def _read(cursor: str, order: Order) -> list[Any]:
    try:
        read: Any = orjson.loads(urlsafe_b64decode(cursor.encode()))
    except ValueError as error:
        raise StoreError("the cursor of the page cannot be read; begin with the first page") from error
    kinds = [str] + [int] * (len(KEYS[order]) - 1) + [str]
    if (
        not isinstance(read, list)
        or [type(one) for one in read] != kinds
        or read[0] != order
        or any(abs(one) >= 2**63 for one in read[1:-1])
        or "\0" in read[-1]
    ):
        raise StoreError(f"the cursor is not of a list in order of {order}; begin with the first page")
    return read[1:]
