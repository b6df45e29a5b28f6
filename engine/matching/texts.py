"""Reads texts with what is known of them from JSON Lines, and accounts for every line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from plainterms.engine.sources import Place, Quarantine
from plainterms.engine.sources.errors import shown
from plainterms.engine.sources.files import expand, opened
from plainterms.engine.sources.lines import Block, Broken, Overlong, pieces

TEXT = ("output", "text", "completion", "response")
PROMPT = ("prompt", "instruction", "question")
TALK = ("messages", "conversations")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ROWS, CHARACTERS = 1_000, 4_000_000
"""Texts, and characters of theirs, of a batch."""

LOTS = {"output": "outputs", "sample": "samples", "control": "controls", "public": "public texts"}


@dataclass(frozen=True, slots=True)
class Text:
    """A text by its number among all that were read; ``time`` is in microseconds since 1970, None if not known."""

    number: int
    id: str
    text: str
    prompt: str = ""
    account: str = ""
    time: int | None = None


@dataclass
class Lines:
    """What became of the lines of one set of texts: ``read`` is the sum of the other three."""

    read: int = 0
    texts: int = 0
    blank: int = 0
    quarantined: int = 0


@dataclass
class Books:
    """The lines of each set of texts, and what could not be read."""

    quarantine: Quarantine
    lines: dict[str, Lines] = field(default_factory=dict)


def batches(paths: tuple[str, ...], name: str, books: Books) -> Iterator[list[Text]]:
    """The texts of files, in order, some at a time. Raises `SourceError` for a path that names nothing.

    A line is an object with the text as `output` (or `text`, `completion`, `response`, or the last answer of
    `messages`); `id`, `prompt`, `account` and `time` are optional. Other lines are quarantined.
    """
    lines = books.lines.setdefault(name, Lines())
    batch: list[Text] = []
    characters = 0
    for path in expand(paths):
        for place, raw in _lines(path, lines, books.quarantine):
            lines.read += 1
            if not raw.strip():
                lines.blank += 1
                continue
            try:
                text = _text(raw, lines.texts, place)
            except ValueError as error:
                lines.quarantined += 1
                books.quarantine.add(place, str(error), raw)
                continue
            lines.texts += 1
            batch.append(text)
            characters += len(text.text)
            if len(batch) >= ROWS or characters >= CHARACTERS:
                yield batch
                batch, characters = [], 0
    if batch:
        yield batch


def _lines(path: str, lines: Lines, quarantine: Quarantine) -> Iterator[tuple[Place, bytes]]:
    with opened(path) as stream:
        for piece in pieces(stream):
            if isinstance(piece, Block):
                yield from ((Place(path, piece.first + offset), raw) for offset, raw in enumerate(piece.lines))
                continue
            lines.read += 1
            lines.quarantined += 1
            quarantine.add(Place(path, piece.line), _unread(piece), piece.start)


def _unread(piece: Overlong | Broken) -> str:
    if isinstance(piece, Overlong):
        return f"line too long: {piece.length} bytes"
    return f"file breaks off: {piece.reason}"


# ── One line


def _text(raw: bytes, number: int, place: Place) -> Text:
    """Raises ValueError with the reason why a line holds no text."""
    try:
        row = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise ValueError("not an object: a line holds one JSON object")
    prompt, answer = _talk(row)
    text = _first(row, TEXT) or answer
    if not text.strip():
        raise ValueError(f"no text: none of {', '.join(f'`{name}`' for name in (*TEXT, *TALK))} holds one")
    asked = _first(row, PROMPT) or prompt
    more = row.get("input")
    asked = f"{asked}\n{more}" if asked and isinstance(more, str) and more else asked
    return Text(number, _name(row, place), text, asked, _plain(row, "account"), _time(row))


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value:
            return value
        if value is not None and not isinstance(value, str):
            raise ValueError(f"wrong type: `{name}` must be text, not {shown(value)}")
    return ""


def _talk(row: Mapping[str, Any]) -> tuple[str, str]:
    """The last question and the last answer of a conversation."""
    turns: list[Any] = next((row[name] for name in TALK if isinstance(row.get(name), list)), [])
    said: dict[str, str] = {}
    for turn in turns:
        if isinstance(turn, dict):
            who, what = turn.get("role", turn.get("from")), turn.get("content", turn.get("value"))
            if isinstance(who, str) and isinstance(what, str):
                said[who] = what
    return said.get("user", said.get("human", "")), said.get("assistant", said.get("gpt", ""))


def _plain(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else "" if value is None else str(value)


def _name(row: Mapping[str, Any], place: Place) -> str:
    return _plain(row, "id") or f"{Path(place.file).name}:{place.line}"


def _time(row: Mapping[str, Any]) -> int | None:
    value = row.get("time")
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"wrong time: {shown(value)} is no RFC 3339 time") from error
    if moment.tzinfo is None:
        raise ValueError(f"wrong time: {shown(value)} has no offset from UTC")
    return (moment - EPOCH) // timedelta(microseconds=1)
