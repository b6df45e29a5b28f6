"""Pages of rows, in a fixed order: a cursor says after which row the next page begins."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import Query
from pydantic import AwareDatetime
from sqlalchemy import tuple_
from sqlmodel import Session, col

from plainterms.engine.server.problems import Problem

Row = TypeVar("Row")
Cursor = Annotated[str | None, Query(max_length=512, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many to a page.")]
Moment = Annotated[AwareDatetime | None, Query(description="RFC 3339, with an offset.")]


def page(
    session: Session,
    asked: Any,
    time: Any,
    identity: Any,
    cursor: str | None,
    limit: int,
    key: Callable[[Any], tuple[int, str]],
) -> tuple[Sequence[Any], str | None]:
    """The rows of a page, the latest first, and the cursor of the next one. Raises Problem for a wrong cursor."""
    if cursor is not None:
        asked = asked.where(tuple_(col(time), col(identity)) < tuple_(*_read(cursor)))
    rows = session.exec(asked.order_by(col(time).desc(), col(identity).desc()).limit(limit + 1)).all()
    more = len(rows) > limit
    rows = rows[:limit]
    return rows, _written(key(rows[-1])) if more else None


def _written(after: tuple[int, str]) -> str:
    return urlsafe_b64encode(orjson.dumps(after)).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, str]:
    try:
        time, identity = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError) as error:
        raise wrong_cursor() from error
    if type(time) is not int or abs(time) >= 2**63 or not isinstance(identity, str) or "\0" in identity:
        raise wrong_cursor()
    return time, identity


def wrong_cursor() -> Problem:
    """The cursor was made up, or belongs to another list."""
    return Problem(400, "wrong-cursor", "the cursor is none that this service gave; begin without one")


def micros(moment: datetime) -> int:
    """Microseconds since 1970. Raises Problem for a time that no store holds."""
    found = int(moment.replace(microsecond=0).timestamp()) * 1_000_000 + moment.microsecond
    if not 0 <= found < 2**62:
        raise Problem(422, "invalid", "a time lies before 1970 or too far ahead")
    return found
