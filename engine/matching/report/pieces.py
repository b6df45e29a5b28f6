"""The original texts of a pair cut into what they share and what they do not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plainterms.engine.matching.spans import Span

AROUND = 160
"""Characters shown before, between and after what is shared, where more is left out."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an original text. ``shared`` is the number of its span from 1, 0 for what is not shared."""

    text: str
    shared: int


def pieces(text: str, spans: Sequence[Span], side: str) -> Iterator[Piece]:
    """All of a text, in order; ``side`` is `output` or `sample`. What is far from any span is shortened."""
    at = 0
    for number, (start, end) in sorted(enumerate((getattr(span, side) for span in spans), 1), key=lambda one: one[1]):
        if start > at:
            yield Piece(_shortened(text[at:start], before=at > 0, after=True), 0)
        if end > max(at, start):
            yield Piece(text[max(at, start) : end], number)
        at = max(at, end)
    if at < len(text):
        yield Piece(_shortened(text[at:], before=at > 0, after=False), 0)


def _shortened(text: str, before: bool, after: bool) -> str:
    """Keep what stands next to something shared."""
    if len(text) <= 3 * AROUND:
        return text
    head = text[:AROUND] if before or not after else ""
    tail = text[-AROUND:] if after else ""
    return f"{head} […] {tail}"
