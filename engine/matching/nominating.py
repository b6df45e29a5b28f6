"""Nominates pairs by embeddings: texts whose meaning is close, so that what was rewritten is verified, too."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np

from plainterms.engine.matching.calibration import Nominated
from plainterms.engine.matching.devices import Encoder, best_device
from plainterms.engine.matching.embedding import Progress, embed
from plainterms.engine.matching.index import NOMINATED, Nominations
from plainterms.engine.matching.join import join
from plainterms.engine.matching.models import model_of
from plainterms.engine.matching.normal import Ints
from plainterms.engine.matching.products import Vectors
from plainterms.engine.matching.texts import Text

ABOVE = 0.7
"""The cosine from which on a pair is nominated: 0.91 of rewritten texts reach it, 2 in 100,000 unrelated pairs."""


@dataclass(frozen=True)
class Near:
    """The indexed texts of a collection as ``vectors``, with their ``numbers``, to be asked which are near a text."""

    numbers: Ints
    vectors: Vectors
    above: float
    embedded: Callable[[Sequence[Text]], Vectors]

    def nominate(self, texts: Sequence[Text]) -> Nominations:
        """For each text at most ``NOMINATED`` indexed ones, the nearest."""
        if len(self.numbers) == 0:
            return Nominations(self.numbers, self.numbers)
        found = join(self.embedded(texts), self.vectors, self.above, cap=NOMINATED)
        return Nominations(found.left, self.numbers[found.right])


class Embeddings:
    """One model on the best device of this machine, with a folder in which its vectors are kept."""

    def __init__(self, model: str, above: float, folder: Path, say: Callable[[str], None]) -> None:
        """Raises PlainTermsError where there is no such model, or what runs it is not installed."""
        self.model, self._folder, self._say = model_of(model), folder, say
        self._device, self._load = best_device(), cache(Encoder)
        self.nominated = Nominated(self.model.digest, above)

    def near(self, batches: Iterable[list[Text]], indexed: Iterable[int], told: Callable[[int], None]) -> Near:
        """The texts of ``batches`` that are indexed; ``told`` how many texts are embedded."""
        parts = list(self._parts(batches, frozenset(indexed), told))
        return Near(
            np.concatenate([np.empty(0, np.int64), *(numbers for numbers, _ in parts)]),
            np.concatenate([vectors for _, vectors in parts]) if parts else np.empty((0, 0), np.float32),
            self.nominated.above,
            partial(self._vectors, told=lambda _: None),
        )

    def _parts(
        self, batches: Iterable[list[Text]], indexed: frozenset[int], told: Callable[[int], None]
    ) -> Iterator[tuple[Ints, Vectors]]:
        done = 0
        for batch in batches:
            texts = [text for text in batch if text.number in indexed]
            if texts:
                vectors = self._vectors(texts, partial(_further, told, done))
                done += len(texts)
                told(done)
                yield np.array([text.number for text in texts], np.int64), vectors

    def _vectors(self, texts: Sequence[Text], told: Callable[[int], None]) -> Vectors:
        def progress(one: Progress) -> None:
            told(one.done)

        found = embed(
            [text.text for text in texts],
            self.model,
            self._folder,
            device=self._device,
            load=self._load,
            progress=progress,
            say=self._say,
        )
        return found.vectors[found.of]


def _further(told: Callable[[int], None], before: int, count: int) -> None:
    told(before + count)
