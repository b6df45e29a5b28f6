"""Where two texts say the same, in the places of the originals."""

from collections.abc import Iterator
from dataclasses import dataclass

from plainterms.engine.matching.normal import Normal

RUN = 3
"""Words of the shortest run that is shown."""

TRIED = 8
"""Places in the sample that are tried for one run."""


@dataclass(frozen=True, slots=True)
class Span:
    """Code points of the output and of the sample, half-open, that hold the same ``words`` words in a row."""

    output: tuple[int, int]
    sample: tuple[int, int]
    words: int


def spans(normal: Normal, output: int, sample: int) -> tuple[Span, ...]:
    """The common runs of two texts that were normalised together, in the order of the output."""
    return tuple(
        Span(normal.span(output, at, at + words - 1), normal.span(sample, there, there + words - 1), words)
        for at, there, words in _runs(normal, output, sample)
    )


def _runs(normal: Normal, output: int, sample: int) -> Iterator[tuple[int, int, int]]:
    """(first word in the output, first word in the sample, words), each word of the output in at most one."""
    own, its = normal.words_of(output).tolist(), normal.words_of(sample).tolist()
    places = _places(normal, sample)
    at = 0
    while at + RUN <= len(own):
        tried = places.get(tuple(own[at : at + RUN]), ())
        words, there = max(((_length(own, its, at, place), -place) for place in tried), default=(0, 0))
        if words:
            yield at, -there, words
        at += words or 1


def _places(normal: Normal, sample: int) -> dict[tuple[int, ...], list[int]]:
    its = normal.words_of(sample).tolist()
    found: dict[tuple[int, ...], list[int]] = {}
    for place in range(len(its) - RUN + 1):
        known = found.setdefault(tuple(its[place : place + RUN]), [])
        if len(known) < TRIED:
            known.append(place)
    return found


def _length(own: list[int], its: list[int], at: int, there: int) -> int:
    words = 0
    while at + words < len(own) and there + words < len(its) and own[at + words] == its[there + words]:
        words += 1
    return words
