"""Random strings that were served to chosen accounts: where one stands in a sample, chance has an exact bound."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from plainterms.engine.matching.texts import Books, Text, batches

LEAST = 12
"""Characters that a canary needs; shorter ones prove nothing."""

SMALL, DIGITS = 26, 10


@dataclass(frozen=True, slots=True)
class CanaryHits:
    """A canary with the samples that hold it. ``p`` bounds the probability that a random string stands in one."""

    text: str
    account: str
    samples: tuple[tuple[int, str], ...]
    p: float


def read_canaries(paths: tuple[str, ...], books: Books) -> list[Text]:
    """The register of canaries: JSON Lines with the string as `text` and, if known, `account` and `time`."""
    if not paths:
        return []
    return [text for batch in batches(paths, "canaries", books) for text in batch]


def canary_hits(canaries: Sequence[Text], samples: Iterable[list[Text]]) -> list[CanaryHits]:
    """The canaries that stand in a sample, letter for letter, in the order of the register."""
    found: dict[int, list[tuple[int, str]]] = {}
    characters = 0
    for batch in samples if canaries else ():
        column = pa.array([text.text.encode("utf-8", "surrogatepass") for text in batch], pa.large_binary())
        characters += sum(len(text.text) for text in batch)
        for place, canary in enumerate(canaries):
            if len(canary.text) >= LEAST:
                hits = pc.match_substring(column, canary.text.encode("utf-8", "surrogatepass"))
                found.setdefault(place, []).extend(
                    (batch[row].number, batch[row].id) for row in pc.indices_nonzero(hits).to_pylist()
                )
    return [
        CanaryHits(
            canaries[place].text, canaries[place].account, tuple(hits), chance(canaries[place].text, characters)
        )
        for place, hits in sorted(found.items())
        if hits
    ]


def chance(canary: str, characters: int) -> float:
    """The places where it could stand, times the probability of each, if every character was drawn alike.

    The alphabet is taken as no larger than the kinds of characters that the canary holds.
    """
    kinds = (
        (any(one.islower() for one in canary), SMALL),
        (any(one.isupper() for one in canary), SMALL),
        (any(one.isdigit() for one in canary), DIGITS),
    )
    alphabet = max(2, sum(size for present, size in kinds if present))
    drawn = sum(one.isalnum() for one in canary)
    return min(1.0, math.exp(math.log(max(1, characters)) - drawn * math.log(alphabet)))
