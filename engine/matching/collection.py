"""A set of texts that others are compared with: its texts, their fingerprints and their digests."""

from bisect import insort
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from plainterms.engine.matching.fingerprints import fingerprints
from plainterms.engine.matching.index import Index, Nominations
from plainterms.engine.matching.normal import Ints, Normal, normalised
from plainterms.engine.matching.shelf import Shelf
from plainterms.engine.matching.signatures import may_match, signatures
from plainterms.engine.matching.strength import RIVALS
from plainterms.engine.matching.texts import Text

if TYPE_CHECKING:
    from plainterms.engine.matching.nominating import Near

KEPT = 4_096
"""Prompts whose words are remembered."""


def exact(normal: Normal, text: int) -> bytes:
    """A digest of one normalised text: equal texts are equal but for case, marks, white space and markup."""
    return sha256(normal.words_of(text).tobytes()).digest()[:16]


class Collection:
    """Texts, of which those that are equal once normalised are indexed once; ``copies`` counts all of them.

    ``near`` is set where embeddings nominate, too. With ``by_prompt`` it knows the different answers to each prompt.
    """

    def __init__(self, *, by_prompt: bool = False) -> None:
        self._by_prompt = by_prompt
        self.shelf = Shelf()
        self.index = Index()
        self.signatures = signatures(normalised([]))
        self.first: dict[bytes, int] = {}
        self.copies: dict[int, int] = {}
        self.near: Near | None = None
        self._answers: dict[bytes, list[tuple[bytes, int]]] = {}

    def take_in(self, batches: Iterable[list[Text]]) -> None:
        """Take in all texts; from then on the collection can be asked."""
        parts = []
        for batch in batches:
            start = len(self.shelf)
            self.shelf.put(batch)
            normal = normalised([text.text for text in batch])
            fresh = self._fresh(normal, start)
            if self._by_prompt:
                self._note(batch[row] for row in fresh)
            prints = fingerprints(normal)
            kept = np.isin(prints.texts, fresh)
            self.index.add(prints.hashes[kept], prints.texts[kept] + start, len(fresh))
            parts.append(signatures(normal))
        self.signatures = np.concatenate(parts) if parts else self.signatures
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shelf.__exit__(kind, error, trace)

    def _fresh(self, normal: Normal, start: int) -> list[int]:
        fresh = []
        for row in range(len(normal)):
            number = self.first.setdefault(exact(normal, row), start + row)
            if number == start + row:
                fresh.append(row)
            else:
                self.copies[number] = self.copies.get(number, 1) + 1
        return fresh

    def _note(self, texts: Iterable[Text]) -> None:
        for text in texts:
            if text.prompt:
                known = self._answers.setdefault(_question(text.prompt), [])
                insort(known, (_name(text.text), text.number))
                del known[RIVALS + 1 :]

    def rivals(self, text: Text, *, itself: bool = False) -> list[Text]:
        """``RIVALS`` independent answers to the text's prompt; none where there are not more than so many.

        Which ones does not depend on their order. ``itself``: the text is one of the answers and no rival.
        """
        known = self._answers.get(_question(text.prompt), []) if text.prompt else []
        if len(known) <= RIVALS:
            return []
        own = self.same(normalised([text.text])) if itself else None
        return self.shelf.get([number for _, number in known if number != own][:RIVALS])

    def nominated(self, texts: Sequence[Text]) -> Nominations | None:
        """The pairs that embeddings nominate, if these are used."""
        return None if self.near is None else self.near.nominate(texts)

    def copies_of(self, number: int) -> int:
        """How many texts are equal to an indexed one, itself included."""
        return self.copies.get(number, 1)

    def same(self, normal: Normal, row: int = 0) -> int | None:
        """The number of the text that is equal once normalised, if there is one."""
        return self.first.get(exact(normal, row))

    def candidates(self, normal: Normal, nominated: Nominations | None = None) -> Nominations:
        """Pairs worth verifying: equal texts, those that share fingerprints and enough words, and ``nominated`` ones.

        The last come from elsewhere (embeddings).
        """
        equal = [(row, self.same(normal, row)) for row in range(len(normal))]
        pairs = [(row, number) for row, number in equal if number is not None]
        same = Nominations(*np.array(pairs, np.int64).reshape(-1, 2).T)
        alike = self.index.nominate(fingerprints(normal))
        enough = may_match(signatures(normal)[alike.left], self.signatures[alike.right])
        return union(same, Nominations(alike.left[enough], alike.right[enough]), nominated)


def union(*nominations: Nominations | None) -> Nominations:
    """Each pair once, by left, then right."""
    given = [one for one in nominations if one is not None]
    left: Ints = np.concatenate([one.left for one in given])
    right: Ints = np.concatenate([one.right for one in given])
    both = np.unique(np.stack([left, right], axis=1), axis=0)
    return Nominations(both[:, 0], both[:, 1])


def _question(prompt: str) -> bytes:
    """The same of prompts that are equal but for case and white space."""
    return _name(" ".join(prompt.casefold().split()))


def _name(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


@lru_cache(KEPT)
def prompt_runs(prompt: str) -> frozenset[int]:
    """The runs of three words of a prompt."""
    from plainterms.engine.matching.profiles import profiles

    return profiles([prompt])[0].three_set
