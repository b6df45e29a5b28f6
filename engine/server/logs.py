"""The service's own log: one line of JSON for each thing, and nothing in it that came with a request.

What is logged is made of fixed words, names of our own (routes by their templates, ids) and numbers. Of an error its
type and where it was raised are told, never its message, which may hold what was sent.
"""

import logging
import sys
import traceback
from typing import TextIO

import structlog


def set_up(stream: TextIO) -> None:
    """Write the log to a stream; that of libraries is reduced to level and origin."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [Discreet()]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "sqlalchemy", "alembic", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.WARNING)
    sys.excepthook = _excepted
    sys.unraisablehook = lambda one: _log().error("error", error=one.exc_type.__name__)


class Discreet(logging.Handler):
    """Says that a library had something to say, and where, without its words."""

    def emit(self, record: logging.LogRecord) -> None:
        """One record."""
        kind = record.exc_info[0] if record.exc_info else None
        _log().warning(
            "library", origin=record.name, level=record.levelname, place=f"{record.module}:{record.lineno}",
            error=None if kind is None else kind.__name__,
        )  # fmt: skip


def defect(error: BaseException, **known: object) -> None:
    """Log an error that nobody expected: its type, and the places it came through."""
    places = [f"{one.filename.rpartition('/')[2]}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)]
    _log().error("internal error", error=type(error).__name__, places=places[-12:], **known)


def _excepted(kind: type[BaseException], error: BaseException, _trace: object) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    defect(error)


def _log() -> structlog.stdlib.BoundLogger:
    found: structlog.stdlib.BoundLogger = structlog.get_logger("plainterms")
    return found
