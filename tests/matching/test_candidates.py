"""Which texts are nominated: fingerprints, the index, and the union of candidates."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainterms.engine.matching import comparing
from plainterms.engine.matching.collection import Collection, union
from plainterms.engine.matching.fingerprints import LETTERS, WINDOW, fingerprints
from plainterms.engine.matching.hashing import mixed
from plainterms.engine.matching.index import COMMON, NOMINATED, Index, Nominations
from plainterms.engine.matching.normal import normalised
from plainterms.engine.matching.scores import Scores
from plainterms.engine.matching.texts import Text

letters = st.text("abcd", max_size=90)


@given(letters, letters, st.text("abcd", min_size=LETTERS + WINDOW - 1, max_size=60), letters, letters)
def test_a_common_stretch_shares_a_fingerprint(one: str, two: str, shared: str, three: str, four: str) -> None:
    prints = fingerprints(normalised([one + shared + two, three + shared + four]))
    first, second = (set(prints.hashes[prints.texts == at].tolist()) for at in (0, 1))
    assert first & second


@given(st.lists(letters, max_size=4))
def test_fingerprints_are_each_texts_own(several: list[str]) -> None:
    together = fingerprints(normalised(several))
    for at, text in enumerate(several):
        alone = fingerprints(normalised([text]))
        assert together.hashes[together.texts == at].tolist() == alone.hashes.tolist()
        assert together.places[together.texts == at].tolist() == alone.places.tolist()
        assert bool(len(alone.hashes)) == (len(text) >= LETTERS)


@pytest.fixture
def collected() -> Iterator[Callable[[list[str]], Collection]]:
    with ExitStack() as stack:

        def make(texts: list[str]) -> Collection:
            collection = stack.enter_context(Collection())
            collection.take_in([[Text(number, str(number), text) for number, text in enumerate(texts)]])
            return collection

        yield make


def nominated(collection: Collection, text: str, more: Nominations | None = None) -> list[int]:
    return collection.candidates(normalised([text]), more).right.tolist()


def test_the_text_that_shares_the_most_comes_first() -> None:
    index = Index()
    common, rare = np.split(mixed(np.arange(9, dtype=np.uint64)), [5])
    for number in range(COMMON + 40):
        index.add(common, np.full(5, number), 1)
    index.add(np.concatenate([common, rare]), np.full(9, COMMON + 40), 1)
    index.close()
    asked = fingerprints(normalised(["x"]))
    found = index.nominate(type(asked)(np.concatenate([common, rare]), np.zeros(9, np.int64), np.arange(9)), 1)
    assert found.right.tolist() == [COMMON + 40]


def test_equal_texts_are_indexed_once_and_counted(collected: Callable[[list[str]], Collection]) -> None:
    collection = collected(
        ["The same words, in order.", "the SAME words in order", "another text altogether, not equal"]
    )
    assert nominated(collection, "The **same** words in order!") == [0]
    assert (collection.copies_of(0), collection.copies_of(2)) == (2, 1)


def test_texts_in_common_are_bounded(collected: Callable[[list[str]], Collection]) -> None:
    shared = "this stretch of text stands in every one of very many samples "
    collection = collected([f"{shared} number {number}" for number in range(3_000)])
    assert len(nominated(collection, shared)) <= NOMINATED


def test_pairs_nominated_elsewhere_join_the_union(collected: Callable[[list[str]], Collection]) -> None:
    collection = collected(["one text of some length that is here", "quite another thing that nobody looks for"])
    more = Nominations(np.array([0]), np.array([1]))
    assert nominated(collection, "one text of some length that is here", more) == [0, 1]


def test_the_union_names_each_pair_once() -> None:
    one = Nominations(np.array([1, 0]), np.array([5, 7]))
    both = union(one, None, Nominations(np.array([1]), np.array([5])))
    assert (both.left.tolist(), both.right.tolist()) == ([0, 1], [7, 5])


def test_pairs_nominated_elsewhere_are_verified_in_any_portion(
    collected: Callable[[list[str]], Collection], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = " ".join(f"word{place}" for place in range(40))
    samples = [" ".join(f"n{number}x{place}" for place in range(40)) for number in range(3)]
    collection = collected([*samples, shared])
    texts = [Text(number, str(number), f"other{number} text altogether") for number in range(4)] + [
        Text(4, "", shared)
    ]
    more = Nominations(np.array([0, 3]), np.array([1, 3]))
    monkeypatch.setattr(comparing, "PORTION", 2)
    verified: list[int] = []
    monkeypatch.setattr(comparing, "scores", lambda *given: verified.append(len(given[1].words)) or Scores())
    found = list(comparing.compared(texts, collection, more))
    assert [one.text.number for one in found] == [0, 1, 2, 3, 4]
    assert len(verified) == 3
